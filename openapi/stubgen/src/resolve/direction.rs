//! readOnly and writeOnly, which decide the messages that a property can be in.
//!
//! A property inherits them from whatever its value consists of: the component that it refers to,
//! directly or through others, and the items of an array or the values of a map. An object passes
//! nothing on, because its own properties have them. A body is not a property, so the keywords have
//! no effect on it.

use std::collections::HashMap;
use std::ops::BitOr;

use crate::diagnostic::{Diagnostics, Span};
use crate::model::{Access, AdditionalProperties, Operation, Property, Schema, SchemaKind, Spec};

/// Sets the access of every property.
pub(super) fn inherit(spec: &mut Spec, diagnostics: &Diagnostics) {
    let components = component_keywords(spec);
    let inheritance = Inheritance { components, diagnostics };
    for named in &mut spec.schemas {
        inheritance.mark(&mut named.schema);
    }
    for operation in &mut spec.operations {
        inheritance.check_bodies(operation);
        for schema in operation.schemas_mut() {
            inheritance.mark(schema);
        }
    }
}

/// The keywords that apply to a value.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Keywords {
    read_only: bool,
    write_only: bool,
}

impl BitOr for Keywords {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            read_only: self.read_only || other.read_only,
            write_only: self.write_only || other.write_only,
        }
    }
}

/// The keywords of a schema, its items and its values, and the component that these lead to.
fn own_keywords(schema: &Schema) -> (Keywords, Option<&str>) {
    let own = Keywords { read_only: schema.read_only, write_only: schema.write_only };
    let inner = match &schema.kind {
        SchemaKind::Reference(name) => return (own, Some(name)),
        SchemaKind::Array(array) => &array.items,
        SchemaKind::Object(object) if object.properties.is_empty() => {
            match &object.additional_properties {
                AdditionalProperties::Schema(values) => values,
                _ => return (own, None),
            }
        }
        _ => return (own, None),
    };
    let (keywords, component) = own_keywords(inner);
    (own | keywords, component)
}

/// The keywords of each component with what it inherits. A component leads to at most one other, so
/// every path is followed once.
fn component_keywords(spec: &Spec) -> HashMap<String, Keywords> {
    let steps: Vec<(Keywords, Option<usize>)> = spec
        .schemas
        .iter()
        .map(|named| {
            let (keywords, component) = own_keywords(&named.schema);
            (keywords, component.and_then(|name| spec.schema_index(name)))
        })
        .collect();
    let mut known: Vec<Option<Keywords>> = vec![None; steps.len()];
    for start in 0..steps.len() {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next.filter(|index| known[*index].is_none()) {
            // A path that returns to itself ends here.
            known[index] = Some(steps[index].0);
            path.push(index);
            next = steps[index].1;
        }
        let mut inherited = next.and_then(|index| known[index]).unwrap_or_default();
        for index in path.into_iter().rev() {
            inherited = inherited | steps[index].0;
            known[index] = Some(inherited);
        }
    }
    let names = spec.schemas.iter().map(|named| named.name.clone());
    names.zip(known.into_iter().map(Option::unwrap_or_default)).collect()
}

struct Inheritance<'a> {
    components: HashMap<String, Keywords>,
    diagnostics: &'a Diagnostics,
}

impl Inheritance<'_> {
    fn keywords(&self, schema: &Schema) -> Keywords {
        let (own, component) = own_keywords(schema);
        own | component.and_then(|name| self.components.get(name)).copied().unwrap_or_default()
    }

    /// Sets the access of every property within the schema.
    fn mark(&self, schema: &mut Schema) {
        for child in schema.composition.children_mut() {
            self.mark(child);
        }
        match &mut schema.kind {
            SchemaKind::Array(array) => self.mark(&mut array.items),
            SchemaKind::Object(object) => {
                for property in &mut object.properties {
                    property.access = self.access(property);
                    self.mark(&mut property.schema);
                }
                if let AdditionalProperties::Schema(values) = &mut object.additional_properties {
                    if !object.properties.is_empty() {
                        self.check_values(values);
                    }
                    self.mark(values);
                }
            }
            _ => {}
        }
    }

    fn access(&self, property: &Property) -> Access {
        let keywords = self.keywords(&property.schema);
        let is_reported = property.schema.read_only && property.schema.write_only;
        if keywords.read_only && keywords.write_only && !is_reported {
            self.diagnostics.error(
                property.span,
                format!("`{}` inherits both readOnly and writeOnly", property.name),
                "remove one of the two from the schemas that it consists of",
            );
        }
        match keywords {
            Keywords { read_only: true, .. } => Access::ReadOnly,
            Keywords { write_only: true, .. } => Access::WriteOnly,
            Keywords { .. } => Access::ReadWrite,
        }
    }

    /// Properties without a declaration are in the same map, whatever the message.
    fn check_values(&self, values: &Schema) {
        let keyword = match self.keywords(values) {
            Keywords { read_only: true, .. } => "readOnly",
            Keywords { write_only: true, .. } => "writeOnly",
            Keywords { .. } => return,
        };
        self.diagnostics.error(
            values.span,
            format!("{keyword} values of additionalProperties beside `properties`"),
            "declare the properties, or make the values a property with a map",
        );
    }

    fn check_bodies(&self, operation: &Operation) {
        for content in operation.body.iter().flat_map(|body| &body.content) {
            if self.keywords(&content.schema).read_only {
                self.report_body(content.schema.span, "request", "readOnly");
            }
        }
        let contents = operation.responses.iter().flat_map(|response| &response.content);
        for schema in contents.map(|content| &content.schema) {
            if self.keywords(schema).write_only {
                self.report_body(schema.span, "response", "writeOnly");
            }
        }
    }

    fn report_body(&self, span: Span, message: &str, keyword: &str) {
        self.diagnostics.warning(
            span,
            format!("`{keyword}` has no effect on the body of a {message}"),
            "move it to the properties that it applies to",
        );
    }
}
