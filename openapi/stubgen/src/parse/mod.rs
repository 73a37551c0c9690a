//! From the YAML tree to the model.
//!
//! Every construct that the server could not enforce exactly is an error here, at its position. An
//! object's fields are read through [`fields::Fields`], which reports the fields that no code asked
//! for: an unsupported keyword cannot be ignored by accident.

mod all_of;
mod components;
mod document;
mod fields;
mod media_type;
mod number;
mod one_of;
mod operation;
mod parameter;
mod path;
mod response;
mod response_header;
mod schema;
mod security;
mod string;

pub(crate) use document::parse_document;
