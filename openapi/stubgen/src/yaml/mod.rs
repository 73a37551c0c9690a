//! YAML text as a tree in which every node has a position.
//!
//! The subset that a spec needs: one document, mappings with unique string keys, sequences and
//! scalars. Anchors, aliases and tags are rejected, so that the text at a position is the whole
//! value at that position. A spec in JSON parses as well, because JSON is a subset of YAML. This
//! module does not depend on OpenAPI.

mod node;
mod number;
mod parser;

pub(crate) use node::{Entry, Node, NodeKind};
pub(crate) use parser::parse;
