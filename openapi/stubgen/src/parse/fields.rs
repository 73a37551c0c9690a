//! A mapping whose keys are all accounted for: what no reader has taken is
//! refused. This is how no keyword is ever silently ignored.

use crate::diagnostic::{Position, Result, refuse};
use crate::yaml::{Entry, Node};

/// The fields of one OpenAPI object while it is read.
pub(crate) struct Fields<'a> {
    pub position: Position,
    /// What kind of object it is, for messages: "an operation".
    what: &'static str,
    left: Vec<&'a Entry>,
}

impl<'a> Fields<'a> {
    pub fn new(node: &'a Node, what: &'static str) -> Result<Self> {
        // An extension (`x-…`) is by definition nothing a server enforces.
        let left = node.entries()?.iter().filter(|entry| !entry.key.starts_with("x-")).collect();
        Ok(Self { position: node.position, what, left })
    }

    pub fn take(&mut self, key: &str) -> Option<&'a Entry> {
        let index = self.left.iter().position(|entry| entry.key == key)?;
        Some(self.left.remove(index))
    }

    pub fn need(&mut self, key: &str) -> Result<&'a Node> {
        match self.take(key) {
            Some(entry) => Ok(&entry.value),
            None => refuse(self.position, format!("{} needs `{key}`", self.what)),
        }
    }

    pub fn string(&mut self, key: &str) -> Result<Option<String>> {
        self.take(key).map(|entry| entry.value.string().map(str::to_owned)).transpose()
    }

    pub fn need_string(&mut self, key: &str) -> Result<String> {
        Ok(self.need(key)?.string()?.to_owned())
    }

    /// False if absent.
    pub fn flag(&mut self, key: &str) -> Result<bool> {
        Ok(self.take(key).map(|entry| entry.value.boolean()).transpose()?.unwrap_or(false))
    }

    pub fn count(&mut self, key: &str) -> Result<Option<u64>> {
        self.take(key).map(|entry| entry.value.count()).transpose()
    }

    /// Passes over what only documents; it has been looked at by no one.
    pub fn documentation(&mut self, keys: &[&str]) {
        self.left.retain(|entry| !keys.contains(&entry.key.as_str()));
    }

    /// Refuses the first field that nobody has taken.
    pub fn finish(self) -> Result<()> {
        match self.left.first() {
            None => Ok(()),
            Some(entry) => {
                refuse(entry.position, format!("`{}` is not supported in {}", entry.key, self.what))
            }
        }
    }
}
