//! Structs: objects, and the newtypes of other components.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::doc;
use super::ident::{ident, type_ident};
use super::types::{non_null_type, value_type};
use crate::model::{
    Access, AdditionalProperties, ObjectConstraints, Property, Schema, SchemaKind, Spec,
};
use crate::names;

/// The name of a struct, and the prefix for the inline types within it. They differ for a nullable
/// component.
pub(super) struct TypeNames<'a> {
    pub name: &'a str,
    pub parent: &'a str,
}

/// The component `Error`, whose content is defined by `openapi-server`.
pub(super) fn error_envelope(schema: &Schema, name: &str) -> TokenStream {
    let ident = type_ident(name);
    let doc = doc(schema.description.as_deref());
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct #ident(pub openapi_server::ErrorBody);
    }
}

pub(super) fn newtype(schema: &Schema, name: &str, inner: &TokenStream) -> TokenStream {
    let ident = type_ident(name);
    let doc = doc(schema.description.as_deref());
    let is_password =
        matches!(&schema.kind, SchemaKind::String(string) if string.format == Some("password"));
    let derive_debug = (!is_password).then(|| quote!(Debug,));
    let redacted_debug = is_password.then(|| redacted_debug(name));
    quote! {
        #doc
        #[derive(#derive_debug Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct #ident(pub #inner);

        impl From<#inner> for #ident {
            fn from(value: #inner) -> Self {
                Self(value)
            }
        }

        #redacted_debug
    }
}

fn redacted_debug(name: &str) -> TokenStream {
    let ident = type_ident(name);
    let redacted = format!("{name}(…)");
    quote! {
        /// Redacted, because the value is a password.
        impl std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(#redacted)
            }
        }
    }
}

pub(super) fn object(
    spec: &Spec,
    schema: &Schema,
    object: &ObjectConstraints,
    names: &TypeNames,
) -> TokenStream {
    let ident = type_ident(names.name);
    let description = doc(schema.description.as_deref());
    let fields = object.properties.iter().map(|property| field(spec, property, names));
    let additional = match &object.additional_properties {
        AdditionalProperties::Schema(values) => Some(additional_field(values, names.parent)),
        _ => None,
    };
    let defaults: Vec<_> = object
        .properties
        .iter()
        .filter_map(|property| default_function(spec, property, names.parent))
        .collect();
    let defaults = (!defaults.is_empty()).then(|| quote!(impl #ident { #(#defaults)* }));
    quote! {
        #description
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct #ident {
            #(#fields)*
            #additional
        }
        #defaults
    }
}

fn additional_field(values: &Schema, parent: &str) -> TokenStream {
    let value = value_type(values, &names::value(parent));
    quote! {
        /// Properties that the spec does not declare.
        #[serde(flatten)]
        pub additional_properties: std::collections::BTreeMap<String, #value>,
    }
}

fn field(spec: &Spec, property: &Property, names: &TypeNames) -> TokenStream {
    let Property { name: key, schema, .. } = property;
    let field = ident(key);
    let description = spec.find(schema, |schema| schema.description.as_deref());
    let description = doc(description);
    let ty = value_type(schema, &names::member(names.parent, key));
    let ty = if property.recursive { quote!(std::boxed::Box<#ty>) } else { ty };
    // They differ in casing, or the identifier is raw.
    let rename = (field != key).then(|| quote!(#[serde(rename = #key)]));
    let default = has_default(spec, property).then(|| {
        let function = format!("{}::{}", names.name, default_name(key));
        quote!(default = #function)
    });
    let is_writable = property.access == Access::ReadWrite;
    let (ty, attribute) = if property.is_always_present() || (is_writable && default.is_some()) {
        (ty, default.map(|default| quote!(#[serde(#default)])))
    } else {
        let default = default.unwrap_or_else(|| quote!(default));
        let keywords = optional_field_keywords(spec, property);
        (quote!(Option<#ty>), Some(quote!(#[serde(#default, #keywords)])))
    };
    quote! { #description #rename #attribute pub #field: #ty, }
}

fn optional_field_keywords(spec: &Spec, property: &Property) -> TokenStream {
    // Distinguishes null from an absent property.
    let deserialize = spec
        .is_nullable(&property.schema)
        .then(|| quote!(deserialize_with = "openapi_server::double_option",));
    let serialize = match property.access {
        Access::WriteOnly => quote!(skip_serializing),
        Access::ReadOnly | Access::ReadWrite => quote!(skip_serializing_if = "Option::is_none"),
    };
    quote!(#deserialize #serialize)
}

/// Whether an absent property gets a default. A request cannot have a readOnly property.
fn has_default(spec: &Spec, property: &Property) -> bool {
    property.access != Access::ReadOnly && spec.default_of(&property.schema).is_some()
}

/// The function that serde calls for a property that is absent.
fn default_function(spec: &Spec, property: &Property, parent: &str) -> Option<TokenStream> {
    let default = spec.default_of(&property.schema).filter(|_| has_default(spec, property))?;
    let default = default.value.to_string();
    let function = ident(&default_name(&property.name));
    let ty = non_null_type(&property.schema, &names::member(parent, &property.name));
    let (ty, value) = match property.access {
        Access::WriteOnly => {
            (quote!(Option<#ty>), quote!(Some(openapi_server::default_value(#default))))
        }
        Access::ReadOnly | Access::ReadWrite => {
            (ty, quote!(openapi_server::default_value(#default)))
        }
    };
    Some(quote! {
        fn #function() -> #ty {
            #value
        }
    })
}

fn default_name(property: &str) -> String {
    format!("default_{}", names::snake_case(property))
}
