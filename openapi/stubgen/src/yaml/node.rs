//! A node of the tree and its value as one of JSON's types.

use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

use super::number::{InvalidNumber, looks_like_number, parse_number};
use crate::diagnostic::{Diagnostic, Result, Span, SpecError, error_at};

#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// From the first to the last character of the value.
    pub span: Span,
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
    /// An unsupported value, which has been reported.
    Invalid,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub key: String,
    /// The span of the key; the value has its own.
    pub span: Span,
    pub value: Node,
}

/// In the order of the file, which `serde_json::Value` does not keep.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match &self.kind {
            NodeKind::Mapping(entries) => {
                serializer.collect_map(entries.iter().map(|entry| (&entry.key, &entry.value)))
            }
            NodeKind::Sequence(items) => serializer.collect_seq(items),
            NodeKind::Scalar { .. } | NodeKind::Invalid => {
                self.documentation().unwrap_or_default().serialize(serializer)
            }
        }
    }
}

/// A scalar's value by YAML's core schema.
enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(Number),
    /// A number without a representation in JSON.
    InvalidNumber(InvalidNumber),
    String(&'a str),
}

impl Node {
    /// The type of the node, for messages.
    pub fn type_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Mapping(_) => "a mapping",
            NodeKind::Sequence(_) => "a list",
            NodeKind::Invalid => "an unsupported value",
            NodeKind::Scalar { .. } => match self.scalar() {
                Scalar::Null => "null",
                Scalar::Bool(_) => "a boolean",
                Scalar::Number(_) | Scalar::InvalidNumber(_) => "a number",
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

    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let NodeKind::Mapping(entries) = &self.kind else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
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
            Scalar::InvalidNumber(error) => {
                let NodeKind::Scalar { text, .. } = &self.kind else {
                    return Err(SpecError::Reported);
                };
                error_at(self.span, format!("`{text}` {}", error.problem()), error.help())
            }
            _ => self.unexpected_type("a number"),
        }
    }

    /// A length or count.
    pub fn count(&self) -> Result<u64> {
        let number = self.number()?;
        match number.as_u64() {
            Some(count) => Ok(count),
            None => error_at(
                self.span,
                format!("`{number}` is not a count"),
                "write a non-negative integer",
            ),
        }
    }

    /// The node as JSON.
    pub fn json(&self) -> Result<Value> {
        self.json_with(|scalar| scalar.number().map(Value::Number))
    }

    /// The node as JSON that only documents: a number that JSON cannot represent is a string, as
    /// written. See [`Node::invalid_numbers`].
    pub fn documentation(&self) -> Result<Value> {
        self.json_with(|scalar| match &scalar.kind {
            NodeKind::Scalar { text, .. } => {
                Ok(scalar.number().map_or_else(|_| Value::String(text.clone()), Value::Number))
            }
            _ => Err(SpecError::Reported),
        })
    }

    fn json_with(&self, number: impl Fn(&Self) -> Result<Value> + Copy) -> Result<Value> {
        Ok(match &self.kind {
            NodeKind::Mapping(entries) => {
                let mut map = Map::new();
                for entry in entries {
                    map.insert(entry.key.clone(), entry.value.json_with(number)?);
                }
                Value::Object(map)
            }
            NodeKind::Sequence(items) => {
                let items = items.iter().map(|item| item.json_with(number));
                Value::Array(items.collect::<Result<_>>()?)
            }
            NodeKind::Invalid => return Err(SpecError::Reported),
            NodeKind::Scalar { .. } => match self.scalar() {
                Scalar::Null => Value::Null,
                Scalar::Bool(value) => Value::Bool(value),
                Scalar::String(text) => Value::String(text.to_owned()),
                Scalar::Number(_) | Scalar::InvalidNumber(_) => number(self)?,
            },
        })
    }

    /// The numbers within the node that JSON cannot represent, each with what is wrong with it.
    pub fn invalid_numbers(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            match &node.kind {
                NodeKind::Mapping(entries) => open.extend(entries.iter().map(|entry| &entry.value)),
                NodeKind::Sequence(items) => open.extend(items),
                NodeKind::Scalar { .. } if matches!(node.scalar(), Scalar::InvalidNumber(_)) => {
                    if let Err(SpecError::New(problem)) = node.number() {
                        found.push(*problem);
                    }
                }
                NodeKind::Scalar { .. } | NodeKind::Invalid => {}
            }
        }
        found
    }

    /// The node as JSON text, in the order of the file.
    pub fn json_text(&self) -> Result<String> {
        self.documentation()?;
        serde_json::to_string_pretty(self).map_err(|_| SpecError::Reported)
    }

    fn unexpected_type<T>(&self, expected: &str) -> Result<T> {
        if matches!(self.kind, NodeKind::Invalid) {
            return Err(SpecError::Reported);
        }
        let found = self.type_name();
        let help = match (expected, found) {
            ("a string", "a number" | "a boolean" | "null") => "put the value in quotes".to_owned(),
            _ => format!("write {expected} here"),
        };
        error_at(self.span, format!("expected {expected}, found {found}"), help)
    }

    fn scalar(&self) -> Scalar<'_> {
        let NodeKind::Scalar { text, plain } = &self.kind else { return Scalar::Null };
        match text.as_str() {
            text if !plain => Scalar::String(text),
            "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
            "true" | "True" | "TRUE" => Scalar::Bool(true),
            "false" | "False" | "FALSE" => Scalar::Bool(false),
            text if looks_like_number(text) => match parse_number(text) {
                Ok(number) => Scalar::Number(number),
                Err(error) => Scalar::InvalidNumber(error),
            },
            text => Scalar::String(text),
        }
    }
}
