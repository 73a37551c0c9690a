//! YAML text to a tree in which every node knows its place.
//!
//! Only what a spec needs: one document, mappings with distinct string keys,
//! sequences, scalars. Anchors, aliases and tags are refused, so that what a
//! reader sees at a place is all there is at that place. JSON is YAML, so a
//! spec in JSON is read too. This module knows nothing of OpenAPI.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

use crate::diagnostic::{Position, Result, refuse};

/// Deeper than any sane spec, far from the end of the stack.
const MAX_DEPTH: usize = 64;

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub position: Position,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
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
    /// Where the key stands; the value has its own position.
    pub position: Position,
    pub value: Node,
}

/// Parses exactly one document.
pub(crate) fn parse(text: &str) -> Result<Node> {
    let mut reader = Reader { events: Parser::new_from_str(text) };
    let start = Position { line: 1, column: 1 };
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (Event::StreamEnd, _) => return refuse(start, "the file is empty"),
            (event, position) => {
                let root = reader.node(event, position, 0)?;
                reader.end()?;
                return Ok(root);
            }
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Position)> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, place(&span.start))),
            Some(Err(error)) => {
                refuse(place(error.marker()), format!("not YAML: {}", error.info()))
            }
            None => refuse(Position { line: 1, column: 1 }, "the file ends too early"),
        }
    }

    fn end(&mut self) -> Result<()> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, position) => return refuse(position, "a spec is one YAML document"),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, position: Position, depth: usize) -> Result<Node> {
        if depth > MAX_DEPTH {
            return refuse(position, format!("nested more than {MAX_DEPTH} levels deep"));
        }
        let kind = match event {
            Event::Scalar(text, style, 0, None) => {
                Kind::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain }
            }
            Event::SequenceStart(0, None) => Kind::Sequence(self.sequence(depth)?),
            Event::MappingStart(0, None) => Kind::Mapping(self.mapping(depth)?),
            Event::Alias(_) => {
                return refuse(position, "YAML aliases are not supported; use $ref");
            }
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) => {
                return refuse(position, "YAML anchors and tags are not supported; use $ref");
            }
            _ => return refuse(position, "not YAML: a value is missing"),
        };
        Ok(Node { position, kind })
    }

    fn sequence(&mut self, depth: usize) -> Result<Vec<Node>> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, position) => items.push(self.node(event, position, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (event, position) = self.next()?;
            let key = match event {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(text, _, 0, None) => text.into_owned(),
                _ => return refuse(position, "a key must be a plain string"),
            };
            if let Some(first) = entries.iter().find(|entry| entry.key == key) {
                let line = first.position.line;
                return refuse(
                    position,
                    format!("`{key}` stands here twice, first in line {line}"),
                );
            }
            let (event, value_position) = self.next()?;
            let value = self.node(event, value_position, depth + 1)?;
            entries.push(Entry { key, position, value });
        }
    }
}

/// saphyr counts columns from 0 in marks, lines from 1.
fn place(marker: &Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

impl Node {
    /// What the node is, for messages.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Mapping(_) => "a mapping",
            Kind::Sequence(_) => "a list",
            Kind::Scalar { .. } => match self.scalar() {
                Scalar::Null => "null",
                Scalar::Bool(_) => "a boolean",
                Scalar::Number(_) | Scalar::BadNumber => "a number",
                Scalar::Text(_) => "a string",
            },
        }
    }

    pub fn entries(&self) -> Result<&[Entry]> {
        match &self.kind {
            Kind::Mapping(entries) => Ok(entries),
            _ => {
                refuse(self.position, format!("a mapping is needed here, not {}", self.describe()))
            }
        }
    }

    pub fn items(&self) -> Result<&[Node]> {
        match &self.kind {
            Kind::Sequence(items) => Ok(items),
            _ => refuse(self.position, format!("a list is needed here, not {}", self.describe())),
        }
    }

    pub fn string(&self) -> Result<&str> {
        match self.scalar() {
            Scalar::Text(text) => Ok(text),
            _ => refuse(self.position, format!("a string is needed here, not {}", self.describe())),
        }
    }

    pub fn boolean(&self) -> Result<bool> {
        match self.scalar() {
            Scalar::Bool(value) => Ok(value),
            _ => refuse(
                self.position,
                format!("true or false is needed here, not {}", self.describe()),
            ),
        }
    }

    /// A number as JSON carries it. One that a double or a 64-bit integer
    /// cannot carry exactly is refused: a bound must mean what it says.
    pub fn number(&self) -> Result<Number> {
        match self.scalar() {
            Scalar::Number(number) => Ok(number),
            Scalar::BadNumber => refuse(
                self.position,
                "this number cannot be carried exactly by a double or a 64-bit integer",
            ),
            _ => refuse(self.position, format!("a number is needed here, not {}", self.describe())),
        }
    }

    /// A length or count.
    pub fn count(&self) -> Result<u64> {
        match self.number()?.as_u64() {
            Some(count) => Ok(count),
            None => refuse(self.position, "a whole number from 0 is needed here"),
        }
    }

    /// The node as JSON, by YAML's core schema (null, booleans, numbers, strings).
    pub fn json(&self) -> Result<Value> {
        Ok(match &self.kind {
            Kind::Mapping(entries) => {
                let mut map = Map::new();
                for entry in entries {
                    map.insert(entry.key.clone(), entry.value.json()?);
                }
                Value::Object(map)
            }
            Kind::Sequence(items) => {
                Value::Array(items.iter().map(Node::json).collect::<Result<_>>()?)
            }
            Kind::Scalar { .. } => match self.scalar() {
                Scalar::Null => Value::Null,
                Scalar::Bool(value) => Value::Bool(value),
                Scalar::Text(text) => Value::String(text.to_owned()),
                Scalar::Number(_) | Scalar::BadNumber => Value::Number(self.number()?),
            },
        })
    }

    fn scalar(&self) -> Scalar<'_> {
        let Kind::Scalar { text, plain } = &self.kind else { return Scalar::Null };
        match text.as_str() {
            text if !plain => Scalar::Text(text),
            "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
            "true" | "True" | "TRUE" => Scalar::Bool(true),
            "false" | "False" | "FALSE" => Scalar::Bool(false),
            text if looks_like_number(text) => match exact_number(text) {
                Some(number) => Scalar::Number(number),
                None => Scalar::BadNumber,
            },
            text => Scalar::Text(text),
        }
    }
}

enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(Number),
    /// Written as a number, but not one that can be kept exactly (or `.inf`, `0x10`).
    BadNumber,
    Text(&'a str),
}

fn looks_like_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let special = matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN");
    let begins =
        digits.strip_prefix('.').unwrap_or(digits).starts_with(|c: char| c.is_ascii_digit());
    let whole = text.parse::<f64>().is_ok() && begins;
    special || whole || digits.starts_with("0x") || digits.starts_with("0o")
}

fn exact_number(text: &str) -> Option<Number> {
    if let Ok(number) = serde_json::from_str::<Number>(text) {
        let kept = decimal(&number.to_string())?;
        return (decimal(text)? == kept).then_some(number);
    }
    None
}

/// Digits and exponent with no leading or trailing zeros: two texts of the
/// same number are the same here.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let digits = significant.trim_end_matches('0');
    if digits.is_empty() {
        return Some((false, String::new(), 0));
    }
    let trailing = i64::try_from(significant.len() - digits.len()).ok()?;
    let fraction = i64::try_from(fraction.len()).ok()?;
    Some((negative, digits.to_owned(), exponent.checked_sub(fraction)?.checked_add(trailing)?))
}
