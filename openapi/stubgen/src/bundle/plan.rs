//! What to change in the document.

use std::collections::HashMap;

use super::place::Kind;
use crate::yaml::Node;

/// An object, identified by its address. A place can be used as objects of several kinds.
pub(super) type Key = (*const Node, Kind);

#[derive(Default)]
pub(super) struct Plan<'a> {
    /// What becomes of an object with a reference, or of a value in a discriminator's mapping.
    pub replacements: HashMap<*const Node, Replacement<'a>>,
    /// The components that objects elsewhere in the document become.
    pub moved: HashMap<Key, String>,
    /// The components to add.
    pub added: Vec<(Kind, String, &'a Node)>,
}

pub(super) enum Replacement<'a> {
    /// A reference to the component of this name.
    Reference(String),
    /// What the reference leads to.
    Copy(&'a Node),
    /// The same of a path, whose operations are at another path, too. They keep their ids there.
    CopyOfPath(&'a Node),
    /// Nothing: the reference has been reported.
    Invalid,
}

impl Plan<'_> {
    pub fn is_empty(&self) -> bool {
        self.replacements.is_empty() && self.moved.is_empty()
    }
}
