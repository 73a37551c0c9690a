//! The Rust type of a schema where it is used.

use proc_macro2::TokenStream;
use quote::quote;

use super::content::Contents;
use super::context::Context;
use super::formats::format_type;
use super::ident::type_ident;
use crate::model::{
    AdditionalProperties, Composition, Header, Operation, Parameter, Schema, SchemaKind,
};
use crate::naming;

impl Context<'_> {
    /// The type of a value that is present and not null.
    pub fn non_null_type(&self, schema: &Schema) -> TokenStream {
        match &schema.kind {
            SchemaKind::Reference(target) => self.path(&self.component(target)),
            _ if naming::needs_type(schema) => self.path(&type_ident(self.names.schema(schema))),
            SchemaKind::Any | SchemaKind::OneOf(_) | SchemaKind::AllOf(_) | SchemaKind::Invalid => {
                quote!(openapi_server::Value)
            }
            SchemaKind::Boolean => quote!(bool),
            SchemaKind::File => quote!(openapi_server::File),
            SchemaKind::String(string) => format_type(string).unwrap_or_else(|| self.std("String")),
            SchemaKind::Number(number) if number.integer && number.format == Some("int32") => {
                quote!(i32)
            }
            SchemaKind::Number(number) if number.integer && number.format == Some("uint64") => {
                quote!(u64)
            }
            SchemaKind::Number(number) if number.integer => quote!(i64),
            SchemaKind::Number(_) => quote!(f64),
            SchemaKind::Array(array) => {
                let vec = self.std("Vec");
                let item = self.value_type(&array.items);
                quote!(#vec<#item>)
            }
            SchemaKind::Object(object) => match &object.additional_properties {
                AdditionalProperties::Schema(values) => self.map_type(values),
                _ => quote!(openapi_server::Object),
            },
        }
    }

    pub fn map_type(&self, values: &Schema) -> TokenStream {
        let string = self.std("String");
        let value = self.value_type(values);
        quote!(std::collections::BTreeMap<#string, #value>)
    }

    /// The type of a value that is present. The type of a nullable component contains the `Option`.
    pub fn value_type(&self, schema: &Schema) -> TokenStream {
        let ty = self.non_null_type(schema);
        if schema.nullable { self.optional(&ty) } else { ty }
    }

    pub fn optional(&self, ty: &TokenStream) -> TokenStream {
        let option = self.std("Option");
        quote!(#option<#ty>)
    }

    pub fn parameter_type(&self, parameter: &Parameter) -> TokenStream {
        let ty = self.non_null_type(&parameter.schema);
        let default = self.spec.default_of(&parameter.schema);
        let has_value = parameter.required || default.is_some_and(|known| !known.value.is_null());
        if has_value { ty } else { self.optional(&ty) }
    }

    pub fn header_type(&self, header: &Header) -> TokenStream {
        let ty = self.non_null_type(&header.schema);
        if header.required { ty } else { self.optional(&ty) }
    }

    /// The type of a request's body, if the operation has one.
    pub fn body_type(&self, operation: &Operation) -> Option<TokenStream> {
        let ty = Contents::of_request(self, operation).ty(self)?;
        let is_required = operation.body.as_ref().is_some_and(|body| body.required);
        Some(if is_required { ty } else { self.optional(&ty) })
    }

    /// The named types that a use of the schema refers to: its own, or else those within it. For
    /// the second file, as all of the following.
    pub fn named_types(&self, schema: &Schema) -> Vec<TokenStream> {
        if matches!(schema.kind, SchemaKind::Reference(_)) || naming::needs_type(schema) {
            vec![self.own_type(schema)]
        } else {
            self.inner_named_types(schema)
        }
    }

    /// The type of a reference, or of a schema that gets a separate type.
    pub fn own_type(&self, schema: &Schema) -> TokenStream {
        let name = match &schema.kind {
            SchemaKind::Reference(target) => self.component(target),
            _ => type_ident(self.names.schema(schema)),
        };
        quote!(super::#name)
    }

    /// The named types that the definition of the schema refers to.
    pub fn inner_named_types(&self, schema: &Schema) -> Vec<TokenStream> {
        let mut all: Vec<TokenStream> = match &schema.kind {
            SchemaKind::Reference(_) => vec![self.own_type(schema)],
            SchemaKind::OneOf(one_of) => {
                let names = one_of.variants.iter().map(|variant| self.component(&variant.schema));
                names.map(|name| quote!(super::#name)).collect()
            }
            _ => schema.parts().into_iter().flat_map(|part| self.named_types(part)).collect(),
        };
        for child in schema.composition.children() {
            child.visit(&mut |part| all.extend(self.referenced_types(part)));
        }
        all
    }

    /// The components that a schema without a type refers to.
    fn referenced_types(&self, schema: &Schema) -> Vec<TokenStream> {
        match &schema.kind {
            SchemaKind::Reference(_) | SchemaKind::OneOf(_) => {
                let bare = Schema { composition: Composition::default(), ..schema.clone() };
                self.inner_named_types(&bare)
            }
            _ => Vec::new(),
        }
    }
}

/// The schemas of an operation's request.
pub(super) fn request_schemas(operation: &Operation) -> impl Iterator<Item = &Schema> {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
    let contents = operation.body.iter().flat_map(|body| &body.content);
    parameters.chain(contents.map(|content| &content.schema))
}

/// The schemas of an operation's request and responses.
pub(super) fn operation_schemas(operation: &Operation) -> impl Iterator<Item = &Schema> {
    let responses = operation.responses.iter().flat_map(|response| {
        let content = response.content.iter().map(|content| &content.schema);
        content.chain(response.headers.iter().map(|header| &header.schema))
    });
    request_schemas(operation).chain(responses)
}
