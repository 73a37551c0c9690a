//! poem-openapi's description of the API, which it derives a spec from: expressions of its `Meta…`
//! types.

mod operation;
mod schema;

pub(super) use operation::{header, optional_text, path};
pub(super) use schema::{literal, reference};
