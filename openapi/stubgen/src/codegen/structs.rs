//! Structs: objects, and the error envelope.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::constraints;
use super::context::Context;
use super::debug::{self, Field, is_secret};
use super::doc::{doc, doc_values};
use super::formats::time_attribute;
use super::ident::ident;
use crate::model::{Access, AdditionalProperties, ObjectConstraints, Property, Schema, Spec};

/// The component `Error`, whose content is defined by `openapi-server`.
pub(super) fn error_envelope(schema: &Schema, name: &Ident) -> TokenStream {
    let doc = doc(schema.description.as_deref().unwrap_or_default());
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct #name(pub openapi_server::ErrorBody);
    }
}

pub(super) fn object(
    context: &Context,
    schema: &Schema,
    object: &ObjectConstraints,
    name: &Ident,
) -> TokenStream {
    let values = constraints::of_type(schema);
    let doc = doc_values(schema.description.as_deref(), values.as_deref());
    let fields = object.properties.iter().map(|property| field(context, property, name));
    let additional = match &object.additional_properties {
        AdditionalProperties::Schema(values) => Some(additional_field(context, schema, values)),
        _ => None,
    };
    let is_redacted = is_secret(schema) || has_secret(context, schema, object);
    let debug = (!is_redacted).then(|| quote!(Debug,));
    quote! {
        #doc
        #[derive(#debug Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct #name {
            #(#fields)*
            #additional
        }
    }
}

fn additional_field(context: &Context, schema: &Schema, values_schema: &Schema) -> TokenStream {
    let name = ident(context.names.additional_properties(schema));
    let ty = context.map_type(values_schema);
    let values = constraints::sentence(context.spec, values_schema);
    let doc = doc_values(Some("Properties that the spec does not declare."), values.as_deref());
    let times = time_attribute(values_schema);
    quote!(#doc #[serde(flatten)] #times pub #name: #ty,)
}

fn field(context: &Context, property: &Property, name: &Ident) -> TokenStream {
    let Property { name: key, schema, .. } = property;
    let spec = context.spec;
    let field = context.field(property);
    let doc = field_doc(context, property);
    let ty = context.value_type(schema);
    let ty = if property.recursive {
        let boxed = context.std("Box");
        quote!(#boxed<#ty>)
    } else {
        ty
    };
    // They differ in casing, or the identifier is raw.
    let rename = (field != key).then(|| quote!(#[serde(rename = #key)]));
    let default = has_default(spec, property).then(|| {
        let function = format!("{}::{}", name, default_name(context, property));
        quote!(default = #function)
    });
    let is_writable = property.access == Access::ReadWrite;
    let (ty, attribute) = if property.is_always_present() || (is_writable && default.is_some()) {
        (ty, default.map(|default| quote!(#[serde(#default)])))
    } else {
        let default = default.unwrap_or_else(|| quote!(default));
        let keywords = optional_field_keywords(context, property);
        (context.optional(&ty), Some(quote!(#[serde(#default, #keywords)])))
    };
    let times = time_attribute(schema);
    quote! { #doc #rename #attribute #times pub #field: #ty, }
}

/// Without a description, the constraints have to do, or else the type.
fn field_doc(context: &Context, property: &Property) -> TokenStream {
    let schema = &property.schema;
    let description = context.spec.find(schema, |schema| schema.description.as_deref());
    let values = constraints::sentence(context.spec, schema);
    if description.is_none() && values.is_none() {
        return doc(&format!("`{}`", property.name));
    }
    doc_values(description, values.as_deref())
}

fn optional_field_keywords(context: &Context, property: &Property) -> TokenStream {
    // Distinguishes null from an absent property.
    let deserialize = context
        .spec
        .is_nullable(&property.schema)
        .then(|| quote!(deserialize_with = "openapi_server::double_option",));
    let is_none = format!("{}::is_none", context.std("Option")).replace(' ', "");
    let serialize = match property.access {
        Access::WriteOnly => quote!(skip_serializing),
        Access::ReadOnly | Access::ReadWrite => quote!(skip_serializing_if = #is_none),
    };
    quote!(#deserialize #serialize)
}

/// Whether an absent property gets a default. A request cannot have a readOnly property.
fn has_default(spec: &Spec, property: &Property) -> bool {
    property.access != Access::ReadOnly && spec.default_of(&property.schema).is_some()
}

/// The implementations of a struct that are not derived: the defaults of absent properties, which
/// serde calls, and the redaction of secrets.
pub(super) fn implementations(
    context: &Context,
    schema: &Schema,
    object: &ObjectConstraints,
    name: &Ident,
) -> TokenStream {
    let defaults: Vec<_> =
        object.properties.iter().filter_map(|property| default(context, property)).collect();
    let defaults = (!defaults.is_empty()).then(|| quote!(impl super::#name { #(#defaults)* }));
    let debug = if is_secret(schema) {
        Some(debug::of_newtype(name))
    } else {
        debug::of_struct(name, &debug_fields(context, schema, object))
    };
    quote!(#defaults #debug)
}

fn has_secret(context: &Context, schema: &Schema, object: &ObjectConstraints) -> bool {
    debug_fields(context, schema, object).iter().any(|field| field.is_secret)
}

fn debug_fields(context: &Context, schema: &Schema, object: &ObjectConstraints) -> Vec<Field> {
    let mut fields: Vec<Field> = object
        .properties
        .iter()
        .map(|property| Field {
            name: context.field(property),
            is_secret: property.access == Access::WriteOnly || is_secret(&property.schema),
        })
        .collect();
    if let AdditionalProperties::Schema(values) = &object.additional_properties {
        let name = ident(context.names.additional_properties(schema));
        fields.push(Field { name, is_secret: is_secret(values) });
    }
    fields
}

/// The value of a property that is absent.
fn default(context: &Context, property: &Property) -> Option<TokenStream> {
    let schema = &property.schema;
    let default =
        context.spec.default_of(schema).filter(|_| has_default(context.spec, property))?;
    let default = default.value.to_string();
    let function = ident(&default_name(context, property));
    Some(quote! {
        pub(super) fn #function<T: serde::de::DeserializeOwned>() -> T {
            openapi_server::default_value(#default)
        }
    })
}

fn default_name(context: &Context, property: &Property) -> String {
    format!("default_{}", context.names.property(property))
}
