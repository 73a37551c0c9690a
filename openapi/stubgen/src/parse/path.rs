//! Path templates: `/orders/{id}`.

use super::components::is_identifier;
use crate::diagnostic::{Result, error_at};
use crate::model::{Location, Operation, Parameter};
use crate::yaml::Entry;

/// Where every generated server serves its spec and Swagger UI.
const RESERVED_PATHS: [&str; 3] = ["/docs", "/openapi.yaml", "/openapi.json"];

/// The parameter names of a path that no earlier path makes unreachable.
pub(super) fn parse_path<'a>(path: &'a Entry, earlier: &[Operation]) -> Result<Vec<&'a str>> {
    let parameters = parse_template(path)?;
    if RESERVED_PATHS.contains(&path.key.as_str()) {
        return error_at(
            path.position,
            format!("`{}` is reserved for the server's documentation; rename the path", path.key),
        );
    }
    let duplicate = earlier
        .iter()
        .find(|other| other.path != path.key && is_same_route(&other.path, &path.key));
    match duplicate {
        None => Ok(parameters),
        Some(other) => error_at(
            path.position,
            format!("`{}` is the same route as `{}`; merge the two paths", path.key, other.path),
        ),
    }
}

fn parse_template(path: &Entry) -> Result<Vec<&str>> {
    let Some(rest) = path.key.strip_prefix('/') else {
        return error_at(
            path.position,
            format!("path `{}` does not begin with `/`; add it", path.key),
        );
    };
    let mut parameters = Vec::new();
    for segment in rest.split('/') {
        match parse_segment(segment) {
            Ok(Some(name)) if parameters.contains(&name) => {
                let message = format!("duplicate path parameter `{{{name}}}`; rename one");
                return error_at(path.position, message);
            }
            Ok(name) => parameters.extend(name),
            Err(message) => return error_at(path.position, message),
        }
    }
    Ok(parameters)
}

/// The parameter that a segment is. The router does not support parameters within a segment.
fn parse_segment(segment: &str) -> Result<Option<&str>, String> {
    match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) if is_identifier(name) => Ok(Some(name)),
        Some(name) => Err(format!(
            "invalid path parameter name `{name}`; expected letters, digits, `.`, `_` and `-`, a \
             letter first"
        )),
        None if segment.chars().all(is_unreserved) => Ok(None),
        None => Err(format!(
            "unsupported path segment `{segment}`; expected unreserved characters or a single \
             {{parameter}}"
        )),
    }
}

/// The characters that RFC 3986 never percent-encodes.
fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

/// Whether two paths differ only in the names of their parameters.
fn is_same_route(a: &str, b: &str) -> bool {
    let is_parameter = |segment: &str| segment.starts_with('{');
    a.split('/').count() == b.split('/').count()
        && a.split('/')
            .zip(b.split('/'))
            .all(|(a, b)| a == b || (is_parameter(a) && is_parameter(b)))
}

/// Checks that the template and the path parameters name each other.
pub(super) fn check_path_parameters(
    path: &Entry,
    template: &[&str],
    parameters: &[Parameter],
) -> Result<()> {
    let path_parameters = || parameters.iter().filter(|known| known.location == Location::Path);
    for parameter in path_parameters() {
        if !template.contains(&parameter.name.as_str()) {
            return error_at(
                parameter.position,
                format!(
                    "path parameter `{}` does not occur in `{}`; add `{{{}}}` to the path",
                    parameter.name, path.key, parameter.name
                ),
            );
        }
    }
    match template.iter().find(|name| !path_parameters().any(|known| known.name == **name)) {
        None => Ok(()),
        Some(name) => error_at(
            path.position,
            format!("path parameter `{{{name}}}` is not defined; add it to `parameters`"),
        ),
    }
}
