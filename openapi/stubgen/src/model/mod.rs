//! The spec as the passes after `yaml` need it: references have targets, and every value here is
//! enforced by the generated server. What `resolve` fills in or takes out is marked as such.

mod content;
mod envelope;
mod object;
mod parameter;
mod schema;
mod security;
mod spec;
mod status;

pub(crate) use content::{Content, Encoding, Format, format_of};
pub(crate) use object::{Access, AdditionalProperties, ObjectConstraints, Property, RequiredName};
pub(crate) use parameter::{Header, Location, Parameter, Style};
pub(crate) use schema::{
    ArrayConstraints, Composition, NamedSchema, NumberConstraints, OneOf, OneOfVariant, Schema,
    SchemaKind, StringConstraints,
};
pub(crate) use security::{
    KeyLocation, OauthFlow, RequiredScheme, Scope, Security, SecurityScheme, SecuritySchemeKind,
    TokenSource,
};
pub(crate) use spec::{Info, MAX_REFERENCES, Spanned, Spec, Tag};
pub(crate) use status::Status;

use crate::diagnostic::Span;

#[derive(Debug)]
pub(crate) struct Operation {
    pub id: String,
    /// Whether the spec has an operationId. The id follows from method and path otherwise.
    pub has_declared_id: bool,
    /// The span of the operationId, or else of the method.
    pub span: Span,
    /// In lower case, as in the spec.
    pub method: &'static str,
    pub path: String,
    pub tags: Vec<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub deprecated: bool,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub responses: Vec<Response>,
    pub security: Security,
}

impl Operation {
    /// The responses that describe errors. `default` describes the errors of an operation that has
    /// another response for its success.
    pub fn error_responses(&self) -> impl Iterator<Item = &Response> {
        let is_success =
            |response: &Response| response.status != Status::Default && !response.status.is_error();
        let has_success = self.responses.iter().any(is_success);
        self.responses.iter().filter(move |response| {
            response.status.is_error() || (response.status == Status::Default && has_success)
        })
    }

    /// The schemas of the request and the responses.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.schema);
        let body = self.body.iter().flat_map(|body| &body.content);
        let body = body.map(|content| &content.schema);
        let responses = self.responses.iter().flat_map(|response| {
            let content = response.content.iter().map(|content| &content.schema);
            content.chain(response.headers.iter().map(|header| &header.schema))
        });
        parameters.chain(body).chain(responses)
    }

    pub fn schemas_mut(&mut self) -> impl Iterator<Item = &mut Schema> {
        let parameters = self.parameters.iter_mut().map(|parameter| &mut parameter.schema);
        let body = self.body.iter_mut().flat_map(|body| &mut body.content);
        let body = body.map(|content| &mut content.schema);
        let responses = self.responses.iter_mut().flat_map(|response| {
            let headers = response.headers.iter_mut().map(|header| &mut header.schema);
            response.content.iter_mut().map(|content| &mut content.schema).chain(headers)
        });
        parameters.chain(body).chain(responses)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub description: Option<String>,
    pub required: bool,
    /// At least one.
    pub content: Vec<Content>,
}

#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub status: Status,
    /// The span of the key `content`.
    pub content_span: Option<Span>,
    pub description: String,
    pub headers: Vec<Header>,
    pub content: Vec<Content>,
}

impl Response {
    /// What the server writes errors as, if it has content: JSON if it can.
    pub fn error_content(&self) -> Option<&Content> {
        let json = self.content.iter().find(|content| content.format == Format::Json);
        json.or_else(|| self.content.iter().find(|content| content.format == Format::Text))
    }

    /// The headers that the implementation sets.
    pub fn handler_headers(&self) -> Vec<&Header> {
        self.headers.iter().filter(|header| !header.is_set_by_runtime()).collect()
    }
}
