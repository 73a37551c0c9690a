//! A type for each component schema, and for each inline schema that needs one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::context::Context;
use super::ident::type_ident;
use super::types::operation_schemas;
use super::{enums, newtypes, parameters, structs};
use crate::model::{AdditionalProperties, NamedSchema, Schema, SchemaKind};
use crate::naming;

/// A schema that gets a type. `component` is its name in the spec, if it has one there.
pub(super) struct TypeSource<'a> {
    pub schema: &'a Schema,
    pub component: Option<&'a str>,
}

/// The schemas that get types, in the order of the file. Inline ones follow what contains them.
pub(super) fn sources<'a>(context: &Context<'a>) -> Vec<TypeSource<'a>> {
    let mut sources = Vec::new();
    for NamedSchema { name, schema, .. } in &context.spec.schemas {
        sources.push(TypeSource { schema, component: Some(name) });
        add_children(&mut sources, schema);
    }
    for schema in context.spec.operations.iter().flat_map(operation_schemas) {
        add_inline(&mut sources, schema);
    }
    sources
}

fn add_inline<'a>(sources: &mut Vec<TypeSource<'a>>, schema: &'a Schema) {
    if naming::needs_type(schema) {
        sources.push(TypeSource { schema, component: None });
    }
    add_children(sources, schema);
}

fn add_children<'a>(sources: &mut Vec<TypeSource<'a>>, schema: &'a Schema) {
    match &schema.kind {
        SchemaKind::Array(array) => add_inline(sources, &array.items),
        SchemaKind::Object(object) => {
            for property in &object.properties {
                add_inline(sources, &property.schema);
            }
            if let AdditionalProperties::Schema(values) = &object.additional_properties {
                add_inline(sources, values);
            }
        }
        _ => {}
    }
}

/// The definitions of all types.
pub(super) fn types(context: &Context) -> TokenStream {
    sources(context).iter().map(|source| definitions(context, source)).collect()
}

fn definitions(context: &Context, source: &TypeSource) -> TokenStream {
    let TypeSource { schema, component } = source;
    let name = type_ident(context.names.schema(schema));
    match component {
        None => definition(context, schema, &name),
        Some(component) if context.spec.is_envelope_name(component) => {
            structs::error_envelope(schema, &name)
        }
        Some(_) if !naming::needs_type(schema) => {
            newtypes::definition(context, schema, &name, &context.value_type(schema))
        }
        Some(_) if schema.nullable => {
            let non_null = type_ident(context.names.non_null(schema));
            let inner = context.optional(&quote!(#non_null));
            let newtype = newtypes::definition(context, schema, &name, &inner);
            let definition = definition(context, schema, &non_null);
            quote!(#newtype #definition)
        }
        Some(_) => definition(context, schema, &name),
    }
}

fn definition(context: &Context, schema: &Schema, name: &Ident) -> TokenStream {
    match &schema.kind {
        SchemaKind::String(string) => enums::string_enum(schema, string, name),
        SchemaKind::Object(object) => structs::object(context, schema, object, name),
        SchemaKind::OneOf(one_of) => enums::tagged_enum(context, schema, one_of, name),
        _ => TokenStream::new(),
    }
}

/// What the types implement beyond what they derive, for the second file.
pub(super) fn implementations(context: &Context) -> TokenStream {
    let parameters = parameters::redactions(context);
    let types = sources(context).into_iter().map(|source| implementation(context, &source));
    quote!(#parameters #(#types)*)
}

fn implementation(context: &Context, source: &TypeSource) -> TokenStream {
    let TypeSource { schema, component } = source;
    let name = type_ident(context.names.schema(schema));
    if component.is_some_and(|component| context.spec.is_envelope_name(component)) {
        return TokenStream::new();
    }
    let is_newtype = component.is_some() && (schema.nullable || !naming::needs_type(schema));
    if is_newtype && !naming::needs_type(schema) {
        let inner = context.in_server().value_type(schema);
        return newtypes::implementation(context, schema, &name, &inner);
    }
    let newtype = is_newtype.then(|| {
        let non_null = type_ident(context.names.non_null(schema));
        let inner = quote!(Option<super::#non_null>);
        newtypes::implementation(context, schema, &name, &inner)
    });
    let name = if is_newtype { type_ident(context.names.non_null(schema)) } else { name };
    let definition = match &schema.kind {
        SchemaKind::Object(object) => structs::implementations(context, schema, object, &name),
        SchemaKind::OneOf(one_of) => enums::tagged_implementations(schema, one_of, &name),
        SchemaKind::String(string) => enums::string_implementations(schema, string, &name),
        _ => TokenStream::new(),
    };
    quote!(#newtype #definition)
}
