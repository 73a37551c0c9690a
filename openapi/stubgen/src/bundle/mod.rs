//! References to other places of the document than its components, and to other files.
//!
//! The passes after this one know a single document, whose references lead to its components. What
//! a reference leads to elsewhere becomes a component here, named after its file and place; where
//! the document itself has it, a reference takes its place, so that both have the same type. A
//! component that only refers to another file becomes what it refers to, and so does a path.
//!
//! Values are left alone: what looks like a reference in an example is not one. So this pass knows
//! what an OpenAPI document consists of ([`place`]).

mod collector;
mod files;
mod name;
mod place;
mod plan;
mod pointer;
mod reference;
mod resolver;
mod rewriter;

use std::borrow::Cow;

use crate::diagnostic::{Diagnostics, Result, SpecError};
use crate::yaml::Node;
use collector::Collector;
pub(crate) use files::{Files, Load};

/// The document with only references to its components.
pub(crate) fn bundle<'a>(files: &'a Files, diagnostics: &'a Diagnostics) -> Result<Cow<'a, Node>> {
    let root = files.root().ok_or(SpecError::Reported)?;
    let mut collector = Collector::new(files, root, diagnostics);
    collector.collect();
    Ok(rewriter::rewrite(&collector.into_plan(), root))
}
