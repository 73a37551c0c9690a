//! Defaults and examples that do not match their schemas. OpenAPI says that a default must, and an
//! example should. Formats, alternatives and null get a warning in either, because tools differ in
//! what they accept there; a default with a warning is not used.
//!
//! All of them are validated in one go: the values are the properties of one object, their schemas
//! those of one schema. The components are compiled once, however many examples use them.

use std::collections::{BTreeMap, HashSet};

use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::json_schema::{self, Direction};
use crate::model::{Content, Format, Operation, Schema, SchemaKind, Spanned, Spec};
use crate::validator;

/// How much of the validator's message is quoted, in characters. It can contain a whole value.
const MAX_REASON: usize = 300;

/// Returns the places of the defaults that do not match.
pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) -> HashSet<Span> {
    let mut batch = Batch::default();
    for schema in spec.all_schemas() {
        batch.add("default", schema, schema.default.as_slice());
        batch.add("example", schema, schema.example.as_slice());
    }
    for operation in &spec.operations {
        add_operation(&mut batch, operation);
    }
    batch.validate(spec, diagnostics)
}

fn add_operation<'a>(batch: &mut Batch<'a>, operation: &'a Operation) {
    for parameter in &operation.parameters {
        batch.add("example", &parameter.schema, &parameter.examples);
    }
    for content in operation.body.iter().flat_map(|body| &body.content) {
        add_content(batch, content);
    }
    for response in &operation.responses {
        for content in &response.content {
            add_content(batch, content);
        }
        for header in &response.headers {
            batch.add("example", &header.schema, &header.examples);
        }
    }
}

/// Examples of text and forms are values, or text as it is sent. Only the values of forms and the
/// text of strings are validated.
fn add_content<'a>(batch: &mut Batch<'a>, content: &'a Content) {
    let is_value = |example: &&Spanned| match content.format {
        Format::Json => true,
        Format::Text => {
            let is_string = matches!(content.schema.kind, SchemaKind::String(_));
            is_string || !example.value.is_string()
        }
        Format::Form | Format::Multipart => example.value.is_object(),
        Format::Stream => false,
    };
    batch.add("example", &content.schema, content.examples.iter().filter(is_value));
}

/// Values to validate.
#[derive(Default)]
struct Batch<'a> {
    /// The role of each value in messages, and its place.
    places: Vec<(&'static str, Span)>,
    schemas: Vec<&'a Schema>,
    values: Vec<&'a Value>,
}

impl<'a> Batch<'a> {
    fn add(
        &mut self,
        role: &'static str,
        schema: &'a Schema,
        examples: impl IntoIterator<Item = &'a Spanned>,
    ) {
        for example in examples {
            self.places.push((role, example.span));
            self.schemas.push(schema);
            self.values.push(&example.value);
        }
    }

    fn validate(&self, spec: &Spec, diagnostics: &Diagnostics) -> HashSet<Span> {
        let mut invalid_defaults = HashSet::new();
        if self.places.is_empty() {
            return invalid_defaults;
        }
        match self.first_errors(spec) {
            Ok(errors) => {
                for (index, Mismatch { reason, is_disputable }) in errors {
                    let (role, span) = self.places[index];
                    let message = format!("the {role} does not match its schema: {reason}");
                    let help = format!("correct the {role} or the schema");
                    let diagnostic = Diagnostic::error(span, message, help);
                    if role == "default" {
                        invalid_defaults.insert(span);
                    }
                    if role == "default" && !is_disputable {
                        diagnostics.report(diagnostic.into());
                    } else {
                        diagnostics.warn(diagnostic);
                    }
                }
            }
            Err(error) => diagnostics.error(
                Span::START,
                format!("internal error: the schemas do not compile: {error}"),
                "please report this bug",
            ),
        }
        invalid_defaults
    }

    /// The first error of each invalid value.
    fn first_errors(&self, spec: &Spec) -> Result<BTreeMap<usize, Mismatch>, String> {
        let mut properties = Map::new();
        let mut instance = Map::new();
        for (index, schema) in self.schemas.iter().enumerate() {
            let schema = json_schema::translate(schema, Direction::Example);
            properties.insert(index.to_string(), schema);
            instance.insert(index.to_string(), self.values[index].clone());
        }
        let document = json!({
            "$defs": json_schema::definitions(spec, Direction::Example),
            "properties": properties,
        });
        let instance = Value::Object(instance);
        let mut errors = BTreeMap::new();
        for error in validator::compile(&document)?.iter_errors(&instance) {
            let path = error.instance_path().to_string();
            let path = path.trim_start_matches('/');
            let (index, pointer) = path.split_once('/').unwrap_or((path, ""));
            let Ok(index) = index.parse() else { continue };
            errors.entry(index).or_insert_with(|| Mismatch {
                reason: reason(pointer, &error.to_string()),
                is_disputable: error.instance().is_null() || is_disputable(error.kind()),
            });
        }
        Ok(errors)
    }
}

/// Why a value does not match its schema.
struct Mismatch {
    reason: String,
    is_disputable: bool,
}

fn is_disputable(kind: &ValidationErrorKind) -> bool {
    use ValidationErrorKind as Kind;
    matches!(
        kind,
        Kind::Format { .. }
            | Kind::Pattern { .. }
            | Kind::Not { .. }
            | Kind::AnyOf { .. }
            | Kind::OneOfNotValid { .. }
            | Kind::OneOfMultipleValid { .. }
    )
}

fn reason(pointer: &str, error: &str) -> String {
    let mut reason: String = error.chars().take(MAX_REASON).collect();
    if reason.len() < error.len() {
        reason.push('…');
    }
    if pointer.is_empty() { reason } else { format!("/{pointer}: {reason}") }
}
