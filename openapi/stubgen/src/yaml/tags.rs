//! Tags, which say what type a value has: `!!str 5` is a string.
//!
//! Those of types that JSON has are followed, and `!!binary` and `!!timestamp` are their text, as
//! in JSON. Any other is for an application that knows it.

use saphyr_parser::Tag;

use super::node::{Node, NodeKind};
use crate::diagnostic::{Result, Span, error_at};

/// What the tags of YAML itself begin with; `!!` abbreviates it.
const PREFIX: &str = "tag:yaml.org,2002:";

/// The value with the type that a tag gives it.
pub(super) fn apply(tag: &Tag, kind: NodeKind, span: Span) -> Result<Node> {
    let full = format!("{}{}", tag.handle, tag.suffix);
    let name = if full == "!" { Some("") } else { full.strip_prefix(PREFIX) };
    let expected = match (name, &kind) {
        (_, NodeKind::Invalid)
        | (Some("" | "map"), NodeKind::Mapping(_))
        | (Some("" | "seq"), NodeKind::Sequence(_)) => return Ok(Node { span, kind }),
        (Some("" | "str" | "binary" | "timestamp"), NodeKind::Scalar { .. }) => "a string",
        (Some("int" | "float"), NodeKind::Scalar { .. }) => "a number",
        (Some("bool"), NodeKind::Scalar { .. }) => "a boolean",
        (Some("null"), NodeKind::Scalar { .. }) => "null",
        _ => return unsupported(&full, span),
    };
    let NodeKind::Scalar { text, .. } = kind else { return unsupported(&full, span) };
    let plain = expected != "a string";
    let node = Node { span, kind: NodeKind::Scalar { text, plain } };
    match node.type_name() {
        found if found == expected => Ok(node),
        found => error_at(
            span,
            format!("the tag of this value is that of {expected}, but it is {found}"),
            "correct the value, or remove the tag",
        ),
    }
}

fn unsupported<T>(tag: &str, span: Span) -> Result<T> {
    let tag = tag.strip_prefix(PREFIX).map_or(tag.to_owned(), |name| format!("!!{name}"));
    error_at(span, format!("the YAML tag `{tag}` is not supported here"), "remove it")
}
