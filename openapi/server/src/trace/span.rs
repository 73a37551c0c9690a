//! Spans: of a request to this service, and of what it waits for meanwhile. Names and attributes
//! are those of OpenTelemetry's semantic conventions.

use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::Span;
use poem::Request;
use poem::http::uri::Authority;
use poem::http::{HeaderMap, Method, StatusCode, Uri, header};

use super::TRACER;
use super::context::Position;
use crate::current::CurrentRequest;
use crate::known_method::{OTHER, known_method};

/// The span of a request. Dropping it ends it.
pub(crate) struct ServerSpan {
    position: Position,
    /// `None` without an exporter, and if the sampler has not selected the trace.
    recording: Option<Box<Span>>,
}

impl ServerSpan {
    pub fn start(request: &Request, client: Option<&str>) -> Self {
        let caller = Position::of_caller(request.headers());
        let name = || method_in_name(request.method()).to_owned();
        let attributes = || request_attributes(request, client);
        let (position, recording) = begin(SpanKind::Server, caller.as_ref(), name, attributes);
        Self { position, recording }
    }

    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Adds what is known after the response was made.
    pub fn finish(mut self, method: &Method, route: Option<&str>, status: StatusCode) {
        let Some(span) = &mut self.recording else { return };
        if let Some(route) = route {
            span.update_name(format!("{} {route}", method_in_name(method)));
            span.set_attribute(KeyValue::new("http.route", route.to_owned()));
        }
        span.set_attribute(status_code(status));
        if status.is_server_error() {
            span.set_attribute(KeyValue::new("error.type", status.as_str().to_owned()));
            span.set_status(Status::error(""));
        }
    }
}

/// The span of an operation of another service, as part of the current request. Dropping it ends
/// it.
#[derive(Debug)]
pub struct ClientSpan {
    position: Position,
    recording: Option<Box<Span>>,
}

impl ClientSpan {
    /// The span of a call that passes its position on. Outside of a request, it begins a trace.
    pub fn of_call(method: &Method, uri: &Uri) -> Self {
        let attributes = || {
            let port = uri.port_u16().unwrap_or(80);
            vec![
                KeyValue::new("http.request.method", method.as_str().to_owned()),
                KeyValue::new("url.full", uri.to_string()),
                KeyValue::new("server.address", uri.host().unwrap_or_default().to_owned()),
                KeyValue::new("server.port", i64::from(port)),
            ]
        };
        let name = || method.as_str().to_owned();
        let caller = CurrentRequest::with(|request| request.trace.clone());
        let (position, recording) = begin(SpanKind::Client, caller.as_ref(), name, attributes);
        Self { position, recording }
    }

    /// The span of a database operation, if the current request is recorded.
    pub fn of_operation(operation: DatabaseOperation<'_>) -> Option<Self> {
        TRACER.get()?;
        let caller = CurrentRequest::with(|request| request.trace.clone())?;
        if !caller.0.is_sampled() {
            return None;
        }
        let name = || operation.span_name();
        let attributes = || operation.attributes();
        let (position, recording) = begin(SpanKind::Client, Some(&caller), name, attributes);
        Some(Self { position, recording })
    }

    /// Adds the headers `traceparent` and `tracestate`.
    pub fn insert_headers(&self, headers: &mut HeaderMap) {
        self.position.insert_headers(headers);
    }

    /// Records the response of a call.
    pub fn set_status(&mut self, status: StatusCode) {
        if let Some(span) = &mut self.recording {
            span.set_attribute(status_code(status));
        }
        if status.is_client_error() || status.is_server_error() {
            self.set_error(status.as_str());
        }
    }

    /// Records a failure, by one of a few words.
    pub fn set_error(&mut self, error_type: &str) {
        if let Some(span) = &mut self.recording {
            span.set_attribute(KeyValue::new("error.type", error_type.to_owned()));
            span.set_status(Status::error(""));
        }
    }
}

/// An operation of a database, in the terms of the semantic conventions.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseOperation<'a> {
    /// The database management system, such as `mongodb`.
    pub system: &'static str,
    /// The name of the database.
    pub namespace: &'a str,
    /// The name of the command.
    pub name: &'static str,
    /// Empty for commands without a collection.
    pub collection: &'static str,
}

impl DatabaseOperation<'_> {
    fn span_name(&self) -> String {
        let target = if self.collection.is_empty() { self.namespace } else { self.collection };
        format!("{} {target}", self.name)
    }

    fn attributes(&self) -> Vec<KeyValue> {
        let mut attributes = vec![
            KeyValue::new("db.system.name", self.system),
            KeyValue::new("db.namespace", self.namespace.to_owned()),
            KeyValue::new("db.operation.name", self.name),
        ];
        if !self.collection.is_empty() {
            attributes.push(KeyValue::new("db.collection.name", self.collection));
        }
        attributes
    }
}

/// What is known of a request before it is processed. `url.query` is left out: it could contain a
/// secret.
fn request_attributes(request: &Request, client: Option<&str>) -> Vec<KeyValue> {
    let method = known_method(request.method());
    let mut attributes = vec![
        KeyValue::new("http.request.method", method),
        KeyValue::new("url.path", request.uri().path().to_owned()),
        KeyValue::new("url.scheme", "http"),
    ];
    if method == OTHER {
        let original = request.method().as_str().to_owned();
        attributes.push(KeyValue::new("http.request.method_original", original));
    }
    if let Some(server) = authority(request) {
        attributes.push(KeyValue::new("server.address", server.host().to_owned()));
        let port = server.port_u16().map(i64::from);
        attributes.extend(port.map(|port| KeyValue::new("server.port", port)));
    }
    attributes.extend(client.map(|it| KeyValue::new("client.address", it.to_owned())));
    attributes
}

/// Host and port to which the client has sent the request.
fn authority(request: &Request) -> Option<Authority> {
    let of_header = || request.headers().get(header::HOST)?.to_str().ok()?.parse().ok();
    request.uri().authority().cloned().or_else(of_header)
}

/// What names a span: invented methods share a name.
fn method_in_name(method: &Method) -> &'static str {
    match known_method(method) {
        OTHER => "HTTP",
        known => known,
    }
}

fn status_code(status: StatusCode) -> KeyValue {
    KeyValue::new("http.response.status_code", i64::from(status.as_u16()))
}

/// The position of a new span, and the span if it is recorded.
pub(super) fn begin(
    kind: SpanKind,
    caller: Option<&Position>,
    name: impl FnOnce() -> String,
    attributes: impl FnOnce() -> Vec<KeyValue>,
) -> (Position, Option<Box<Span>>) {
    let Some(tracer) = TRACER.get() else { return (Position::unrecorded(caller), None) };
    let parent = Context::new();
    let parent = match caller {
        Some(Position(caller)) => parent.with_remote_span_context(caller.clone()),
        None => parent,
    };
    let builder = SpanBuilder::from_name(name()).with_kind(kind).with_attributes(attributes());
    let span = tracer.build_with_context(builder, &parent);
    let position = Position(span.span_context().clone());
    let recording = span.is_recording().then(|| Box::new(span));
    (position, recording)
}

#[cfg(test)]
mod tests;
