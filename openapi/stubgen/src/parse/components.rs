//! `components` and the references to it.

use crate::diagnostic::{Result, error_at};
use crate::yaml::{Entry, Node, NodeKind};

/// How many `allOf` may be nested through components.
const MAX_EXPANSION_DEPTH: usize = 8;

/// The sections that are parsed where a `$ref` leads to them. Unless something refers to a
/// component there, nothing checks it.
const SECTIONS_PARSED_ON_USE: [&str; 4] = ["parameters", "responses", "headers", "requestBodies"];

#[derive(Clone, Copy)]
pub(super) struct Components<'a> {
    pub root: Option<&'a Node>,
    /// The components whose `allOf` contains the schema being parsed.
    expansion_stack: [Option<&'a str>; MAX_EXPANSION_DEPTH],
}

impl<'a> Components<'a> {
    pub fn new(root: Option<&'a Node>) -> Self {
        Self { root, expansion_stack: [None; MAX_EXPANSION_DEPTH] }
    }

    /// For the content of a component that `all_of` expands.
    pub fn expanding(mut self, component: &'a Entry, all_of: &Entry) -> Result<Self> {
        let name = &component.key;
        if self.expansion_stack.contains(&Some(name)) {
            return error_at(
                all_of.position,
                format!("this allOf contains `{name}` recursively; remove the cycle"),
            );
        }
        let Some(slot) = self.expansion_stack.iter_mut().find(|slot| slot.is_none()) else {
            return error_at(
                all_of.position,
                format!(
                    "allOf is nested more than {MAX_EXPANSION_DEPTH} levels deep; merge some of \
                     the schemas"
                ),
            );
        };
        *slot = Some(name);
        Ok(self)
    }

    /// The entries of a section, such as `schemas`, in the order of the file.
    pub fn section(self, section: &str) -> Result<&'a [Entry]> {
        let Some(root) = self.root else { return Ok(&[]) };
        match root.entries()?.iter().find(|entry| entry.key == section) {
            Some(entry) => entry.value.entries(),
            None => Ok(&[]),
        }
    }

    /// The component of the given section that a `$ref` names.
    pub fn lookup(self, reference: &'a Node, section: &str) -> Result<&'a Entry> {
        let target = reference.string()?;
        let prefix = format!("#/components/{section}/");
        let Some(name) = target.strip_prefix(prefix.as_str()) else {
            return error_at(
                reference.position,
                format!("unsupported reference `{target}`; expected one that begins with {prefix}"),
            );
        };
        match self.section(section)?.iter().find(|entry| entry.key == name) {
            Some(entry) => Ok(entry),
            None => error_at(
                reference.position,
                format!("`{target}` does not exist; define it or correct the reference"),
            ),
        }
    }

    /// The node itself, or the component that it refers to.
    pub fn resolve(self, node: &'a Node, section: &str) -> Result<&'a Node> {
        let Some(reference) = parse_reference(node)? else { return Ok(node) };
        let target = &self.lookup(reference, section)?.value;
        deny_reference(target)?;
        Ok(target)
    }
}

/// The `$ref` of an object. OpenAPI 3.0 ignores its siblings, so they are errors.
pub(super) fn parse_reference(node: &Node) -> Result<Option<&Node>> {
    let entries = node.entries()?;
    let Some(reference) = entries.iter().find(|entry| entry.key == "$ref") else { return Ok(None) };
    match entries.iter().find(|entry| entry.key != "$ref") {
        None => Ok(Some(&reference.value)),
        Some(sibling) => error_at(
            sibling.position,
            format!(
                "`{}` beside $ref has no effect in OpenAPI 3.0; move it to the referenced component",
                sibling.key
            ),
        ),
    }
}

pub(super) fn deny_reference(component: &Node) -> Result<()> {
    match parse_reference(component)? {
        None => Ok(()),
        Some(reference) => error_at(
            reference.position,
            "a component cannot be a $ref; refer to the target directly",
        ),
    }
}

/// A name of a component, parameter, header or API key.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Reports a component that nothing refers to, in the sections parsed on use.
pub(super) fn deny_unused(document: &Node, components: Components) -> Result<()> {
    let mut references = Vec::new();
    collect_references(document, &mut references);
    for section in SECTIONS_PARSED_ON_USE {
        for component in components.section(section)? {
            let path = format!("#/components/{section}/{}", component.key);
            if !references.contains(&path.as_str()) {
                return error_at(component.position, format!("`{path}` is unused; remove it"));
            }
        }
    }
    Ok(())
}

fn collect_references<'a>(node: &'a Node, references: &mut Vec<&'a str>) {
    match &node.kind {
        NodeKind::Scalar { .. } => {}
        NodeKind::Sequence(items) => {
            items.iter().for_each(|item| collect_references(item, references));
        }
        NodeKind::Mapping(entries) => {
            for entry in entries {
                if let ("$ref", Ok(target)) = (entry.key.as_str(), entry.value.string()) {
                    references.push(target);
                }
                collect_references(&entry.value, references);
            }
        }
    }
}
