//! The Rust type of a schema where it is used. `name` is the name of the schema's own type, if it
//! gets one.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::ident::{type_ident, upper_camel_ident};
use crate::model::{AdditionalProperties, Operation, Parameter, Schema, SchemaKind, Spec};
use crate::names;

/// The type of a value that is present and not null.
pub(super) fn non_null_type(schema: &Schema, name: &str) -> TokenStream {
    match &schema.kind {
        SchemaKind::Reference(target) => upper_camel_ident(target).into_token_stream(),
        _ if names::needs_type(schema) => type_ident(name).into_token_stream(),
        SchemaKind::Any | SchemaKind::OneOf(_) => quote!(openapi_server::Value),
        SchemaKind::Boolean => quote!(bool),
        SchemaKind::String(_) => quote!(String),
        SchemaKind::Number(number) if number.integer && number.format == Some("int32") => {
            quote!(i32)
        }
        SchemaKind::Number(number) if number.integer => quote!(i64),
        SchemaKind::Number(_) => quote!(f64),
        SchemaKind::Array(array) => {
            let item = value_type(&array.items, &names::item(name));
            quote!(Vec<#item>)
        }
        SchemaKind::Object(object) => match &object.additional_properties {
            AdditionalProperties::Schema(values) => {
                let value = value_type(values, &names::value(name));
                quote!(std::collections::BTreeMap<String, #value>)
            }
            _ => quote!(openapi_server::Object),
        },
    }
}

/// The type of a value that is present. The type of a nullable component contains the `Option`.
pub(super) fn value_type(schema: &Schema, name: &str) -> TokenStream {
    let ty = non_null_type(schema, name);
    if schema.nullable { quote!(Option<#ty>) } else { ty }
}

pub(super) fn parameter_type(
    spec: &Spec,
    operation: &Operation,
    parameter: &Parameter,
) -> TokenStream {
    let name = names::member(&names::upper_camel_case(&operation.id), &parameter.name);
    let ty = non_null_type(&parameter.schema, &name);
    let has_value = parameter.required || spec.resolve(&parameter.schema).default.is_some();
    if has_value { ty } else { quote!(Option<#ty>) }
}

pub(super) fn request_body_type(operation: &Operation) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    let name = names::body(&names::upper_camel_case(&operation.id));
    let ty = value_type(&body.schema, &name);
    Some(if body.required { ty } else { quote!(Option<#ty>) })
}

/// The named types that a use of the schema refers to: its own, or else those within it.
pub(super) fn named_types(schema: &Schema, name: &str) -> Vec<TokenStream> {
    if matches!(schema.kind, SchemaKind::Reference(_)) || names::needs_type(schema) {
        vec![non_null_type(schema, name)]
    } else {
        inner_named_types(schema, name)
    }
}

/// The named types that the definition of the schema refers to.
pub(super) fn inner_named_types(schema: &Schema, name: &str) -> Vec<TokenStream> {
    match &schema.kind {
        SchemaKind::Array(array) => named_types(&array.items, &names::item(name)),
        SchemaKind::Object(object) => {
            let properties = object.properties.iter().flat_map(|property| {
                named_types(&property.schema, &names::member(name, &property.name))
            });
            let mut all: Vec<_> = properties.collect();
            if let AdditionalProperties::Schema(values) = &object.additional_properties {
                all.extend(named_types(values, &names::value(name)));
            }
            all
        }
        SchemaKind::OneOf(one_of) => one_of
            .variants
            .iter()
            .map(|variant| upper_camel_ident(&variant.schema).into_token_stream())
            .collect(),
        _ => Vec::new(),
    }
}
