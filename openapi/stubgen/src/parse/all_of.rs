//! `allOf`: objects as the branches of an object, or, with a reference as the only branch, that
//! reference.

use super::context::{Context, parse_reference};
use super::external_docs::parse_external_docs;
use super::fields::Fields;
use super::object::{ParseSchema, parse_object};
use crate::diagnostic::{Result, SpecError, error_at};
use crate::model::{Branch, BranchKind, ObjectConstraints, SchemaKind};
use crate::yaml::{Entry, Node};

pub(super) fn parse_all_of<'a>(
    all_of: &'a Entry,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<SchemaKind> {
    if let Some(name) = wrapped_reference(all_of, fields, context)? {
        return Ok(SchemaKind::Reference(name));
    }
    let parser = BranchParser { context, parse_schema };
    parser.parse_object(Some(all_of), fields).map(SchemaKind::Object)
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

struct BranchParser<'c, 'a> {
    context: &'c Context<'a>,
    parse_schema: ParseSchema<'c, 'a>,
}

impl<'a> BranchParser<'_, 'a> {
    /// An object's constraints and the branches beside them.
    fn parse_object(
        &self,
        all_of: Option<&'a Entry>,
        fields: &mut Fields<'a>,
    ) -> Result<ObjectConstraints> {
        let diagnostics = self.context.diagnostics;
        let branches = all_of.map_or(Ok(Vec::new()), |all_of| self.parse_branches(all_of));
        let is_object = diagnostics.check(expect_object(fields));
        let is_open = diagnostics.check(deny_additional_properties(fields));
        let object = parse_object(fields, diagnostics, self.parse_schema)?;
        is_object.and(is_open)?;
        Ok(ObjectConstraints { all_of: branches?, ..object })
    }

    fn parse_branches(&self, all_of: &'a Entry) -> Result<Vec<Branch>> {
        let diagnostics = self.context.diagnostics;
        let nodes = diagnostics.check(all_of.value.items())?;
        if nodes.is_empty() {
            diagnostics.error(all_of.span, "empty allOf", "list at least one schema");
        }
        let branches = nodes.iter().filter_map(|node| diagnostics.ok(self.parse_branch(node)));
        let branches: Vec<_> = branches.collect();
        if branches.len() < nodes.len() { Err(SpecError::Reported) } else { Ok(branches) }
    }

    fn parse_branch(&self, node: &'a Node) -> Result<Branch> {
        let kind = match parse_reference(node, self.context.diagnostics)? {
            Some(reference) => {
                BranchKind::Reference(self.context.lookup(reference, "schemas")?.key.clone())
            }
            None => BranchKind::Inline(self.parse_inline(node)?),
        };
        Ok(Branch { span: node.span, kind })
    }

    fn parse_inline(&self, node: &'a Node) -> Result<ObjectConstraints> {
        let mut fields = self.context.fields(node, "a schema in allOf")?;
        fields.optional_string("title");
        fields.optional_string("description");
        fields.ignore(&["example"]);
        parse_external_docs(&mut fields, self.context);
        let all_of = fields.optional("allOf");
        let object = self.parse_object(all_of, &mut fields);
        fields.deny_unknown();
        object
    }
}

fn expect_object(fields: &mut Fields) -> Result<()> {
    let Some(entry) = fields.optional("type") else { return Ok(()) };
    match entry.value.string()? {
        "object" => Ok(()),
        other => error_at(entry.value.span, format!("`{other}` in allOf"), "use type object"),
    }
}

/// `true` is the default.
fn deny_additional_properties(fields: &mut Fields) -> Result<()> {
    match fields.optional("additionalProperties") {
        Some(entry) if !entry.value.boolean().unwrap_or(false) => error_at(
            entry.span,
            "`additionalProperties` in or beside allOf would apply to the properties of the other \
             branches",
            "remove it",
        ),
        _ => Ok(()),
    }
}
