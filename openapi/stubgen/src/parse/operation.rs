//! Paths and their operations.

use std::collections::HashMap;

use super::context::Context;
use super::external_docs::parse_external_docs;
use super::fields::Fields;
use super::method::METHODS;
use super::path::Routes;
use super::{media_type, operation_id, parameter, path, response, security, server};
use crate::diagnostic::{Diagnostic, Result, Span, SpecError};
use crate::model::{Body, Operation, Parameter, Security};
use crate::yaml::{Entry, Node};

/// Every operation in the order of the file.
pub(super) fn parse_paths<'a>(
    paths: &'a Node,
    context: &Context<'a>,
    default_security: Option<&'a Node>,
) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    let mut routes = Routes::default();
    let mut is_empty = true;
    let entries = context.diagnostics.ok(paths.entries());
    for path in entries.unwrap_or_default().iter().filter(|path| !path.key.starts_with("x-")) {
        let template = context.diagnostics.ok(routes.parse_path(path, context.diagnostics));
        for operation in parse_path(path, template, context, default_security) {
            is_empty = false;
            operations.extend(operation.ok());
        }
    }
    if is_empty {
        context.diagnostics.warning(paths.span, "`paths` has no operations", "define at least one");
    }
    let mut operations = without_duplicates(operations, context);
    operation_id::derive(&mut operations);
    operations
}

/// The operations of a path, in the order of the file.
fn parse_path<'a>(
    path: &'a Entry,
    template: Option<Vec<&'a str>>,
    context: &Context<'a>,
    default_security: Option<&'a Node>,
) -> Vec<Result<Operation>> {
    let Ok(mut fields) = context.fields(&path.value, "a path") else { return Vec::new() };
    fields.optional_string("summary");
    fields.optional_string("description");
    server::note_servers(&mut fields, context);
    let shared = fields.optional("parameters");
    let shared = parameter::parse_parameters(shared, context);
    let item = PathItem { path, template, shared, context, default_security };
    let methods = METHODS.iter().filter_map(|method| Some((*method, fields.optional(method)?)));
    let mut methods: Vec<(&'static str, &'a Entry)> = methods.collect();
    methods.sort_by_key(|(_, entry)| entry.span.start);
    fields.deny_unknown();
    let parse = |(method, entry): (&'static str, &'a Entry)| item.parse_operation(method, entry);
    methods.into_iter().map(parse).collect()
}

/// Checks the operations of a path of a callback.
pub(super) fn check_path<'a>(path: &'a Entry, context: &Context<'a>) {
    parse_path(path, None, context, None);
}

/// The operations whose id is new.
fn without_duplicates(operations: Vec<Operation>, context: &Context) -> Vec<Operation> {
    let mut first_uses: HashMap<String, Span> = HashMap::new();
    let mut distinct = Vec::new();
    for operation in operations {
        match first_uses.get(&operation.id).filter(|_| operation.has_declared_id) {
            Some(first) => {
                let message = format!("duplicate operationId `{}`", operation.id);
                let error = Diagnostic::error(operation.span, message, "write a unique id");
                context.diagnostics.report(error.related_to(*first, "first used here").into());
            }
            None => {
                if operation.has_declared_id {
                    first_uses.insert(operation.id.clone(), operation.span);
                }
                distinct.push(operation);
            }
        }
    }
    distinct
}

/// What the operations of a path have in common.
struct PathItem<'c, 'a> {
    path: &'a Entry,
    /// The names of the path parameters, unless the template is invalid.
    template: Option<Vec<&'a str>>,
    shared: Result<Vec<Parameter>>,
    context: &'c Context<'a>,
    default_security: Option<&'a Node>,
}

impl<'a> PathItem<'_, 'a> {
    /// Reports the problems of every part of the operation before it fails.
    fn parse_operation(&self, method: &'static str, entry: &'a Entry) -> Result<Operation> {
        let mut fields = self.context.fields(&entry.value, "an operation")?;
        let id = self.parse_id(&mut fields, entry);
        let parameters = self.parse_parameters(&mut fields);
        let body = self.parse_body(&mut fields, method);
        let responses = fields.required("responses");
        let responses = responses.and_then(|node| response::parse_responses(node, self.context));
        let security = self.context.diagnostics.check(self.parse_security(&mut fields));
        let tags = fields.parse("tags", parse_tags).unwrap_or_default();
        let summary = fields.optional_string("summary");
        let description = fields.optional_string("description");
        let deprecated = fields.flag("deprecated");
        server::note_servers(&mut fields, self.context);
        parse_external_docs(&mut fields, self.context);
        let callbacks = fields.parse("callbacks", Node::entries).unwrap_or_default();
        self.context.callbacks.borrow_mut().extend(callbacks.iter().map(|entry| &entry.value));
        fields.deny_unknown();
        let (id, span) = id?;
        Ok(Operation {
            has_declared_id: id.is_some(),
            id: id.unwrap_or_default(),
            span,
            method,
            path: self.path.key.clone(),
            tags,
            summary,
            description,
            deprecated,
            parameters: parameters?,
            body: body?,
            responses: responses?,
            security: security?,
        })
    }

    /// The operationId, and its span or else that of the method.
    fn parse_id(&self, fields: &mut Fields<'a>, method: &Entry) -> Result<(Option<String>, Span)> {
        let Some(entry) = fields.optional("operationId") else { return Ok((None, method.span)) };
        let id = self.context.diagnostics.check(entry.value.string())?;
        Ok((Some(id.to_owned()), entry.value.span))
    }

    fn parse_body(&self, fields: &mut Fields<'a>, method: &str) -> Result<Option<Body>> {
        let Some(entry) = fields.optional("requestBody") else { return Ok(None) };
        let diagnostics = self.context.diagnostics;
        if matches!(method, "get" | "head" | "delete" | "trace") {
            let message = format!("a body of a `{method}` request has no meaning in HTTP");
            let help = "use another method; some proxies and clients do not send it";
            diagnostics.warning(entry.span, message, help);
        }
        let body = diagnostics.check(media_type::parse_body(&entry.value, self.context))?;
        if body.content.is_empty() {
            let message = "the request body has no effect: it has no media type";
            diagnostics.warning(
                entry.span,
                message,
                "add one such as application/json, or remove it",
            );
            return Ok(None);
        }
        Ok(Some(body))
    }

    /// The path's parameters, then the operation's, which override those of the path.
    fn parse_parameters(&self, fields: &mut Fields<'a>) -> Result<Vec<Parameter>> {
        let own = parameter::parse_parameters(fields.optional("parameters"), self.context)?;
        let mut parameters: Vec<Parameter> =
            self.shared.as_ref().map_err(|_| SpecError::Reported)?.clone();
        parameters.retain(|shared| !own.iter().any(|parameter| parameter.has_same_key(shared)));
        parameters.extend(own);
        if let Some(template) = &self.template {
            path::check_path_parameters(self.path, template, &parameters, self.context.diagnostics);
        }
        Ok(parameters)
    }

    fn parse_security(&self, fields: &mut Fields<'a>) -> Result<Security> {
        let own = fields.optional("security").map(|entry| &entry.value);
        security::parse_security(own.or(self.default_security), self.context)
    }
}

fn parse_tags(list: &Node) -> Result<Vec<String>> {
    list.items()?.iter().map(|item| Ok(item.string()?.to_owned())).collect()
}
