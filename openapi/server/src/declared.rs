//! Errors of an implementation, checked against the statuses that the spec declares.

use poem::http::StatusCode;

use crate::error::ApiError;
use crate::spec::OperationSpec;

/// The error if the spec declares its status, or a 500.
pub(crate) fn declared(spec: &OperationSpec, error: ApiError) -> ApiError {
    let status = error.status();
    if spec.declares(status) || status == StatusCode::NOT_IMPLEMENTED {
        return error;
    }
    let error = format!("{error:?}");
    ApiError::internal().with_source(Undeclared { operation: spec.id, status, error })
}

#[derive(Debug, thiserror::Error)]
#[error("{operation} does not declare the status {status}: {error}")]
struct Undeclared {
    operation: &'static str,
    status: StatusCode,
    error: String,
}
