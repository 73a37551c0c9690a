//! Patterns. OpenAPI writes them in the language of ECMA-262, of which JSON
//! Schema recommends the part that the flag `u` leaves; the server matches them
//! by Rust's `regex`, which is linear in its input.
//!
//! Most of the difference is translated when the server compiles a schema:
//! the `jsonschema` crate gives `\d`, `\w`, `\s`, `.` and classes the meaning
//! that ECMA-262 gives them. The rest is done here, so that a pattern that is
//! accepted means the same in both.

use crate::json_schema;

/// Why the server cannot match a pattern exactly, if it cannot.
pub(crate) fn check(pattern: &str) -> Result<(), String> {
    if !json_schema::is_ecma_pattern(pattern) {
        return Err("it is not a pattern of ECMA-262 (with the flag `u`)".to_owned());
    }
    if pieces(pattern).any(|piece| piece == Piece::Modifier) {
        return Err("flags within a pattern are not supported".to_owned());
    }
    json_schema::compile_pattern(&translate(pattern))
}

/// The same pattern as `jsonschema` has to get it.
pub(crate) fn translate(pattern: &str) -> String {
    let mut translated = String::new();
    for piece in pieces(pattern) {
        match piece {
            // A word is of ASCII letters, digits and `_`.
            Piece::Escape { letter: 'b', in_class: false } => translated.push_str(r"(?-u:\b)"),
            Piece::Escape { letter: 'B', in_class: false } => translated.push_str(r"(?-u:\B)"),
            Piece::Escape { letter: 'b', in_class: true } => translated.push_str(r"\x08"),
            // Escaped, these are the begin and the end of a word for Rust.
            Piece::Escape { letter: letter @ ('<' | '>'), .. } => translated.push(letter),
            Piece::Escape { letter, .. } => translated.extend(['\\', letter]),
            Piece::Modifier => translated.push('('),
            Piece::Other(other) => translated.push(other),
        }
    }
    translated
}

#[derive(PartialEq)]
enum Piece {
    /// A backslash and the character after it.
    Escape {
        letter: char,
        in_class: bool,
    },
    /// The `(` of a group that sets flags: `(?i:…)`.
    Modifier,
    Other(char),
}

fn pieces(pattern: &str) -> impl Iterator<Item = Piece> + '_ {
    let mut rest = pattern;
    let mut in_class = false;
    std::iter::from_fn(move || {
        let modifier = !in_class
            && rest.strip_prefix("(?").is_some_and(|after| {
                after.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic())
            });
        let mut chars = rest.chars();
        let piece = match chars.next()? {
            '\\' => Piece::Escape { letter: chars.next()?, in_class },
            '(' if modifier => Piece::Modifier,
            other => {
                in_class = (in_class || other == '[') && other != ']';
                Piece::Other(other)
            }
        };
        rest = chars.as_str();
        Some(piece)
    })
}
