//! Checks of newtypes that are left to the engine that validates requests: what refers to other
//! components, and the keywords that are not checked in Rust.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value};

use super::context::Context;
use crate::json_schema::{self, Direction};
use crate::model::{AdditionalProperties, NamedSchema, Schema, SchemaKind};
use crate::naming;

/// Whether there are constraints beyond those of the type, which can refer to other schemas.
pub(super) fn is_needed(schema: &Schema) -> bool {
    let requires_undeclared =
        matches!(&schema.kind, SchemaKind::Object(object) if !object.required.is_empty());
    !schema.values.is_empty() || !schema.composition.is_empty() || requires_undeclared
}

/// A check of some keywords of a JSON Schema, without references.
pub(super) fn by_keywords(keywords: Map<String, Value>) -> Option<TokenStream> {
    if keywords.is_empty() {
        return None;
    }
    let text = Value::Object(keywords).to_string();
    Some(allows(&quote!(new(#text))))
}

/// A check of all keywords. The components that the schema refers to are written once for all
/// checks: written out in each, a chain of components would be quadratic in its length.
pub(super) fn by_schema(schema: &Schema) -> Option<TokenStream> {
    let Value::Object(keywords) = json_schema::translate(schema, Direction::Example) else {
        return None;
    };
    if !json_schema::has_references(schema) {
        return by_keywords(keywords);
    }
    let text = Value::Object(keywords).to_string();
    Some(allows(&quote!(with_definitions(#text, &DEFINITIONS))))
}

fn allows(constructor: &TokenStream) -> TokenStream {
    quote! {{
        static SCHEMA: openapi_server::LazySchema = openapi_server::LazySchema::#constructor;
        SCHEMA.allows(value)
    }}
}

/// The components that checks refer to, if there are any.
pub(super) fn definitions(context: &Context) -> Option<TokenStream> {
    let spec = context.spec;
    let mut checked = Vec::new();
    for NamedSchema { name, schema, .. } in &spec.schemas {
        if !spec.is_envelope_name(name) {
            add_checked(schema, &mut checked);
        }
    }
    let definitions = json_schema::reachable(spec, checked, Direction::Example);
    let text = Value::Object(definitions.clone()).to_string();
    (!definitions.is_empty()).then(|| {
        quote! {
            /// The components that checks of newtypes refer to.
            static DEFINITIONS: openapi_server::LazyDefinitions =
                openapi_server::LazyDefinitions::new(#text);
        }
    })
}

/// The parts of a newtype that the engine checks. A part with a name checks itself.
fn add_checked<'a>(schema: &'a Schema, checked: &mut Vec<&'a Schema>) {
    if naming::needs_type(schema) {
        return;
    }
    if is_needed(schema) {
        checked.push(schema);
        return;
    }
    match &schema.kind {
        SchemaKind::Array(array) => add_checked(&array.items, checked),
        SchemaKind::Object(object) => {
            if let AdditionalProperties::Schema(values) = &object.additional_properties {
                add_checked(values, checked);
            }
        }
        _ => {}
    }
}
