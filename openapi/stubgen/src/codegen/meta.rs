//! Schemas as poem-openapi describes them: what the derived spec is made of.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::names::{self, type_ident};
use crate::model::{Additional, Kind, NumberRules, ObjectRules, OneOf, Schema, StringRules};

/// An expression for the `MetaSchemaRef` of a schema. `name` is the Rust name
/// of the type that was made for it, if one was.
pub(super) fn reference(schema: &Schema, name: &str) -> TokenStream {
    if let Kind::Reference(target) = &schema.kind {
        let target = type_ident(&names::pascal(target));
        return quote!(<#target as Type>::schema_ref());
    }
    if names::needs_type(schema) {
        let name = type_ident(name);
        return quote!(<#name as Type>::schema_ref());
    }
    let literal = literal(schema, name);
    quote!(MetaSchemaRef::Inline(Box::new(#literal)))
}

/// The same with references to components replaced by what they say:
/// poem-openapi does not look for components in headers.
pub(super) fn inlined(spec: &crate::model::Spec, schema: &Schema) -> TokenStream {
    let literal = literal(spec.resolve(schema), "");
    quote!(MetaSchemaRef::Inline(Box::new(#literal)))
}

/// A `MetaSchema` literal.
pub(super) fn literal(schema: &Schema, name: &str) -> TokenStream {
    let mut fields = common(schema);
    let ty = match &schema.kind {
        Kind::Reference(_) | Kind::Any => "",
        Kind::Boolean => "boolean",
        Kind::String(rules) => {
            fields.extend(string(rules, schema.nullable));
            "string"
        }
        Kind::Number(rules) => {
            fields.extend(number(rules));
            if rules.integer { "integer" } else { "number" }
        }
        Kind::Array(rules) => {
            let items = reference(&rules.items, &format!("{name}Item"));
            fields.extend(quote!(items: Some(Box::new(#items)),));
            fields.extend(optional("min_items", rules.min_items.map(usize_literal)));
            fields.extend(optional("max_items", rules.max_items.map(usize_literal)));
            fields.extend(optional("unique_items", rules.unique_items.then(|| quote!(true))));
            "array"
        }
        Kind::Object(rules) => {
            fields.extend(object(rules, name));
            "object"
        }
        Kind::OneOf(rules) => {
            fields.extend(one_of(rules));
            ""
        }
    };
    quote!(MetaSchema { ty: #ty, #fields ..MetaSchema::ANY })
}

fn optional(field: &str, value: Option<TokenStream>) -> Option<TokenStream> {
    let field = names::ident(field);
    value.map(|value| quote!(#field: Some(#value),))
}

fn usize_literal(count: u64) -> TokenStream {
    let count = proc_macro2::Literal::u64_unsuffixed(count);
    quote!(#count)
}

fn common(schema: &Schema) -> TokenStream {
    let mut fields = TokenStream::new();
    let text = |text: &String| quote!(#text);
    fields.extend(optional("title", schema.title.as_ref().map(|title| quote!(#title.to_owned()))));
    fields.extend(optional("description", schema.description.as_ref().map(text)));
    fields.extend(optional("default", schema.default.as_ref().map(json)));
    fields.extend(optional("example", schema.example.as_ref().map(json)));
    for (set, field) in [
        (schema.nullable, "nullable"),
        (schema.read_only, "read_only"),
        (schema.write_only, "write_only"),
        (schema.deprecated, "deprecated"),
    ] {
        let field = names::ident(field);
        fields.extend(set.then(|| quote!(#field: true,)));
    }
    fields
}

fn json(value: &Value) -> TokenStream {
    let text = value.to_string();
    quote!(openapi_server::json_literal(#text))
}

fn string(rules: &StringRules, nullable: bool) -> TokenStream {
    let mut fields = TokenStream::new();
    fields.extend(optional("format", rules.format.map(|format| quote!(#format))));
    fields.extend(optional("min_length", rules.min_length.map(usize_literal)));
    fields.extend(optional("max_length", rules.max_length.map(usize_literal)));
    fields.extend(optional(
        "pattern",
        rules.pattern.as_ref().map(|pattern| quote!(#pattern.to_owned())),
    ));
    if !rules.values.is_empty() {
        let values = rules.values.iter().map(|value| quote!(#value.into()));
        let null = nullable.then(|| quote!(openapi_server::json_literal("null"),));
        fields.extend(quote!(enum_items: Vec::from([#(#values,)* #null]),));
    }
    fields
}

fn number(rules: &NumberRules) -> TokenStream {
    let mut fields = TokenStream::new();
    let literal = |number: &serde_json::Number| {
        let number = proc_macro2::Literal::f64_unsuffixed(number.as_f64().unwrap_or(f64::MAX));
        quote!(#number)
    };
    fields.extend(optional("format", rules.format.map(|format| quote!(#format))));
    fields.extend(optional("minimum", rules.minimum.as_ref().map(literal)));
    fields.extend(optional("maximum", rules.maximum.as_ref().map(literal)));
    fields.extend(optional("multiple_of", rules.multiple_of.as_ref().map(literal)));
    fields.extend(optional("exclusive_minimum", rules.exclusive_minimum.then(|| quote!(true))));
    fields.extend(optional("exclusive_maximum", rules.exclusive_maximum.then(|| quote!(true))));
    fields
}

fn object(rules: &ObjectRules, name: &str) -> TokenStream {
    let mut fields = TokenStream::new();
    let required: Vec<_> = rules
        .properties
        .iter()
        .filter(|property| property.required)
        .map(|property| &property.name)
        .collect();
    if !required.is_empty() {
        fields.extend(quote!(required: Vec::from([#(#required),*]),));
    }
    let properties = rules.properties.iter().map(|property| {
        let key = &property.name;
        let value = reference(&property.schema, &format!("{name}{}", names::pascal(key)));
        quote!((#key, #value))
    });
    if !rules.properties.is_empty() {
        fields.extend(quote!(properties: Vec::from([#(#properties),*]),));
    }
    if let Additional::Each(schema) = &rules.additional {
        let value = reference(schema, &format!("{name}Value"));
        fields.extend(quote!(additional_properties: Some(Box::new(#value)),));
    }
    fields.extend(optional("min_properties", rules.min_properties.map(usize_literal)));
    fields.extend(optional("max_properties", rules.max_properties.map(usize_literal)));
    fields
}

fn one_of(rules: &OneOf) -> TokenStream {
    let property = &rules.property;
    let mut seen = Vec::new();
    let mut references = Vec::new();
    for variant in &rules.variants {
        if !seen.contains(&&variant.schema) {
            seen.push(&variant.schema);
            let ty = type_ident(&names::pascal(&variant.schema));
            references.push(quote!(<#ty as Type>::schema_ref()));
        }
    }
    let mapping = rules.variants.iter().filter(|_| rules.mapped).map(|variant| {
        let value = &variant.value;
        let target = format!("#/components/schemas/{}", variant.schema);
        quote!((#value.to_owned(), #target.to_owned()))
    });
    quote! {
        one_of: Vec::from([#(#references),*]),
        discriminator: Some(MetaDiscriminatorObject { property_name: #property, mapping: Vec::from([#(#mapping),*]) }),
    }
}
