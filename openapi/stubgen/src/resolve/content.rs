//! What the schema of a media type means for its content, now that references have targets.
//!
//! Text is a string, number or boolean, and bytes are not interpreted: another schema has no effect
//! there. A form with files gets a copy of its schema in which these are files.

use super::files;
use crate::diagnostic::Diagnostics;
use crate::model::{
    Content, Format, Operation, Schema, SchemaKind, Spec, StringConstraints, format_of,
};
use crate::text_style::form_parts;

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
                files::mark(spec, content, diagnostics);
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

/// A string of any media type is text, or bytes if its format is `binary`, also in place of a form.
fn choose_format(spec: &Spec, content: &mut Content) {
    let SchemaKind::String(string) = &spec.resolve(&content.schema).kind else { return };
    if string.format == Some("binary") {
        if matches!(content.format, Format::Text | Format::Multipart)
            || (content.format == Format::Json && content.is_range())
        {
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

/// Warns of encodings that have no effect: of properties that the schema does not have, and media
/// types of values that are text.
fn check_encodings(spec: &Spec, content: &Content, diagnostics: &Diagnostics) {
    if !matches!(spec.resolve(&content.schema).kind, SchemaKind::Object(_)) {
        return;
    }
    let parts = form_parts(spec, content);
    for encoding in &content.encodings {
        let Some((_, schemas)) = parts.iter().find(|(name, _)| *name == encoding.property) else {
            let message = format!("the encoding of `{}` has no effect", encoding.property);
            diagnostics.warning(encoding.span, message, "define the property, or remove it");
            continue;
        };
        let is_read = |media_type: &String| {
            matches!(format_of(media_type), Some(Format::Json)) || media_type == "text/plain"
        };
        let is_file = schemas.iter().any(|schema| schema.is_file());
        if !is_file && !encoding.media_types().iter().all(is_read) {
            let message = format!("the `contentType` of `{}` has no effect", encoding.property);
            let help = "the server reads text; a file has `format: binary` in multipart/form-data";
            diagnostics.warning(encoding.span, message, help);
        }
    }
}
