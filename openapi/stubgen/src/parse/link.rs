//! Links. They tell clients how to continue; the server has nothing to enforce, but their
//! operations must exist.

use std::collections::HashSet;

use super::context::Context;
use super::method::METHODS;
use super::server::parse_server;
use crate::diagnostic::{Result, error_at};
use crate::yaml::{Entry, Node};

/// Checks the `links` of all responses, and the components.
pub(super) fn check_links(paths: &Node, context: &Context) {
    let ids = operation_ids(paths);
    let of_responses = context.links.borrow();
    let links = of_responses.iter().filter_map(|links| context.diagnostics.ok(links.entries()));
    for link in links.flatten().chain(context.section("links")) {
        context.diagnostics.ok(check_link(link, &ids, context));
    }
}

/// The ids in the document, also of operations that have problems.
fn operation_ids(paths: &Node) -> HashSet<&str> {
    let items = paths.entries().unwrap_or_default().iter();
    let operations = items.flat_map(|path| path.value.entries().unwrap_or_default());
    let operations = operations.filter(|entry| METHODS.contains(&entry.key.as_str()));
    operations
        .flat_map(|operation| operation.value.entries().unwrap_or_default())
        .filter(|field| field.key == "operationId")
        .filter_map(|field| field.value.string().ok())
        .collect()
}

fn check_link<'a>(entry: &'a Entry, ids: &HashSet<&str>, context: &Context<'a>) -> Result<()> {
    let mut fields = context.fields(context.resolve(&entry.value, "links")?, "a link")?;
    let id = fields.optional("operationId");
    let reference = fields.optional("operationRef");
    fields.optional_string("description");
    fields.parse("parameters", Node::entries);
    fields.parse("server", |node| parse_server(node, context));
    fields.ignore(&["requestBody"]);
    fields.deny_unknown();
    match (id, reference) {
        (Some(id), None) => check_operation(&id.value, ids),
        (None, Some(reference)) => reference.value.string().map(|_| ()),
        (Some(_), Some(reference)) => error_at(
            reference.span,
            "`operationRef` beside `operationId`",
            "remove one of the two; they exclude each other",
        ),
        (None, None) => error_at(entry.span, "the link has no operation", "add `operationId`"),
    }
}

fn check_operation(id: &Node, ids: &HashSet<&str>) -> Result<()> {
    let name = id.string()?;
    if ids.contains(name) {
        return Ok(());
    }
    error_at(
        id.span,
        format!("operation `{name}` does not exist"),
        "write the operationId of an operation of this document",
    )
}
