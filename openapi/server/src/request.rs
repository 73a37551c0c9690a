//! A request between the router and the implementation: read, checked as a whole against the
//! spec, and handed over as typed values.

use std::sync::Arc;

use poem::Request;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::body;
use crate::body_content::{self, BodyContent};
use crate::declared::declared;
use crate::error::ApiError;
use crate::limit::Permit;
use crate::multipart;
use crate::newtype::validated;
use crate::operation::{Operation, Parameter};
use crate::parameter::{self, Head};
use crate::schema::Checker;
use crate::security::{self, Alternative, Authentication};
use crate::spec::BodySpec;
use crate::stream::{ByteStream, TypedStream};
use crate::text::{self, Pair};
use crate::typed;
use crate::violation::{Path, Report};

/// A request to an operation, before it has been read.
pub struct RequestContext {
    operation: Arc<Operation>,
    request: Request,
    /// Held until the response is made.
    permit: Option<Permit>,
}

impl RequestContext {
    pub(crate) fn new(operation: Arc<Operation>, request: Request) -> Self {
        Self { operation, request, permit: None }
    }

    /// Reads and checks parameters and body. The violations of both are reported together.
    ///
    /// # Errors
    /// 400 with every violation; 408, 413 and 415 for the body; 503 under overload.
    pub async fn read(&mut self) -> Result<ValidatedRequest, ApiError> {
        let mut report = Report::default();
        let body = self.body(&mut report).await?;
        // A stream occupies no memory, and its client may take long to send it.
        if self.operation.has_input() && body.stream.is_none() {
            self.permit = Some(self.operation.limit.acquire(&self.request, body.size)?);
        }
        let parameters = self.parameters(&mut report);
        if let Some(value) = &body.value
            && let Some(checker) = self.checker(body.media_type)
        {
            checker.check(value, &Path::BODY, &mut report);
        }
        match report.violations() {
            [] => Ok(ValidatedRequest { parameters, body }),
            violations => Err(ApiError::invalid(violations)),
        }
    }

    async fn body(&mut self, report: &mut Report) -> Result<BodyContent, ApiError> {
        let required = match self.operation.spec.body {
            BodySpec::None => return Ok(BodyContent::default()),
            BodySpec::Optional => false,
            BodySpec::Required => true,
            BodySpec::Content { required, media_types } => {
                return body_content::read(&mut self.request, required, media_types, report).await;
            }
        };
        let value = body::read(&mut self.request, required, report).await?;
        Ok(BodyContent { value, ..BodyContent::default() })
    }

    /// The checker of the body.
    fn checker(&self, media_type: Option<usize>) -> Option<&Checker> {
        match media_type {
            None => self.operation.body.as_ref(),
            Some(index) => self.operation.contents.get(index),
        }
    }

    fn parameters(&self, report: &mut Report) -> Vec<Value> {
        let query = text::query(self.request.uri().query().unwrap_or_default());
        let head = Head { operation: self.operation.spec, request: &self.request, query };
        let read = |parameter: &Parameter| {
            let value = parameter::read(parameter, &head, report);
            if let Some(value) = &value {
                parameter.checker.check(value, &parameter.spec.path(), report);
            }
            // An absent parameter becomes null, which deserializes as `None`.
            value.or_else(|| parameter.default.clone()).unwrap_or_default()
        };
        let values = self.operation.parameters.iter().map(read).collect();
        Self::unknown_parameters(&head, report);
        values
    }

    /// Reports query parameters that the spec does not declare, as unknown properties of a body
    /// are reported: most are misspelled.
    fn unknown_parameters(head: &Head<'_>, report: &mut Report) {
        for Pair { name, .. } in &head.query {
            if report.is_full() {
                return;
            }
            if !head.is_known(name) {
                let path = Path::parameter("query", name);
                report.add(&path, "unknown", "is not a known parameter");
            }
        }
    }

    /// The credentials of the request, for an operation that requires them.
    ///
    /// # Errors
    /// 401 if no alternative is complete, or a credential is malformed.
    pub fn authentication<C>(
        &self,
        alternatives: &[Alternative<C>],
    ) -> Result<Authentication<C>, ApiError> {
        security::authentication(&self.request, self.operation.spec, alternatives)
    }

    /// The credentials of the request, if any, for an operation that does not require them.
    ///
    /// # Errors
    /// 401 if there are credentials and no alternative is complete, or one is malformed.
    pub fn optional_authentication<C>(
        &self,
        alternatives: &[Alternative<C>],
    ) -> Result<Option<Authentication<C>>, ApiError> {
        security::optional_authentication(&self.request, self.operation.spec, alternatives)
    }

    /// The implementation's error if the spec declares its status, or if there is no implementation
    /// yet. Clients are not prepared for any other, so it is logged and becomes a 500.
    pub fn declared(&self, error: impl Into<ApiError>) -> ApiError {
        declared(self.operation.spec, error.into())
    }
}

/// A request that satisfies the spec.
pub struct ValidatedRequest {
    parameters: Vec<Value>,
    body: BodyContent,
}

impl ValidatedRequest {
    /// Takes the parameter at `index`, in the order of the spec.
    ///
    /// # Errors
    /// 500 if the schema allows what the type does not, which would be a bug of the generator.
    ///
    /// # Panics
    /// If the operation has fewer parameters.
    pub fn parameter<T: DeserializeOwned>(&mut self, index: usize) -> Result<T, ApiError> {
        deserialize(self.parameters[index].take(), "a parameter")
    }

    /// Takes the body.
    ///
    /// # Errors
    /// 500 if the schema allows what the type does not, which would be a bug of the generator.
    pub fn body<T: DeserializeOwned>(&mut self) -> Result<T, ApiError> {
        let value = self.body.value.take().unwrap_or_default();
        let files = std::mem::take(&mut self.body.files);
        multipart::with_files(files, || deserialize(value, "the body"))
    }

    /// The place of the body's media type in the spec, if there is a body and the spec has other
    /// media types than `application/json` alone.
    pub fn media_type(&self) -> Option<usize> {
        self.body.media_type
    }

    /// Takes the body as it arrives.
    ///
    /// # Errors
    /// 500 if the body is not a stream, which would be a bug of the generator.
    pub fn stream(&mut self) -> Result<ByteStream, ApiError> {
        self.typed_stream().map(|stream| stream.content)
    }

    /// Takes the body as it arrives, with its media type.
    ///
    /// # Errors
    /// As [`stream`](Self::stream).
    pub fn typed_stream(&mut self) -> Result<TypedStream, ApiError> {
        let stream = self.body.stream.take();
        stream.ok_or_else(|| ApiError::internal().with_source("the body is not a stream"))
    }
}

fn deserialize<T: DeserializeOwned>(value: Value, what: &'static str) -> Result<T, ApiError> {
    validated(|| typed::from_value(value))
        .map_err(|source| ApiError::internal().with_source(Mismatch { what, source }))
}

#[derive(Debug, thiserror::Error)]
#[error("{what} satisfies its schema but not its generated type")]
struct Mismatch {
    what: &'static str,
    #[source]
    source: serde_json::Error,
}
