//! Parameters: text from the path, the query, headers and cookies, parsed into JSON values so that
//! one validator checks parameters and bodies.
//!
//! `text` finds the text of a parameter, `value` reads it in a style, `object` those of objects, and
//! `path_style` those that only paths have. How each style writes a value is defined by OpenAPI
//! 3.0.3 ("Style Values") and RFC 6570, 3.2.

mod object;
mod path_style;
mod text;
mod value;

use poem::Request;
use serde_json::Value;

use crate::content::FieldSpec;
use crate::operation::{OperationSpec, Parameter};
use crate::security::SecurityScheme;
use crate::violation::{Path, Report};
pub(crate) use text::{Pair, query};
pub(crate) use value::{from_json, value};

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

/// How the text of a parameter becomes a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrimitiveType {
    /// Unchanged.
    String,
    /// In the syntax of a JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A number or a boolean if it is one, or else a string.
    Any,
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

/// The head of a request.
pub(crate) struct Head<'a> {
    pub operation: &'static OperationSpec,
    pub request: &'a Request,
    pub query: Vec<Pair<'a>>,
}

impl Head<'_> {
    /// Whether the operation has a parameter or credential of this name in the query.
    fn declares(&self, name: &str) -> bool {
        let mut keys = self.operation.security.iter().filter_map(SecurityScheme::query_key);
        self.query_parameters().any(|parameter| parameter.has_query_name(name))
            || keys.any(|key| key == name)
    }

    /// The same, or whether an object takes all other names.
    pub fn is_known(&self, name: &str) -> bool {
        let is_open = |parameter: &ParameterSpec| {
            matches!(parameter.values, ValueStyle::Properties { is_open: true, .. })
        };
        self.declares(name) || self.query_parameters().any(is_open)
    }

    fn query_parameters(&self) -> impl Iterator<Item = &'static ParameterSpec> {
        let parameters = self.operation.parameters.iter();
        parameters.filter(|parameter| parameter.location == Location::Query)
    }
}

/// Reads one parameter. `None` if it is absent, or if it is malformed, which is then reported.
pub(crate) fn read(parameter: &Parameter, head: &Head<'_>, report: &mut Report) -> Option<Value> {
    let spec = parameter.spec;
    let read = match spec.values {
        ValueStyle::Properties { fields, is_open } => {
            object::properties(spec, fields, is_open, head, report)
        }
        ValueStyle::Deep(fields) => object::deep(spec, fields, head),
        _ => value::from_texts(parameter, head, report),
    };
    match read {
        Ok(None) if spec.required => {
            report.required(&spec.path());
            None
        }
        Ok(value) => value,
        Err(Malformed { rule, message }) => {
            report.add(&spec.path(), rule, message);
            None
        }
    }
}

/// How a text differs from its style.
pub(crate) struct Malformed {
    rule: &'static str,
    message: String,
}

impl Malformed {
    fn style(message: impl Into<String>) -> Self {
        Self { rule: "style", message: message.into() }
    }

    fn duplicate() -> Self {
        Self { rule: "duplicate", message: "must not be repeated".to_owned() }
    }

    /// The characters of a parameter are not those that are expected.
    fn characters(location: Location) -> Self {
        let message = match location {
            Location::Header => "must be printable ASCII",
            Location::Path | Location::Query | Location::Cookie => "must be valid UTF-8",
        };
        Self { rule: "type", message: message.to_owned() }
    }
}
