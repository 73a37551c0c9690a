//! `allOf`: the object that satisfies every branch, or, with a reference as the only branch, that
//! reference.

use std::rc::Rc;

use super::context::{Context, parse_reference};
use super::fields::Fields;
use super::object::{mark_required, parse_properties};
use super::schema::{ParsedSchema, parse_component, record_all_of_depth};
use crate::diagnostic::{Diagnostic, Result, Span, SpecError, error_at};
use crate::model::{AdditionalProperties, ObjectConstraints, Property, SchemaKind};
use crate::yaml::{Entry, Node};

/// How many properties `allOf` may copy in a document. A few levels of objects that are merged
/// within each other would otherwise become gigabytes of code.
const MAX_MERGED_PROPERTIES: usize = 20_000;

pub(super) fn parse_all_of<'a>(
    all_of: &'a Entry,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<SchemaKind> {
    if let Some(name) = wrapped_reference(all_of, fields, context)? {
        return Ok(SchemaKind::Reference(name));
    }
    let mut merge = Merge { context, object: ObjectConstraints::default(), required: Vec::new() };
    let mut is_complete = merge.branches(all_of);
    expect_object(fields)?;
    let required = fields.optional("required");
    let own = parse_properties(fields, context)?;
    is_complete &= context.diagnostics.ok(merge.add(own, all_of.span, None)).is_some();
    merge.required.extend(required.map(|names| &names.value));
    if !is_complete {
        return Err(SpecError::Reported);
    }
    let Merge { mut object, required, .. } = merge;
    mark_required(&mut object, &required, context.diagnostics);
    Ok(SchemaKind::Object(object))
}

/// The component that an `allOf` with a single `$ref` and no other constraints refers to. OpenAPI
/// 3.0 needs this form for a description, a default or `readOnly` beside a reference.
fn wrapped_reference<'a>(
    all_of: &'a Entry,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<Option<String>> {
    let [branch] = all_of.value.items()? else { return Ok(None) };
    let Some(reference) = parse_reference(branch)? else { return Ok(None) };
    let component = context.lookup(reference, "schemas")?;
    if fields.peek("type").is_some_and(|entry| is_object(&entry.value)) {
        let target = component.value.entries().unwrap_or_default();
        if target.iter().any(|entry| entry.key == "type" && is_object(&entry.value)) {
            fields.ignore(&["type"]);
        }
    }
    Ok(fields.is_read().then(|| component.key.clone()))
}

fn is_object(node: &Node) -> bool {
    node.string().is_ok_and(|name| name == "object")
}

struct Merge<'c, 'a> {
    context: &'c Context<'a>,
    object: ObjectConstraints,
    /// `required` may name a property of another branch, so it is collected for the end.
    required: Vec<&'a Node>,
}

impl<'a> Merge<'_, 'a> {
    /// Merges each branch, and returns whether all of them are valid.
    fn branches(&mut self, all_of: &'a Entry) -> bool {
        let diagnostics = self.context.diagnostics;
        let Some(branches) = diagnostics.ok(all_of.value.items()) else { return false };
        let mut is_complete = true;
        for branch in branches {
            let merged = match parse_reference(branch) {
                Ok(Some(reference)) => self.component(reference, branch),
                Ok(None) => self.inline(branch),
                Err(error) => Err(error),
            };
            is_complete &= diagnostics.ok(merged).is_some();
        }
        is_complete
    }

    fn component(&mut self, reference: &'a Node, branch: &'a Node) -> Result<()> {
        let component = self.context.lookup(reference, "schemas")?;
        let parsed = self.follow(component, branch.span)?;
        record_all_of_depth(parsed.all_of_depth + 1, branch.span, self.context)?;
        let name = &component.key;
        let schema = &parsed.schema;
        let object = match &schema.kind {
            SchemaKind::Object(object) if !schema.nullable && !schema.is_one_way() => object,
            SchemaKind::Invalid => return Err(SpecError::Reported),
            _ => {
                return error_at(
                    branch.span,
                    format!("`{name}` in allOf is not a plain object"),
                    "refer to objects that are not nullable, readOnly or writeOnly",
                );
            }
        };
        self.spend(schema.nested_properties(), branch.span)?;
        self.add(object.clone(), branch.span, Some(name))
    }

    /// The component, or the one that it wraps.
    fn follow(&self, component: &'a Entry, user: Span) -> Result<Rc<ParsedSchema>> {
        let mut parsed = parse_component(component, user, self.context)?;
        for _ in self.context.section("schemas") {
            let SchemaKind::Reference(name) = &parsed.schema.kind else { return Ok(parsed) };
            let Some(target) = self.context.component("schemas", name) else { break };
            parsed = parse_component(target, user, self.context)?;
        }
        Err(SpecError::Reported)
    }

    fn spend(&self, properties: usize, branch: Span) -> Result<()> {
        let spent = &self.context.schemas.merged_properties;
        spent.set(spent.get().saturating_add(properties));
        if spent.get() <= MAX_MERGED_PROPERTIES {
            return Ok(());
        }
        error_at(
            branch,
            format!("the allOf of this document copy more than {MAX_MERGED_PROPERTIES} properties"),
            "refer to the objects instead of merging them",
        )
    }

    fn inline(&mut self, branch: &'a Node) -> Result<()> {
        let mut fields = self.context.fields(branch, "a schema in allOf")?;
        fields.ignore(&["title", "description", "example", "externalDocs"]);
        let mut is_complete = true;
        if let Some(inner) = fields.optional("allOf") {
            is_complete = self.branches(inner);
        }
        expect_object(&mut fields)?;
        self.required.extend(fields.optional("required").map(|names| &names.value));
        let object = parse_properties(&mut fields, self.context)?;
        fields.deny_unknown();
        self.add(object, branch.span, None)?;
        if is_complete { Ok(()) } else { Err(SpecError::Reported) }
    }

    /// Adds the constraints of a branch; `component` is its name if it is a reference.
    fn add(
        &mut self,
        branch: ObjectConstraints,
        span: Span,
        component: Option<&str>,
    ) -> Result<()> {
        if let AdditionalProperties::Forbidden | AdditionalProperties::Schema(_) =
            branch.additional_properties
        {
            return error_at(
                span,
                "`additionalProperties` in or beside allOf would apply to the properties of the \
                 other branches",
                "remove it",
            );
        }
        self.add_properties(branch.properties, component.map(|_| span));
        let merged = &mut self.object;
        merged.min_properties = merged.min_properties.max(branch.min_properties);
        merged.max_properties = match (merged.max_properties, branch.max_properties) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Ok(())
    }

    /// Adds properties, which `reference` leads to if they are those of a component.
    fn add_properties(&mut self, properties: Vec<Property>, reference: Option<Span>) {
        for property in properties {
            let Some(first) = self.object.property(&property.name) else {
                self.object.properties.push(property);
                continue;
            };
            let message = format!("duplicate property `{}` in allOf", property.name);
            let place = reference.unwrap_or(property.span);
            let error = Diagnostic::error(place, message, "define it in one branch only");
            let error = error.related_to(first.span, "first defined here");
            self.context.diagnostics.report(error.into());
        }
    }
}

fn expect_object(fields: &mut Fields) -> Result<()> {
    let Some(entry) = fields.optional("type") else { return Ok(()) };
    match entry.value.string()? {
        "object" => Ok(()),
        other => error_at(entry.value.span, format!("`{other}` in allOf"), "use type object"),
    }
}
