//! Where references lead.

use std::collections::HashMap;
use std::ptr;

use super::files::Files;
use super::place::Kind;
use super::plan::Key;
use super::pointer::Index;
use super::reference::Reference;
use crate::diagnostic::{Diagnostics, Result, Span, SpecError, error_at};
use crate::model::MAX_REFERENCES;
use crate::yaml::Node;

pub(super) struct Resolver<'a> {
    files: &'a Files,
    index: Index<'a>,
    /// The names of the components of the document.
    components: HashMap<Key, String>,
    diagnostics: &'a Diagnostics,
}

/// The place that a reference leads to.
pub(super) struct Target<'a> {
    pub node: &'a Node,
    pub file: usize,
    pub pointer: Vec<String>,
}

impl<'a> Resolver<'a> {
    pub fn new(files: &'a Files, diagnostics: &'a Diagnostics) -> Self {
        Self { files, index: Index::default(), components: HashMap::new(), diagnostics }
    }

    pub fn path(&self, file: usize) -> &'a str {
        self.files.path(file)
    }

    /// Makes an object the component of this name.
    pub fn name(&mut self, node: &Node, kind: Kind, name: &str) {
        self.components.insert((ptr::from_ref(node), kind), name.to_owned());
    }

    pub fn component(&self, node: &Node, kind: Kind) -> Option<&str> {
        self.components.get(&(ptr::from_ref(node), kind)).map(String::as_str)
    }

    /// Follows a reference in a file, through others, to an object or a component.
    pub fn resolve(&self, text: &str, span: Span, kind: Kind, file: usize) -> Result<Target<'a>> {
        let mut target = self.locate(text, span, kind, file)?;
        for _ in 0..MAX_REFERENCES {
            let next = target.node.get("$ref");
            let Some(next) = next.filter(|_| self.component(target.node, kind).is_none()) else {
                return Ok(target);
            };
            target = self.locate(next.string()?, next.span, kind, target.file)?;
        }
        let message = format!("`{text}` leads through too many references");
        let help = format!("refer to the object itself; the limit is {MAX_REFERENCES} references");
        error_at(span, message, help)
    }

    fn locate(&self, text: &str, span: Span, kind: Kind, file: usize) -> Result<Target<'a>> {
        let reference = match Reference::parse(text, self.path(file)) {
            Ok(reference) => reference,
            Err((message, help)) => return error_at(span, message, help),
        };
        check_section(text, span, &reference, kind)?;
        let file = match &reference.file {
            None => file,
            Some(path) => self.file(path, span)?,
        };
        let root = self.files.root_of(file).ok_or(SpecError::Reported)?;
        match self.index.find(root, &reference.pointer) {
            Some(node) => Ok(Target { node, file, pointer: reference.pointer }),
            None => error_at(
                span,
                format!("`{text}` does not exist"),
                "define it, or correct the reference",
            ),
        }
    }

    fn file(&self, path: &str, span: Span) -> Result<usize> {
        match self.files.find(path) {
            Ok(file) => {
                self.files.report_problems(file, self.diagnostics);
                Ok(file)
            }
            Err(reason) => error_at(
                span,
                format!("the file `{path}` cannot be read: {reason}"),
                "correct the reference; paths are relative to the file that has them",
            ),
        }
    }
}

/// A component of another kind would be reported where it is, which explains nothing.
fn check_section(text: &str, span: Span, reference: &Reference, kind: Kind) -> Result<()> {
    let Some((section, _)) = reference.component() else { return Ok(()) };
    match (Kind::of_section(section), kind.section()) {
        (Some(other), Some(expected)) if other != kind => error_at(
            span,
            format!("unsupported reference `{text}`"),
            format!("write a reference that begins with #/components/{expected}/"),
        ),
        _ => Ok(()),
    }
}
