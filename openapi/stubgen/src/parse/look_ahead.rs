//! Patterns that begin with look-ahead, such as `^(?=.*[0-9])(?!admin).{8,}$`.
//!
//! The server's regex engine, whose run time is linear, has no look-around. At the beginning of a
//! text it is not needed: the text satisfies the pattern if it satisfies the patterns
//! `^(?:.*[0-9])` and `^.{8,}$`, and does not satisfy `^(?:admin)`.

/// A pattern as several without look-ahead at the beginning.
#[derive(Debug, PartialEq)]
pub(super) struct LookAhead<'a> {
    pub assertions: Vec<Assertion<'a>>,
    /// What follows the assertions, with a `^`.
    pub rest: String,
}

#[derive(Debug, PartialEq)]
pub(super) struct Assertion<'a> {
    pub is_negative: bool,
    text: &'a str,
}

impl Assertion<'_> {
    pub fn pattern(&self) -> String {
        format!("^(?:{})", self.text)
    }
}

/// `None` without assertions at the beginning, or if they belong to one of several alternatives.
pub(super) fn split(pattern: &str) -> Option<LookAhead<'_>> {
    let mut rest = pattern.strip_prefix('^')?;
    let mut assertions = Vec::new();
    while let Some(text) = rest.strip_prefix("(?=").or_else(|| rest.strip_prefix("(?!")) {
        let end = end_of_group(text)?;
        assertions.push(Assertion { is_negative: rest.starts_with("(?!"), text: &text[..end] });
        rest = &text[end + 1..];
    }
    let is_quantified = rest.starts_with(['*', '+', '?', '{']);
    if assertions.is_empty() || is_quantified || has_alternatives(rest) {
        return None;
    }
    Some(LookAhead { assertions, rest: format!("^{rest}") })
}

/// The index of the bracket that closes the group around the beginning of the text.
fn end_of_group(text: &str) -> Option<usize> {
    symbols(text).find(|(depth, _, symbol)| (*depth, *symbol) == (-1, ')')).map(|(_, at, _)| at)
}

fn has_alternatives(text: &str) -> bool {
    symbols(text).any(|(depth, _, symbol)| (depth, symbol) == (0, '|'))
}

/// The characters that are neither escaped nor in a class, with the depth of groups after each.
fn symbols(text: &str) -> impl Iterator<Item = (i32, usize, char)> + '_ {
    let mut depth = 0;
    let mut in_class = false;
    let mut is_escaped = false;
    text.char_indices().filter_map(move |(at, symbol)| {
        if std::mem::take(&mut is_escaped) {
            return None;
        }
        match symbol {
            '\\' => is_escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth -= 1,
            _ => {}
        }
        let is_symbol = !in_class && !is_escaped;
        is_symbol.then_some((depth, at, symbol))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_assertions_at_the_beginning() {
        for (pattern, assertions, rest) in [
            ("^(?!\\d+$)\\w+", vec![(true, "\\d+$")], "^\\w+"),
            (
                "^(?=.*[)a])(?=(a|b)\\))(?!x|y).{8,}$",
                vec![(false, ".*[)a]"), (false, "(a|b)\\)"), (true, "x|y")],
                "^.{8,}$",
            ),
            ("^(?!a)^b(c|d)", vec![(true, "a")], "^^b(c|d)"),
            ("^(?!a)", vec![(true, "a")], "^"),
            ("^(?=[(])(?![)])a", vec![(false, "[(]"), (true, "[)]")], "^a"),
            ("^(?!a)[|]", vec![(true, "a")], "^[|]"),
            ("^(?!a)\\|", vec![(true, "a")], "^\\|"),
        ] {
            let split = split(pattern).unwrap();
            let found: Vec<(bool, &str)> =
                split.assertions.iter().map(|found| (found.is_negative, found.text)).collect();
            assert_eq!((found, split.rest.as_str()), (assertions, rest), "{pattern}");
        }
    }

    #[test]
    fn leaves_other_patterns_as_they_are() {
        for pattern in
            ["(?!a)b", "a(?!b)", "^a(?=b)", "^(?!a)b|c", "^(?!a", "^(?:a)", "^(?!a)*b", ""]
        {
            assert_eq!(split(pattern), None, "{pattern}");
        }
    }
}
