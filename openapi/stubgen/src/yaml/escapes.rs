//! Escape sequences that JSON has and YAML has not: a character beyond U+FFFF as two UTF-16
//! surrogates, as Python's `json` module and others write it.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use crate::diagnostic::{Diagnostics, Position, Span};

/// A text in which YAML understands every escape sequence.
pub(super) struct Escapes<'a> {
    text: Cow<'a, str>,
    /// Where the text became shorter: the position in the new text after each replacement, and the
    /// number of characters saved in its line so far.
    shifts: Vec<(Position, usize)>,
}

impl<'a> Escapes<'a> {
    /// Replaces the surrogates in a text that is JSON; others stay as they are.
    pub fn of_json(text: &'a str, diagnostics: &Diagnostics) -> Self {
        let unchanged = Self { text: Cow::Borrowed(text), shifts: Vec::new() };
        let is_json = (text.contains("\\ud") || text.contains("\\uD"))
            && serde_json::from_str::<IgnoredAny>(text).is_ok();
        if is_json { replace_surrogates(text, diagnostics) } else { unchanged }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The position in the original text of a position in the new one.
    pub fn original(&self, position: Position) -> Position {
        let before = self.shifts.partition_point(|(shift, _)| *shift <= position);
        match self.shifts[..before].last() {
            Some((shift, saved)) if shift.line == position.line => {
                Position { column: position.column + saved, ..position }
            }
            _ => position,
        }
    }
}

fn replace_surrogates<'a>(text: &str, diagnostics: &Diagnostics) -> Escapes<'a> {
    let mut replaced = String::with_capacity(text.len());
    let mut shifts: Vec<(Position, usize)> = Vec::new();
    let mut position = Position { line: 1, column: 1 };
    let mut saved = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, replacement) = replacement(rest, c);
        if replacement == LONE_SURROGATE {
            let start = Position { column: position.column + saved, ..position };
            report_lone_surrogate(&rest[..length], start, diagnostics);
        }
        position.column += replacement.chars().count();
        if c == '\n' {
            position = Position { line: position.line + 1, column: 1 };
            saved = 0;
        } else if c == '\\' && length > replacement.len() {
            saved += length - replacement.len();
            shifts.push((position, saved));
        }
        replaced.push_str(&replacement);
        rest = &rest[length..];
    }
    Escapes { text: Cow::Owned(replaced), shifts }
}

/// Replaces half of a surrogate pair.
const LONE_SURROGATE: &str = "\\ufffd";

/// How many bytes of the text, which begins with `c`, to replace, and by what.
fn replacement(text: &str, c: char) -> (usize, String) {
    match surrogates(text) {
        Some((length, Some(c))) => (length, format!("\\U{:08x}", u32::from(c))),
        Some((length, None)) => (length, LONE_SURROGATE.to_owned()),
        // An escaped backslash does not begin another escape sequence.
        None if text.starts_with("\\\\") => (2, "\\\\".to_owned()),
        None => (c.len_utf8(), c.to_string()),
    }
}

fn report_lone_surrogate(escape: &str, start: Position, diagnostics: &Diagnostics) {
    let end = Position { column: start.column + escape.len(), ..start };
    diagnostics.error(
        Span { end, ..Span::at(start) },
        format!("`{escape}` is half of a surrogate pair"),
        "write both halves, or the character itself",
    );
}

/// The length of the surrogate or pair that the text begins with, and the pair's character.
fn surrogates(text: &str) -> Option<(usize, Option<char>)> {
    let first = code_unit(text).filter(|unit| (0xd800..0xe000).contains(unit))?;
    let pair = code_unit(&text[6..])
        .and_then(|second| char::decode_utf16([first, second]).next().and_then(Result::ok));
    Some(if pair.is_some() { (12, pair) } else { (6, None) })
}

fn code_unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position { line, column }
    }

    /// A pair has 12 characters, and 10 in YAML.
    #[test]
    fn positions_are_those_before_the_replacement() {
        let text = "{\"a\": \"\\ud83d\\ude00\", \"b\": 1,\n\"c\": 2, \"d\": \"\\ud83d\\ude00 \\ud83d\\ude00\"}";
        let escapes = Escapes::of_json(text, &Diagnostics::default());
        assert_eq!(escapes.text().lines().next(), Some(r#"{"a": "\U0001f600", "b": 1,"#));
        for (position, original) in [
            (at(1, 2), at(1, 2)),
            (at(1, 8), at(1, 8)),
            (at(1, 18), at(1, 20)),
            (at(1, 21), at(1, 23)),
            (at(2, 1), at(2, 1)),
            (at(2, 9), at(2, 9)),
            (at(2, 25), at(2, 27)),
            (at(2, 36), at(2, 40)),
        ] {
            assert_eq!(escapes.original(position), original, "{position:?}");
        }
    }

    #[test]
    fn half_a_pair_is_reported_where_it_is() {
        let diagnostics = Diagnostics::default();
        let text = r#"{"a": "\ud83d\ude00 \ud800"}"#;
        Escapes::of_json(text, &diagnostics);
        let report = crate::Report::new("a.json", text, diagnostics).to_string();
        assert!(report.contains("a.json:1:21: "), "{report}");
    }
}
