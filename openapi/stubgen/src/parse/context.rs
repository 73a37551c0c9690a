//! What every function of this pass needs: the components that references lead to, and where to
//! report problems.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::fields::Fields;
use crate::diagnostic::{Diagnostics, Result, SpecError, error_at};
use crate::model::{Body, Header, MAX_REFERENCES, Parameter, Response};
use crate::yaml::{Entry, Node, NodeKind};

/// Components by their name, with the result of parsing each.
pub(super) type Parsed<T> = RefCell<HashMap<String, Option<T>>>;

pub(super) struct Context<'a> {
    pub diagnostics: &'a Diagnostics,
    sections: BTreeMap<&'a str, Section<'a>>,
    /// The components that a `$ref` anywhere in the document names.
    referenced: HashSet<&'a str>,
    pub used_schemes: RefCell<HashSet<String>>,
    /// The `links` of responses.
    pub links: RefCell<Vec<&'a Node>>,
    pub parameters: Parsed<Parameter>,
    pub responses: Parsed<Response>,
    pub headers: Parsed<Header>,
    pub bodies: Parsed<Body>,
    /// The callbacks of operations, which are checked when all operations are known.
    pub callbacks: RefCell<Vec<&'a Node>>,
    pub checked_callbacks: RefCell<HashSet<*const Node>>,
}

struct Section<'a> {
    entries: &'a [Entry],
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Context<'a> {
    pub fn new(
        document: &'a Node,
        components: Option<&'a Node>,
        diagnostics: &'a Diagnostics,
    ) -> Self {
        let mut referenced = HashSet::new();
        collect_references(document, &mut referenced);
        let entries = components.and_then(|node| diagnostics.ok(node.entries())).unwrap_or(&[]);
        let sections = entries.iter().filter(|entry| !entry.key.starts_with("x-"));
        let sections = sections
            .filter_map(|entry| Some((entry.key.as_str(), Section::new(diagnostics, entry)?)))
            .collect();
        Self {
            diagnostics,
            sections,
            referenced,
            used_schemes: RefCell::default(),
            links: RefCell::default(),
            parameters: Parsed::default(),
            responses: Parsed::default(),
            headers: Parsed::default(),
            bodies: Parsed::default(),
            callbacks: RefCell::default(),
            checked_callbacks: RefCell::default(),
        }
    }

    pub fn fields(&self, node: &'a Node, object: &'static str) -> Result<Fields<'a>> {
        Fields::new(node, object, self.diagnostics)
    }

    /// A callback that is not checked yet.
    pub fn take_callback(&self) -> Option<&'a Node> {
        self.callbacks.borrow_mut().pop()
    }

    /// The entries of a section, such as `schemas`, in the order of the file.
    pub fn section(&self, section: &str) -> &'a [Entry] {
        self.sections.get(section).map_or(&[], |section| section.entries)
    }

    pub fn is_referenced(&self, path: &str) -> bool {
        self.referenced.contains(path)
    }

    pub fn component(&self, section: &str, name: &str) -> Option<&'a Entry> {
        let section = self.sections.get(section)?;
        section.by_name.get(name).map(|index| &section.entries[*index])
    }

    /// The component of the given section that a `$ref` names.
    pub fn lookup(&self, reference: &'a Node, section: &str) -> Result<&'a Entry> {
        let target = reference.string()?;
        let prefix = format!("#/components/{section}/");
        let Some(name) = target.strip_prefix(prefix.as_str()) else {
            return error_at(
                reference.span,
                format!("unsupported reference `{target}`"),
                format!("write a reference that begins with {prefix}"),
            );
        };
        self.component(section, name).map_or_else(
            || {
                error_at(
                    reference.span,
                    format!("`{target}` does not exist"),
                    "define it, or correct the reference",
                )
            },
            Ok,
        )
    }

    /// The component that a `$ref` leads to, through components that are references themselves.
    fn lookup_object(&self, reference: &'a Node, section: &str) -> Result<&'a Entry> {
        let mut component = self.lookup(reference, section)?;
        for _ in 0..MAX_REFERENCES {
            match parse_reference(&component.value, self.diagnostics)? {
                None => return Ok(component),
                Some(next) => component = self.lookup(next, section)?,
            }
        }
        error_at(
            reference.span,
            "the reference leads through too many others",
            format!("refer to the object itself; the limit is {MAX_REFERENCES} references"),
        )
    }

    /// The node itself, or the component that it refers to.
    pub fn resolve(&self, node: &'a Node, section: &str) -> Result<&'a Node> {
        match parse_reference(node, self.diagnostics)? {
            None => Ok(node),
            Some(reference) => Ok(&self.lookup_object(reference, section)?.value),
        }
    }

    /// Parses an object, or the component that it refers to; a component is parsed only once.
    pub fn resolve_parsed<T: Clone>(
        &self,
        node: &'a Node,
        section: &str,
        table: &Parsed<T>,
        parse: impl Fn(&'a Node) -> Result<T>,
    ) -> Result<T> {
        let Some(reference) = parse_reference(node, self.diagnostics)? else { return parse(node) };
        let component = self.lookup_object(reference, section)?;
        if let Some(parsed) = table.borrow().get(&component.key) {
            return parsed.clone().ok_or(SpecError::Reported);
        }
        let parsed = self.diagnostics.ok(parse(&component.value));
        table.borrow_mut().insert(component.key.clone(), parsed.clone());
        parsed.ok_or(SpecError::Reported)
    }
}

impl<'a> Section<'a> {
    fn new(diagnostics: &Diagnostics, section: &'a Entry) -> Option<Self> {
        let entries = diagnostics.ok(section.value.entries())?;
        let names = entries.iter().enumerate();
        Some(Self { entries, by_name: names.map(|(index, e)| (e.key.as_str(), index)).collect() })
    }
}

/// The `$ref` of an object. OpenAPI 3.0 ignores its siblings; they get warnings.
pub(super) fn parse_reference<'a>(
    node: &'a Node,
    diagnostics: &Diagnostics,
) -> Result<Option<&'a Node>> {
    let entries = node.entries()?;
    let Some(reference) = entries.iter().find(|entry| entry.key == "$ref") else { return Ok(None) };
    let is_noted = |entry: &&Entry| entry.key != "$ref" && !entry.key.starts_with("x-");
    for sibling in entries.iter().filter(is_noted) {
        diagnostics.warning(
            sibling.span,
            format!("`{}` beside $ref has no effect in OpenAPI 3.0", sibling.key),
            "move it to the referenced component, or wrap the $ref: `allOf: [{ $ref: … }]`",
        );
    }
    Ok(Some(&reference.value))
}

/// A name of a component, by OpenAPI's pattern.
pub(super) fn is_component_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !name.is_empty() && name.chars().all(is_allowed)
}

/// Whether a header or a cookie can have this name: a token of RFC 9110, 5.6.2.
pub(super) fn is_token(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_allowed)
}

/// What [`is_token`] accepts, for messages.
pub(super) const TOKEN_HELP: &str = "use letters, digits, and !#$%&'*+-.^_`|~";

fn collect_references<'a>(node: &'a Node, references: &mut HashSet<&'a str>) {
    match &node.kind {
        NodeKind::Scalar { .. } | NodeKind::Invalid => {}
        NodeKind::Sequence(items) => {
            items.iter().for_each(|item| collect_references(item, references));
        }
        NodeKind::Mapping(entries) => {
            for entry in entries {
                if let ("$ref", Ok(target)) = (entry.key.as_str(), entry.value.string()) {
                    references.insert(target);
                }
                collect_references(&entry.value, references);
            }
        }
    }
}
