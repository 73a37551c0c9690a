//! Patterns of the spec as patterns of the server.
//!
//! OpenAPI patterns are ECMA-262 regular expressions, of which JSON Schema recommends the dialect
//! of the flag `u`. The server matches them with Rust's `regex`, whose run time is linear in the
//! input. The `jsonschema` crate gives `\d`, `\w`, `\s`, `.` and classes their ECMA-262 meaning;
//! the other differences are translated here. A pattern that cannot keep its meaning is rejected.

use crate::validator;

/// Why the server cannot match a pattern exactly.
pub(crate) struct UnsupportedPattern {
    pub reason: String,
    pub help: &'static str,
}

pub(crate) fn check(pattern: &str) -> Result<(), UnsupportedPattern> {
    let unsupported =
        |reason: &str, help| Err(UnsupportedPattern { reason: reason.to_owned(), help });
    if !validator::is_ecma_pattern(pattern) {
        return unsupported(
            "not valid in ECMA-262 with the flag `u`",
            "write it as JavaScript would accept it, and escape no other characters than needed",
        );
    }
    if tokens(pattern).any(|token| token == Token::FlagGroup) {
        return unsupported("flags within a pattern", "spell out the alternatives");
    }
    match validator::check_pattern(&translate(pattern)) {
        Ok(()) => Ok(()),
        Err(error) => unsupported(
            &format!("does not compile: {error}"),
            "write it without back references and look-around, except after a `^` at the beginning, and \
             with smaller repetitions",
        ),
    }
}

/// The pattern in the dialect of the `jsonschema` crate.
pub(crate) fn translate(pattern: &str) -> String {
    let mut translated = String::new();
    for token in tokens(pattern) {
        match token {
            // Word characters of ECMA-262 are ASCII.
            Token::Escape { letter: 'b', in_class: false } => translated.push_str(r"(?-u:\b)"),
            Token::Escape { letter: 'B', in_class: false } => translated.push_str(r"(?-u:\B)"),
            Token::Escape { letter: 'b', in_class: true } => translated.push_str(r"\x08"),
            // In Rust, `\<` and `\>` are word boundaries.
            Token::Escape { letter: letter @ ('<' | '>'), .. } => translated.push(letter),
            Token::Escape { letter, .. } => translated.extend(['\\', letter]),
            Token::FlagGroup => translated.push('('),
            Token::Literal(literal) => translated.push(literal),
        }
    }
    translated
}

#[derive(PartialEq)]
enum Token {
    /// A backslash and the character after it.
    Escape {
        letter: char,
        in_class: bool,
    },
    /// The `(` of a group that sets flags: `(?i:…)`.
    FlagGroup,
    Literal(char),
}

fn tokens(pattern: &str) -> impl Iterator<Item = Token> + '_ {
    let mut rest = pattern;
    let mut in_class = false;
    std::iter::from_fn(move || {
        let sets_flags = !in_class
            && rest.strip_prefix("(?").is_some_and(|after| {
                after.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic())
            });
        let mut chars = rest.chars();
        let token = match chars.next()? {
            '\\' => Token::Escape { letter: chars.next()?, in_class },
            '(' if sets_flags => Token::FlagGroup,
            other => {
                in_class = (in_class || other == '[') && other != ']';
                Token::Literal(other)
            }
        };
        rest = chars.as_str();
        Some(token)
    })
}
