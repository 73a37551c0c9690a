//! The styles of parameters and headers.

use super::shape::{self, Parts, Types};
use super::{
    Field, FieldStyle, PrimitiveType, Problem, ValueStyle, all_types, deep_fields, primitive_type,
};
use crate::model::{Location, Parameter, Schema, Spec, Style};

/// How a parameter is written, the type of its text, and what is unusual.
pub(crate) fn of_parameter(
    spec: &Spec,
    parameter: &Parameter,
) -> (ValueStyle, PrimitiveType, Vec<Problem>) {
    let mut value = Value {
        spec,
        schema: &parameter.schema,
        location: parameter.location,
        style: parameter.style,
        explode: parameter.explode,
        problems: Vec::new(),
    };
    let style = value.style();
    let style = value.json_if_undefined().unwrap_or(style);
    if parameter.explode_span.is_some() && !value.depends_on_explode() {
        value.problems.push(Problem::ExplodeWithoutEffect);
    }
    let text = value.text();
    let can_be_absent = parameter.allow_empty.is_some() && !parameter.required;
    let style = match style {
        // An empty text is a string, and has no properties.
        ValueStyle::Single if text == PrimitiveType::String => style,
        ValueStyle::Deep(_) | ValueStyle::Properties { .. } => style,
        _ if can_be_absent => ValueStyle::OrEmpty(Box::new(style)),
        _ => style,
    };
    (style, text, value.problems)
}

/// What is unusual about a response header in the style `simple`.
pub(crate) fn header_problems(spec: &Spec, schema: &Schema, explode: bool) -> Vec<Problem> {
    let (location, style, problems) = (Location::Header, Style::Simple, Vec::new());
    let mut value = Value { spec, schema, location, style, explode, problems };
    value.style();
    value.problems
}

/// A value whose style is being determined.
struct Value<'a> {
    spec: &'a Spec,
    schema: &'a Schema,
    location: Location,
    style: Style,
    explode: bool,
    problems: Vec<Problem>,
}

impl<'a> Value<'a> {
    fn style(&mut self) -> ValueStyle {
        let types = self.types();
        let style = match self.style {
            Style::Json => return ValueStyle::Json,
            Style::DeepObject if !types.has(Types::ARRAY.or(Types::OBJECT)) => {
                self.problems.push(Problem::StyleWithoutEffect);
                return ValueStyle::Single;
            }
            Style::DeepObject => {
                return ValueStyle::Deep(deep_fields(self.spec, &[self.schema]));
            }
            _ => self.delimited(types),
        };
        match self.style {
            Style::Label => ValueStyle::Label(Box::new(style)),
            Style::Matrix => ValueStyle::Matrix(Box::new(style)),
            _ => style,
        }
    }

    /// JSON as a whole for arrays and objects with others in them, where separators would be
    /// ambiguous.
    fn json_if_undefined(&mut self) -> Option<ValueStyle> {
        let is_plain = matches!(self.style, Style::Simple | Style::Form);
        let is_nested = self.problems.contains(&Problem::Unsupported)
            && self.types().scalars().is_none()
            && self.location != Location::Cookie;
        if !is_plain || !is_nested {
            return None;
        }
        self.problems.retain(|problem| *problem != Problem::Unsupported);
        self.problems.push(Problem::Nested);
        Some(ValueStyle::Json)
    }

    fn types(&self) -> Types {
        shape::types(self.spec, self.schema)
    }

    /// Not asked of JSON, which has no `explode`.
    fn depends_on_explode(&self) -> bool {
        let types = self.types();
        match self.style {
            // What it means there is what `explode` says elsewhere.
            Style::DeepObject => self.explode,
            Style::Simple => types != Types::ALL && types.has(Types::OBJECT),
            // Scalars of these are as exploded ones, which generators write by default.
            _ => true,
        }
    }

    fn delimited(&mut self, types: Types) -> ValueStyle {
        let has_scalars = !types.scalars().is_none();
        // A schema without a type allows objects as well, which would be a surprise.
        let has_objects = types.has(Types::OBJECT) && types != Types::ALL;
        match (has_scalars, types.has(Types::ARRAY), has_objects) {
            (_, false, false) => {
                if matches!(self.style, Style::SpaceDelimited | Style::PipeDelimited) {
                    self.problems.push(Problem::StyleWithoutEffect);
                }
                ValueStyle::Single
            }
            (false, true, false) => self.array(),
            (true, true, false) if types == Types::ALL && self.style != Style::Form => {
                ValueStyle::Single
            }
            (true, true, false) => ValueStyle::Either(Box::new(self.array())),
            (false, false, true) => self.object(),
            _ => {
                self.problems.push(Problem::Unsupported);
                ValueStyle::Single
            }
        }
    }

    fn array(&mut self) -> ValueStyle {
        let items = Parts::of(self.spec, &[self.schema]).items;
        let is_repeated = self.explode && !matches!(self.style, Style::Simple | Style::Label);
        if self.is_nested(&items) {
            if is_repeated && self.location == Location::Query {
                self.problems.push(Problem::Nested);
                return ValueStyle::JsonItems;
            }
            self.problems.push(Problem::Unsupported);
        }
        if is_repeated { ValueStyle::Repeated } else { ValueStyle::Separated(self.separator()) }
    }

    fn is_nested(&self, schemas: &[&Schema]) -> bool {
        let types = all_types(self.spec, schemas);
        types != Types::ALL && types.has(Types::ARRAY.or(Types::OBJECT))
    }

    /// What is between items, or between properties.
    fn separator(&self) -> char {
        match (self.style, self.explode) {
            (Style::Label, true) => '.',
            (Style::Matrix, true) => ';',
            (Style::SpaceDelimited, _) => ' ',
            (Style::PipeDelimited, _) => '|',
            _ => ',',
        }
    }

    fn object(&mut self) -> ValueStyle {
        let are_parameters =
            self.explode && matches!(self.location, Location::Query | Location::Cookie);
        let parts = Parts::of(self.spec, &[self.schema]);
        let is_open = parts.allows_others || parts.properties.is_empty();
        let mut fields = Vec::new();
        for (name, schemas) in parts.properties.into_iter().chain([("", parts.others)]) {
            if !schemas.is_empty() {
                fields.push(self.field(name, &schemas, are_parameters));
            }
        }
        if !are_parameters {
            let (separator, has_names) = (self.separator(), self.explode);
            return ValueStyle::Object { fields, separator, has_names };
        }
        if self.location == Location::Cookie && fields.is_empty() {
            self.problems.push(Problem::Unsupported);
        }
        let is_open = is_open && self.location == Location::Query;
        ValueStyle::Properties { fields, is_open }
    }

    fn field(&mut self, name: &str, schemas: &[&'a Schema], is_parameter: bool) -> Field {
        let types = all_types(self.spec, schemas);
        let is_nested = self.is_nested(schemas);
        let mut text = primitive_type(self.spec, schemas);
        let style = if is_parameter && types == Types::ARRAY {
            let items = Parts::of(self.spec, schemas).items;
            text = primitive_type(self.spec, &items);
            if self.is_nested(&items) { FieldStyle::Json } else { FieldStyle::Repeated }
        } else if is_nested {
            FieldStyle::Json
        } else {
            FieldStyle::Single
        };
        if is_nested {
            let is_query = self.location == Location::Query && is_parameter;
            self.problems.push(if is_query { Problem::Nested } else { Problem::Unsupported });
        }
        Field { name: name.to_owned(), style, text }
    }

    /// The type of the text, or of each item.
    fn text(&self) -> PrimitiveType {
        let types = self.types();
        let scalar = primitive_type(self.spec, &[self.schema]);
        if types == Types::ALL || !types.has(Types::ARRAY) {
            return scalar;
        }
        let items = primitive_type(self.spec, &Parts::of(self.spec, &[self.schema]).items);
        if types.scalars().is_none() || items == scalar { items } else { PrimitiveType::Any }
    }
}
