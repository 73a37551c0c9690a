//! The tree, built from the parser's events.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, StrInput};

use super::anchors::Anchors;
use super::escapes::Escapes;
use super::node::{Entry, Node, NodeKind};
use super::tags;
use crate::diagnostic::{Diagnostic, Diagnostics, Position, Result, Span, SpecError, error_at};

/// Far deeper than any real spec, and far from overflowing the stack.
const MAX_DEPTH: usize = 64;

/// Parses the file with this number, which has exactly one document. An unsupported value becomes a node of the kind
/// `Invalid`; a syntax error ends the parsing, because what follows it has no reliable meaning.
pub(crate) fn parse(text: &str, file: usize, diagnostics: &Diagnostics) -> Result<Node> {
    let own = Diagnostics::default();
    let root = own.ok(parse_text(text, file, &own));
    diagnostics.adopt(own, file);
    root.ok_or(SpecError::Reported)
}

fn parse_text(text: &str, file: usize, diagnostics: &Diagnostics) -> Result<Node> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let escapes = Escapes::of_json(text, diagnostics);
    let events = Parser::new_from_str(escapes.text());
    let mut builder =
        TreeBuilder { file, events, escapes: &escapes, anchors: Anchors::default(), diagnostics };
    loop {
        match builder.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (Event::StreamEnd, _) => {
                return error_at(Span::START, "the file is empty", "write an OpenAPI document");
            }
            (event, span) => {
                let root = builder.node(event, span, 0)?;
                builder.end()?;
                return Ok(root);
            }
        }
    }
}

struct TreeBuilder<'a> {
    file: usize,
    events: Parser<'a, StrInput<'a>>,
    escapes: &'a Escapes<'a>,
    anchors: Anchors,
    diagnostics: &'a Diagnostics,
}

impl<'a> TreeBuilder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span)> {
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                let start = self.position(&span.start);
                let end = self.position(&span.end);
                Ok((event, Span { file: self.file, start, end: end.max(start) }))
            }
            Some(Err(error)) => error_at(
                Span::at(self.position(error.marker())),
                format!("invalid YAML: {}", error.info()),
                "correct the syntax; the rest of the file has not been checked",
            ),
            None => error_at(
                Span::START,
                "invalid YAML: unexpected end of file",
                "complete the document",
            ),
        }
    }

    fn end(&mut self) -> Result<()> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, span) => {
                    return error_at(
                        span,
                        "more than one YAML document",
                        "put each document in a file; a spec is a single document",
                    );
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, mut span: Span, depth: usize) -> Result<Node> {
        check_depth(depth, span)?;
        let (kind, anchor, tag) = match event {
            Event::Alias(anchor) => {
                let (copy, height) = self.anchors.copy(anchor, span)?;
                check_depth(depth + height, span)?;
                return Ok(copy);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                (NodeKind::Scalar { text: text.into_owned(), plain }, anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => {
                (NodeKind::Sequence(self.sequence(&mut span, depth)?), anchor, tag)
            }
            Event::MappingStart(anchor, tag) => {
                (NodeKind::Mapping(self.mapping(&mut span, depth)?), anchor, tag)
            }
            _ => {
                let message = "invalid YAML: missing value";
                self.diagnostics.error(span, message, "add the value");
                (NodeKind::Invalid, 0, None)
            }
        };
        let node = match tag {
            None => Node { span, kind },
            Some(tag) => {
                let tagged = self.diagnostics.ok(tags::apply(&tag, kind, span));
                tagged.unwrap_or(Node { span, kind: NodeKind::Invalid })
            }
        };
        self.anchors.define(anchor, &node)?;
        Ok(node)
    }

    fn sequence(&mut self, span: &mut Span, depth: usize) -> Result<Vec<Node>> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => {
                    span.end = close(items.last().map(|item| item.span), end);
                    return Ok(items);
                }
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, span: &mut Span, depth: usize) -> Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut first_uses: HashMap<String, Span> = HashMap::new();
        loop {
            let (event, key_span) = self.next()?;
            let key = match event {
                Event::MappingEnd => {
                    span.end = close(entries.last().map(|entry| entry.value.span), key_span);
                    return Ok(entries);
                }
                // Every key is a string, whatever its tag says.
                Event::Scalar(text, style, anchor, _) => {
                    Some(self.key(text.into_owned(), (style, anchor), key_span)?)
                }
                event => {
                    self.diagnostics.error(key_span, "unsupported mapping key", "write a string");
                    self.node(event, key_span, depth + 1)?;
                    None
                }
            };
            let (event, value_span) = self.next()?;
            let value = self.node(event, value_span, depth + 1)?;
            let Some(key) = key else { continue };
            match first_uses.get(&key) {
                Some(first) => self.report_duplicate(&key, key_span, *first),
                None => {
                    first_uses.insert(key.clone(), key_span);
                    entries.push(Entry { key, span: key_span, value });
                }
            }
        }
    }

    fn key(
        &mut self,
        text: String,
        (style, anchor): (ScalarStyle, usize),
        span: Span,
    ) -> Result<String> {
        if anchor != 0 {
            let kind = NodeKind::Scalar { text: text.clone(), plain: style == ScalarStyle::Plain };
            self.anchors.define(anchor, &Node { span, kind })?;
        }
        Ok(text)
    }

    fn report_duplicate(&self, key: &str, span: Span, first: Span) {
        let message = format!("duplicate key `{key}`");
        let error = Diagnostic::error(span, message, "remove or rename one of the two");
        self.diagnostics.report(error.related_to(first, "first defined here").into());
    }

    /// saphyr counts lines from 1, but columns from 0.
    fn position(&self, marker: &Marker) -> Position {
        let position = Position { line: marker.line().max(1), column: marker.col() + 1 };
        self.escapes.original(position)
    }
}

fn check_depth(depth: usize, span: Span) -> Result<()> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    error_at(
        span,
        format!("nesting exceeds {MAX_DEPTH} levels"),
        "move inner schemas to components",
    )
}

/// The end of a collection: after its bracket, or, in the block style, after its last value. The
/// parser's end of a bracket includes the spaces after it.
fn close(last: Option<Span>, end: Span) -> Position {
    match last {
        Some(last) if end.start == end.end => last.end,
        _ => Position { column: end.start.column + 1, ..end.start },
    }
}
