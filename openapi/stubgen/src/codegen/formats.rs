//! The formats with dedicated types, and values that contain times, which are serialized as
//! the API writes them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{AdditionalProperties, Schema, SchemaKind, StringConstraints};
use crate::naming;

/// The type for a format that has one. With further constraints on the text, it stays text.
pub(super) fn format_type(string: &StringConstraints) -> Option<TokenStream> {
    let StringConstraints { format, pattern, min_length, max_length, enum_values } = string;
    let is_constrained = pattern.is_some() || min_length.is_some() || max_length.is_some();
    if is_constrained || !enum_values.is_empty() {
        return None;
    }
    match *format {
        Some("date-time") => Some(quote!(openapi_server::DateTime<openapi_server::Utc>)),
        Some("date") => Some(quote!(openapi_server::NaiveDate)),
        Some("uuid") => Some(quote!(openapi_server::Uuid)),
        _ => None,
    }
}

/// Whether a value contains times other than those of a named type.
pub(super) fn contains_time(schema: &Schema) -> bool {
    match &schema.kind {
        SchemaKind::String(string) => {
            string.format == Some("date-time") && format_type(string).is_some()
        }
        SchemaKind::Array(array) => contains_time(&array.items),
        SchemaKind::Object(object) if !naming::needs_type(schema) => {
            match &object.additional_properties {
                AdditionalProperties::Schema(values) => contains_time(values),
                _ => false,
            }
        }
        _ => false,
    }
}

/// The attribute for a field that contains times.
pub(super) fn time_attribute(schema: &Schema) -> Option<TokenStream> {
    let function = "openapi_server::serialize_times";
    contains_time(schema).then(|| quote!(#[serde(serialize_with = #function)]))
}
