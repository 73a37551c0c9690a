//! The fields of an OpenAPI object, with a record of those not read yet.

use crate::diagnostic::{Position, Result, error_at};
use crate::yaml::{Entry, Node};

pub(super) struct Fields<'a> {
    pub position: Position,
    /// The kind of object, for messages: "an operation".
    object: &'static str,
    unread: Vec<&'a Entry>,
}

impl<'a> Fields<'a> {
    pub fn new(node: &'a Node, object: &'static str) -> Result<Self> {
        // Extensions (`x-…`) are never enforced, by definition.
        let unread = node.entries()?.iter().filter(|entry| !entry.key.starts_with("x-")).collect();
        Ok(Self { position: node.position, object, unread })
    }

    pub fn optional(&mut self, key: &str) -> Option<&'a Entry> {
        let index = self.unread.iter().position(|entry| entry.key == key)?;
        Some(self.unread.remove(index))
    }

    pub fn required(&mut self, key: &str) -> Result<&'a Node> {
        match self.optional(key) {
            Some(entry) => Ok(&entry.value),
            None => error_at(self.position, format!("`{key}` is required in {}", self.object)),
        }
    }

    pub fn optional_string(&mut self, key: &str) -> Result<Option<String>> {
        self.optional(key).map(|entry| entry.value.string().map(str::to_owned)).transpose()
    }

    pub fn required_string(&mut self, key: &str) -> Result<String> {
        Ok(self.required(key)?.string()?.to_owned())
    }

    /// A boolean that is false by default.
    pub fn flag(&mut self, key: &str) -> Result<bool> {
        Ok(self.optional(key).map(|entry| entry.value.boolean()).transpose()?.unwrap_or(false))
    }

    pub fn optional_count(&mut self, key: &str) -> Result<Option<u64>> {
        self.optional(key).map(|entry| entry.value.count()).transpose()
    }

    /// Accepts fields that only document, whatever their values.
    pub fn ignore(&mut self, keys: &[&str]) {
        self.unread.retain(|entry| !keys.contains(&entry.key.as_str()));
    }

    /// Reports the first field that has not been read.
    pub fn deny_unknown(self) -> Result<()> {
        match self.unread.first() {
            None => Ok(()),
            Some(entry) => error_at(
                entry.position,
                format!("`{}` is not supported in {}; remove it", entry.key, self.object),
            ),
        }
    }
}
