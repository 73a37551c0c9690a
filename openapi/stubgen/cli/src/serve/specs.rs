//! From the generator's description of operations to that of the run-time crate.

use openapi_server::{
    BodyFormat, BodySpec, FieldSpec, FieldStyle, KeyLocation, Location, MediaTypeSpec, Method,
    OperationSpec, ParameterSpec, PrimitiveType, SecurityScheme, StatusCode, StatusRange,
    ValueStyle,
};
use openapi_stubgen::mock::{self, MockBody, MockFormat, MockOperation, MockParameter, MockStatus};

pub fn operation(operation: &MockOperation) -> OperationSpec {
    let statuses = operation.responses.iter().map(|response| response.status);
    let codes = statuses.clone().filter_map(|status| match status {
        MockStatus::Code(code) => StatusCode::from_u16(code).ok(),
        _ => None,
    });
    let ranges = statuses.filter_map(|status| match status {
        MockStatus::Code(_) => None,
        MockStatus::Class(class) => Some(StatusRange::Class(class)),
        MockStatus::Default => Some(StatusRange::Default),
    });
    OperationSpec {
        id: text(&operation.id),
        method: method(operation.method),
        path: text(&operation.path),
        parameters: list(operation.parameters.iter().map(parameter)),
        security: list(operation.query_keys.iter().map(|name| query_key(name))),
        body: operation.body.as_ref().map_or(BodySpec::None, body),
        statuses: list(codes),
        status_ranges: list(ranges),
    }
}

fn method(name: &str) -> Method {
    match name {
        "put" => Method::PUT,
        "post" => Method::POST,
        "delete" => Method::DELETE,
        "patch" => Method::PATCH,
        "head" => Method::HEAD,
        "options" => Method::OPTIONS,
        "trace" => Method::TRACE,
        _ => Method::GET,
    }
}

/// Not required, but a known parameter.
fn query_key(name: &str) -> SecurityScheme {
    SecurityScheme::ApiKey { location: KeyLocation::Query, name: text(name) }
}

fn parameter(parameter: &MockParameter) -> ParameterSpec {
    ParameterSpec {
        name: text(&parameter.name),
        location: match parameter.location {
            "path" => Location::Path,
            "header" => Location::Header,
            "cookie" => Location::Cookie,
            _ => Location::Query,
        },
        required: parameter.required,
        values: value_style(&parameter.values),
        text: primitive_type(parameter.text),
        default: parameter.default.as_deref().map(text),
    }
}

fn value_style(style: &mock::ValueStyle) -> ValueStyle {
    use mock::ValueStyle as Style;
    let inner = |style| &*Box::leak(Box::new(value_style(style)));
    match style {
        Style::Single => ValueStyle::Single,
        Style::OrEmpty(style) => ValueStyle::OrEmpty(inner(style)),
        Style::Repeated => ValueStyle::Repeated,
        Style::Separated(',') => ValueStyle::Commas,
        Style::Separated(separator) => ValueStyle::Separated(*separator),
        Style::Json => ValueStyle::Json,
        Style::JsonItems => ValueStyle::JsonItems,
        Style::Object { fields, separator, has_names } => ValueStyle::Object {
            fields: self::fields(fields),
            separator: *separator,
            has_names: *has_names,
        },
        Style::Properties { fields, is_open } => {
            ValueStyle::Properties { fields: self::fields(fields), is_open: *is_open }
        }
        Style::Deep(fields) => ValueStyle::Deep(self::fields(fields)),
        Style::Label(style) => ValueStyle::Label(inner(style)),
        Style::Matrix(style) => ValueStyle::Matrix(inner(style)),
        Style::Either(style) => ValueStyle::Either(inner(style)),
    }
}

fn fields(fields: &[mock::Field]) -> &'static [FieldSpec] {
    use mock::FieldStyle as Style;
    list(fields.iter().map(|field| FieldSpec {
        name: text(&field.name),
        style: match &field.style {
            Style::Single => FieldStyle::Single,
            Style::Repeated => FieldStyle::Repeated,
            Style::Separated(separator) => FieldStyle::Separated(*separator),
            Style::Json => FieldStyle::Json,
            Style::JsonItems => FieldStyle::JsonItems,
            Style::Deep(fields) => FieldStyle::Deep(self::fields(fields)),
            Style::File(ranges) => FieldStyle::File(texts(ranges)),
            Style::Files(ranges) => FieldStyle::Files(texts(ranges)),
        },
        text: primitive_type(field.text),
    }))
}

fn primitive_type(text: mock::PrimitiveType) -> PrimitiveType {
    match text {
        mock::PrimitiveType::String => PrimitiveType::String,
        mock::PrimitiveType::Number => PrimitiveType::Number,
        mock::PrimitiveType::Boolean => PrimitiveType::Boolean,
        mock::PrimitiveType::Any => PrimitiveType::Any,
    }
}

fn body(body: &MockBody) -> BodySpec {
    match (body.is_plain_json, body.required) {
        (true, true) => BodySpec::Required,
        (true, false) => BodySpec::Optional,
        (false, required) => BodySpec::Content {
            required,
            media_types: list(body.media_types.iter().map(|(range, format)| MediaTypeSpec {
                range: text(range),
                format: match format {
                    MockFormat::Json => BodyFormat::Json,
                    MockFormat::Text(kind) => BodyFormat::Text(primitive_type(*kind)),
                    MockFormat::Form(fields) => BodyFormat::Form(self::fields(fields)),
                    MockFormat::Multipart(fields) => BodyFormat::Multipart(self::fields(fields)),
                    MockFormat::Stream => BodyFormat::Stream,
                },
            })),
        },
    }
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn texts(texts: &[String]) -> &'static [&'static str] {
    list(texts.iter().map(|known| text(known)))
}

fn list<T>(items: impl Iterator<Item = T>) -> &'static [T] {
    items.collect::<Vec<T>>().leak()
}
