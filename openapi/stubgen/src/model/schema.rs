//! Schemas, one type per JSON type with the constraints that apply to it.

use serde_json::{Number, Value};

use crate::diagnostic::Position;

/// A schema of `components/schemas`.
#[derive(Debug)]
pub(crate) struct NamedSchema {
    pub name: String,
    pub position: Position,
    pub schema: Schema,
}

#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub position: Position,
    pub title: Option<String>,
    pub description: Option<String>,
    pub nullable: bool,
    pub read_only: bool,
    pub write_only: bool,
    pub deprecated: bool,
    pub default: Option<Value>,
    pub example: Option<Value>,
    pub kind: SchemaKind,
}

#[derive(Debug, Clone)]
pub(crate) enum SchemaKind {
    /// The name of a component schema.
    Reference(String),
    /// Without `type`: any JSON value.
    Any,
    Boolean,
    String(StringConstraints),
    /// `integer` and `number`.
    Number(NumberConstraints),
    Array(ArrayConstraints),
    /// `allOf` ends up here as well, merged.
    Object(ObjectConstraints),
    OneOf(OneOf),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct StringConstraints {
    pub format: Option<&'static str>,
    pub pattern: Option<String>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    /// Empty without `enum`. A `null` in the list is represented by `Schema::nullable`.
    pub enum_values: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct NumberConstraints {
    pub integer: bool,
    pub format: Option<&'static str>,
    pub minimum: Option<Number>,
    pub exclusive_minimum: bool,
    pub maximum: Option<Number>,
    pub exclusive_maximum: bool,
    pub multiple_of: Option<Number>,
}

#[derive(Debug, Clone)]
pub(crate) struct ArrayConstraints {
    pub items: Box<Schema>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ObjectConstraints {
    pub properties: Vec<Property>,
    pub additional_properties: AdditionalProperties,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub name: String,
    pub position: Position,
    pub required: bool,
    pub schema: Schema,
}

#[derive(Debug, Clone, Default)]
pub(crate) enum AdditionalProperties {
    /// The keyword is absent, which means `true`.
    #[default]
    Unspecified,
    Allowed,
    Forbidden,
    Schema(Box<Schema>),
}

/// `oneOf` with a discriminator.
#[derive(Debug, Clone)]
pub(crate) struct OneOf {
    /// The `propertyName` of the discriminator.
    pub discriminator: String,
    pub variants: Vec<OneOfVariant>,
    /// Whether the spec has an explicit `mapping`.
    pub has_mapping: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct OneOfVariant {
    /// The value of the discriminator.
    pub value: String,
    /// The name of the component schema.
    pub schema: String,
}

impl Schema {
    pub fn new(position: Position, kind: SchemaKind) -> Self {
        Self {
            position,
            title: None,
            description: None,
            nullable: false,
            read_only: false,
            write_only: false,
            deprecated: false,
            default: None,
            example: None,
            kind,
        }
    }

    /// Whether a request can have the value but a response cannot, or the other way round.
    pub fn is_one_way(&self) -> bool {
        self.read_only || self.write_only
    }

    pub fn is_scalar(&self) -> bool {
        matches!(self.kind, SchemaKind::Boolean | SchemaKind::String(_) | SchemaKind::Number(_))
    }

    /// Appends this schema and those within it; references are not followed.
    pub fn collect_nested<'a>(&'a self, all: &mut Vec<&'a Self>) {
        all.push(self);
        match &self.kind {
            SchemaKind::Array(array) => array.items.collect_nested(all),
            SchemaKind::Object(object) => {
                for property in &object.properties {
                    property.schema.collect_nested(all);
                }
                if let AdditionalProperties::Schema(values) = &object.additional_properties {
                    values.collect_nested(all);
                }
            }
            _ => {}
        }
    }
}

impl ObjectConstraints {
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}
