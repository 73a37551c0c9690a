//! Finds the references that the later passes do not know, and plans what becomes of them.

use std::collections::HashSet;
use std::ptr;

use super::files::Files;
use super::name::Names;
use super::place::{Content, Kind};
use super::plan::{Key, Plan, Replacement};
use super::resolver::{Resolver, Target};
use crate::diagnostic::{Diagnostics, Result, Span};
use crate::yaml::{Entry, Node, NodeKind};

pub(super) struct Collector<'a> {
    root: &'a Node,
    resolver: Resolver<'a>,
    diagnostics: &'a Diagnostics,
    names: Names,
    plan: Plan<'a>,
    /// The paths of the document, and those that have been copied into it.
    paths: HashSet<*const Node>,
    visited: HashSet<Key>,
    /// The objects that references lead to, with the number of their file.
    pending: Vec<(&'a Node, Kind, usize)>,
}

impl<'a> Collector<'a> {
    pub fn new(files: &'a Files, root: &'a Node, diagnostics: &'a Diagnostics) -> Self {
        Self {
            root,
            resolver: Resolver::new(files, diagnostics),
            diagnostics,
            names: Names::default(),
            plan: Plan::default(),
            paths: HashSet::new(),
            visited: HashSet::new(),
            pending: Vec::new(),
        }
    }

    pub fn into_plan(self) -> Plan<'a> {
        self.plan
    }

    pub fn collect(&mut self) {
        let paths = self.root.get("paths").map(entries).unwrap_or_default();
        self.paths = paths.iter().map(|path| ptr::from_ref(&path.value)).collect();
        self.collect_components();
        self.visit(self.root, Kind::Document, 0);
        while let Some((node, kind, file)) = self.pending.pop() {
            self.visit_fields(node, kind, file);
        }
    }

    /// Records the components. Those that are only references to other places become what these
    /// lead to.
    fn collect_components(&mut self) {
        let mut references = Vec::new();
        for section in self.root.get("components").map(entries).unwrap_or_default() {
            let Some(kind) = Kind::of_section(&section.key) else { continue };
            for component in entries(&section.value) {
                self.names.insert(kind, &component.key);
                let reference = component.value.get("$ref");
                match reference.filter(|node| !is_local(node, kind)) {
                    None => self.resolver.name(&component.value, kind, &component.key),
                    Some(reference) => references.push((component, reference, kind)),
                }
            }
        }
        for (component, reference, kind) in references {
            self.visited.insert((ptr::from_ref(&component.value), kind));
            let target = self.resolve(reference, kind, 0);
            let replacement = target.map(|target| self.define(component, target, kind));
            self.replace(&component.value, replacement);
        }
    }

    /// Makes a target the component of this name. A schema that is one already remains it.
    fn define(&mut self, component: &Entry, target: Target<'a>, kind: Kind) -> Replacement<'a> {
        match self.resolver.component(target.node, kind) {
            Some(name) if kind == Kind::Schema => return Replacement::Reference(name.to_owned()),
            Some(_) => {}
            None => self.take(&target, kind, &component.key),
        }
        Replacement::Copy(target.node)
    }

    /// What is at a target is the component of this name from now on.
    fn take(&mut self, target: &Target<'a>, kind: Kind, name: &str) {
        self.resolver.name(target.node, kind, name);
        self.plan.moved.insert((ptr::from_ref(target.node), kind), name.to_owned());
        self.pending.push((target.node, kind, target.file));
    }

    fn visit(&mut self, node: &'a Node, kind: Kind, file: usize) {
        if self.visited.contains(&(ptr::from_ref(node), kind)) {
            return;
        }
        let reference = node.get("$ref").filter(|_| kind.can_be_reference());
        if let Some(reference) = reference {
            self.follow(node, reference, kind, file);
        }
        if reference.is_none() || kind == Kind::PathItem {
            self.visit_fields(node, kind, file);
        }
    }

    fn visit_fields(&mut self, node: &'a Node, kind: Kind, file: usize) {
        if !self.visited.insert((ptr::from_ref(node), kind)) {
            return;
        }
        for entry in entries(node) {
            match kind.content(&entry.key) {
                None if kind == Kind::Mapping => self.follow_name(&entry.value, file),
                None => {}
                Some(Content::One(kind)) => self.visit(&entry.value, kind, file),
                Some(Content::List(kind)) => {
                    let NodeKind::Sequence(items) = &entry.value.kind else { continue };
                    items.iter().for_each(|item| self.visit(item, kind, file));
                }
                Some(Content::Map(kind)) => {
                    let is_object = |entry: &&Entry| !kind.is_extension(&entry.key);
                    let objects = entries(&entry.value).iter().filter(is_object);
                    objects.for_each(|entry| self.visit(&entry.value, kind, file));
                }
            }
        }
        if kind == Kind::Schema {
            self.check_variants(node);
        }
    }

    fn follow(&mut self, node: &'a Node, reference: &'a Node, kind: Kind, file: usize) {
        if file == 0 && is_local(reference, kind) {
            return;
        }
        let target = self.resolve(reference, kind, file);
        let replacement = target.map(|target| match kind {
            Kind::PathItem => self.copy_path(target),
            _ => Replacement::Reference(self.component(target, kind)),
        });
        self.replace(node, replacement);
    }

    /// A value of a mapping: a reference, or the name of a component of the same file.
    fn follow_name(&mut self, value: &'a Node, file: usize) {
        let Ok(text) = value.string() else { return };
        let is_name = !text.contains(['/', '#'])
            && ![".yaml", ".yml", ".json"].iter().any(|end| text.ends_with(end));
        if file == 0 && (is_name || is_local(value, Kind::Schema)) {
            return;
        }
        let reference = format!("#/components/schemas/{text}");
        let reference = if is_name { reference.as_str() } else { text };
        let target = self.resolver.resolve(reference, value.span, Kind::Schema, file);
        let replacement = self
            .diagnostics
            .check(target)
            .map(|target| Replacement::Reference(self.component(target, Kind::Schema)));
        self.replace(value, replacement);
    }

    fn resolve(&self, reference: &'a Node, kind: Kind, file: usize) -> Result<Target<'a>> {
        let target = reference
            .string()
            .and_then(|text| self.resolver.resolve(text, reference.span, kind, file));
        self.diagnostics.check(target)
    }

    fn replace(&mut self, node: &'a Node, replacement: Result<Replacement<'a>>) {
        self.plan.replacements.insert(node, replacement.unwrap_or(Replacement::Invalid));
    }

    /// The name of the component that a target is, or becomes.
    fn component(&mut self, target: Target<'a>, kind: Kind) -> String {
        if let Some(name) = self.resolver.component(target.node, kind) {
            return name.to_owned();
        }
        let file = self.resolver.path(target.file);
        let name = self.names.choose(kind, file, &target.pointer);
        self.take(&target, kind, &name);
        self.plan.added.push((kind, name.clone(), target.node));
        name
    }

    fn copy_path(&mut self, target: Target<'a>) -> Replacement<'a> {
        self.pending.push((target.node, Kind::PathItem, target.file));
        if self.paths.insert(target.node) {
            Replacement::Copy(target.node)
        } else {
            Replacement::CopyOfPath(target.node)
        }
    }

    /// Without a mapping, the value for a variant is the name that the spec has for it.
    fn check_variants(&self, schema: &Node) {
        let discriminator = schema.get("discriminator");
        let has_names = discriminator.is_some_and(|node| node.get("mapping").is_none());
        let lists =
            ["oneOf", "anyOf"].into_iter().filter_map(|list| schema.get(list)?.items().ok());
        for variant in lists.flatten().filter(|_| has_names) {
            let replacement = self.plan.replacements.get(&ptr::from_ref(variant));
            let reference = variant.get("$ref").and_then(|node| node.string().ok());
            if let (Some(Replacement::Reference(name)), Some(text)) = (replacement, reference)
                && *name != last_name(text)
            {
                self.report_variant(variant.span, text);
            }
        }
    }

    fn report_variant(&self, span: Span, reference: &str) {
        let message = format!("the discriminator has no value for `{reference}`");
        self.diagnostics.error(span, message, "add a `mapping` with a value for each variant");
    }
}

/// The entries of a mapping.
fn entries(node: &Node) -> &[Entry] {
    node.entries().unwrap_or_default()
}

/// Whether a reference is that of a component of the same file, which `parse` follows.
fn is_local(reference: &Node, kind: Kind) -> bool {
    let (Ok(text), Some(section)) = (reference.string(), kind.section()) else { return false };
    let name = text.strip_prefix("#/components/").and_then(|rest| rest.strip_prefix(section));
    let name = name.and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| !name.contains(['/', '~', '%', '#']))
}

/// The name of a component, or of a file without its extension.
fn last_name(reference: &str) -> &str {
    match reference.split_once('#') {
        Some((_, pointer)) if pointer.len() > 1 => pointer.rsplit('/').next().unwrap_or_default(),
        file => {
            let path = file.map_or(reference, |(path, _)| path);
            let name = path.rsplit('/').next().unwrap_or_default();
            name.rsplit_once('.').map_or(name, |(stem, _)| stem)
        }
    }
}
