//! The fields of an OpenAPI object, with a record of those not read yet.

use crate::diagnostic::{Diagnostics, Result, Span, SpecError};
use crate::yaml::{Entry, Node};

/// Reports what is wrong with a field and continues without it. An error that a method returns has
/// been reported.
pub(super) struct Fields<'a> {
    pub span: Span,
    /// The kind of object, for messages: "an operation".
    object: &'static str,
    unread: Vec<&'a Entry>,
    diagnostics: &'a Diagnostics,
}

impl<'a> Fields<'a> {
    pub fn new(node: &'a Node, object: &'static str, diagnostics: &'a Diagnostics) -> Result<Self> {
        // Extensions (`x-…`) are never enforced, by definition.
        let entries = diagnostics.check(node.entries())?;
        let unread = entries.iter().filter(|entry| !entry.key.starts_with("x-")).collect();
        Ok(Self { span: node.span, object, unread, diagnostics })
    }

    pub fn optional(&mut self, key: &str) -> Option<&'a Entry> {
        let index = self.unread.iter().position(|entry| entry.key == key)?;
        Some(self.unread.remove(index))
    }

    /// A field that remains unread.
    pub fn peek(&self, key: &str) -> Option<&'a Entry> {
        self.unread.iter().find(|entry| entry.key == key).copied()
    }

    pub fn required(&mut self, key: &str) -> Result<&'a Node> {
        match self.optional(key) {
            Some(entry) => Ok(&entry.value),
            None => {
                let message = format!("`{key}` is required in {}", self.object);
                self.diagnostics.error(self.span, message, format!("add `{key}`"));
                Err(SpecError::Reported)
            }
        }
    }

    /// An optional field with the value that `parse` returns.
    pub fn parse<T>(&mut self, key: &str, parse: impl Fn(&'a Node) -> Result<T>) -> Option<T> {
        let entry = self.optional(key)?;
        self.diagnostics.ok(parse(&entry.value))
    }

    pub fn optional_string(&mut self, key: &str) -> Option<String> {
        self.parse(key, |node| node.string().map(str::to_owned))
    }

    pub fn required_string(&mut self, key: &str) -> Result<String> {
        let node = self.required(key)?;
        self.diagnostics.check(node.string().map(str::to_owned))
    }

    /// A boolean that is false by default.
    pub fn flag(&mut self, key: &str) -> bool {
        self.parse(key, Node::boolean).unwrap_or(false)
    }

    /// A least and a greatest count, of which some number satisfies both.
    pub fn optional_counts(&mut self, min: &str, max: &str) -> (Option<u64>, Option<u64>) {
        let span = self.peek(max).map(|entry| entry.value.span);
        let counts = (self.parse(min, Node::count), self.parse(max, Node::count));
        if let ((Some(low), Some(high)), Some(span)) = (counts, span)
            && high < low
        {
            let message = format!("`{max}` {high} is less than `{min}` {low}");
            self.diagnostics.error(span, message, "correct one of the two");
        }
        counts
    }

    /// Accepts fields that only document, whatever their values.
    pub fn ignore(&mut self, keys: &[&str]) {
        self.unread.retain(|entry| !keys.contains(&entry.key.as_str()));
    }

    /// Reports every field that has not been read.
    pub fn deny_unknown(self) {
        self.deny_unknown_with(|_| "remove it".to_owned());
    }

    /// The same with the help for a field.
    pub fn deny_unknown_with(self, help: impl Fn(&str) -> String) {
        for entry in self.unread {
            let message = format!("`{}` is not supported in {}", entry.key, self.object);
            self.diagnostics.error(entry.span, message, help(&entry.key));
        }
    }
}
