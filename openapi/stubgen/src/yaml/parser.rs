//! The tree, built from the parser's events.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, StrInput};

use super::node::{Entry, Node, NodeKind};
use crate::diagnostic::{Position, Result, error_at};

/// Far deeper than any real spec, and far from overflowing the stack.
const MAX_DEPTH: usize = 64;

/// Parses a file with exactly one document.
pub(crate) fn parse(text: &str) -> Result<Node> {
    let mut builder = TreeBuilder { events: Parser::new_from_str(text) };
    loop {
        match builder.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (Event::StreamEnd, _) => {
                return error_at(
                    Position::START,
                    "the file is empty; expected an OpenAPI document",
                );
            }
            (event, position) => {
                let root = builder.node(event, position, 0)?;
                builder.end()?;
                return Ok(root);
            }
        }
    }
}

struct TreeBuilder<'a> {
    events: Parser<'a, StrInput<'a>>,
}

impl<'a> TreeBuilder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Position)> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, position(&span.start))),
            Some(Err(error)) => {
                error_at(position(error.marker()), format!("invalid YAML: {}", error.info()))
            }
            None => error_at(Position::START, "invalid YAML: unexpected end of file"),
        }
    }

    fn end(&mut self) -> Result<()> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, position) => {
                    return error_at(
                        position,
                        "more than one YAML document; a spec is a single document",
                    );
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, position: Position, depth: usize) -> Result<Node> {
        if depth > MAX_DEPTH {
            return error_at(
                position,
                format!("nesting exceeds {MAX_DEPTH} levels; move inner schemas to components"),
            );
        }
        let kind = match event {
            Event::Scalar(text, style, 0, None) => {
                NodeKind::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain }
            }
            Event::SequenceStart(0, None) => NodeKind::Sequence(self.sequence(depth)?),
            Event::MappingStart(0, None) => NodeKind::Mapping(self.mapping(depth)?),
            Event::Alias(_) => {
                return error_at(position, "YAML aliases are not supported; use $ref");
            }
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) => {
                return error_at(position, "YAML anchors and tags are not supported; use $ref");
            }
            _ => return error_at(position, "invalid YAML: missing value"),
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
                _ => return error_at(position, "unsupported mapping key; expected a string"),
            };
            if let Some(first) = entries.iter().find(|entry| entry.key == key) {
                let line = first.position.line;
                return error_at(
                    position,
                    format!("duplicate key `{key}`, first defined in line {line}; remove one"),
                );
            }
            let (event, value_position) = self.next()?;
            let value = self.node(event, value_position, depth + 1)?;
            entries.push(Entry { key, position, value });
        }
    }
}

/// saphyr counts lines from 1, but columns from 0.
fn position(marker: &Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}
