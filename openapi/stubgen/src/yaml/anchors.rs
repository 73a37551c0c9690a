//! YAML's anchors and aliases: `&a` names a value, and `*a` is a copy of it.

use std::collections::HashMap;

use super::node::{Node, NodeKind};
use crate::diagnostic::{Result, Span, error_at};

/// How many values may be copied in a document, for anchors and aliases. Aliases of values with
/// aliases could copy billions.
const MAX_COPIED: usize = 100_000;

/// The values with anchors so far, by the parser's number of the anchor.
#[derive(Default)]
pub(super) struct Anchors {
    values: HashMap<usize, Anchored>,
    copied: usize,
}

struct Anchored {
    node: Node,
    /// The number of values in it, with itself.
    size: usize,
    /// The levels of values within it.
    height: usize,
}

impl Anchors {
    /// Remembers a value. The number 0 says that it has no anchor.
    pub fn define(&mut self, anchor: usize, node: &Node) -> Result<()> {
        if anchor == 0 {
            return Ok(());
        }
        let (size, height) = measure(node);
        self.count(size, node.span)?;
        self.values.insert(anchor, Anchored { node: node.clone(), size, height });
        Ok(())
    }

    /// A copy of a value, at the place of the alias, with the levels within it.
    pub fn copy(&mut self, anchor: usize, span: Span) -> Result<(Node, usize)> {
        let Some(size) = self.values.get(&anchor).map(|anchored| anchored.size) else {
            return error_at(span, "the alias is part of its own anchor", "use $ref for recursion");
        };
        self.count(size, span)?;
        let Anchored { node, height, .. } = &self.values[&anchor];
        Ok((Node { span, kind: node.kind.clone() }, *height))
    }

    fn count(&mut self, size: usize, span: Span) -> Result<()> {
        self.copied = self.copied.saturating_add(size);
        if self.copied <= MAX_COPIED {
            return Ok(());
        }
        error_at(
            span,
            format!("the anchors and aliases of this document copy more than {MAX_COPIED} values"),
            "use $ref for repetition",
        )
    }
}

fn measure(node: &Node) -> (usize, usize) {
    let children: Vec<&Node> = match &node.kind {
        NodeKind::Scalar { .. } | NodeKind::Invalid => return (1, 0),
        NodeKind::Sequence(items) => items.iter().collect(),
        NodeKind::Mapping(entries) => entries.iter().map(|entry| &entry.value).collect(),
    };
    let measures = children.into_iter().map(measure);
    let whole = measures.fold((1, 0), |(size, height), (child_size, child_height)| {
        (size + child_size, height.max(child_height))
    });
    (whole.0, whole.1 + 1)
}
