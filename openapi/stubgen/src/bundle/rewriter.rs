//! Applies the plan.

use std::borrow::Cow;

use super::place::{Content, Kind};
use super::plan::{Plan, Replacement};
use crate::diagnostic::Span;
use crate::yaml::{Entry, Node, NodeKind};

pub(super) fn rewrite<'a>(plan: &Plan, root: &'a Node) -> Cow<'a, Node> {
    if plan.is_empty() {
        return Cow::Borrowed(root);
    }
    let rewriter = Rewriter { plan };
    let mut document = rewriter.object(root, Kind::Document);
    rewriter.add_components(&mut document);
    Cow::Owned(document)
}

struct Rewriter<'p, 'a> {
    plan: &'p Plan<'a>,
}

impl Rewriter<'_, '_> {
    /// The object, or the reference that takes its place.
    fn object(&self, node: &Node, kind: Kind) -> Node {
        let address = std::ptr::from_ref(node);
        if let Some(name) = self.plan.moved.get(&(address, kind)) {
            return mapping(node.span, vec![reference(node.span, kind, name)]);
        }
        match self.plan.replacements.get(&address) {
            None => self.fields(node, kind),
            Some(Replacement::Reference(name)) => refer(node, kind, name),
            Some(Replacement::Copy(target)) => self.copy(node, target, kind, true),
            Some(Replacement::CopyOfPath(target)) => self.copy(node, target, kind, false),
            Some(Replacement::Invalid) => Node { span: node.span, kind: NodeKind::Invalid },
        }
    }

    /// The object without regard to what may take its place.
    fn fields(&self, node: &Node, kind: Kind) -> Node {
        let NodeKind::Mapping(entries) = &node.kind else { return node.clone() };
        let entries = entries.iter().map(|entry| {
            let value = match kind.content(&entry.key) {
                None if kind == Kind::Mapping => self.object(&entry.value, kind),
                None => entry.value.clone(),
                Some(content) => self.content(&entry.value, content),
            };
            with_value(entry, value)
        });
        mapping(node.span, entries.collect())
    }

    fn content(&self, node: &Node, content: Content) -> Node {
        match (content, &node.kind) {
            (Content::One(kind), _) => self.object(node, kind),
            (Content::List(kind), NodeKind::Sequence(items)) => {
                let items = items.iter().map(|item| self.object(item, kind));
                Node { span: node.span, kind: NodeKind::Sequence(items.collect()) }
            }
            (Content::Map(kind), NodeKind::Mapping(entries)) => {
                let entries =
                    entries.iter().map(|entry| with_value(entry, self.object(&entry.value, kind)));
                mapping(node.span, entries.collect())
            }
            _ => node.clone(),
        }
    }

    /// What a reference leads to; a path has the fields beside the reference as well.
    fn copy(&self, node: &Node, target: &Node, kind: Kind, keep_ids: bool) -> Node {
        let mut copy = self.fields(target, kind);
        let (Kind::PathItem, NodeKind::Mapping(entries)) = (kind, &mut copy.kind) else {
            return copy;
        };
        if !keep_ids {
            entries.iter_mut().for_each(|operation| remove_id(&mut operation.value));
        }
        if let NodeKind::Mapping(own) = self.fields(node, kind).kind {
            entries.retain(|entry| !own.iter().any(|known| known.key == entry.key));
            entries.extend(own.into_iter().filter(|entry| entry.key != "$ref"));
        }
        copy
    }

    fn add_components(&self, document: &mut Node) {
        for (kind, name, node) in &self.plan.added {
            let Some(section) = kind.section() else { continue };
            let value = self.fields(node, *kind);
            let entry = Entry { key: name.clone(), span: node.span, value };
            let components = field(document, "components", node.span);
            let Some(components) = components else { continue };
            let Some(section) = field(components, section, node.span) else { continue };
            if let NodeKind::Mapping(entries) = &mut section.kind {
                entries.push(entry);
            }
        }
    }
}

/// The value of a field, which is added if it is missing.
fn field<'n>(node: &'n mut Node, key: &str, span: Span) -> Option<&'n mut Node> {
    let NodeKind::Mapping(entries) = &mut node.kind else { return None };
    let index = entries.iter().position(|entry| entry.key == key).unwrap_or_else(|| {
        entries.push(Entry { key: key.to_owned(), span, value: mapping(span, Vec::new()) });
        entries.len() - 1
    });
    Some(&mut entries[index].value)
}

/// The object with a reference to a component instead of the one that it has, or, in a mapping, the
/// reference alone.
fn refer(node: &Node, kind: Kind, name: &str) -> Node {
    if kind == Kind::Mapping {
        return text(node.span, &path(Kind::Schema, name));
    }
    let NodeKind::Mapping(entries) = &node.kind else { return node.clone() };
    let entries = entries.iter().map(|entry| {
        if entry.key == "$ref" { reference(entry.value.span, kind, name) } else { entry.clone() }
    });
    mapping(node.span, entries.collect())
}

fn with_value(entry: &Entry, value: Node) -> Entry {
    Entry { key: entry.key.clone(), span: entry.span, value }
}

fn reference(span: Span, kind: Kind, name: &str) -> Entry {
    Entry { key: "$ref".to_owned(), span, value: text(span, &path(kind, name)) }
}

fn path(kind: Kind, name: &str) -> String {
    format!("#/components/{}/{name}", kind.section().unwrap_or_default())
}

fn text(span: Span, text: &str) -> Node {
    Node { span, kind: NodeKind::Scalar { text: text.to_owned(), plain: false } }
}

fn mapping(span: Span, entries: Vec<Entry>) -> Node {
    Node { span, kind: NodeKind::Mapping(entries) }
}

fn remove_id(operation: &mut Node) {
    if let NodeKind::Mapping(entries) = &mut operation.kind {
        entries.retain(|entry| entry.key != "operationId");
    }
}
