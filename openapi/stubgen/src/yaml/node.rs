//! A node of the tree and its value as one of JSON's types.

use serde_json::{Map, Number, Value};

use super::number::{looks_like_number, parse_exact};
use crate::diagnostic::{Position, Result, error_at};

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub position: Position,
    pub kind: NodeKind,
}

#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    /// `plain` is false for quoted and block scalars, which are always strings.
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub key: String,
    /// The position of the key; the value has its own.
    pub position: Position,
    pub value: Node,
}

/// A scalar's value by YAML's core schema.
enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(Number),
    /// A number without an exact representation in JSON (or `.inf`, `0x10`).
    InexactNumber(&'a str),
    String(&'a str),
}

impl Node {
    /// The type of the node, for messages.
    pub fn type_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Mapping(_) => "a mapping",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Scalar { .. } => match self.scalar() {
                Scalar::Null => "null",
                Scalar::Bool(_) => "a boolean",
                Scalar::Number(_) | Scalar::InexactNumber(_) => "a number",
                Scalar::String(_) => "a string",
            },
        }
    }

    pub fn entries(&self) -> Result<&[Entry]> {
        match &self.kind {
            NodeKind::Mapping(entries) => Ok(entries),
            _ => self.unexpected_type("a mapping"),
        }
    }

    pub fn items(&self) -> Result<&[Node]> {
        match &self.kind {
            NodeKind::Sequence(items) => Ok(items),
            _ => self.unexpected_type("a list"),
        }
    }

    pub fn string(&self) -> Result<&str> {
        match self.scalar() {
            Scalar::String(text) => Ok(text),
            _ => self.unexpected_type("a string"),
        }
    }

    pub fn boolean(&self) -> Result<bool> {
        match self.scalar() {
            Scalar::Bool(value) => Ok(value),
            _ => self.unexpected_type("true or false"),
        }
    }

    pub fn number(&self) -> Result<Number> {
        match self.scalar() {
            Scalar::Number(number) => Ok(number),
            Scalar::InexactNumber(text) => error_at(
                self.position,
                format!(
                    "`{text}` is not exact; expected a decimal number that a 64-bit integer or a \
                     double represents exactly"
                ),
            ),
            _ => self.unexpected_type("a number"),
        }
    }

    /// A length or count.
    pub fn count(&self) -> Result<u64> {
        let number = self.number()?;
        match number.as_u64() {
            Some(count) => Ok(count),
            None => error_at(
                self.position,
                format!("`{number}` is not a count; expected a non-negative integer"),
            ),
        }
    }

    /// The node as JSON.
    pub fn json(&self) -> Result<Value> {
        Ok(match &self.kind {
            NodeKind::Mapping(entries) => {
                let mut map = Map::new();
                for entry in entries {
                    map.insert(entry.key.clone(), entry.value.json()?);
                }
                Value::Object(map)
            }
            NodeKind::Sequence(items) => {
                Value::Array(items.iter().map(Node::json).collect::<Result<_>>()?)
            }
            NodeKind::Scalar { .. } => match self.scalar() {
                Scalar::Null => Value::Null,
                Scalar::Bool(value) => Value::Bool(value),
                Scalar::String(text) => Value::String(text.to_owned()),
                Scalar::Number(_) | Scalar::InexactNumber(_) => Value::Number(self.number()?),
            },
        })
    }

    fn unexpected_type<T>(&self, expected: &str) -> Result<T> {
        error_at(self.position, format!("expected {expected}, found {}", self.type_name()))
    }

    fn scalar(&self) -> Scalar<'_> {
        let NodeKind::Scalar { text, plain } = &self.kind else { return Scalar::Null };
        match text.as_str() {
            text if !plain => Scalar::String(text),
            "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
            "true" | "True" | "TRUE" => Scalar::Bool(true),
            "false" | "False" | "FALSE" => Scalar::Bool(false),
            text if looks_like_number(text) => match parse_exact(text) {
                Some(number) => Scalar::Number(number),
                None => Scalar::InexactNumber(text),
            },
            text => Scalar::String(text),
        }
    }
}
