//! Defaults and examples match their schemas.
//!
//! All of them are validated in one go: the values are the properties of one object, their schemas
//! those of one schema. The components are compiled once, however many examples use them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostics, Span};
use crate::json_schema::{self, Direction};
use crate::model::{Content, Format, Operation, Schema, SchemaKind, Spanned, Spec};
use crate::validator;

/// How much of the validator's message is quoted, in characters. It can contain a whole value.
const MAX_REASON: usize = 300;

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    let mut batch = Batch::default();
    for schema in spec.all_schemas() {
        add_default(&mut batch, spec, schema, diagnostics);
        batch.add("example", schema, schema.example.as_slice());
    }
    for operation in &spec.operations {
        add_operation(&mut batch, operation);
    }
    batch.validate(spec, diagnostics);
}

fn add_default<'a>(
    batch: &mut Batch<'a>,
    spec: &'a Spec,
    schema: &'a Schema,
    diagnostics: &Diagnostics,
) {
    let Some(default) = &schema.default else { return };
    let target = spec.resolve(schema);
    if matches!(target.kind, SchemaKind::Invalid) {
        return;
    }
    if target.is_scalar() && !spec.is_nullable(schema) {
        batch.add("default", schema, std::slice::from_ref(default));
    } else {
        let help = "remove it; only non-nullable strings, numbers and booleans can have one";
        diagnostics.error(default.span, "unsupported default", help);
    }
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

/// The examples of other formats are not JSON.
fn add_content<'a>(batch: &mut Batch<'a>, content: &'a Content) {
    if content.format == Format::Json {
        batch.add("example", &content.schema, &content.examples);
    }
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
    fn add(&mut self, role: &'static str, schema: &'a Schema, examples: &'a [Spanned]) {
        for example in examples {
            self.places.push((role, example.span));
            self.schemas.push(schema);
            self.values.push(&example.value);
        }
    }

    fn validate(&self, spec: &Spec, diagnostics: &Diagnostics) {
        if self.places.is_empty() {
            return;
        }
        match self.first_errors(spec) {
            Ok(errors) => {
                for (index, reason) in errors {
                    let (role, span) = self.places[index];
                    let message = format!("the {role} does not match its schema: {reason}");
                    diagnostics.error(span, message, format!("correct the {role} or the schema"));
                }
            }
            Err(error) => diagnostics.error(
                Span::START,
                format!("internal error: the schemas do not compile: {error}"),
                "please report this bug",
            ),
        }
    }

    /// The first error of each invalid value.
    fn first_errors(&self, spec: &Spec) -> Result<BTreeMap<usize, String>, String> {
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
            errors.entry(index).or_insert_with(|| reason(pointer, &error.to_string()));
        }
        Ok(errors)
    }
}

fn reason(pointer: &str, error: &str) -> String {
    let mut reason: String = error.chars().take(MAX_REASON).collect();
    if reason.len() < error.len() {
        reason.push('…');
    }
    if pointer.is_empty() { reason } else { format!("/{pointer}: {reason}") }
}
