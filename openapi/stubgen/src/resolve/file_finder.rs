//! Finds which fields of a form are files, through references and compositions.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Diagnostics, Span};
use crate::model::{
    ArrayConstraints, ObjectConstraints, Schema, SchemaKind, Spec, StringConstraints,
};

/// How deep the schemas of a field are searched for files.
const MAX_DEPTH: usize = 256;

/// What a field of the form can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Values(u8);

impl Values {
    const NONE: Self = Self(0);
    const FILE: Self = Self(1);
    const FILES: Self = Self(2);
    const OTHER: Self = Self(4);

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has_files(self) -> bool {
        self.0 & (Self::FILE.0 | Self::FILES.0) != 0
    }

    /// Whether there is something else beside files, or a file beside arrays of files.
    pub fn are_mixed(self) -> bool {
        self != Self::FILE && self != Self::FILES
    }

    pub fn schema(self, span: Span) -> Schema {
        let file = Schema::new(span, SchemaKind::File);
        if self != Self::FILES {
            return file;
        }
        let (min_items, max_items, unique_items) = (None, None, false);
        let items = Box::new(file);
        let array = ArrayConstraints { items, min_items, max_items, unique_items };
        Schema::new(span, SchemaKind::Array(array))
    }
}

/// A field of the form with files. The name is empty for those that the spec does not name.
pub(super) struct Field<'a> {
    pub name: &'a str,
    pub span: Span,
    pub values: Values,
}

/// The schemas of each field, by name.
pub(super) type Parts<'a> = [(&'a str, Vec<&'a Schema>)];

/// Finds the files of a form.
pub(super) struct Finder<'a> {
    spec: &'a Spec,
    /// The schemas of the body's own fields.
    own: HashSet<*const Schema>,
    /// What has been visited. Within itself, a schema adds nothing.
    known: HashMap<*const Schema, Values>,
    /// The files that have limits, and whether these are fields of the body itself.
    limited: Vec<(Span, bool)>,
    depth: usize,
}

impl<'a> Finder<'a> {
    pub fn new(spec: &'a Spec, own: Option<&'a ObjectConstraints>) -> Self {
        let own = own.into_iter().flat_map(ObjectConstraints::parts).map(std::ptr::from_ref);
        let own = own.collect();
        Self { spec, own, known: HashMap::new(), limited: Vec::new(), depth: 0 }
    }

    pub fn fields(&mut self, parts: &Parts<'a>) -> Vec<Field<'a>> {
        let others = parts.iter().find(|(name, _)| name.is_empty());
        let others = others.map_or(Values::NONE, |(_, schemas)| self.of_all(schemas));
        let mut fields = Vec::new();
        for (name, schemas) in parts {
            let is_own =
                schemas.iter().any(|schema| self.own.contains(&std::ptr::from_ref(*schema)));
            let mut values = self.of_all(schemas);
            if others.has_files() && !is_own {
                values = values.or(others);
            }
            if values.has_files() {
                fields.push(Field { name, span: schemas[0].span, values });
            }
        }
        fields
    }

    /// What one of the schemas describes.
    fn of_all(&mut self, schemas: &[&'a Schema]) -> Values {
        schemas.iter().fold(Values::NONE, |values, schema| {
            let is_own = self.own.contains(&std::ptr::from_ref(*schema));
            values.or(self.of_schema(schema, is_own))
        })
    }

    fn of_schema(&mut self, schema: &'a Schema, is_own: bool) -> Values {
        let target = self.spec.resolve(schema);
        let key = std::ptr::from_ref(target);
        if self.depth == MAX_DEPTH {
            return Values::OTHER;
        }
        if is_own {
            return self.visit(target, true);
        }
        if let Some(values) = self.known.get(&key) {
            return *values;
        }
        self.known.insert(key, Values::NONE);
        let values = self.visit(target, false);
        self.known.insert(key, values);
        values
    }

    fn visit(&mut self, target: &'a Schema, is_own: bool) -> Values {
        self.depth += 1;
        let mut values = self.of_kind(target, is_own);
        // What `not` describes is not allowed.
        let composition = &target.composition;
        let lists =
            [&composition.untyped, &composition.all_of, &composition.one_of, &composition.any_of];
        for branch in lists.into_iter().flatten() {
            values = values.or(self.of_schema(branch, false));
        }
        self.depth -= 1;
        values
    }

    fn of_kind(&mut self, target: &'a Schema, is_own: bool) -> Values {
        match &target.kind {
            SchemaKind::String(string) if string.format == Some("binary") => {
                if has_limits(string) {
                    self.limited.push((target.span, is_own));
                }
                Values::FILE
            }
            SchemaKind::Array(array) => match self.of_schema(&array.items, is_own) {
                Values::FILE => Values::FILES,
                items if items.has_files() => Values::FILES.or(Values::OTHER),
                _ => Values::OTHER,
            },
            SchemaKind::Any if target.values.is_empty() => Values::NONE,
            _ => Values::OTHER,
        }
    }

    /// The run time validates a text in place of the content.
    pub fn report_limits(&self, diagnostics: &Diagnostics) {
        for (span, is_own) in &self.limited {
            if *is_own {
                let message = "the length, pattern and values of a file are not checked";
                diagnostics.warning(*span, message, "remove the limits; check the content");
            } else {
                let message = "unsupported limits of a file within a composition";
                let help = "remove them, or define the file in `properties` of the body's schema";
                diagnostics.error(*span, message, help);
            }
        }
    }
}

fn has_limits(string: &StringConstraints) -> bool {
    let StringConstraints { format: _, pattern, min_length, max_length, enum_values } = string;
    pattern.is_some() || min_length.is_some() || max_length.is_some() || !enum_values.is_empty()
}
