//! Doc comments from the descriptions of a spec.
//!
//! A description is Markdown, as a doc comment is, but rustdoc compiles and
//! runs code: what shows a request in a spec would become a failing test of
//! the crate that includes the stub. So code is marked as text where it is
//! fenced at the begin of a line, and indented code or a fence within a list
//! becomes a paragraph.

use proc_macro2::TokenStream;
use quote::quote;

/// A doc comment; what the spec leaves undescribed says where it comes from.
pub(super) fn doc(description: Option<&str>) -> TokenStream {
    let text = description.unwrap_or("Not described in the spec.").trim_end();
    let lines = without_tests(text).into_iter().map(|line| format!(" {line}"));
    quote!(#(#[doc = #lines])*)
}

fn without_tests(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    // Rust knows no carriage return in a comment.
    for line in text.split(['\n', '\r']) {
        let marker = fence_marker(line);
        match fence {
            Some(open) => {
                lines.push(line.to_owned());
                // A closing fence is at least as long and alone in its line.
                if marker.is_some_and(|m| m.starts_with(open) && line.trim_end() == m) {
                    fence = None;
                }
            }
            None => match marker {
                Some(marker) => {
                    fence = Some(marker);
                    lines.push(format!("{marker}text"));
                }
                None => lines.push(prose(line)),
            },
        }
    }
    lines.extend(fence.map(str::to_owned));
    lines
}

/// The three or more backticks or tildes that a line begins with.
fn fence_marker(line: &str) -> Option<&str> {
    let first = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(first);
    let marker = &line[..line.len() - rest.len()];
    // A backtick after the marker makes it code within a line.
    (marker.len() >= 3 && !(first == '`' && rest.contains('`'))).then_some(marker)
}

/// A line in which nothing is code: Markdown needs four blanks in a row for
/// indented code, and three backticks or tildes for a fence. Nor is anything
/// HTML, which rustdoc refuses if a tag is left open.
fn prose(line: &str) -> String {
    let mut text = String::new();
    let mut run = 0;
    let mut before = None;
    let mut in_code = false;
    for (index, c) in line.char_indices() {
        let c = if c == '\t' { ' ' } else { c };
        run = if before == Some(c) { run + 1 } else { 1 };
        before = Some(c);
        in_code ^= c == '`';
        match c {
            ' ' if run > 3 => {}
            '`' | '~' if run == 3 => text.extend(['\\', c]),
            '<' if !in_code && !line[index..].starts_with("<http") => text.push_str("\\<"),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::without_tests;

    #[test]
    fn fenced_code_is_text() {
        for (text, expected) in [
            ("```\nf()\n```", vec!["```text", "f()", "```"]),
            ("~~~rust\n    f()\n~~~", vec!["~~~text", "    f()", "~~~"]),
            ("````\n```\nf()\n````\nend", vec!["````text", "```", "f()", "````", "end"]),
            ("```\nf()", vec!["```text", "f()", "```"]),
        ] {
            assert_eq!(without_tests(text), expected);
        }
    }

    #[test]
    fn no_other_code_is_left() {
        for text in
            ["a\n\n    f()", "- a\n\n\t\tf()", "-     f()", "> ```\n> f()\n> ```", "  ```\n  f()"]
        {
            let lines = without_tests(text).join("\n");
            assert!(!lines.contains("    ") && !lines.contains("```"), "{text:?}: {lines:?}");
        }
        assert_eq!(without_tests("A `code` and ~~struck~~."), ["A `code` and ~~struck~~."]);
    }

    #[test]
    fn no_html_is_left() {
        for (text, expected) in [
            ("a <!--<script> b", r"a \<!--\<script> b"),
            ("`Vec<u8>` and Vec<u8>", r"`Vec<u8>` and Vec\<u8>"),
            ("<https://example.com>", "<https://example.com>"),
        ] {
            assert_eq!(without_tests(text), [expected]);
        }
    }
}
