//! Objects: their properties, and the messages that each can be in.

use super::Schema;
use crate::diagnostic::Span;

#[derive(Debug, Clone, Default)]
pub(crate) struct ObjectConstraints {
    pub properties: Vec<Property>,
    /// The names in `required`. `resolve` moves those of properties to the properties.
    pub required: Vec<RequiredName>,
    pub additional_properties: AdditionalProperties,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct RequiredName {
    pub name: String,
    pub span: Span,
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

    /// Whether it is a form with files, which JSON has no place for.
    pub fn has_files(&self) -> bool {
        self.parts().any(Schema::is_file)
    }

    /// The schemas of the properties and of the other values.
    pub fn parts(&self) -> impl Iterator<Item = &Schema> {
        let properties = self.properties.iter().map(|property| &property.schema);
        properties.chain(self.additional_properties.schema())
    }

    pub fn parts_mut(&mut self) -> impl Iterator<Item = &mut Schema> {
        let properties = self.properties.iter_mut().map(|property| &mut property.schema);
        let values = match &mut self.additional_properties {
            AdditionalProperties::Schema(values) => Some(&mut **values),
            _ => None,
        };
        properties.chain(values)
    }
}

impl AdditionalProperties {
    pub fn schema(&self) -> Option<&Schema> {
        match self {
            Self::Schema(values) => Some(values),
            _ => None,
        }
    }
}
