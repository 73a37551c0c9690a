//! Doc comments from the descriptions of a spec.
//!
//! Both are Markdown, but rustdoc compiles and runs code blocks: an example request in a spec would
//! become a failing doc test of the crate that includes the module. A fence at the beginning of a
//! line is therefore marked as text; indented code and a fence within a list become paragraphs.
//! HTML tags are escaped, because rustdoc rejects unclosed ones, and addresses become links, because
//! it warns of those that are not.

use proc_macro2::TokenStream;
use quote::quote;

/// A doc comment with the given paragraphs, those that are there.
pub(super) fn doc_text<const N: usize>(paragraphs: [Option<&str>; N]) -> TokenStream {
    let paragraphs = paragraphs.into_iter().flatten().map(str::trim_end);
    let text = paragraphs.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    doc(&text)
}

/// The sentences for schemas without constraints.
const TYPES: [&str; 5] = ["A boolean.", "A number.", "A string.", "An integer.", "An object."];

/// A doc comment with a description and what the schema says of the values: one paragraph, unless
/// the description has several.
pub(super) fn doc_values(description: Option<&str>, values: Option<&str>) -> TokenStream {
    // Beside a description, the type alone says nothing that the signature does not.
    let values = values.filter(|values| description.is_none() || !TYPES.contains(values));
    match (description.map(str::trim_end), values) {
        (Some(description), Some(values)) if !description.contains("\n\n") => {
            doc(&format!("{}\n{values}", with_full_stop(description)))
        }
        (description, values) => doc_text([description, values]),
    }
}

/// The text as a sentence that another one can follow.
pub(super) fn with_full_stop(text: &str) -> String {
    let stop = if text.ends_with(char::is_alphanumeric) { "." } else { "" };
    format!("{text}{stop}")
}

/// A doc comment with the text, if it is not empty.
pub(super) fn doc(text: &str) -> TokenStream {
    if text.is_empty() {
        return TokenStream::new();
    }
    let text: String = text.chars().filter(|c| !changes_direction(*c)).collect();
    let lines = without_doc_tests(text.trim_end())
        .into_iter()
        .map(|line| if line.is_empty() { line } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// Whether a character changes the direction of the text after it, which the compiler denies in
/// comments.
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn without_doc_tests(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open_fence: Option<&str> = None;
    // A carriage return is not allowed in a doc comment.
    for line in text.split(['\n', '\r']) {
        let marker = fence_marker(line);
        match (open_fence, marker) {
            (Some(open), _) => {
                lines.push(line.to_owned());
                // A closing fence is at least as long as the opening one, with nothing after it.
                if marker.is_some_and(|m| m.starts_with(open) && line.trim_end() == m) {
                    open_fence = None;
                }
            }
            (None, Some(marker)) => {
                open_fence = Some(marker);
                lines.push(format!("{marker}text"));
            }
            (None, None) => lines.push(escape(&link_addresses(line))),
        }
    }
    lines.extend(open_fence.map(str::to_owned));
    lines
}

/// The three or more backticks or tildes at the beginning of a line.
fn fence_marker(line: &str) -> Option<&str> {
    let first = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(first);
    let marker = &line[..line.len() - rest.len()];
    // With another backtick in the line, it is inline code.
    (marker.len() >= 3 && !(first == '`' && rest.contains('`'))).then_some(marker)
}

/// A line whose addresses are links: `<https://example.com>`.
fn link_addresses(line: &str) -> String {
    let mut linked = String::new();
    let mut rest = line;
    while let Some(start) = find_address(rest) {
        let (before, address) = rest.split_at(start);
        linked.push_str(before);
        let end = address.find(|c: char| c.is_whitespace() || "<>`\"'".contains(c));
        let address = &address[..end.unwrap_or(address.len())];
        let ends_sentence =
            |c: char| ".,;:!?]*_".contains(c) || (c == ')' && !address.contains('('));
        let address = address.trim_end_matches(ends_sentence);
        if is_part_of_link(&linked) {
            linked.push_str(address);
        } else {
            linked.extend(["<", address, ">"]);
        }
        rest = &rest[start + address.len()..];
    }
    linked + rest
}

fn find_address(text: &str) -> Option<usize> {
    ["http://", "https://"].iter().filter_map(|scheme| text.find(scheme)).min()
}

/// Whether an address after the text is in code, in angle brackets, or the text or target of a link.
fn is_part_of_link(before: &str) -> bool {
    let is_in_code = before.matches('`').count() % 2 == 1;
    let is_in_brackets = before.rfind('[') > before.rfind(']');
    let is_target = ["<", "](", "]: "].iter().any(|mark| before.ends_with(mark));
    is_in_code || is_in_brackets || is_target
}

/// A line without code blocks and HTML. Indented code needs four spaces in a row, a fence three
/// backticks or tildes.
fn escape(line: &str) -> String {
    let mut escaped = String::new();
    let mut run_length = 0;
    let mut previous = None;
    let mut in_code = false;
    for (index, c) in line.char_indices() {
        let c = if c == '\t' { ' ' } else { c };
        run_length = if previous == Some(c) { run_length + 1 } else { 1 };
        previous = Some(c);
        in_code ^= c == '`';
        match c {
            ' ' if run_length > 3 => {}
            '`' | '~' if run_length == 3 => escaped.extend(['\\', c]),
            '<' if !in_code && !line[index..].starts_with("<http") => escaped.push_str("\\<"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::without_doc_tests;

    #[test]
    fn fenced_code_is_text() {
        for (text, expected) in [
            ("```\nf()\n```", vec!["```text", "f()", "```"]),
            ("~~~rust\n    f()\n~~~", vec!["~~~text", "    f()", "~~~"]),
            ("````\n```\nf()\n````\nend", vec!["````text", "```", "f()", "````", "end"]),
            ("```\nf()", vec!["```text", "f()", "```"]),
            ("~~~ `a`\nf()\n~~~", vec!["~~~text", "f()", "~~~"]),
            ("``` a ` b", vec!["``\\` a ` b"]),
            ("~~ a", vec!["~~ a"]),
        ] {
            assert_eq!(without_doc_tests(text), expected);
        }
    }

    #[test]
    fn other_code_blocks_become_paragraphs() {
        for text in
            ["a\n\n    f()", "- a\n\n\t\tf()", "-     f()", "> ```\n> f()\n> ```", "  ```\n  f()"]
        {
            let lines = without_doc_tests(text).join("\n");
            assert!(!lines.contains("    ") && !lines.contains("```"), "{text:?}: {lines:?}");
        }
        assert_eq!(without_doc_tests("A `code` and ~~struck~~."), ["A `code` and ~~struck~~."]);
    }

    #[test]
    fn addresses_are_links() {
        for (text, expected) in [
            ("See https://example.com/a_(b).", "See <https://example.com/a_(b)>."),
            ("(http://a.b, https://c.d/?e#f)", "(<http://a.b>, <https://c.d/?e#f>)"),
            ("*https://a.b*", "*<https://a.b>*"),
            ("`https://a.b` <https://a.b>", "`https://a.b` <https://a.b>"),
            ("[text](https://a.b)", "[text](https://a.b)"),
            ("[see https://a.b](https://a.b)", "[see https://a.b](https://a.b)"),
            ("[id]: https://a.b", "[id]: https://a.b"),
            ("[1] https://a.b", "[1] <https://a.b>"),
            ("<a href=\"https://a.b\">", "\\<a href=\"<https://a.b>\">"),
        ] {
            assert_eq!(without_doc_tests(text), [expected]);
        }
        let fenced = ["```text", "https://a.b", "```"];
        assert_eq!(without_doc_tests("```\nhttps://a.b\n```"), fenced);
    }

    #[test]
    fn html_is_escaped() {
        for (text, expected) in [
            ("a <!--<script> b", r"a \<!--\<script> b"),
            ("`Vec<u8>` and Vec<u8>", r"`Vec<u8>` and Vec\<u8>"),
            ("<https://example.com>", "<https://example.com>"),
        ] {
            assert_eq!(without_doc_tests(text), [expected]);
        }
    }
}
