//! Patterns that are checked without a regular expression: a text followed by a number of ASCII
//! characters of a class, from beginning to end. Ids, codes and tokens have such patterns.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use crate::pattern;

/// An expression for whether `value`, a string, matches a pattern. `None` unless comparisons suffice.
pub fn check(pattern: &str) -> Option<TokenStream> {
    let SimplePattern { prefix, class, min, max } = SimplePattern::parse(pattern)?;
    let ranges = class.iter().map(|(first, last)| {
        let (first, last) = (Literal::byte_character(*first), Literal::byte_character(*last));
        quote!(#first..=#last)
    });
    let count = match max {
        Some(max) => quote!(#min..=#max),
        None => quote!(#min..),
    };
    let suffix = quote! {
        (#count).contains(&value.len()) && value.bytes().all(|byte| matches!(byte, #(#ranges)|*))
    };
    Some(if prefix.is_empty() {
        suffix
    } else {
        quote!(value.strip_prefix(#prefix).is_some_and(|value| #suffix))
    })
}

/// `^prefix[class]{min,max}$`.
#[derive(Debug, PartialEq, Eq)]
struct SimplePattern {
    prefix: String,
    class: Vec<(u8, u8)>,
    min: usize,
    max: Option<usize>,
}

impl SimplePattern {
    fn parse(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::parse(&pattern::translate(pattern)).ok()?;
        let HirKind::Concat(parts) = hir.kind() else { return None };
        let is = |part: &Hir, look| matches!(part.kind(), HirKind::Look(found) if *found == look);
        match parts.as_slice() {
            [start, rest @ .., end] if is(start, Look::Start) && is(end, Look::End) => {
                Self::of_parts(rest)
            }
            _ => None,
        }
    }

    fn of_parts(parts: &[Hir]) -> Option<Self> {
        let (prefix, run) = match parts {
            [run] => (String::new(), run),
            [literal, run] => match literal.kind() {
                HirKind::Literal(literal) => (String::from_utf8(literal.0.to_vec()).ok()?, run),
                _ => return None,
            },
            _ => return None,
        };
        let (class, min, max) = match run.kind() {
            HirKind::Class(class) => (class, 1, Some(1)),
            HirKind::Repetition(Repetition { min, max, greedy: _, sub }) => match sub.kind() {
                HirKind::Class(class) => (class, *min, *max),
                _ => return None,
            },
            _ => return None,
        };
        let max = max.map(usize::try_from).transpose().ok()?;
        Some(Self { prefix, class: ascii_ranges(class)?, min: usize::try_from(min).ok()?, max })
    }
}

/// The ranges of a class, if all of its characters are ASCII. The engine gives `\d`, `\w` and the
/// like another meaning than this parser, with which they are not.
fn ascii_ranges(class: &Class) -> Option<Vec<(u8, u8)>> {
    let Class::Unicode(class) = class else { return None };
    let range = |range: &regex_syntax::hir::ClassUnicodeRange| {
        let is_ascii = range.end().is_ascii();
        is_ascii.then_some((range.start() as u8, range.end() as u8))
    };
    class.iter().map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::SimplePattern;

    #[test]
    fn recognises_a_prefix_and_one_class() {
        let hex = vec![(b'0', b'9'), (b'a', b'f')];
        let lower = vec![(b'a', b'z')];
        for (pattern, prefix, class, min, max) in [
            ("^[0-9a-f]{24}$", "", &hex, 24, Some(24)),
            ("^00000[0-9a-f]{35}$", "00000", &hex, 35, Some(35)),
            ("^[a-z]+$", "", &lower, 1, None),
            ("^[a-z]*$", "", &lower, 0, None),
            ("^ä\\.[a-z]$", "ä.", &lower, 1, Some(1)),
            ("^[!-~]{1,255}$", "", &vec![(b'!', b'~')], 1, Some(255)),
        ] {
            let expected =
                SimplePattern { prefix: prefix.to_owned(), class: class.clone(), min, max };
            assert_eq!(SimplePattern::parse(pattern), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn leaves_every_other_pattern_to_the_engine() {
        for pattern in [
            "[a-z]{3}",
            "^[a-z]{3}",
            "^[a-z]{3}[0-9]",
            "[a-z]{3}$",
            "^[a-z][0-9]$",
            "^[a-z]{3}x$",
            "^(a|bc)$",
            "^\\d{3}$",
            "^\\w+$",
            "^\\s$",
            "^[^a-z]$",
            "^[ä-ö]+$",
            "^.$",
            "^abc$",
            "^([a-z]{2}){3}$",
            "^$",
            "",
        ] {
            assert_eq!(SimplePattern::parse(pattern), None, "{pattern}");
        }
    }
}
