//! Constraints of strings, and formats.

use super::enumeration;
use super::fields::Fields;
use super::look_ahead::{self, LookAhead};
use crate::diagnostic::{Diagnostics, Result, error_at};
use crate::model::{Schema, SchemaKind, StringConstraints};
use crate::pattern;
use crate::yaml::Node;

/// The formats of strings with a definition that the server enforces. `binary` and `password` allow
/// every string.
const FORMATS: [&str; 23] = [
    "binary",
    "byte",
    "base64url",
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "password",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

pub(super) fn parse_string(
    fields: &mut Fields,
    schema: &mut Schema,
    diagnostics: &Diagnostics,
) -> Result<StringConstraints> {
    let (min_length, max_length) = fields.optional_counts("minLength", "maxLength");
    let values = fields.optional("enum");
    let mut string = StringConstraints {
        format: parse_format(fields, &FORMATS, diagnostics),
        min_length,
        max_length,
        pattern: parse_patterns(fields, schema, diagnostics),
        enum_values: Vec::new(),
    };
    if let Some(entry) = values {
        string.enum_values = enumeration::parse_strings(entry, schema, &string, diagnostics)?;
    }
    Ok(string)
}

/// A format that the server enforces. Any other only documents.
pub(super) fn parse_format(
    fields: &mut Fields,
    supported: &[&'static str],
    diagnostics: &Diagnostics,
) -> Option<&'static str> {
    let node = &fields.optional("format")?.value;
    let format = diagnostics.ok(node.string())?;
    let known = supported.iter().find(|supported| **supported == format);
    if known.is_none() {
        let message = format!("format `{format}` has no effect on this type");
        let help = format!("use one of {}, or remove it", supported.join(", "));
        diagnostics.warning(node.span, message, help);
    }
    known.copied()
}

/// The pattern. Look-ahead at its beginning becomes part of the composition.
fn parse_patterns(
    fields: &mut Fields,
    schema: &mut Schema,
    diagnostics: &Diagnostics,
) -> Option<String> {
    let node = &fields.optional("pattern")?.value;
    let pattern = diagnostics.ok(node.string())?;
    let Some(LookAhead { assertions, rest }) = look_ahead::split(pattern) else {
        return diagnostics.ok(check_pattern(pattern, node));
    };
    for assertion in assertions {
        let string = StringConstraints {
            pattern: Some(diagnostics.ok(check_pattern(&assertion.pattern(), node))?),
            ..StringConstraints::default()
        };
        let matching = Schema::new(node.span, SchemaKind::String(string));
        let mut branch = Schema::new(node.span, SchemaKind::Any);
        if assertion.is_negative {
            branch.composition.not = Some(Box::new(matching));
        } else {
            // A schema without `type` also allows other values than strings.
            branch.composition.untyped.push(matching);
        }
        schema.composition.all_of.push(branch);
    }
    diagnostics.ok(check_pattern(&rest, node))
}

fn check_pattern(pattern: &str, node: &Node) -> Result<String> {
    match pattern::check(pattern) {
        Ok(()) => Ok(pattern.to_owned()),
        Err(error) => {
            error_at(node.span, format!("unsupported pattern: {}", error.reason), error.help)
        }
    }
}
