//! Schemas.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Number;

use crate::codegen::context::Context;
use crate::codegen::ident::ident;
use crate::model::{
    AdditionalProperties, ArrayConstraints, Composition, NumberConstraints, ObjectConstraints,
    OneOf, Schema, SchemaKind, Spanned, StringConstraints,
};
use crate::naming;

/// An expression for the `MetaSchemaRef` of a schema.
pub(super) fn reference(context: &Context, schema: &Schema) -> TokenStream {
    let is_reference = matches!(schema.kind, SchemaKind::Reference(_)) && !schema.is_wrapped;
    // The parts of a composition have no types.
    let has_type = naming::needs_type(schema) && context.names.has_type(schema);
    if is_reference || has_type {
        let ty = context.own_type(schema);
        return quote!(<#ty as Type>::schema_ref());
    }
    let literal = literal(context, schema);
    quote!(MetaSchemaRef::Inline(Box::new(#literal)))
}

/// The same with a component's schema in place of a reference, because poem-openapi does not
/// resolve references in headers.
pub(super) fn inlined(context: &Context, schema: &Schema) -> TokenStream {
    let literal = literal(context, context.spec.resolve(schema));
    quote!(MetaSchemaRef::Inline(Box::new(#literal)))
}

/// A `MetaSchema` literal.
pub(super) fn literal(context: &Context, schema: &Schema) -> TokenStream {
    let common = common_fields(schema);
    let (ty, fields) = match &schema.kind {
        SchemaKind::Reference(target) => ("", all_of_field(context, target)),
        SchemaKind::Any | SchemaKind::AllOf(_) | SchemaKind::Invalid => ("", TokenStream::new()),
        SchemaKind::File => ("string", quote!(format: Some("binary"),)),
        SchemaKind::Boolean => ("boolean", TokenStream::new()),
        SchemaKind::String(string) => ("string", string_fields(string, schema.nullable)),
        SchemaKind::Number(number) if number.integer => ("integer", number_fields(number)),
        SchemaKind::Number(number) => ("number", number_fields(number)),
        SchemaKind::Array(array) => ("array", array_fields(context, array)),
        SchemaKind::Object(object) => ("object", object_fields(context, object)),
        SchemaKind::OneOf(one_of) => ("", one_of_fields(context, one_of)),
    };
    let composition = composition_fields(context, schema);
    quote!(MetaSchema { ty: #ty, #common #fields #composition ..MetaSchema::ANY })
}

/// The fields of `enum` and of the composition. poem-openapi has none for `not`.
fn composition_fields(context: &Context, schema: &Schema) -> TokenStream {
    let mut fields = TokenStream::new();
    if !schema.values.is_empty() {
        let values = schema.values.iter().map(|value| {
            let text = value.to_string();
            quote!(openapi_server::json_literal(#text))
        });
        fields.extend(quote!(enum_items: Vec::from([#(#values),*]),));
    }
    let Composition { untyped, all_of, one_of, any_of, .. } = &schema.composition;
    let all_of: Vec<&Schema> = untyped.iter().chain(all_of).collect();
    for (field, schemas) in [
        ("all_of", all_of),
        ("one_of", one_of.iter().collect()),
        ("any_of", any_of.iter().collect()),
    ] {
        if !schemas.is_empty() {
            let field = ident(field);
            let schemas = schemas.into_iter().map(|schema| reference(context, schema));
            fields.extend(quote!(#field: Vec::from([#(#schemas),*]),));
        }
    }
    fields
}

/// A field of type `Option`, left out if it is `None`.
fn optional(field: &str, value: Option<TokenStream>) -> Option<TokenStream> {
    let field = ident(field);
    value.map(|value| quote!(#field: Some(#value),))
}

fn count(count: u64) -> TokenStream {
    let count = Literal::u64_unsuffixed(count);
    quote!(#count)
}

fn json(value: &Spanned) -> TokenStream {
    let text = value.value.to_string();
    quote!(openapi_server::json_literal(#text))
}

/// The form of OpenAPI 3.0 for a reference with a description or the like.
fn all_of_field(context: &Context, target: &str) -> TokenStream {
    let target = context.component(target);
    quote!(all_of: Vec::from([<super::#target as Type>::schema_ref()]),)
}

fn common_fields(schema: &Schema) -> TokenStream {
    let mut fields = TokenStream::new();
    fields.extend(optional("title", schema.title.as_ref().map(|title| quote!(#title.to_owned()))));
    fields.extend(optional("description", schema.description.as_ref().map(|text| quote!(#text))));
    fields.extend(optional("default", schema.default.as_ref().map(json)));
    fields.extend(optional("example", schema.example.as_ref().map(json)));
    for (flag, field) in [
        (schema.nullable, "nullable"),
        (schema.read_only, "read_only"),
        (schema.write_only, "write_only"),
        (schema.deprecated, "deprecated"),
    ] {
        let field = ident(field);
        fields.extend(flag.then(|| quote!(#field: true,)));
    }
    fields
}

fn string_fields(string: &StringConstraints, nullable: bool) -> TokenStream {
    let mut fields = TokenStream::new();
    fields.extend(optional("format", string.format.map(|format| quote!(#format))));
    fields.extend(optional("min_length", string.min_length.map(count)));
    fields.extend(optional("max_length", string.max_length.map(count)));
    let pattern = string.pattern.as_ref().map(|pattern| quote!(#pattern.to_owned()));
    fields.extend(optional("pattern", pattern));
    if !string.enum_values.is_empty() {
        let values = string.enum_values.iter().map(|value| quote!(#value.into()));
        let null = nullable.then(|| quote!(openapi_server::json_literal("null"),));
        fields.extend(quote!(enum_items: Vec::from([#(#values,)* #null]),));
    }
    fields
}

fn number_fields(number: &NumberConstraints) -> TokenStream {
    let mut fields = TokenStream::new();
    let bound = |number: &Number| {
        let number = Literal::f64_unsuffixed(number.as_f64().unwrap_or(f64::MAX));
        quote!(#number)
    };
    fields.extend(optional("format", number.format.map(|format| quote!(#format))));
    fields.extend(optional("minimum", number.minimum.as_ref().map(bound)));
    fields.extend(optional("maximum", number.maximum.as_ref().map(bound)));
    fields.extend(optional("multiple_of", number.multiple_of.as_ref().map(bound)));
    fields.extend(optional("exclusive_minimum", number.exclusive_minimum.then(|| quote!(true))));
    fields.extend(optional("exclusive_maximum", number.exclusive_maximum.then(|| quote!(true))));
    fields
}

fn array_fields(context: &Context, array: &ArrayConstraints) -> TokenStream {
    let mut fields = TokenStream::new();
    let items = reference(context, &array.items);
    fields.extend(quote!(items: Some(Box::new(#items)),));
    fields.extend(optional("min_items", array.min_items.map(count)));
    fields.extend(optional("max_items", array.max_items.map(count)));
    fields.extend(optional("unique_items", array.unique_items.then(|| quote!(true))));
    fields
}

fn object_fields(context: &Context, object: &ObjectConstraints) -> TokenStream {
    let mut fields = TokenStream::new();
    let required = object.properties.iter().filter(|property| property.required);
    let required: Vec<&String> = required.map(|property| &property.name).collect();
    if !required.is_empty() {
        fields.extend(quote!(required: Vec::from([#(#required),*]),));
    }
    let properties = object.properties.iter().map(|property| {
        let key = &property.name;
        let value = reference(context, &property.schema);
        quote!((#key, #value))
    });
    if !object.properties.is_empty() {
        fields.extend(quote!(properties: Vec::from([#(#properties),*]),));
    }
    if let AdditionalProperties::Schema(values) = &object.additional_properties {
        let values = reference(context, values);
        fields.extend(quote!(additional_properties: Some(Box::new(#values)),));
    }
    fields.extend(optional("min_properties", object.min_properties.map(count)));
    fields.extend(optional("max_properties", object.max_properties.map(count)));
    fields
}

fn one_of_fields(context: &Context, one_of: &OneOf) -> TokenStream {
    let property = &one_of.discriminator;
    // A mapping can have several values for a component.
    let mut known = HashSet::new();
    let components = one_of.variants.iter().map(|variant| &variant.schema);
    let components = components.filter(|component| known.insert(*component));
    let types: Vec<_> = components.map(|component| context.component(component)).collect();
    let mapping = one_of.variants.iter().filter(|_| one_of.has_mapping).map(|variant| {
        let value = &variant.value;
        let target = format!("#/components/schemas/{}", variant.schema);
        quote!((#value.to_owned(), #target.to_owned()))
    });
    quote! {
        one_of: Vec::from([#(<super::#types as Type>::schema_ref()),*]),
        discriminator: Some(MetaDiscriminatorObject {
            property_name: #property,
            mapping: Vec::from([#(#mapping),*]),
        }),
    }
}
