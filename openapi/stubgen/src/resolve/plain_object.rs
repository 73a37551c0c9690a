//! Schemas that say nothing but which objects are valid: those that `allOf` can merge.

use crate::model::{Access, ObjectConstraints, Schema, SchemaKind};

/// The constraints of an object, and whether the schema has the type object: without it, they apply
/// to objects only.
pub(super) fn plain_object(schema: &Schema) -> Option<(&ObjectConstraints, bool)> {
    if !is_plain(schema) {
        return None;
    }
    match &schema.kind {
        SchemaKind::Object(object) if schema.composition.is_empty() => Some((object, true)),
        SchemaKind::Any if schema.composition.children().count() == 1 => {
            let [untyped] = &schema.composition.untyped[..] else { return None };
            match &untyped.kind {
                SchemaKind::Object(object) => Some((object, false)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the schema is the same in every message, and excludes nothing that its kind allows.
pub(super) fn is_plain(schema: &Schema) -> bool {
    !schema.nullable && schema.own_access() == Access::ReadWrite && schema.values.is_empty()
}

/// The number of properties of an object and of those within it, with the schemas that these have
/// to satisfy besides.
pub(super) fn nested_properties(object: &ObjectConstraints) -> usize {
    let mut count = object.properties.len();
    for part in object.parts() {
        part.visit(&mut |schema| {
            if let SchemaKind::Object(object) = &schema.kind {
                count += object.properties.len();
            }
            count += schema.composition.children().count();
        });
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::model::Property;

    fn object(parts: impl IntoIterator<Item = Schema>) -> ObjectConstraints {
        let properties = parts.into_iter().map(|schema| Property {
            name: String::new(),
            span: Span::START,
            required: false,
            access: Access::default(),
            recursive: false,
            schema,
        });
        ObjectConstraints { properties: properties.collect(), ..ObjectConstraints::default() }
    }

    #[test]
    fn properties_and_constraints_are_counted_on_every_level() {
        let any = || Schema::new(Span::START, SchemaKind::Any);
        let mut inner = Schema::new(Span::START, SchemaKind::Object(object([any(), any(), any()])));
        inner.composition.all_of = vec![any(), any()];
        assert_eq!(nested_properties(&object([inner, any()])), 7);
    }
}
