//! From the YAML tree to the model. Everything that cannot be enforced
//! exactly is refused here, at its place; the emitters cannot fail.

mod check;
mod document;
mod fields;
mod header;
mod merge;
mod message;
mod operation;
mod schema;
mod security;

pub(crate) use document::read;

use crate::diagnostic::{Result, refuse};
use crate::yaml::{Entry, Node};
use fields::Fields;

/// The components of the file, for following references.
#[derive(Clone, Copy)]
pub(super) struct Components<'a> {
    root: Option<&'a Node>,
    /// The components that `allOf` has opened on the way to what is being read.
    opened: [Option<&'a str>; MAX_OPENED],
}

/// How many `allOf` of components may stand within each other.
const MAX_OPENED: usize = 8;

impl<'a> Components<'a> {
    fn new(root: Option<&'a Node>) -> Self {
        Self { root, opened: [None; MAX_OPENED] }
    }

    /// For what stands within a component that is opened by an `allOf`.
    fn opening(mut self, component: &'a Entry, all_of: &Entry) -> Result<Self> {
        let name = Some(component.key.as_str());
        if self.opened.contains(&name) {
            return refuse(
                all_of.position,
                format!("this allOf leads back to `{}`", component.key),
            );
        }
        match self.opened.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = name,
            None => {
                return refuse(
                    all_of.position,
                    format!("more than {MAX_OPENED} allOf within each other"),
                );
            }
        }
        Ok(self)
    }

    /// The entries of one section, such as `schemas`, in the order of the file.
    fn section(self, section: &str) -> Result<&'a [Entry]> {
        let Some(root) = self.root else { return Ok(&[]) };
        match root.entries()?.iter().find(|entry| entry.key == section) {
            Some(entry) => entry.value.entries(),
            None => Ok(&[]),
        }
    }

    /// The name in a `$ref` to a component of the given section, which exists.
    fn referenced(self, reference: &'a Node, section: &str) -> Result<&'a Entry> {
        let text = reference.string()?;
        let prefix = format!("#/components/{section}/");
        let Some(name) = text.strip_prefix(prefix.as_str()) else {
            return refuse(reference.position, format!("a reference here begins with {prefix}"));
        };
        match self.section(section)?.iter().find(|entry| entry.key == name) {
            Some(entry) => Ok(entry),
            None => refuse(reference.position, format!("there is no {text}")),
        }
    }

    /// The node itself, or the component that it refers to. One step: a
    /// component that is itself a reference is refused.
    fn follow(self, node: &'a Node, section: &str) -> Result<&'a Node> {
        let Some(reference) = reference(node)? else { return Ok(node) };
        let target = &self.referenced(reference, section)?.value;
        match self::reference(target)? {
            None => Ok(target),
            Some(second) => refuse(second.position, "a component cannot itself be a $ref"),
        }
    }
}

/// The `$ref` of an object, which then has no other field: OpenAPI 3.0 says
/// that its siblings are ignored, and nothing is ignored here.
fn reference(node: &Node) -> Result<Option<&Node>> {
    let entries = node.entries()?;
    let Some(found) = entries.iter().find(|entry| entry.key == "$ref") else { return Ok(None) };
    match entries.iter().find(|entry| entry.key != "$ref") {
        None => Ok(Some(&found.value)),
        Some(sibling) => refuse(
            sibling.position,
            format!(
                "`{}` beside $ref has no effect in OpenAPI 3.0; move it to the referenced component",
                sibling.key
            ),
        ),
    }
}

/// A name that appears in paths, headers or as a Rust name.
fn identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
