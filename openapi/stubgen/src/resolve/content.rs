//! What the schema of a media type means for its content, now that references have targets.
//!
//! Text is a string, number or boolean, and bytes are not interpreted: another schema has no effect
//! there. A form with files gets a copy of its schema in which these are files.

use crate::diagnostic::Diagnostics;
use crate::model::{
    Content, Format, ObjectConstraints, Operation, Schema, SchemaKind, Spec, StringConstraints,
    format_of,
};

pub(super) fn resolve(spec: &mut Spec, diagnostics: &Diagnostics) {
    let mut operations = std::mem::take(&mut spec.operations);
    for operation in &mut operations {
        resolve_operation(spec, operation, diagnostics);
    }
    spec.operations = operations;
}

fn resolve_operation(spec: &Spec, operation: &mut Operation, diagnostics: &Diagnostics) {
    for content in operation.body.iter_mut().flat_map(|body| &mut body.content) {
        choose_format(spec, content);
        match content.format {
            Format::Form => check_encodings(spec, content, diagnostics),
            Format::Multipart => {
                mark_files(spec, content);
                check_encodings(spec, content, diagnostics);
            }
            _ => {
                note_encodings(content, diagnostics);
                simplify(spec, content, diagnostics);
            }
        }
    }
    for response in &mut operation.responses {
        for content in &mut response.content {
            choose_format(spec, content);
            note_encodings(content, diagnostics);
            content.format = match content.format {
                Format::Form => Format::Text,
                Format::Multipart => Format::Stream,
                format => format,
            };
            simplify(spec, content, diagnostics);
        }
    }
}

/// Warns of the encodings of what is not a form of a request.
fn note_encodings(content: &mut Content, diagnostics: &Diagnostics) {
    for encoding in content.encodings.drain(..) {
        let message = "`encoding` has no effect: this is not a form of a request";
        diagnostics.warning(encoding.span, message, "remove it");
    }
}

/// A string of any media type is text, or bytes if its format is `binary`.
fn choose_format(spec: &Spec, content: &mut Content) {
    let SchemaKind::String(string) = &spec.resolve(&content.schema).kind else { return };
    if string.format == Some("binary") {
        let is_file = matches!(content.format, Format::Text | Format::Json);
        if is_file && (content.is_range() || content.format == Format::Text) {
            content.format = Format::Stream;
        }
    } else if content.is_range() && content.format == Format::Json {
        content.format = Format::Text;
    }
}

/// Replaces a schema that has no effect on text or bytes.
fn simplify(spec: &Spec, content: &mut Content, diagnostics: &Diagnostics) {
    let target = spec.resolve(&content.schema);
    let span = content.schema.span;
    let string = SchemaKind::String(StringConstraints::default());
    match (content.format, &target.kind) {
        (_, SchemaKind::Invalid) | (Format::Json, _) => return,
        (Format::Text, _) if target.is_scalar() && !spec.is_nullable(&content.schema) => return,
        (Format::Stream, SchemaKind::String(_)) | (_, SchemaKind::Any) => {}
        _ => {
            let message = format!("the schema of `{}` has no effect", content.media_type);
            let help = if content.format == Format::Text {
                "the server passes text on as it is; write `type: string`"
            } else {
                "the server passes bytes on as they are; write `type: string`"
            };
            diagnostics.warning(span, message, help);
            content.examples.clear();
        }
    }
    content.schema = Schema::new(span, string);
}

/// The strings of the format `binary` are files, also in arrays.
fn mark_files(spec: &Spec, content: &mut Content) {
    let target = spec.resolve(&content.schema);
    let SchemaKind::Object(object) = &target.kind else { return };
    let is_file = |schema: &Schema| is_binary(spec.resolve(schema));
    let mut object: ObjectConstraints = object.clone();
    let mut has_files = false;
    for property in &mut object.properties {
        let schema = &mut property.schema;
        let target = spec.resolve(schema);
        if is_file(schema) {
            schema.kind = SchemaKind::File;
            has_files = true;
        } else if let SchemaKind::Array(array) = &target.kind
            && is_file(&array.items)
        {
            let mut array = array.clone();
            array.items = Box::new(Schema::new(array.items.span, SchemaKind::File));
            schema.kind = SchemaKind::Array(array);
            has_files = true;
        }
    }
    if has_files {
        content.examples.clear();
        // What else the component says applies to the copy as well.
        let nullable = content.schema.nullable;
        let kind = SchemaKind::Object(object);
        content.schema = Schema { kind, nullable, ..target.clone() };
        for child in content.schema.composition.children_mut() {
            child.visit_mut(&mut |part| {
                if is_binary(part) {
                    part.kind = SchemaKind::File;
                }
            });
        }
    }
}

fn is_binary(schema: &Schema) -> bool {
    matches!(&schema.kind, SchemaKind::String(string) if string.format == Some("binary"))
}

/// Warns of encodings that have no effect: of properties that the schema does not have, and media
/// types of values that are text.
fn check_encodings(spec: &Spec, content: &Content, diagnostics: &Diagnostics) {
    let SchemaKind::Object(object) = &spec.resolve(&content.schema).kind else { return };
    for encoding in &content.encodings {
        let Some(property) = object.property(&encoding.property) else {
            let message = format!("the encoding of `{}` has no effect", encoding.property);
            diagnostics.warning(encoding.span, message, "define the property, or remove it");
            continue;
        };
        let is_read = |media_type: &String| {
            matches!(format_of(media_type), Some(Format::Json)) || media_type == "text/plain"
        };
        let is_file = match &property.schema.kind {
            SchemaKind::Array(array) => matches!(array.items.kind, SchemaKind::File),
            kind => matches!(kind, SchemaKind::File),
        };
        if !is_file && !encoding.media_types().iter().all(is_read) {
            let message = format!("the `contentType` of `{}` has no effect", encoding.property);
            let help = "the server reads text; a file has `format: binary` in multipart/form-data";
            diagnostics.warning(encoding.span, message, help);
        }
    }
}
