//! Schemas that no Rust type can express become JSON values. The server validates them all the same.
//!
//! - A `oneOf` whose discriminator does not select a variant reliably: each variant must be an
//!   object with the discriminator as a required string.
//! - An object with `properties` whose composition adds properties, which a struct would lose. A
//!   form with files stays a struct, with a map of the other properties.
//!
//! Also, `additionalProperties: true` beside `properties` becomes a map of the other values.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Diagnostics, Span};
use crate::model::{
    Access, AdditionalProperties, Composition, ObjectConstraints, OneOf, Schema, SchemaKind, Spec,
};

pub(super) fn settle(spec: &mut Spec, diagnostics: &Diagnostics) {
    let unreliable = unreliable_discriminators(spec);
    spec.visit_schemas_mut(&mut |schema| {
        if let SchemaKind::OneOf(one_of) = &schema.kind
            && let Some(reason) = unreliable.get(&schema.span)
        {
            let (span, reason) = reason;
            let message = format!("the discriminator does not select this variant: {reason}");
            let help = "correct it; until then, every variant is tried, and the value is JSON";
            diagnostics.warning(*span, message, help);
            schema.composition.one_of = variants(one_of);
            schema.kind = SchemaKind::Any;
        }
        if loses_properties(schema) && !keep_properties(schema) {
            let kind = std::mem::replace(&mut schema.kind, SchemaKind::Any);
            let object = Schema::new(schema.span, kind);
            schema.composition.all_of.push(object);
        }
        open_struct(schema);
    });
}

/// The components, each once: a mapping can have several values for one.
fn variants(one_of: &OneOf) -> Vec<Schema> {
    let mut known = HashSet::new();
    let names = one_of.variants.iter().map(|variant| &variant.schema);
    let names = names.filter(|name| known.insert(*name));
    let references = names.map(|name| SchemaKind::Reference(name.clone()));
    references.map(|kind| Schema::new(one_of.span, kind)).collect()
}

/// The schemas with such a `oneOf`, and why it is unreliable.
fn unreliable_discriminators(spec: &Spec) -> HashMap<Span, (Span, String)> {
    let mut found = HashMap::new();
    for schema in spec.all_schemas() {
        let SchemaKind::OneOf(one_of) = &schema.kind else { continue };
        if let Some(reason) = one_of.variants.iter().find_map(|variant| {
            let target = spec.schema(&variant.schema)?;
            problem(spec, target, &one_of.discriminator, &variant.value)
                .map(|problem| (variant.span, format!("`{}` {problem}", variant.schema)))
        }) {
            found.insert(schema.span, reason);
        }
    }
    found
}

/// Why a variant cannot be selected.
fn problem(spec: &Spec, variant: &Schema, discriminator: &str, value: &str) -> Option<String> {
    let target = spec.resolve(variant);
    match &target.kind {
        SchemaKind::Invalid => None,
        SchemaKind::Object(object) if is_plain(spec, variant) => {
            let is_selectable = has_discriminator(spec, object, discriminator, value);
            let problem =
                || format!("has no required string `{discriminator}` that allows `{value}`");
            (!is_selectable).then(problem)
        }
        _ => Some("is not an object that is neither nullable, readOnly nor writeOnly".to_owned()),
    }
}

/// Whether every message can have the value, and the value is never null.
fn is_plain(spec: &Spec, schema: &Schema) -> bool {
    let one_way = |schema: &Schema| (schema.own_access() != Access::ReadWrite).then_some(());
    !spec.is_nullable(schema) && spec.find(schema, one_way).is_none()
}

fn has_discriminator(spec: &Spec, object: &ObjectConstraints, name: &str, value: &str) -> bool {
    let Some(property) = object.property(name).filter(|property| property.is_always_present())
    else {
        return false;
    };
    match &spec.resolve(&property.schema).kind {
        SchemaKind::String(string) => {
            string.enum_values.is_empty() || string.enum_values.iter().any(|known| known == value)
        }
        SchemaKind::Invalid => true,
        _ => false,
    }
}

/// Whether the composition of an object has properties that its struct would not have.
fn loses_properties(schema: &Schema) -> bool {
    let SchemaKind::Object(object) = &schema.kind else { return false };
    !object.properties.is_empty() && adds_properties(&schema.composition, object)
}

/// Gives a form with files a map of the other properties. Returns false for another schema.
fn keep_properties(schema: &mut Schema) -> bool {
    let SchemaKind::Object(object) = &mut schema.kind else { return false };
    let has_files = object.has_files();
    if has_files && matches!(object.additional_properties, AdditionalProperties::Unspecified) {
        object.additional_properties = AdditionalProperties::Allowed;
    }
    has_files
}

/// `not` is left out: its properties are those that are not allowed.
fn adds_properties(composition: &Composition, object: &ObjectConstraints) -> bool {
    let Composition { untyped, all_of, one_of, any_of, .. } = composition;
    let branches = [untyped, all_of, one_of, any_of].into_iter().flatten();
    branches.into_iter().any(|branch| match &branch.kind {
        SchemaKind::Any => adds_properties(&branch.composition, object),
        SchemaKind::Object(other) => {
            let is_new = |name: &String| object.property(name).is_none();
            other.properties.iter().any(|property| is_new(&property.name))
                || other.required.iter().any(|required| is_new(&required.name))
                || adds_properties(&branch.composition, object)
        }
        _ => true,
    })
}

/// Makes the undeclared properties that a struct allows by name a field.
fn open_struct(schema: &mut Schema) {
    let span = schema.span;
    if let SchemaKind::Object(object) = &mut schema.kind
        && !object.properties.is_empty()
        && matches!(object.additional_properties, AdditionalProperties::Allowed)
    {
        let any = Schema::new(span, SchemaKind::Any);
        object.additional_properties = AdditionalProperties::Schema(Box::new(any));
    }
}
