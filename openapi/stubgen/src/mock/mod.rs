//! What a mock server needs to know of a spec: the operations as `openapi-server` reads them, and a
//! response for each status.

mod pattern;
mod sample;

use serde_json::Value;

use crate::bundle::Files;
use crate::codegen;
use crate::diagnostic::{Diagnostics, Report};
use crate::json_schema::{self, Direction};
use crate::model::{
    Content, Format, Header, KeyLocation, Operation, Response, SecuritySchemeKind, Spec, Status,
    Style,
};
use crate::text_style::{self, form_fields};
use crate::validator;

pub use crate::text_style::{Field, FieldStyle, PrimitiveType, ValueStyle};

/// A spec for a mock server.
#[derive(Debug)]
pub struct MockApi {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The spec as JSON.
    pub spec_json: String,
    /// The JSON Schemas that the server validates requests against.
    pub schemas_json: String,
    /// The operations in the order of the spec.
    pub operations: Vec<MockOperation>,
    /// The warnings of the spec.
    pub warnings: Report,
}

/// An operation.
#[derive(Debug)]
pub struct MockOperation {
    /// `operationId`, or the id that replaces it.
    pub id: String,
    /// In lower case.
    pub method: &'static str,
    /// The path template.
    pub path: String,
    /// The parameters in the order of the spec.
    pub parameters: Vec<MockParameter>,
    /// The query parameters that carry API keys.
    pub query_keys: Vec<String>,
    /// The body, if there is one.
    pub body: Option<MockBody>,
    /// The responses in the order of the spec.
    pub responses: Vec<MockResponse>,
}

/// A parameter.
#[derive(Debug)]
pub struct MockParameter {
    /// The name.
    pub name: String,
    /// `in` of the spec.
    pub location: &'static str,
    /// Whether it must be present.
    pub required: bool,
    /// How its value is written.
    pub values: ValueStyle,
    /// The type of its text.
    pub text: PrimitiveType,
    /// The default as JSON.
    pub default: Option<String>,
}

/// A request body.
#[derive(Debug)]
pub struct MockBody {
    /// Whether it must be present.
    pub required: bool,
    /// Whether the only media type is `application/json`.
    pub is_plain_json: bool,
    /// The media types with how each is read.
    pub media_types: Vec<(String, MockFormat)>,
}

/// How a body is read.
#[derive(Debug)]
pub enum MockFormat {
    /// As JSON.
    Json,
    /// As text of a type.
    Text(PrimitiveType),
    /// As a form.
    Form(Vec<Field>),
    /// As a form of parts.
    Multipart(Vec<Field>),
    /// As bytes.
    Stream,
}

/// A response.
#[derive(Debug)]
pub struct MockResponse {
    /// The status.
    pub status: MockStatus,
    /// The required headers.
    pub headers: Vec<(String, MockHeader)>,
    /// The bodies by media type.
    pub content: Vec<MockContent>,
}

/// The status of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MockStatus {
    /// A single code.
    Code(u16),
    /// The first digit of a class such as `4XX`.
    Class(u16),
    /// Every other one.
    Default,
}

/// How a header is written, with its value.
#[derive(Debug)]
pub enum MockHeader {
    /// In the style `simple`.
    Simple(Value),
    /// The same with exploded objects.
    Exploded(Value),
    /// As JSON.
    Json(Value),
}

/// A body of a response.
#[derive(Debug)]
pub struct MockContent {
    /// The media type, without ranges.
    pub media_type: String,
    /// Whether the body is JSON. It is text otherwise.
    pub is_json: bool,
    /// An example, or a value made up from the schema. None if that does not satisfy the schema.
    pub body: Option<Value>,
}

/// Analyzes a spec for a mock server.
///
/// # Errors
///
/// As [`generate_from_str`](crate::generate_from_str).
pub fn mock_from_str(path: &str, text: &str) -> Result<MockApi, Report> {
    let diagnostics = Diagnostics::default();
    let load = |_: &str| Err(crate::NO_FILES.to_owned());
    let files = Files::load(crate::file_name(path), text, &load, &diagnostics);
    let Some(analysis) = crate::analyze(&files, &diagnostics) else {
        return Err(Report::new(path, text, diagnostics));
    };
    let spec = &analysis.spec;
    Ok(MockApi {
        title: spec.info.title.clone(),
        version: spec.info.version.clone(),
        schemas_json: codegen::request_schemas(spec).to_string(),
        operations: spec.operations.iter().map(|known| operation(spec, known)).collect(),
        spec_json: analysis.json,
        warnings: Report::new(path, text, diagnostics),
    })
}

fn operation(spec: &Spec, operation: &Operation) -> MockOperation {
    let parameters = operation.parameters.iter().map(|parameter| {
        let (values, text, _) = text_style::of_parameter(spec, parameter);
        let default = spec.default_of(&parameter.schema);
        MockParameter {
            name: parameter.name.clone(),
            location: parameter.location.name(),
            required: parameter.required,
            values,
            text,
            default: default.map(|default| default.value.to_string()),
        }
    });
    let body = operation.body.as_ref().map(|body| MockBody {
        required: body.required,
        is_plain_json: codegen::is_plain_json(body),
        media_types: body.content.iter().map(|content| media_type(spec, content)).collect(),
    });
    MockOperation {
        id: operation.id.clone(),
        method: operation.method,
        path: operation.path.clone(),
        parameters: parameters.collect(),
        query_keys: query_keys(spec, operation),
        body,
        responses: operation.responses.iter().map(|known| response(spec, known)).collect(),
    }
}

fn query_keys(spec: &Spec, operation: &Operation) -> Vec<String> {
    let required = operation.security.schemes();
    let schemes = spec.security_schemes.iter();
    let schemes = schemes.filter(|scheme| required.contains(&scheme.name.as_str()));
    let keys = schemes.filter_map(|scheme| match &scheme.kind {
        SecuritySchemeKind::ApiKey { location: KeyLocation::Query, name } => Some(name.clone()),
        _ => None,
    });
    keys.collect()
}

fn media_type(spec: &Spec, content: &Content) -> (String, MockFormat) {
    let format = match content.format {
        Format::Json => MockFormat::Json,
        Format::Stream => MockFormat::Stream,
        Format::Text => MockFormat::Text(text_style::primitive_type(spec, &[&content.schema])),
        Format::Form => MockFormat::Form(form_fields(spec, content)),
        Format::Multipart => MockFormat::Multipart(form_fields(spec, content)),
    };
    (content.media_type.clone(), format)
}

fn response(spec: &Spec, response: &Response) -> MockResponse {
    let headers = response.handler_headers().into_iter().filter(|header| header.required);
    MockResponse {
        status: match response.status {
            Status::Code(code) => MockStatus::Code(code),
            Status::Class(class) => MockStatus::Class(class),
            Status::Default => MockStatus::Default,
        },
        headers: headers.map(|known| (known.name.clone(), header(spec, known))).collect(),
        content: response.content.iter().map(|known| content(spec, known)).collect(),
    }
}

fn header(spec: &Spec, header: &Header) -> MockHeader {
    let example = header.examples.first().map(|example| example.value.clone());
    let value = example.unwrap_or_else(|| sample::sample(spec, &header.schema));
    match (header.style, header.explode) {
        (Style::Json, _) => MockHeader::Json(value),
        (_, true) => MockHeader::Exploded(value),
        _ => MockHeader::Simple(value),
    }
}

/// The first of the examples and the samples, which have those of the schema, that satisfies the
/// schema.
fn content(spec: &Spec, content: &Content) -> MockContent {
    let media_type = codegen::sent_type(content).replace('*', "x");
    let is_json = content.format == Format::Json;
    let mut examples = content.examples.iter().map(|example| example.value.clone());
    let schema = Value::Object(json_schema::standalone(spec, &content.schema, Direction::Response));
    let body = match validator::compile(&schema) {
        _ if !is_json => examples.next().or_else(|| Some(sample::sample(spec, &content.schema))),
        Ok(validator) => {
            let samples = sample::samples(spec, &content.schema);
            examples.chain(samples).find(|value| validator.is_valid(value))
        }
        Err(_) => None,
    };
    MockContent { media_type, is_json, body }
}
