//! The keywords of schemas.

pub(super) const TYPES: [&str; 6] = ["boolean", "string", "integer", "number", "array", "object"];

/// The keywords that need a `type`, with that type.
pub(super) const TYPED_KEYWORDS: [(&str, &str); 16] = [
    ("properties", "object"),
    ("additionalProperties", "object"),
    ("required", "object"),
    ("minProperties", "object"),
    ("maxProperties", "object"),
    ("items", "array"),
    ("minItems", "array"),
    ("maxItems", "array"),
    ("uniqueItems", "array"),
    ("enum", "string"),
    ("pattern", "string"),
    ("minLength", "string"),
    ("maxLength", "string"),
    ("minimum", "number"),
    ("maximum", "number"),
    ("multipleOf", "number"),
];

/// What to do about a keyword that the schema's type does not have.
pub(super) fn help(keyword: &str) -> String {
    let alternatives = [
        ("anyOf", "use oneOf with a discriminator"),
        ("const", "use an enum of one string"),
        ("discriminator", "move it to the oneOf that lists the variants"),
        ("not", "spell out what is allowed"),
    ];
    if let Some((_, help)) = alternatives.iter().find(|(known, _)| *known == keyword) {
        return (*help).to_owned();
    }
    let known = TYPED_KEYWORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(keyword));
    match known {
        Some((known, type_name)) if *known == keyword => {
            format!("remove it; it applies to the type {type_name}")
        }
        Some((known, _)) => format!("write `{known}`"),
        None => "remove it".to_owned(),
    }
}
