//! YAML text as a tree in which every node has a position.
//!
//! The subset that a spec needs: one document, mappings with unique string keys, sequences and
//! scalars, anchors and aliases. An alias becomes a copy of the value, which keeps the positions of
//! its parts. The tags of YAML's own types are followed. A spec in JSON parses as well, because JSON
//! is a subset of YAML.
//! This module does not depend on OpenAPI.

mod anchors;
mod escapes;
mod node;
mod number;
mod parser;
mod tags;

pub(crate) use node::{Entry, Node, NodeKind};
pub(crate) use parser::parse;
