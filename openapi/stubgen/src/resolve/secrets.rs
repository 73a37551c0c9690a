//! JSON values that can contain secrets. A named type redacts its own secrets in `Debug` output, but
//! where a composition makes the value JSON, the whole value has to be redacted.

use std::collections::HashMap;

use crate::model::{AdditionalProperties, Schema, SchemaKind, Spec};

pub(super) fn mark(spec: &mut Spec) {
    let secret = components_with_secrets(spec);
    let is_secret = |child: &Schema| {
        let contents = Contents::of(child);
        let is_secret = |name: &String| secret.get(name).copied().unwrap_or_default();
        contents.has_secret || contents.references.iter().any(is_secret)
    };
    spec.visit_schemas_mut(&mut |schema| match &mut schema.kind {
        SchemaKind::Any => {
            schema.has_untyped_secret |= schema.composition.children().any(is_secret)
        }
        // The properties that only the composition describes are among the values.
        SchemaKind::Object(object) if object.has_files() => {
            if let AdditionalProperties::Schema(values) = &mut object.additional_properties {
                values.has_untyped_secret |= schema.composition.children().any(is_secret);
            }
        }
        _ => {}
    });
}

/// What is within a schema.
#[derive(Default)]
struct Contents {
    has_secret: bool,
    references: Vec<String>,
}

impl Contents {
    fn of(schema: &Schema) -> Self {
        let mut contents = Self::default();
        schema.visit(&mut |part| {
            contents.has_secret |= part.write_only;
            match &part.kind {
                SchemaKind::String(string) => {
                    contents.has_secret |= string.format == Some("password");
                }
                SchemaKind::Reference(name) => contents.references.push(name.clone()),
                SchemaKind::OneOf(one_of) => {
                    let names = one_of.variants.iter().map(|variant| variant.schema.clone());
                    contents.references.extend(names);
                }
                _ => {}
            }
        });
        contents
    }
}

/// Whether each component contains a secret, itself or in what it refers to.
fn components_with_secrets(spec: &Spec) -> HashMap<String, bool> {
    let mut users: HashMap<String, Vec<String>> = HashMap::new();
    let mut secret: HashMap<String, bool> = HashMap::new();
    let mut pending = Vec::new();
    for named in &spec.schemas {
        let contents = Contents::of(&named.schema);
        for name in contents.references {
            users.entry(name).or_default().push(named.name.clone());
        }
        if contents.has_secret {
            pending.push(named.name.clone());
        }
    }
    while let Some(name) = pending.pop() {
        if secret.insert(name.clone(), true) != Some(true) {
            pending.extend(users.get(&name).into_iter().flatten().cloned());
        }
    }
    secret
}
