//! Schemas, one type per JSON type with the constraints that apply to it.

use serde_json::Number;

use super::Spanned;
use crate::diagnostic::Span;

/// A schema of `components/schemas`.
#[derive(Debug)]
pub(crate) struct NamedSchema {
    pub name: String,
    pub span: Span,
    pub schema: Schema,
}

#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub span: Span,
    pub title: Option<String>,
    pub description: Option<String>,
    pub nullable: bool,
    pub read_only: bool,
    pub write_only: bool,
    pub deprecated: bool,
    pub default: Option<Spanned>,
    pub example: Option<Spanned>,
    /// Whether a reference is written as `allOf` with a single branch, which can have siblings.
    pub is_wrapped: bool,
    pub kind: SchemaKind,
}

#[derive(Debug, Clone)]
pub(crate) enum SchemaKind {
    /// The name of a component schema. `allOf` with a single reference is one as well.
    Reference(String),
    /// Without `type`: any JSON value.
    Any,
    Boolean,
    String(StringConstraints),
    /// `integer` and `number`.
    Number(NumberConstraints),
    Array(ArrayConstraints),
    /// With `allOf` as well.
    Object(ObjectConstraints),
    OneOf(OneOf),
    /// A file of a `multipart/form-data` body.
    File,
    /// A schema with an error, which has been reported.
    Invalid,
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
    /// The names in `required`, which can be properties of a branch. `resolve` moves them to the
    /// properties.
    pub required: Vec<RequiredName>,
    /// The branches of `allOf`, which `resolve` merges into the object.
    pub all_of: Vec<Branch>,
    pub additional_properties: AdditionalProperties,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct RequiredName {
    pub name: String,
    pub span: Span,
}

/// A schema in `allOf`.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub span: Span,
    pub kind: BranchKind,
}

#[derive(Debug, Clone)]
pub(crate) enum BranchKind {
    /// The name of a component schema.
    Reference(String),
    Inline(ObjectConstraints),
}

/// The messages that a property can be in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Access {
    /// Requests and responses.
    #[default]
    ReadWrite,
    /// Only responses.
    ReadOnly,
    /// Only requests.
    WriteOnly,
}

#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub name: String,
    pub span: Span,
    /// Whether `required` has the name. A message that cannot have the property needs none.
    pub required: bool,
    /// What `readOnly` and `writeOnly` of the schema, or of what it consists of, mean for the
    /// property.
    pub access: Access,
    /// Whether the value can contain the schema that this property belongs to, so that the Rust
    /// type needs a `Box`.
    pub recursive: bool,
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
    pub span: Span,
    /// The name of the component schema.
    pub schema: String,
}

impl Schema {
    pub fn new(span: Span, kind: SchemaKind) -> Self {
        Self {
            span,
            title: None,
            description: None,
            nullable: false,
            read_only: false,
            write_only: false,
            deprecated: false,
            default: None,
            example: None,
            is_wrapped: false,
            kind,
        }
    }

    /// What the keywords of this schema say, without what it consists of.
    pub fn own_access(&self) -> Access {
        match (self.read_only, self.write_only) {
            (true, _) => Access::ReadOnly,
            (false, true) => Access::WriteOnly,
            (false, false) => Access::ReadWrite,
        }
    }

    pub fn is_scalar(&self) -> bool {
        matches!(self.kind, SchemaKind::Boolean | SchemaKind::String(_) | SchemaKind::Number(_))
    }

    /// Appends this schema and those within it; references are not followed.
    pub fn collect_nested<'a>(&'a self, all: &mut Vec<&'a Self>) {
        all.push(self);
        match &self.kind {
            SchemaKind::Array(array) => array.items.collect_nested(all),
            SchemaKind::Object(object) => object.collect_nested(all),
            _ => {}
        }
    }
}

impl NumberConstraints {
    /// The least and the greatest value of the type, unless they are those of JSON numbers, which
    /// are doubles.
    pub fn range(&self) -> Option<(Number, Number)> {
        match (self.integer, self.format) {
            (true, Some("int32")) => Some((i32::MIN.into(), i32::MAX.into())),
            (true, _) => Some((i64::MIN.into(), i64::MAX.into())),
            (false, Some("float")) => {
                Number::from_f64(f32::MIN.into()).zip(Number::from_f64(f32::MAX.into()))
            }
            (false, _) => None,
        }
    }
}

impl Property {
    /// Whether every message that can have the property needs it, and every message can have it.
    pub fn is_always_present(&self) -> bool {
        self.required && self.access == Access::ReadWrite
    }
}

impl ObjectConstraints {
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Appends the schemas within the object.
    pub fn collect_nested<'a>(&'a self, all: &mut Vec<&'a Schema>) {
        for property in &self.properties {
            property.schema.collect_nested(all);
        }
        if let AdditionalProperties::Schema(values) = &self.additional_properties {
            values.collect_nested(all);
        }
    }
}
