//! Media types of bodies.

use super::field::{FieldSpec, PrimitiveType};

/// What the generator records of a media type that a body can have.
#[derive(Debug)]
pub struct MediaTypeSpec {
    /// As in the spec: `application/json`, `text/*`, `application/*+json`.
    pub range: &'static str,
    /// How the body is read.
    pub format: BodyFormat,
}

/// How a body is read.
#[derive(Debug)]
pub enum BodyFormat {
    /// As JSON.
    Json,
    /// As text of a type.
    Text(PrimitiveType),
    /// As a form, `application/x-www-form-urlencoded`.
    Form(&'static [FieldSpec]),
    /// As `multipart/form-data`.
    Multipart(&'static [FieldSpec]),
    /// By the implementation, as it arrives.
    Stream,
}
