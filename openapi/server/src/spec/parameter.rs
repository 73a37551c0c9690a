//! Parameters.

use super::field::{FieldSpec, PrimitiveType};
use crate::violation::Path;

/// What the generator records of a parameter.
#[derive(Debug)]
pub struct ParameterSpec {
    /// The name, as in the spec.
    pub name: &'static str,
    /// `in` of the spec.
    pub location: Location,
    /// Whether it must be present.
    pub required: bool,
    /// How its value is written.
    pub values: ValueStyle,
    /// The type of its value, or of each item.
    pub text: PrimitiveType,
    /// The default as JSON.
    pub default: Option<&'static str>,
}

/// Where a request carries a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
    /// The header `Cookie`.
    Cookie,
}

impl Location {
    /// The location as the spec writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// How the value of a parameter is written.
#[derive(Debug, Clone, Copy)]
pub enum ValueStyle {
    /// A single text.
    Single,
    /// A value of this style, which is absent if it is empty.
    OrEmpty(&'static ValueStyle),
    /// An array, with one `name=value` for each item.
    Repeated,
    /// An array, whose items are separated by commas.
    Commas,
    /// An array, whose items are separated by this character.
    Separated(char),
    /// JSON.
    Json,
    /// An array, with one `name=value` for each item, which is JSON.
    JsonItems,
    /// An object in one text.
    Object {
        /// How each property is written.
        fields: &'static [FieldSpec],
        /// What is between properties.
        separator: char,
        /// Whether properties are written as `R=100,G=200` instead of `R,100,G,200`.
        has_names: bool,
    },
    /// An object, whose properties are parameters.
    Properties {
        /// How each property is written.
        fields: &'static [FieldSpec],
        /// Whether every parameter that the operation does not declare is a property.
        is_open: bool,
    },
    /// An object or array in brackets: `color[R]=100&color[G]=200`.
    Deep(&'static [FieldSpec]),
    /// The style `label`: `.` and the value, which has this style.
    Label(&'static ValueStyle),
    /// The style `matrix`: `;name=` and the value, which has this style.
    Matrix(&'static ValueStyle),
    /// A single text, or an array in this style if there are several or the schema rejects one.
    Either(&'static ValueStyle),
}

impl ParameterSpec {
    /// Where violations of this parameter are reported.
    pub(crate) fn path(&self) -> Path<'static> {
        Path::parameter(self.location.name(), self.name)
    }

    /// Whether a parameter of the query that has this name belongs to this one.
    pub(crate) fn has_query_name(&self, name: &str) -> bool {
        match self.values {
            ValueStyle::Properties { fields, .. } => fields.iter().any(|field| field.name == name),
            ValueStyle::Deep(_) => name
                .strip_prefix(self.name)
                .is_some_and(|brackets| brackets.is_empty() || brackets.starts_with('[')),
            _ => self.name == name,
        }
    }
}
