//! `oneOf` of references with a discriminator, which becomes an enum.

use std::collections::HashSet;

use super::context::{Context, parse_reference};
use super::fields::Fields;
use crate::diagnostic::{Result, Span, error_at};
use crate::model::{OneOf, OneOfVariant};
use crate::yaml::{Entry, Node};

pub(super) struct Discriminator<'a> {
    pub span: Span,
    property: String,
    mapping: Option<&'a Entry>,
}

pub(super) fn parse_discriminator<'a>(
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<Option<Discriminator<'a>>> {
    let Some(entry) = fields.optional("discriminator") else { return Ok(None) };
    let mut fields = context.fields(&entry.value, "a discriminator")?;
    let property = fields.required_string("propertyName");
    let mapping = fields.optional("mapping");
    fields.deny_unknown();
    if let Some(mapping) = mapping {
        context.diagnostics.check(check_mapping(&mapping.value, context))?;
    }
    Ok(Some(Discriminator { span: entry.span, property: property?, mapping }))
}

/// Checks that the values are texts, and that the components exist that they refer to. A name can
/// be that of a component or of something else.
fn check_mapping<'a>(mapping: &'a Node, context: &Context<'a>) -> Result<()> {
    for entry in mapping.entries()? {
        if entry.value.string()?.starts_with("#/components/schemas/") {
            context.lookup(&entry.value, "schemas")?;
        }
    }
    Ok(())
}

/// The variants, unless the discriminator cannot select one of them.
pub(super) fn parse_tagged<'a>(
    one_of: &'a Entry,
    discriminator: &Discriminator<'a>,
    context: &Context<'a>,
) -> Result<Option<OneOf>> {
    let Some(mut variants) = parse_variants(&one_of.value, context)? else { return Ok(None) };
    if let Some(mapping) = discriminator.mapping {
        match parse_mapping(mapping, &variants, context)? {
            Some(mapped) => variants = mapped,
            None => return Ok(None),
        }
    }
    if variants.is_empty() {
        return error_at(one_of.span, "empty oneOf", "list at least one variant");
    }
    Ok(Some(OneOf {
        discriminator: discriminator.property.clone(),
        span: discriminator.span,
        variants,
        has_mapping: discriminator.mapping.is_some(),
    }))
}

/// The variants without a mapping: each value is the name of its component.
fn parse_variants<'a>(list: &'a Node, context: &Context<'a>) -> Result<Option<Vec<OneOfVariant>>> {
    let mut variants: Vec<OneOfVariant> = Vec::new();
    let mut names = HashSet::new();
    for node in context.diagnostics.check(list.items())? {
        let Some(reference) = parse_reference(node, context.diagnostics)? else { return Ok(None) };
        let name = context.lookup(reference, "schemas")?.key.clone();
        if !names.insert(name.clone()) {
            let message = format!("duplicate variant `{name}` in oneOf");
            return error_at(node.span, message, "remove one of the two");
        }
        variants.push(OneOfVariant { value: name.clone(), span: node.span, schema: name });
    }
    Ok(Some(variants))
}

/// The variants by the values of a mapping, if it covers all of them.
fn parse_mapping<'a>(
    mapping: &'a Entry,
    variants: &[OneOfVariant],
    context: &Context<'a>,
) -> Result<Option<Vec<OneOfVariant>>> {
    let mut mapped: Vec<OneOfVariant> = Vec::new();
    let mut unmapped: HashSet<&str> = variants.iter().map(|known| known.schema.as_str()).collect();
    let names = unmapped.clone();
    for entry in mapping.value.entries()? {
        let schema = mapped_component(&entry.value, context)?;
        if !names.contains(schema.as_str()) {
            context.diagnostics.warning(
                entry.value.span,
                format!("`{schema}` is not a variant of this oneOf"),
                "add it to the variants, or remove it from the mapping",
            );
            continue;
        }
        unmapped.remove(schema.as_str());
        mapped.push(OneOfVariant { value: entry.key.clone(), span: entry.span, schema });
    }
    Ok(unmapped.is_empty().then_some(mapped))
}

/// A mapping has references, or names of components.
fn mapped_component<'a>(node: &'a Node, context: &Context<'a>) -> Result<String> {
    let target = node.string()?;
    if context.component("schemas", target).is_some() {
        return Ok(target.to_owned());
    }
    context.lookup(node, "schemas").map(|entry| entry.key.clone())
}
