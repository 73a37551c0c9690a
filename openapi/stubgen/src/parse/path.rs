//! Path templates: `/orders/{id}`.

use std::collections::HashMap;

use super::method::METHODS;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, error_at};
use crate::model::{Location, Parameter};
use crate::yaml::Entry;

/// Where every generated server serves what the spec has not, and what.
const BUILT_IN_PATHS: [(&str, &str); 4] = [
    ("/docs", "Swagger UI"),
    ("/openapi.yaml", "the spec in YAML"),
    ("/openapi.json", "the spec in JSON"),
    ("/metrics", "its metrics"),
];

/// The paths so far, by their template without parameter names. Paths of the same route, which
/// OpenAPI does not allow, are served if they have different methods.
#[derive(Default)]
pub(super) struct Routes<'a>(HashMap<String, Vec<&'a Entry>>);

impl<'a> Routes<'a> {
    /// The parameter names of a path whose operations no earlier path makes unreachable.
    pub fn parse_path(
        &mut self,
        path: &'a Entry,
        diagnostics: &Diagnostics,
    ) -> Result<Vec<&'a str>> {
        let Template { route, parameters } = parse_template(path)?;
        note_built_in(path, &route, diagnostics);
        let others = self.0.entry(route).or_default();
        for other in others.iter() {
            let message = format!("`{}` is the same route as `{}`", path.key, other.key);
            let diagnostic = Diagnostic::error(path.span, message, "merge the two paths");
            let diagnostic = diagnostic.related_to(other.span, "the other path");
            if methods(path).any(|method| other.value.get(method).is_some()) {
                return Err(diagnostic.into());
            }
            diagnostics.warn(diagnostic);
        }
        others.push(path);
        Ok(parameters)
    }
}

/// The methods of the operations of a path.
fn methods(path: &Entry) -> impl Iterator<Item = &'static str> {
    METHODS.iter().copied().filter(|method| path.value.get(method).is_some())
}

/// A path of the spec precedes what the server would serve there.
fn note_built_in(path: &Entry, route: &str, diagnostics: &Diagnostics) {
    let has_operations = methods(path).next().is_some();
    let known = BUILT_IN_PATHS.iter().find(|(known, _)| *known == route);
    if let Some((_, content)) = known.filter(|_| has_operations) {
        diagnostics.warning(
            path.span,
            format!("the server does not serve {content} at `{route}`, which the spec has"),
            "rename the path, unless the server need not serve that",
        );
    }
    if route == "/{}" && has_operations {
        let others = BUILT_IN_PATHS.map(|(known, _)| known).join(", ");
        diagnostics.warning(
            path.span,
            format!("requests for {others} do not reach `{}`", path.key),
            "begin the path with a fixed segment; the server answers these itself",
        );
    }
}

struct Template<'a> {
    /// The path with `{}` for each parameter.
    route: String,
    parameters: Vec<&'a str>,
}

fn parse_template(path: &Entry) -> Result<Template<'_>> {
    let Some(rest) = path.key.strip_prefix('/') else {
        let message = format!("path `{}` does not begin with `/`", path.key);
        return error_at(path.span, message, "add `/`");
    };
    let mut template = Template { route: String::new(), parameters: Vec::new() };
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            let message = format!("empty segment in the path `{}`", path.key);
            return error_at(path.span, message, "write a single `/`");
        }
        template.route.push('/');
        if let Err((message, help)) = template.add_segment(segment) {
            return error_at(path.span, message, help);
        }
    }
    Ok(template)
}

impl<'a> Template<'a> {
    /// Adds the text and the parameters of a segment, or returns what is wrong and what to do.
    fn add_segment(&mut self, segment: &'a str) -> Result<(), (String, &'static str)> {
        let unsupported = || (format!("unsupported path segment `{segment}`"), SEGMENT_HELP);
        let mut rest = segment;
        while !rest.is_empty() {
            let (text, after) = rest.split_once('{').unwrap_or((rest, ""));
            if !text.chars().all(is_path_character) {
                return Err(unsupported());
            }
            self.route.push_str(text);
            if text.len() == rest.len() {
                break;
            }
            let (name, after) = after.split_once('}').ok_or_else(unsupported)?;
            self.add_parameter(name)?;
            rest = after;
        }
        Ok(())
    }

    fn add_parameter(&mut self, name: &'a str) -> Result<(), (String, &'static str)> {
        if name.is_empty() || name.contains('{') {
            return Err((
                format!("invalid path parameter name `{name}`"),
                "write a name without braces",
            ));
        }
        if self.parameters.contains(&name) {
            return Err((
                format!("duplicate path parameter `{{{name}}}`"),
                "rename one of the two",
            ));
        }
        self.parameters.push(name);
        self.route.push_str("{}");
        Ok(())
    }
}

const SEGMENT_HELP: &str =
    "write the characters that a path has without percent-encoding, and {parameters}";

/// The characters that a segment can have in a URL (RFC 3986, 3.3). Others are percent-encoded
/// there.
fn is_path_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c)
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
