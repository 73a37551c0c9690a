//! What is wrong with a request, in words that never repeat the value: it
//! could be a password. Names of properties are repeated, but cut.

use std::fmt::Write;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde::Serialize;

use crate::limits::{
    MAX_MESSAGE_CHARS, MAX_NAME_CHARS, MAX_POINTER_CHARS, MAX_REPORTED, MAX_REPORTED_BYTES,
};

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

/// Where a value is: in a list that lives on the stack, so that valid values
/// cost nothing.
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

    /// The parameter of this name in `path`, `query` or `header`.
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
        cut(text, MAX_POINTER_CHARS)
    }

    fn write(&self, text: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(text);
        }
        // Neither can fail: a string takes everything.
        let _ = match self.segment {
            Segment::Root => Ok(()),
            Segment::Name(name) => {
                write!(text, "/{}", escape(&cut(name.to_owned(), MAX_NAME_CHARS)))
            }
            Segment::Index(index) => write!(text, "/{index}"),
        };
    }
}

/// The violations of one request, bounded in number and in bytes.
#[derive(Default)]
pub(crate) struct Report {
    violations: Vec<Violation>,
    /// How many were found, with those that were known already.
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

    /// Adds a violation, unless there is no more room.
    pub fn add(&mut self, path: &Path<'_>, rule: &str, message: impl Into<String>) {
        if self.is_full() {
            return;
        }
        self.found += 1;
        let message = cut(message.into(), MAX_MESSAGE_CHARS);
        let violation = Violation::new(path.location, path.pointer(), rule, message);
        // One fault can be seen from two sides, as int32 and as maximum; both are
        // found one after the other.
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
        self.add(path, "readOnly", "is set by the server; leave it out");
    }

    /// Adds what a validator has found, of the value at this path.
    pub fn error(&mut self, error: &ValidationError<'_>, path: &Path<'_>) {
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                self.required(&path.property(property.as_str().unwrap_or_default()));
            }
            kind => self.add(path, kind.keyword(), message(kind)),
        }
    }
}

fn message(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind: TypeKind::Single(name) } => format!("must be of type {name}"),
        Kind::Type { .. } => "must be of another type".to_owned(),
        Kind::Enum { options } => format!("must be one of {options}"),
        Kind::Format { format } => format!("must be a valid {format}"),
        // As the spec writes it: the generator has replaced its word boundaries.
        Kind::Pattern { pattern } => {
            format!(
                "must match {}",
                pattern.replace(r"(?-u:\b)", r"\b").replace(r"(?-u:\B)", r"\B")
            )
        }
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::Custom { message, .. } => message.clone(),
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

/// The first characters of a text; `…` says that there were more.
fn cut(mut text: String, limit: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(limit) {
        text.truncate(end);
        text.push('…');
    }
    text
}
