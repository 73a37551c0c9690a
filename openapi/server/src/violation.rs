//! Violations: the ways in which a request differs from the spec.
//!
//! A violation says where (`in` and a JSON pointer), which rule (the keyword of the spec), and what
//! is expected, in words that complete the sentence "`body` `/items/0/quantity` …": "must be at
//! least 1", "is required". Programs rely on the first three, people read the last.
//!
//! Clients choose what is reported here, which has three consequences:
//!
//! - The value itself is never repeated. It could be a password, and the message may end up in a
//!   log. Names of properties and parameters are repeated, but truncated.
//! - A [`Report`] is bounded in number and bytes. When it is full, checking stops.
//! - Locating a value costs nothing until it is reported: a [`Path`] is a linked list on the
//!   checker's stack, and becomes a pointer only in [`Report::add`].

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::{Value, json};

use crate::limits::{
    MAX_MESSAGE_CHARS, MAX_NAME_CHARS, MAX_POINTER_CHARS, MAX_REPORTED, MAX_REPORTED_BYTES,
};

/// One difference between a request and the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// `body`, `path`, `query` or `header`.
    pub location: &'static str,
    /// A JSON pointer (RFC 6901) into the body, or `/` and the parameter's name.
    pub pointer: String,
    /// The violated keyword of the spec, or `json` for malformed JSON.
    pub rule: String,
    /// What is expected of the value.
    pub message: String,
}

impl Violation {
    /// A violation of a rule that no schema can express, found by the implementation.
    pub fn new(
        location: &'static str,
        pointer: String,
        rule: &str,
        message: impl Into<String>,
    ) -> Self {
        Self { location, pointer, rule: rule.to_owned(), message: message.into() }
    }
}

/// The location of a value.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    location: &'static str,
    parent: Option<&'a Path<'a>>,
    segment: Segment<'a>,
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    /// The body as a whole.
    Root,
    Name(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    pub const BODY: Self = Self { location: "body", parent: None, segment: Segment::Root };

    /// A parameter; `location` is `path`, `query` or `header`.
    pub fn parameter(location: &'static str, name: &'a str) -> Self {
        Self { location, parent: None, segment: Segment::Name(name) }
    }

    pub fn property<'b>(&'b self, name: &'b str) -> Path<'b> {
        Path { location: self.location, parent: Some(self), segment: Segment::Name(name) }
    }

    pub fn item<'b>(&'b self, index: usize) -> Path<'b> {
        Path { location: self.location, parent: Some(self), segment: Segment::Index(index) }
    }

    fn pointer(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        truncate(text, MAX_POINTER_CHARS)
    }

    fn write(&self, text: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(text);
        }
        match self.segment {
            Segment::Root => {}
            Segment::Name(name) => {
                text.push('/');
                text.push_str(&escape(&truncate(name.to_owned(), MAX_NAME_CHARS)));
            }
            Segment::Index(index) => {
                text.push('/');
                text.push_str(&index.to_string());
            }
        }
    }
}

/// The violations of one request, bounded in number and in bytes.
#[derive(Default)]
pub(crate) struct Report {
    violations: Vec<Violation>,
    /// How many were found, including duplicates.
    found: usize,
    bytes: usize,
}

impl Report {
    pub fn is_full(&self) -> bool {
        self.found >= MAX_REPORTED || self.bytes >= MAX_REPORTED_BYTES
    }

    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Adds a violation, unless the report is full.
    pub fn add(&mut self, path: &Path<'_>, rule: &str, message: impl Into<String>) {
        if self.is_full() {
            return;
        }
        self.found += 1;
        let message = truncate(message.into(), MAX_MESSAGE_CHARS);
        let violation = Violation::new(path.location, path.pointer(), rule, message);
        // Two keywords can report the same, such as the range of `int32` and `maximum`. They are
        // evaluated one after the other.
        if self.violations.last() != Some(&violation) {
            self.bytes += violation.pointer.len() + violation.message.len();
            self.violations.push(violation);
        }
    }

    pub fn required(&mut self, path: &Path<'_>) {
        self.add(path, "required", "is required");
    }

    pub fn unknown_property(&mut self, path: &Path<'_>) {
        self.add(path, "additionalProperties", "is not a known property");
    }

    pub fn read_only(&mut self, path: &Path<'_>) {
        self.add(path, "readOnly", "is read-only; must not be sent");
    }

    /// Adds an error that a validator found in the value at this path.
    pub fn error(&mut self, error: &ValidationError<'_>, path: &Path<'_>) {
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                self.required(&path.property(property.as_str().unwrap_or_default()));
            }
            kind => self.add(path, kind.keyword(), message(kind)),
        }
    }
}

impl From<&Violation> for Value {
    fn from(violation: &Violation) -> Self {
        let Violation { location, pointer, rule, message } = violation;
        json!({ "in": location, "pointer": pointer, "rule": rule, "message": message })
    }
}

fn message(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind: TypeKind::Single(name) } => format!("must be {}", with_article(*name)),
        Kind::Type { kind: TypeKind::Multiple(names) } => {
            let names: Vec<_> = names.into_iter().map(with_article).collect();
            format!("must be {}", names.join(" or "))
        }
        Kind::Enum { options } => format!("must be one of {options}"),
        Kind::Format { format } => format!("must be a valid {format}"),
        // As in the spec: the generator replaces word boundaries.
        Kind::Pattern { pattern } => {
            let pattern = pattern.replace(r"(?-u:\b)", r"\b").replace(r"(?-u:\B)", r"\B");
            format!("must match {pattern}")
        }
        Kind::MinLength { limit } => format!("must have at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", count(*limit, "character")),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::Custom { message, .. } => message.clone(),
        Kind::MinItems { limit } => format!("must have at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", count(*limit, "item")),
        Kind::UniqueItems => "must not contain duplicates".to_owned(),
        Kind::MinProperties { limit } => format!("must have at least {}", properties(*limit)),
        Kind::MaxProperties { limit } => format!("must have at most {}", properties(*limit)),
        other => format!("must satisfy {}", other.keyword()),
    }
}

fn with_article(name: JsonType) -> String {
    match name {
        JsonType::Null => name.to_string(),
        JsonType::Array | JsonType::Integer | JsonType::Object => format!("an {name}"),
        JsonType::Boolean | JsonType::Number | JsonType::String => format!("a {name}"),
    }
}

fn count(limit: u64, noun: &str) -> String {
    if limit == 1 { format!("1 {noun}") } else { format!("{limit} {noun}s") }
}

fn properties(limit: u64) -> String {
    if limit == 1 { "1 property".to_owned() } else { format!("{limit} properties") }
}

/// A name as a segment of a JSON pointer.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The first characters of a text, followed by `…` if there are more.
fn truncate(mut text: String, limit: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(limit) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report of as many violations as it can have.
    fn fill(message: &str) -> Report {
        let mut report = Report::default();
        let items = Path::BODY.property("items");
        for index in 0..MAX_REPORTED {
            report.add(&items.item(index), "minimum", message);
        }
        report
    }

    #[test]
    fn messages_are_english() {
        let articles = [JsonType::Null, JsonType::Array, JsonType::Integer, JsonType::String];
        let articles = articles.map(with_article);
        assert_eq!(articles, ["null", "an array", "an integer", "a string"]);
        assert_eq!([count(1, "item"), count(2, "item")], ["1 item", "2 items"]);
        assert_eq!([properties(1), properties(2)], ["1 property", "2 properties"]);
    }

    #[test]
    fn short_violations_are_bounded_in_number() {
        let mut report = fill("must be at least 1, as the others");
        assert_eq!(report.violations().len(), MAX_REPORTED);
        assert!(report.is_full());
        report.add(&Path::BODY, "minimum", "one more");
        assert_eq!(report.violations().len(), MAX_REPORTED);
    }

    #[test]
    fn long_violations_are_bounded_in_bytes() {
        let report = fill(&"m".repeat(MAX_MESSAGE_CHARS));
        let length = |violation: &Violation| violation.pointer.len() + violation.message.len();
        let bytes: usize = report.violations().iter().map(length).sum();
        assert!(report.is_full());
        // The last one may exceed the bound.
        let last = report.violations().last().map_or(0, length);
        assert!((MAX_REPORTED_BYTES..MAX_REPORTED_BYTES + last).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_report_is_full_only_at_its_bounds() {
        let report = |found, bytes| Report { violations: Vec::new(), found, bytes };
        assert!(!report(MAX_REPORTED - 1, MAX_REPORTED_BYTES - 1).is_full());
        assert!(report(MAX_REPORTED, 0).is_full() && report(0, MAX_REPORTED_BYTES).is_full());
    }
}
