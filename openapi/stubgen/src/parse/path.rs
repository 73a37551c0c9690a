//! Path templates: `/orders/{id}`.

use std::collections::HashMap;

use super::context::{IDENTIFIER_HELP, is_identifier};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, error_at};
use crate::model::{Location, Parameter};
use crate::yaml::Entry;

/// Where every generated server serves its spec, Swagger UI and its metrics.
const RESERVED_PATHS: [&str; 4] = ["/docs", "/openapi.yaml", "/openapi.json", "/metrics"];

/// The paths so far, by their template without parameter names.
#[derive(Default)]
pub(super) struct Routes<'a>(HashMap<String, &'a Entry>);

impl<'a> Routes<'a> {
    /// The parameter names of a path that no earlier path makes unreachable.
    pub fn parse_path(&mut self, path: &'a Entry) -> Result<Vec<&'a str>> {
        let parameters = parse_template(path)?;
        if RESERVED_PATHS.contains(&path.key.as_str()) {
            return error_at(
                path.span,
                format!("`{}` is reserved: the server answers it itself", path.key),
                "rename the path",
            );
        }
        let segments = path.key.split('/');
        let segments =
            segments.map(|segment| if segment.starts_with('{') { "{}" } else { segment });
        let route = segments.collect::<Vec<_>>().join("/");
        match self.0.insert(route, path) {
            None => Ok(parameters),
            Some(other) => {
                let message = format!("`{}` is the same route as `{}`", path.key, other.key);
                let error = Diagnostic::error(path.span, message, "merge the two paths");
                Err(error.related_to(other.span, "the other path").into())
            }
        }
    }
}

fn parse_template(path: &Entry) -> Result<Vec<&str>> {
    let Some(rest) = path.key.strip_prefix('/') else {
        let message = format!("path `{}` does not begin with `/`", path.key);
        return error_at(path.span, message, "add `/`");
    };
    let mut parameters = Vec::new();
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            let message = format!("empty segment in the path `{}`", path.key);
            return error_at(path.span, message, "write a single `/`");
        }
        match parse_segment(segment) {
            Ok(Some(name)) if parameters.contains(&name) => {
                let message = format!("duplicate path parameter `{{{name}}}`");
                return error_at(path.span, message, "rename one of the two");
            }
            Ok(name) => parameters.extend(name),
            Err((message, help)) => return error_at(path.span, message, help),
        }
    }
    Ok(parameters)
}

/// The parameter that a segment is, or else what is wrong and what to do. The router does not
/// support parameters within a segment.
fn parse_segment(segment: &str) -> Result<Option<&str>, (String, &'static str)> {
    match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) if is_identifier(name) => Ok(Some(name)),
        Some(name) => Err((format!("invalid path parameter name `{name}`"), IDENTIFIER_HELP)),
        None if segment.chars().all(is_unreserved) => Ok(None),
        None => Err((
            format!("unsupported path segment `{segment}`"),
            "write letters, digits, `-`, `.`, `_` and `~`, or a single {parameter}",
        )),
    }
}

/// The characters that RFC 3986 never percent-encodes.
fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

/// Checks that the template and the path parameters name each other.
pub(super) fn check_path_parameters(
    path: &Entry,
    template: &[&str],
    parameters: &[Parameter],
    diagnostics: &Diagnostics,
) {
    let path_parameters = || parameters.iter().filter(|known| known.location == Location::Path);
    for parameter in path_parameters() {
        let Parameter { name, span, .. } = parameter;
        if !template.contains(&name.as_str()) {
            diagnostics.error(
                *span,
                format!("path parameter `{name}` does not occur in `{}`", path.key),
                format!("add `{{{name}}}` to the path, or remove the parameter"),
            );
        }
    }
    for name in template {
        if !path_parameters().any(|known| known.name == *name) {
            let message = format!("path parameter `{{{name}}}` is not defined");
            diagnostics.error(path.span, message, "add it to `parameters`");
        }
    }
}
