//! Operations with the checkers of their parameters and bodies.

use serde_json::Value;

use crate::limit::ConcurrencyLimit;
use crate::schema::{Checker, OperationSchemas, Schemas, json_literal};
use crate::spec::{BodySpec, OperationSpec, ParameterSpec};

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

/// A parameter with its checker.
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

#[cfg(test)]
mod tests {
    use poem::http::Method;

    use super::*;
    use crate::spec::SecurityScheme;

    fn has_input(body: BodySpec, security: &'static [SecurityScheme]) -> bool {
        let spec = OperationSpec {
            id: "read",
            method: Method::GET,
            path: "/",
            parameters: &[],
            security,
            body,
            statuses: &[],
            status_ranges: &[],
        };
        let limit = ConcurrencyLimit::new();
        let spec: &'static OperationSpec = Box::leak(Box::new(spec));
        Operation { spec, parameters: Vec::new(), body: None, contents: Vec::new(), limit }
            .has_input()
    }

    #[test]
    fn bodies_and_credentials_are_input() {
        assert!(!has_input(BodySpec::None, &[]));
        assert!(has_input(BodySpec::Optional, &[]));
        assert!(has_input(BodySpec::None, &[SecurityScheme::Bearer]));
    }
}
