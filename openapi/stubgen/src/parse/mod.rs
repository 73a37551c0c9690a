//! From the YAML tree to the model.
//!
//! Every construct that the server could not enforce exactly is an error here, at its position. An
//! object's fields are read through [`fields::Fields`], which reports the fields that no code asked
//! for: an unsupported keyword cannot be ignored by accident. After an error, parsing continues
//! after the broken construct, whose place in the model is empty or of the kind `Invalid`.

mod callback;
mod composition;
mod context;
mod document;
mod enumeration;
mod example;
mod external_docs;
mod fields;
mod info;
mod keyword;
mod link;
mod look_ahead;
mod media_type;
mod method;
mod number;
mod object;
mod one_of;
mod operation;
mod operation_id;
mod parameter;
mod parameter_style;
mod path;
mod response;
mod response_header;
mod schema;
mod security;
mod security_scheme;
mod server;
mod string;
mod typed;

pub(crate) use document::parse_document;
