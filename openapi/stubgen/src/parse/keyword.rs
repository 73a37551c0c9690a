//! The keywords of schemas.

use super::fields::Fields;
use crate::diagnostic::Diagnostics;

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
pub(super) fn note_xml(fields: &mut Fields, diagnostics: &Diagnostics) {
    if let Some(entry) = fields.optional("xml") {
        diagnostics.warning(entry.span, "`xml` has no effect: bodies are JSON", "remove it");
    }
}

/// Warns of the keywords that do not apply to the schema's type.
pub(super) fn note_inapplicable(fields: &mut Fields, diagnostics: &Diagnostics) {
    let keywords = TYPED_KEYWORDS.iter().map(|(keyword, type_name)| (*keyword, Some(*type_name)));
    for (keyword, type_name) in keywords.chain([("format", None)]) {
        let Some(entry) = fields.optional(keyword) else { continue };
        let message = format!("`{keyword}` has no effect on a schema of this type");
        let help = match type_name {
            Some(type_name) => format!("remove it; it applies to the type {type_name}"),
            None => "remove it; formats apply to strings and numbers".to_owned(),
        };
        diagnostics.warning(entry.span, message, help);
    }
}
