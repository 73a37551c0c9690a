//! The way of a request through a generated route: read it, check all of it
//! against the spec, hand typed values to the implementation, write what it
//! answers.
//!
//! Nothing here knows a particular API: what to read stands in the constants
//! that the generator writes, what to check in the schemas beside them.

use std::sync::Arc;

use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

use crate::admission::ConcurrencyLimit;
use crate::app::RouteTable;
use crate::body;
use crate::check::Checker;
use crate::error::ApiError;
use crate::parameter::{self, Location, Pair, ParameterSpec};
use crate::schema::Schemas;
use crate::typed;
use crate::violation::{Path, Report};

/// The media type of every body.
pub const JSON: &str = "application/json";

/// What the generator knows of an operation.
#[derive(Debug)]
pub struct OperationSpec {
    /// `operationId`.
    pub id: &'static str,
    /// In capitals.
    pub method: &'static str,
    /// As in the spec: `/users/{id}`.
    pub path: &'static str,
    /// In the order of the implementation's arguments.
    pub parameters: &'static [ParameterSpec],
    /// API keys that are in the query, beside the parameters.
    pub query_keys: &'static [&'static str],
    /// Whether there is a body.
    pub body: BodySpec,
    /// The statuses that the spec declares.
    pub statuses: &'static [u16],
}

/// Whether an operation has a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodySpec {
    /// A body has no meaning and is not read.
    None,
    /// May be left out.
    Optional,
    /// Must be there.
    Required,
}

/// An operation with its validators, compiled once at start.
struct Operation {
    spec: &'static OperationSpec,
    parameters: Vec<Parameter>,
    body: Option<Checker>,
}

struct Parameter {
    spec: &'static ParameterSpec,
    checker: Checker,
    default: Option<Value>,
}

impl Operation {
    fn compile(spec: &'static OperationSpec, schemas: &Schemas) -> Self {
        let (checkers, body) = schemas.operation(spec.id);
        let parameters = spec.parameters.iter().zip(checkers).map(|(spec, checker)| Parameter {
            spec,
            checker,
            default: spec.default.map(crate::schema::json_literal),
        });
        Self { spec, parameters: parameters.collect(), body }
    }

    /// Whether a request says anything. One that does not costs little: it is
    /// let in always, as a probe that is refused would get a busy service
    /// restarted.
    fn has_input(&self) -> bool {
        self.body.is_some() || !self.parameters.is_empty()
    }
}

/// Adds the route of an operation; `handler` is the generated adapter.
pub fn add_route<A, F, Fut>(
    routes: &mut RouteTable,
    spec: &'static OperationSpec,
    schemas: &Schemas,
    api: &Arc<A>,
    handler: F,
) where
    A: Send + Sync + 'static,
    F: Fn(Arc<A>, RequestContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, ApiError>> + Send,
{
    let operation = Arc::new(Operation::compile(spec, schemas));
    let pattern = spec.path.replace('{', ":").replace('}', "");
    let method = Method::from_bytes(spec.method.as_bytes()).unwrap_or_default();
    let endpoint = Route { operation, api: Arc::clone(api), handler };
    routes.entry(pattern).or_default().insert(method, endpoint.boxed());
}

struct Route<A, F> {
    operation: Arc<Operation>,
    api: Arc<A>,
    handler: F,
}

impl<A, F, Fut> Endpoint for Route<A, F>
where
    A: Send + Sync + 'static,
    F: Fn(Arc<A>, RequestContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, ApiError>> + Send,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let call = RequestContext { operation: Arc::clone(&self.operation), request, permit: None };
        let outcome = (self.handler)(Arc::clone(&self.api), call).await;
        Ok(outcome.unwrap_or_else(IntoResponse::into_response))
    }
}

/// One request on its way to the implementation.
pub struct RequestContext {
    operation: Arc<Operation>,
    request: Request,
    /// Held until the answer is made.
    permit: Option<OwnedSemaphorePermit>,
}

impl RequestContext {
    /// Reads parameters and body. What is wrong with either is reported together.
    ///
    /// # Errors
    /// 400 with every violation; 408, 413 and 415 for the body; 503 if the
    /// service has too much to do.
    pub async fn read(&mut self) -> Result<ValidatedRequest, ApiError> {
        let mut report = Report::default();
        let body = match &self.operation.body {
            None => None,
            Some(_) => {
                let required = self.operation.spec.body == BodySpec::Required;
                body::read(&mut self.request, required, &mut report).await?
            }
        };
        if self.operation.has_input() {
            self.permit = ConcurrencyLimit::admit(&self.request)?;
        }
        let parameters = self.parameters(&mut report);
        if let (Some(checker), Some(body)) = (&self.operation.body, &body) {
            checker.check(body, &Path::BODY, &mut report);
        }
        match report.violations() {
            [] => Ok(ValidatedRequest { parameters, body }),
            violations => Err(ApiError::invalid(violations)),
        }
    }

    fn parameters(&self, report: &mut Report) -> Vec<Value> {
        let query = parameter::query(self.request.uri().query().unwrap_or_default());
        let read = |parameter: &Parameter| {
            let value = parameter::read(parameter.spec, &self.request, &query, report);
            if let Some(value) = &value {
                parameter.checker.check(value, &parameter.spec.path(), report);
            }
            // An absent parameter reads as null, which is `None`.
            value.or_else(|| parameter.default.clone()).unwrap_or_default()
        };
        let values = self.operation.parameters.iter().map(read).collect();
        self.unknown_parameters(&query, report);
        values
    }

    /// A query parameter that the spec does not declare is a mistake of the
    /// client's, as an unknown property of a body is.
    fn unknown_parameters(&self, query: &[Pair<'_>], report: &mut Report) {
        let spec = self.operation.spec;
        for (name, _) in query {
            if report.is_full() {
                return;
            }
            let in_query = |parameter: &&ParameterSpec| parameter.location == Location::Query;
            let mut known = spec.parameters.iter().filter(in_query).map(|parameter| parameter.name);
            if !known.any(|known| known == name) && !spec.query_keys.contains(&&**name) {
                let path = Path::parameter("query", name);
                report.add(&path, "unknown", "is not a known parameter");
            }
        }
    }

    /// The token of `Authorization: Bearer …`.
    ///
    /// # Errors
    /// 401 if there is none.
    pub fn bearer_token(&self) -> Result<String, ApiError> {
        let value =
            parameter::single(Location::Header, header::AUTHORIZATION.as_str(), &self.request);
        match value.as_deref().and_then(|value| value.split_once(' ')) {
            Some((scheme, token))
                if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() =>
            {
                Ok(token.trim().to_owned())
            }
            _ => Err(ApiError::unauthorized("A bearer token is required")),
        }
    }

    /// The value of an API key.
    ///
    /// # Errors
    /// 401 if there is none.
    pub fn api_key(&self, location: Location, name: &str) -> Result<String, ApiError> {
        parameter::single(location, name, &self.request).filter(|key| !key.is_empty()).ok_or_else(
            || {
                ApiError::unauthorized(format!("The API key {name} is required"))
                    .with_challenge("ApiKey")
            },
        )
    }

    /// An implementation's error as a failure, if the spec declares its
    /// status. Anything else would surprise clients: it is answered as a 500,
    /// and logged as what it was.
    pub fn declared(&self, error: impl Into<ApiError>) -> ApiError {
        let failure = error.into();
        let status = failure.status();
        let spec = self.operation.spec;
        if spec.statuses.contains(&status.as_u16()) {
            return failure;
        }
        ApiError::internal().with_source(Undeclared {
            operation: spec.id,
            status,
            failure: format!("{failure:?}"),
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{operation} does not declare the status {status}: {failure}")]
struct Undeclared {
    operation: &'static str,
    status: StatusCode,
    failure: String,
}

#[derive(Debug, thiserror::Error)]
#[error("{what} passed the validator but not its generated type")]
struct Mismatch {
    what: &'static str,
    #[source]
    source: serde_json::Error,
}

/// A request that satisfies the spec.
pub struct ValidatedRequest {
    parameters: Vec<Value>,
    body: Option<Value>,
}

impl ValidatedRequest {
    /// Takes the parameter at `index`, in the order of the spec.
    ///
    /// # Errors
    /// 500 if schema and type disagree, which would be a bug of the generator.
    pub fn parameter<T: DeserializeOwned>(&mut self, index: usize) -> Result<T, ApiError> {
        let value = self.parameters.get_mut(index).map(Value::take).unwrap_or_default();
        read_typed(value, "a parameter")
    }

    /// Takes the body.
    ///
    /// # Errors
    /// 500 if schema and type disagree, which would be a bug of the generator.
    pub fn body<T: DeserializeOwned>(&mut self) -> Result<T, ApiError> {
        read_typed(self.body.take().unwrap_or_default(), "the body")
    }
}

fn read_typed<T: DeserializeOwned>(value: Value, what: &'static str) -> Result<T, ApiError> {
    typed::read(value).map_err(|source| ApiError::internal().with_source(Mismatch { what, source }))
}

/// A JSON response.
pub fn json_response(status: u16, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(text) => {
            let mut response = empty_response(status);
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
            response.set_body(text);
            response
        }
        Err(error) => ApiError::internal().with_source(error).into_response(),
    }
}

/// A response without a body.
pub fn empty_response(status: u16) -> Response {
    let mut response = Response::default();
    response.set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    if response.status() == StatusCode::UNAUTHORIZED {
        // Every 401 has to have one (RFC 9110, 15.5.2). At this one no browser asks for
        // a password; whoever knows better sets the header anew.
        let challenge = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Sets a header whose value is a string, number or boolean.
pub fn insert_header(response: &mut Response, name: &'static str, value: &impl Serialize) {
    let text = match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => return,
    };
    match HeaderValue::try_from(text) {
        Ok(value) => {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Err(error) => tracing::error!(header = name, %error, "a header's value cannot be sent"),
    }
}
