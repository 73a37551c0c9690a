//! `allOf`, `oneOf`, `anyOf` and `not`.
//!
//! They decide the Rust type of a schema in three cases: an `allOf` with a single reference is that
//! reference, an `allOf` of objects is merged by `resolve`, and a `oneOf` of references with a
//! discriminator is an enum. In every other case they only constrain the values.

use super::context::{Context, parse_reference};
use super::fields::Fields;
use super::keyword::TYPED_KEYWORDS;
use super::object::ParseSchema;
use super::one_of::{self, Discriminator};
use super::typed::parse_typed;
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{Schema, SchemaKind};
use crate::yaml::{Entry, Node};

/// Parses every keyword that constrains the values of the schema.
pub(super) fn parse<'a>(
    schema: &mut Schema,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<()> {
    let all_of = fields.optional("allOf");
    let one_of = fields.optional("oneOf");
    let any_of = fields.optional("anyOf");
    let not = fields.optional("not");
    let discriminator = one_of::parse_discriminator(fields, context)?;
    let is_alone = any_of.is_none() && not.is_none() && !has_own_keywords(fields);
    if let (Some(all_of), None) = (all_of, one_of)
        && is_alone
        && let Some(name) = wrapped_reference(all_of, fields, context)?
    {
        schema.kind = SchemaKind::Reference(name);
        return note_discriminator(discriminator, context);
    }
    if let (Some(one_of), None, Some(discriminator)) = (one_of, all_of, &discriminator)
        && is_alone
        && let Some(tagged) = one_of::parse_tagged(one_of, discriminator, context)?
    {
        fields.ignore(&["type"]);
        schema.kind = SchemaKind::OneOf(tagged);
        return Ok(());
    }
    note_discriminator(discriminator, context)?;
    schema.composition.one_of = parse_list(one_of, context, parse_schema)?;
    schema.composition.any_of = parse_list(any_of, context, parse_schema)?;
    schema.composition.not = not.map(|entry| Box::new(parse_schema(&entry.value)));
    match all_of {
        None => parse_typed(schema, fields, context, parse_schema),
        Some(all_of) => parse_branches(all_of, schema, fields, context, parse_schema),
    }
}

/// The branches of an `allOf`, of which the keywords beside it are the last one.
fn parse_branches<'a>(
    all_of: &'a Entry,
    schema: &mut Schema,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<()> {
    let mut branches = parse_list(Some(all_of), context, parse_schema)?;
    let mut own = Schema::new(schema.span, SchemaKind::Any);
    own.nullable = schema.nullable;
    parse_typed(&mut own, fields, context, parse_schema)?;
    schema.nullable = own.nullable;
    own.nullable = false;
    if !own.is_unconstrained() {
        branches.push(own);
    }
    schema.kind = SchemaKind::AllOf(branches);
    Ok(())
}

/// Whether there are constraints besides `type: object`, which adds nothing to objects.
fn has_own_keywords(fields: &Fields) -> bool {
    let is_own = |(keyword, _): &(&str, &str)| fields.peek(keyword).is_some();
    let is_object = |entry: &Entry| entry.value.string().is_ok_and(|name| name == "object");
    TYPED_KEYWORDS.iter().any(is_own)
        || ["enum", "format"].iter().any(|keyword| fields.peek(keyword).is_some())
        || fields.peek("type").is_some_and(|entry| !is_object(entry))
}

/// The schemas of a list that must not be empty.
fn parse_list<'a>(
    list: Option<&'a Entry>,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<Vec<Schema>> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let nodes = context.diagnostics.check(list.value.items())?;
    if nodes.is_empty() {
        return error_at(list.span, format!("empty {}", list.key), "list at least one schema");
    }
    let schemas: Vec<_> = nodes.iter().map(parse_schema).collect();
    let is_invalid = |schema: &Schema| matches!(schema.kind, SchemaKind::Invalid);
    if schemas.iter().any(is_invalid) { Err(SpecError::Reported) } else { Ok(schemas) }
}

/// The component that an `allOf` with a single `$ref` and no other constraints refers to. OpenAPI
/// 3.0 needs this form for a description, a default or `readOnly` beside a reference.
fn wrapped_reference<'a>(
    all_of: &'a Entry,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<Option<String>> {
    let [branch] = all_of.value.items()? else { return Ok(None) };
    let Some(reference) = parse_reference(branch, context.diagnostics)? else { return Ok(None) };
    let component = context.lookup(reference, "schemas")?;
    let target = component.value.entries().unwrap_or_default();
    if target.iter().any(|entry| entry.key == "type" && is_object(&entry.value)) {
        fields.ignore(&["type"]);
    }
    Ok(fields.peek("type").is_none().then(|| component.key.clone()))
}

fn is_object(node: &Node) -> bool {
    node.string().is_ok_and(|name| name == "object")
}

fn note_discriminator(discriminator: Option<Discriminator>, context: &Context) -> Result<()> {
    if let Some(discriminator) = discriminator {
        context.diagnostics.warning(
            discriminator.span,
            "`discriminator` has no effect here: it does not change which values are valid",
            "move it to a oneOf of references, each with its value",
        );
    }
    Ok(())
}
