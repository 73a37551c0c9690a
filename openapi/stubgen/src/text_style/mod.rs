//! How the values of parameters, headers and forms are written as text, by schema and `style`.
//!
//! The table of OpenAPI 3.0.3 ("Style Values") defines scalars, arrays of scalars and objects of
//! scalars. Where it is silent, the common practice is followed, with a warning: arrays and
//! objects within an array or object of the query are JSON, except that an array within an object
//! whose properties are parameters repeats its parameter. What no style can express is an error.

mod form;
mod parameter;
mod shape;

pub(crate) use form::{form_fields, form_parts};
pub(crate) use parameter::{header_problems, of_parameter};
use shape::{Parts, Types};

use crate::model::{Schema, Spec};

/// How many levels of brackets are typed by their schemas. Deeper values are strings.
const MAX_DEPTH: usize = 4;

/// The name of the items of an array in brackets.
const ITEMS: &str = "[]";

/// How many fields the levels of one value have. A schema that contains itself several times would
/// have any number.
const MAX_FIELDS: usize = 1_000;

/// How a value is written, as `openapi_server::ValueStyle`.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "documented in openapi-server")]
pub enum ValueStyle {
    Single,
    OrEmpty(Box<Self>),
    Repeated,
    Separated(char),
    Json,
    JsonItems,
    Object { fields: Vec<Field>, separator: char, has_names: bool },
    Properties { fields: Vec<Field>, is_open: bool },
    Deep(Vec<Field>),
    Label(Box<Self>),
    Matrix(Box<Self>),
    Either(Box<Self>),
}

/// A property. The name is empty for those that the spec does not name, and `[]` for items in
/// brackets.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "documented in openapi-server")]
pub struct Field {
    pub name: String,
    pub style: FieldStyle,
    pub text: PrimitiveType,
}

/// How a property is written, as `openapi_server::FieldStyle`.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "documented in openapi-server")]
pub enum FieldStyle {
    Single,
    Repeated,
    Separated(char),
    Json,
    JsonItems,
    Deep(Vec<Field>),
    File(Vec<String>),
    Files(Vec<String>),
}

/// The type that a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "documented in openapi-server")]
pub enum PrimitiveType {
    String,
    Number,
    Boolean,
    Any,
}

/// What is unusual about a value, or cannot be expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The style is defined for other types only.
    StyleWithoutEffect,
    ExplodeWithoutEffect,
    /// Arrays or objects within an array or object.
    Nested,
    /// The same where it is not even JSON.
    Unsupported,
}

/// The parts of a value in brackets.
pub(crate) fn deep_fields(spec: &Spec, schemas: &[&Schema]) -> Vec<Field> {
    fields_at_depth(spec, schemas, 0, &mut { MAX_FIELDS })
}

/// `budget` is the number of fields that may still be added on deeper levels.
fn fields_at_depth(
    spec: &Spec,
    schemas: &[&Schema],
    depth: usize,
    budget: &mut usize,
) -> Vec<Field> {
    let parts = Parts::of(spec, schemas);
    let items = [(ITEMS, parts.items), ("", parts.others)];
    let parts = parts.properties.into_iter().chain(items);
    let parts = parts.filter(|(_, schemas)| !schemas.is_empty());
    let mut fields: Vec<Field> = parts
        .map(|(name, schemas)| {
            *budget = budget.saturating_sub(1);
            let types = all_types(spec, &schemas);
            let is_nested = types != Types::ALL && types.has(Types::ARRAY.or(Types::OBJECT));
            let style = if is_nested && depth < MAX_DEPTH && *budget > 0 {
                FieldStyle::Deep(fields_at_depth(spec, &schemas, depth + 1, budget))
            } else {
                FieldStyle::Single
            };
            Field { name: name.to_owned(), style, text: primitive_type(spec, &schemas) }
        })
        .collect();
    let types = all_types(spec, schemas);
    if fields.is_empty() && types.has(Types::OBJECT) && !types.has(Types::ARRAY) {
        // Says that this is no array, whatever its properties are.
        fields.push(Field {
            name: String::new(),
            style: FieldStyle::Single,
            text: PrimitiveType::String,
        });
    }
    fields
}

/// The type of the text of scalars that one of the schemas allows.
pub(crate) fn primitive_type(spec: &Spec, schemas: &[&Schema]) -> PrimitiveType {
    if schemas.iter().all(|schema| spec.resolve(schema).is_unconstrained()) {
        return PrimitiveType::String;
    }
    let scalars = all_types(spec, schemas).scalars();
    match scalars {
        Types::NUMBER => PrimitiveType::Number,
        Types::BOOLEAN => PrimitiveType::Boolean,
        _ if scalars == Types::STRING || scalars.is_none() => PrimitiveType::String,
        _ => PrimitiveType::Any,
    }
}

/// A schema that allows every value adds nothing to what the others say.
fn all_types(spec: &Spec, schemas: &[&Schema]) -> Types {
    let says_something = |schema: &&&Schema| !spec.resolve(schema).is_unconstrained();
    let schemas = schemas.iter().filter(says_something);
    let mut types = schemas.map(|schema| shape::types(spec, schema));
    let first = types.next().unwrap_or(Types::ALL);
    types.fold(first, Types::or)
}
