//! Operations: what the generator records of each, and the checkers compiled from it.

use poem::http::{Method, StatusCode};
use serde_json::Value;

use crate::content::MediaTypeSpec;
use crate::limit::ConcurrencyLimit;
use crate::parameter::ParameterSpec;
use crate::schema::{Checker, OperationSchemas, Schemas, json_literal};
use crate::security::SecurityScheme;
use crate::status::StatusRange;

/// What the generator records of an operation.
#[derive(Debug)]
pub struct OperationSpec {
    /// `operationId`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path template, as in the spec: `/users/{id}`.
    pub path: &'static str,
    /// In the order of the implementation's arguments.
    pub parameters: &'static [ParameterSpec],
    /// The security schemes of its `security`, in the order of the spec.
    pub security: &'static [SecurityScheme],
    /// Whether there is a body.
    pub body: BodySpec,
    /// The statuses that the spec declares.
    pub statuses: &'static [StatusCode],
    /// The classes of statuses that the spec declares, and `default`.
    pub status_ranges: &'static [StatusRange],
}

impl OperationSpec {
    /// Whether the spec declares a status.
    pub(crate) fn declares(&self, status: StatusCode) -> bool {
        self.statuses.contains(&status)
            || self.status_ranges.iter().any(|range| range.contains(status))
    }
}

/// Whether an operation has a body, and how it is read.
#[derive(Debug, Clone, Copy)]
pub enum BodySpec {
    /// A body has no meaning and is not read.
    None,
    /// A body of `application/json` may be omitted.
    Optional,
    /// A body must be present.
    Required,
    /// A body of other media types than `application/json` alone.
    Content {
        /// Whether it must be present.
        required: bool,
        /// The media types, in the order of the spec.
        media_types: &'static [MediaTypeSpec],
    },
}

/// An operation with its checkers, compiled once at start.
pub(crate) struct Operation {
    pub spec: &'static OperationSpec,
    pub parameters: Vec<Parameter>,
    pub body: Option<Checker>,
    /// For the media types of [`BodySpec::Content`], in their order.
    pub contents: Vec<Checker>,
    /// Shared with the API's other operations.
    pub limit: ConcurrencyLimit,
}

pub(crate) struct Parameter {
    pub spec: &'static ParameterSpec,
    pub checker: Checker,
    pub default: Option<Value>,
}

impl Operation {
    /// # Panics
    /// If `schemas` does not have exactly the schemas of the parameters and the body. Otherwise,
    /// some of them would not be checked.
    pub fn compile(
        spec: &'static OperationSpec,
        schemas: &Schemas,
        limit: ConcurrencyLimit,
    ) -> Self {
        let OperationSchemas { parameters: checkers, body, contents } = schemas.operation(spec.id);
        assert_eq!(checkers.len(), spec.parameters.len(), "schemas of parameters of {}", spec.id);
        let expected = match spec.body {
            BodySpec::None => (false, 0),
            BodySpec::Optional | BodySpec::Required => (true, 0),
            BodySpec::Content { media_types, .. } => (false, media_types.len()),
        };
        assert_eq!(
            (body.is_some(), contents.len()),
            expected,
            "schemas of the body of {}",
            spec.id
        );
        let parameters = spec.parameters.iter().zip(checkers).map(|(spec, checker)| Parameter {
            spec,
            checker,
            default: spec.default.map(json_literal),
        });
        Self { spec, parameters: parameters.collect(), body, contents, limit }
    }

    /// Whether requests have parameters, a body or credentials. Those without are cheap and exempt
    /// from load shedding: an orchestrator would restart a busy service whose probes are rejected.
    pub fn has_input(&self) -> bool {
        !matches!(self.spec.body, BodySpec::None)
            || !self.parameters.is_empty()
            || !self.spec.security.is_empty()
    }
}
