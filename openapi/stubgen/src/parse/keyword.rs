//! The keywords of schemas.

use super::context::Context;
use super::fields::Fields;
use super::object::{ParseSchema, parse_additional_properties, parse_required};
use crate::diagnostic::Result;
use crate::yaml::Node;

pub(super) const TYPES: [&str; 6] = ["boolean", "string", "integer", "number", "array", "object"];

/// The keywords that need a `type`, with that type.
pub(super) const TYPED_KEYWORDS: [(&str, &str); 17] = [
    ("properties", "object"),
    ("additionalProperties", "object"),
    ("required", "object"),
    ("minProperties", "object"),
    ("maxProperties", "object"),
    ("items", "array"),
    ("minItems", "array"),
    ("maxItems", "array"),
    ("uniqueItems", "array"),
    ("pattern", "string"),
    ("minLength", "string"),
    ("maxLength", "string"),
    ("minimum", "number"),
    ("maximum", "number"),
    ("exclusiveMinimum", "number"),
    ("exclusiveMaximum", "number"),
    ("multipleOf", "number"),
];

/// What to do about an unknown keyword.
pub(super) fn help(keyword: &str) -> String {
    match keyword {
        "const" => return "use an enum of one value".to_owned(),
        "examples" => return "use `example`".to_owned(),
        _ => {}
    }
    let known = TYPED_KEYWORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(keyword));
    known.map_or_else(|| "remove it".to_owned(), |(known, _)| format!("write `{known}`"))
}

/// Warns of `xml`: bodies in XML are text to the server.
pub(super) fn note_xml<'a>(fields: &mut Fields<'a>, context: &Context<'a>) {
    let Some(entry) = fields.peek("xml") else { return };
    fields.parse("xml", |node| {
        let mut fields = context.fields(node, "xml")?;
        for key in ["name", "namespace", "prefix"] {
            fields.optional_string(key);
        }
        for key in ["attribute", "wrapped"] {
            fields.flag(key);
        }
        fields.deny_unknown();
        Ok(())
    });
    let message = "`xml` has no effect: bodies are JSON";
    context.diagnostics.warning(entry.span, message, "remove it");
}

/// Warns of the keywords that do not apply to the schema's type. Their values must be valid all the
/// same.
pub(super) fn note_inapplicable<'a>(
    fields: &mut Fields<'a>,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) {
    let diagnostics = context.diagnostics;
    let keywords = TYPED_KEYWORDS.iter().map(|(keyword, type_name)| (*keyword, Some(*type_name)));
    for (keyword, type_name) in keywords.chain([("format", None)]) {
        let Some(entry) = fields.optional(keyword) else { continue };
        if diagnostics.ok(check_value(keyword, &entry.value, context, parse_schema)).is_none() {
            continue;
        }
        let message = format!("`{keyword}` has no effect on a schema of this type");
        let help = match type_name {
            Some(type_name) => format!("remove it; it applies to the type {type_name}"),
            None => "remove it; formats apply to strings and numbers".to_owned(),
        };
        diagnostics.warning(entry.span, message, help);
    }
}

/// Checks the value of a keyword without regard to the type that it applies to.
fn check_value<'a>(
    keyword: &str,
    node: &'a Node,
    context: &Context<'a>,
    parse_schema: ParseSchema<'_, 'a>,
) -> Result<()> {
    match keyword {
        "properties" => {
            for entry in node.entries()? {
                parse_schema(&entry.value);
            }
            Ok(())
        }
        "additionalProperties" => {
            parse_additional_properties(node, parse_schema);
            Ok(())
        }
        "items" => {
            parse_schema(node);
            Ok(())
        }
        "required" => parse_required(node, context.diagnostics).map(|_| ()),
        "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" => node.boolean().map(|_| ()),
        "pattern" | "format" => node.string().map(|_| ()),
        "minimum" | "maximum" | "multipleOf" => node.number().map(|_| ()),
        _ => node.count().map(|_| ()),
    }
}
