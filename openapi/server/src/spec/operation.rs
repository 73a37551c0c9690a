//! Operations.

use poem::http::{Method, StatusCode};

use super::content::MediaTypeSpec;
use super::parameter::ParameterSpec;
use super::security::SecurityScheme;
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
