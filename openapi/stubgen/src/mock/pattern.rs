//! Texts that match patterns.

use regex_syntax::hir::{Class, Hir, HirKind};

/// How long a text is at most, in bytes.
pub(super) const MAX_TEXT: usize = 10_000;

/// A text that matches a pattern of the regex engine in most cases: of the first alternatives, with
/// `more` repetitions beyond the required ones.
pub(super) fn matching(pattern: &str, more: u32) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut text = String::new();
    append(&mut text, &hir, more);
    Some(text)
}

fn append(text: &mut String, hir: &Hir, more: u32) {
    // Nested repetitions multiply.
    if text.len() > MAX_TEXT {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(character(class)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                if text.len() > MAX_TEXT {
                    return;
                }
                append(text, &repetition.sub, more);
            }
        }
        HirKind::Capture(capture) => append(text, &capture.sub, more),
        HirKind::Concat(parts) => parts.iter().for_each(|part| append(text, part, more)),
        HirKind::Alternation(branches) => {
            branches.first().into_iter().for_each(|branch| append(text, branch, more));
        }
    }
}

/// A letter or digit if the class has one that begins a range, or else its first character.
fn character(class: &Class) -> Option<char> {
    let starts: Vec<char> = match class {
        Class::Unicode(class) => class.iter().map(|range| range.start()).collect(),
        Class::Bytes(class) => class.iter().map(|range| char::from(range.start())).collect(),
    };
    let plain = starts.iter().find(|start| start.is_ascii_alphanumeric());
    let negated = || ['a', '1'].into_iter().find(|plain| contains(class, *plain));
    plain.copied().or_else(negated).or(starts.first().copied())
}

fn contains(class: &Class, wanted: char) -> bool {
    match class {
        Class::Unicode(class) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&wanted))
        }
        Class::Bytes(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT, matching};

    #[test]
    fn texts_match_their_patterns() {
        for (pattern, more, text) in [
            ("^AC[0-9a-fA-F]{32}$", 0, "AC00000000000000000000000000000000"),
            ("^[^/]+/(x|y)?$", 0, "0/"),
            ("^[^/]+/(x|y)?$", 1, "00/x"),
            ("^[a-z]*$", 3, "aaa"),
            ("^[!-~]$", 0, "a"),
            ("^[!-5]$", 0, "1"),
            ("^[!-/]$", 0, "!"),
            ("^[^a-z0]$", 0, "1"),
            ("^(?-u:[!-~])$", 0, "!"),
        ] {
            assert_eq!(matching(pattern, more).as_deref(), Some(text), "{pattern}");
        }
    }

    #[test]
    fn texts_are_bounded() {
        assert!(matching("((a{100}){100}){100}", 5).is_some_and(|text| text.len() < 20_000));
        for pattern in ["a{20000}", "a{4000000000}", "a{10000}b"] {
            let length = matching(pattern, 0).map(|text| text.len());
            assert_eq!(length, Some(MAX_TEXT + 1), "{pattern}");
        }
    }
}
