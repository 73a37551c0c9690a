//! A type for each component schema, and for each inline schema that needs one. Requests are
//! validated before serde deserializes them, so the types do not check constraints.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident::type_ident;
use super::{enums, meta, structs, types};
use crate::model::{AdditionalProperties, Schema, SchemaKind, Spec};
use crate::names;

/// Every type, in the order of the file.
pub(super) fn types(spec: &Spec) -> TokenStream {
    let mut writer = TypeWriter { spec, tokens: TokenStream::new() };
    for named in &spec.schemas {
        writer.write_component(&named.name, &named.schema);
    }
    for operation in &spec.operations {
        for (name, schema) in names::operation_schemas(operation) {
            writer.write_inline(schema, &name);
        }
    }
    writer.tokens
}

struct TypeWriter<'a> {
    spec: &'a Spec,
    tokens: TokenStream,
}

impl TypeWriter<'_> {
    fn write_component(&mut self, component: &str, schema: &Schema) {
        let name = names::upper_camel_case(component);
        if component == "Error" {
            self.tokens.extend(structs::error_envelope(schema, &name));
        } else if !names::needs_type(schema) {
            let inner = types::value_type(schema, &name);
            self.tokens.extend(structs::newtype(schema, &name, &inner));
        } else if schema.nullable {
            let non_null = names::non_null(&name);
            self.write_definition(schema, &non_null, &name);
            let non_null = type_ident(&non_null);
            self.tokens.extend(structs::newtype(schema, &name, &quote!(Option<#non_null>)));
        } else {
            self.write_definition(schema, &name, &name);
        }
        self.write_description(schema, &name, &quote!(component #component));
        self.write_children(schema, &name);
    }

    fn write_inline(&mut self, schema: &Schema, name: &str) {
        if names::needs_type(schema) {
            self.write_definition(schema, name, name);
            self.write_description(schema, name, &quote!(inline));
        }
        self.write_children(schema, name);
    }

    fn write_children(&mut self, schema: &Schema, name: &str) {
        match &schema.kind {
            SchemaKind::Array(array) => self.write_inline(&array.items, &names::item(name)),
            SchemaKind::Object(object) => {
                for property in &object.properties {
                    self.write_inline(&property.schema, &names::member(name, &property.name));
                }
                if let AdditionalProperties::Schema(values) = &object.additional_properties {
                    self.write_inline(values, &names::value(name));
                }
            }
            _ => {}
        }
    }

    /// Defines the type `name`; types within it are named after `parent`.
    fn write_definition(&mut self, schema: &Schema, name: &str, parent: &str) {
        self.tokens.extend(match &schema.kind {
            SchemaKind::String(string) => enums::string_enum(schema, string, name),
            SchemaKind::Object(object) => {
                structs::object(self.spec, schema, object, &structs::TypeNames { name, parent })
            }
            SchemaKind::OneOf(one_of) => enums::tagged_enum(schema, one_of, name),
            _ => TokenStream::new(),
        });
    }

    /// Implements poem-openapi's `Type`. `kind` says whether the document has the schema as a
    /// component or inline.
    fn write_description(&mut self, schema: &Schema, name: &str, kind: &TokenStream) {
        let ident = type_ident(name);
        let literal = meta::literal(schema, name);
        let inner_types = types::inner_named_types(schema, name);
        self.tokens.extend(quote! {
            impl #ident {
                fn described() -> MetaSchema {
                    #literal
                }
            }
            openapi_server::describe!(#ident, #kind, [#(#inner_types),*]);
        });
    }
}
