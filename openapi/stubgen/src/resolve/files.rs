//! Files in the bodies of `multipart/form-data`.
//!
//! A string of the format `binary` is a file there, and so is an item of an array of them. A body
//! with files gets a copy of its schema, an object in which these are files, wherever the schema
//! describes them: a composition only validates, and JSON has no place for a file. The run time
//! validates a string in place of each file.

use serde_json::json;

use super::file_finder::{Field, Finder, Parts};
use super::required;
use crate::diagnostic::{Diagnostics, Span};
use crate::model::{
    Access, AdditionalProperties, ArrayConstraints, Content, ObjectConstraints, Property, Schema,
    SchemaKind, Spec,
};
use crate::text_style::form_parts;

/// Gives a form with files its object.
pub(super) fn mark(spec: &Spec, content: &mut Content, diagnostics: &Diagnostics) {
    let target = spec.resolve(&content.schema);
    if !matches!(target.kind, SchemaKind::Object(_) | SchemaKind::Any | SchemaKind::OneOf(_)) {
        return;
    }
    let parts = form_parts(spec, content);
    let mut finder = Finder::new(spec, own_object(target));
    let fields = finder.fields(&parts);
    if fields.is_empty() {
        return;
    }
    finder.report_limits(diagnostics);
    let mut object = own_object(target).cloned().unwrap_or_default();
    for Field { name, span, values } in fields {
        if values.are_mixed() {
            report_mixed(name, span, diagnostics);
        } else if name.is_empty() {
            set_others(&mut object, values.schema(span));
        } else {
            set_field(spec, &mut object, name, values.schema(span), diagnostics);
        }
    }
    mark_required(&mut object, &parts, diagnostics);
    content.examples.clear();
    content.schema = with_object(target, object, content.schema.nullable);
}

/// The object whose keywords the schema itself has.
fn own_object(schema: &Schema) -> Option<&ObjectConstraints> {
    let schemas = std::iter::once(schema).chain(&schema.composition.untyped);
    schemas.into_iter().find_map(|schema| match &schema.kind {
        SchemaKind::Object(object) => Some(object),
        _ => None,
    })
}

/// The schema with this object instead of its object keywords. Its other keywords still apply.
fn with_object(target: &Schema, object: ObjectConstraints, nullable: bool) -> Schema {
    let mut schema = target.clone();
    let kind = std::mem::replace(&mut schema.kind, SchemaKind::Object(object));
    if matches!(kind, SchemaKind::OneOf(_)) {
        schema.composition.all_of.push(Schema::new(target.span, kind));
    }
    schema.composition.untyped.retain(|untyped| !matches!(untyped.kind, SchemaKind::Object(_)));
    schema.nullable = nullable;
    schema
}

fn report_mixed(name: &str, span: Span, diagnostics: &Diagnostics) {
    let what = match name {
        "" => "an undeclared field of a form".to_owned(),
        _ => format!("`{name}` of a form"),
    };
    let message = format!("{what} can be a file or something else, which is not supported");
    let help = "describe it everywhere as a file, or everywhere as an array of files";
    diagnostics.error(span, message, help);
}

/// Makes the values of a property files, and adds one that only a composition describes.
fn set_field(
    spec: &Spec,
    object: &mut ObjectConstraints,
    name: &str,
    file: Schema,
    diagnostics: &Diagnostics,
) {
    let known = object.properties.iter_mut().find(|property| property.name == name);
    if let Some(property) = known {
        set_values(spec, &mut property.schema, file, diagnostics);
    } else if !matches!(object.additional_properties, AdditionalProperties::Forbidden) {
        object.properties.push(Property {
            name: name.to_owned(),
            span: file.span,
            required: false,
            access: Access::default(),
            recursive: false,
            schema: file,
        });
    }
}

fn set_values(spec: &Spec, schema: &mut Schema, file: Schema, diagnostics: &Diagnostics) {
    let default = spec.default_of(schema).cloned();
    let target = spec.resolve(schema);
    let composition = target.composition.clone();
    let kind = match (&target.kind, file.kind) {
        (SchemaKind::Array(array), SchemaKind::Array(files)) => {
            SchemaKind::Array(ArrayConstraints { items: files.items, ..array.clone() })
        }
        (_, kind) => kind,
    };
    let no_files = default.filter(|default| {
        let is_empty = default.value == json!([]);
        if !is_empty {
            let message = "the default has no effect: a file has none";
            diagnostics.warning(default.span, message, "remove it");
        }
        is_empty
    });
    *schema = Schema { kind, composition, default: no_files, ..schema.clone() };
}

/// Makes the fields files that the spec does not name.
fn set_others(object: &mut ObjectConstraints, file: Schema) {
    if !matches!(object.additional_properties, AdditionalProperties::Forbidden) {
        object.additional_properties = AdditionalProperties::Schema(Box::new(file));
    }
}

/// Marks the required properties. A name that only a composition describes keeps its place.
fn mark_required(object: &mut ObjectConstraints, parts: &Parts, diagnostics: &Diagnostics) {
    let required = std::mem::take(&mut object.required);
    let (composed, own) = required.into_iter().partition(|required| {
        let is_described = parts.iter().any(|(name, _)| *name == required.name);
        is_described && object.property(&required.name).is_none()
    });
    object.required = own;
    required::mark(object, true, diagnostics);
    object.required.extend::<Vec<_>>(composed);
}
