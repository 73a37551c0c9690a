//! Paths and their operations.

use super::components::Components;
use super::fields::Fields;
use super::{media_type, parameter, path, response, security};
use crate::diagnostic::{Result, error_at};
use crate::model::{Operation, Parameter};
use crate::yaml::{Entry, Node};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];

/// Every operation in the order of the file.
pub(super) fn parse_paths(
    paths: &Node,
    components: Components,
    default_security: Option<&Node>,
) -> Result<Vec<Operation>> {
    let mut operations: Vec<Operation> = Vec::new();
    for path in paths.entries()?.iter().filter(|path| !path.key.starts_with("x-")) {
        let template = path::parse_path(path, &operations)?;
        let mut fields = Fields::new(&path.value, "a path")?;
        fields.ignore(&["summary", "description"]);
        let shared_parameters = fields.optional("parameters");
        let item = PathItem { path, template, shared_parameters, components, default_security };
        for method in METHODS {
            let Some(entry) = fields.optional(method) else { continue };
            let operation = item.parse_operation(method, entry)?;
            deny_duplicate_id(&operations, &operation)?;
            operations.push(operation);
        }
        fields.deny_unknown()?;
    }
    if operations.is_empty() {
        return error_at(paths.position, "`paths` has no operations; define at least one");
    }
    Ok(operations)
}

fn deny_duplicate_id(operations: &[Operation], operation: &Operation) -> Result<()> {
    if operations.iter().any(|other| other.id == operation.id) {
        return error_at(
            operation.position,
            format!("duplicate operationId `{}`; must be unique", operation.id),
        );
    }
    Ok(())
}

/// What the operations of a path have in common.
struct PathItem<'a> {
    path: &'a Entry,
    /// The names of the path parameters.
    template: Vec<&'a str>,
    shared_parameters: Option<&'a Entry>,
    components: Components<'a>,
    default_security: Option<&'a Node>,
}

impl PathItem<'_> {
    fn parse_operation(&self, method: &'static str, entry: &Entry) -> Result<Operation> {
        let mut fields = Fields::new(&entry.value, "an operation")?;
        let id_node = fields.required("operationId")?;
        let id = parse_operation_id(id_node)?;
        let parameters = self.parse_parameters(&mut fields)?;
        let body = media_type::parse_request_body(&mut fields, self.components)?;
        if body.is_some() && matches!(method, "get" | "head" | "delete") {
            return error_at(
                entry.position,
                format!("a `{method}` request has no body; remove `requestBody`"),
            );
        }
        let operation = Operation {
            id,
            position: id_node.position,
            method,
            path: self.path.key.clone(),
            tags: parse_tags(&mut fields)?,
            summary: fields.optional_string("summary")?,
            description: fields.optional_string("description")?,
            deprecated: fields.flag("deprecated")?,
            parameters,
            body,
            responses: response::parse_responses(fields.required("responses")?, self.components)?,
            security: self.parse_security(&mut fields)?,
        };
        fields.ignore(&["externalDocs"]);
        fields.deny_unknown()?;
        Ok(operation)
    }

    /// The path's parameters, then the operation's, which override those of the path.
    fn parse_parameters(&self, fields: &mut Fields) -> Result<Vec<Parameter>> {
        let own = parameter::parse_parameters(fields.optional("parameters"), self.components)?;
        let mut parameters = parameter::parse_parameters(self.shared_parameters, self.components)?;
        parameters.retain(|shared| !own.iter().any(|parameter| parameter.has_same_key(shared)));
        parameters.extend(own);
        path::check_path_parameters(self.path, &self.template, &parameters)?;
        Ok(parameters)
    }

    fn parse_security(&self, fields: &mut Fields) -> Result<Vec<String>> {
        let own = fields.optional("security").map(|entry| &entry.value);
        security::parse_requirement(own.or(self.default_security), self.components)
    }
}

fn parse_operation_id(node: &Node) -> Result<String> {
    let id = node.string()?;
    if id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        return Ok(id.to_owned());
    }
    error_at(
        node.position,
        format!(
            "operationId `{id}` cannot name a function; expected letters, digits and `_`, a \
             letter first"
        ),
    )
}

fn parse_tags(fields: &mut Fields) -> Result<Vec<String>> {
    let Some(entry) = fields.optional("tags") else { return Ok(Vec::new()) };
    entry.value.items()?.iter().map(|item| Ok(item.string()?.to_owned())).collect()
}
