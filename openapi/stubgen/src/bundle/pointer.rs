//! JSON pointers (RFC 6901).

use std::cell::RefCell;
use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::yaml::{Node, NodeKind};

/// The tokens of a pointer in a URI fragment. `None` if it is something else.
pub(super) fn parse(fragment: &str) -> Option<Vec<String>> {
    if fragment.is_empty() {
        return Some(Vec::new());
    }
    let tokens = fragment.strip_prefix('/')?.split('/');
    let token = |token: &str| {
        let decoded = percent_decode_str(token).decode_utf8().ok()?;
        Some(decoded.replace("~1", "/").replace("~0", "~"))
    };
    tokens.map(token).collect()
}

/// Finds nodes by pointer. The keys of a mapping are indexed when a pointer first leads through it,
/// so that many pointers into a large mapping are cheap.
#[derive(Default)]
pub(super) struct Index<'a>(RefCell<HashMap<*const Node, HashMap<&'a str, &'a Node>>>);

impl<'a> Index<'a> {
    pub fn find(&self, root: &'a Node, tokens: &[String]) -> Option<&'a Node> {
        tokens.iter().try_fold(root, |node, token| self.child(node, token))
    }

    fn child(&self, node: &'a Node, token: &str) -> Option<&'a Node> {
        match &node.kind {
            NodeKind::Mapping(entries) => {
                let mut indexed = self.0.borrow_mut();
                let keys = indexed.entry(node).or_insert_with(|| {
                    entries.iter().map(|entry| (entry.key.as_str(), &entry.value)).collect()
                });
                keys.get(token).copied()
            }
            NodeKind::Sequence(items) => items.get(token.parse::<usize>().ok()?),
            NodeKind::Scalar { .. } | NodeKind::Invalid => None,
        }
    }
}
