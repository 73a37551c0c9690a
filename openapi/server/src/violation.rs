//! What is wrong with a request, in words that never repeat the value: it
//! could be a password.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde::Serialize;
use serde_json::Value;

/// Reported at most, so that a hostile body gets no long answer.
pub(crate) const MAX_REPORTED: usize = 100;

/// One way in which a request differs from the spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// `body`, `path`, `query` or `header`.
    #[serde(rename = "in")]
    pub location: &'static str,
    /// JSON pointer (RFC 6901) into the body, or `/` and the parameter's name.
    pub pointer: String,
    /// The keyword of the spec that is violated; `json` for a text that is none.
    pub rule: String,
    /// What the value must be.
    pub message: String,
}

impl Violation {
    /// A violation that no schema can express, found by the implementation.
    pub fn new(
        location: &'static str,
        pointer: String,
        rule: &str,
        message: impl Into<String>,
    ) -> Self {
        Self { location, pointer, rule: rule.to_owned(), message: message.into() }
    }
}

/// Adds everything that is wrong with a value: the body, or the parameter of
/// this name.
pub(crate) fn check(
    validator: &Validator,
    value: &Value,
    location: &'static str,
    name: Option<&str>,
    found: &mut Vec<Violation>,
) {
    if validator.is_valid(value) {
        return;
    }
    let root = name.map(|name| format!("/{name}")).unwrap_or_default();
    for error in validator.iter_errors(value) {
        describe(&error, location, &root, found);
        if found.len() >= MAX_REPORTED {
            found.truncate(MAX_REPORTED);
            return;
        }
    }
}

fn describe(
    error: &ValidationError<'_>,
    location: &'static str,
    root: &str,
    found: &mut Vec<Violation>,
) {
    use ValidationErrorKind as Kind;
    let pointer = format!("{root}{}", error.instance_path());
    let rule = error.kind().keyword();
    let mut add = |pointer: String, rule: &str, message: String| {
        let violation = Violation::new(location, pointer, rule, message);
        // One fault can be seen from two sides, as int32 and as maximum.
        if !found.contains(&violation) {
            found.push(violation);
        }
    };
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            add(format!("{pointer}/{}", escape(name)), rule, "is required".to_owned());
        }
        Kind::AdditionalProperties { unexpected } => {
            for name in unexpected {
                add(
                    format!("{pointer}/{}", escape(name)),
                    rule,
                    "is not a known property".to_owned(),
                );
            }
        }
        // The only `false` schemas are properties that a request may not set.
        Kind::FalseSchema => {
            add(pointer, "readOnly", "is set by the server; leave it out".to_owned())
        }
        kind => add(pointer, rule, message(kind)),
    }
}

fn message(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind: TypeKind::Single(name) } => format!("must be of type {name}"),
        Kind::Type { .. } => "must be of another type".to_owned(),
        Kind::Enum { options } => format!("must be one of {options}"),
        Kind::Format { format } => format!("must be a valid {format}"),
        Kind::Pattern { pattern } => format!("must match {pattern}"),
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::MinItems { limit } => format!("must have at least {limit} items"),
        Kind::MaxItems { limit } => format!("must have at most {limit} items"),
        Kind::UniqueItems => "must not hold an item twice".to_owned(),
        Kind::MinProperties { limit } => format!("must have at least {limit} properties"),
        Kind::MaxProperties { limit } => format!("must have at most {limit} properties"),
        other => format!("violates {}", other.keyword()),
    }
}

/// A name as a segment of a JSON pointer.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
