//! What all of code generation needs: the spec, and the names of everything in it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::ident::{ident, type_ident};
use crate::model::{Operation, Parameter, Property, Spec};
use crate::naming::Names;

pub(super) struct Context<'a> {
    pub spec: &'a Spec,
    pub names: &'a Names,
    /// Whether the code is for the second file, which refers to types of the spec as `super::…`.
    pub is_server: bool,
}

impl<'a> Context<'a> {
    /// The same for the second file.
    pub fn in_server(&self) -> Self {
        Self { is_server: true, ..*self }
    }

    /// The path of a type of the spec.
    pub fn path(&self, name: &Ident) -> TokenStream {
        if self.is_server { quote!(super::#name) } else { quote!(#name) }
    }

    /// A name of the standard prelude. Where a type of the spec hides it, the whole path.
    pub fn std(&self, name: &str) -> TokenStream {
        let short = type_ident(name);
        if self.is_server || !self.names.is_type(name) {
            return quote!(#short);
        }
        match name {
            "Option" => quote!(::std::option::Option),
            "Result" => quote!(::std::result::Result),
            "Err" => quote!(::std::result::Result::Err),
            "String" => quote!(::std::string::String),
            "Vec" => quote!(::std::vec::Vec),
            "Box" => quote!(::std::boxed::Box),
            "Into" => quote!(::std::convert::Into),
            "Future" => quote!(::std::future::Future),
            _ => quote!(::std::marker::#short),
        }
    }

    /// The type of a component schema that is referred to by its name in the spec.
    pub fn component(&self, name: &str) -> Ident {
        // The parser has checked that every reference has a target.
        let schema = self.spec.schema(name);
        type_ident(schema.map_or("Invalid", |schema| self.names.schema(schema)))
    }

    pub fn api(&self) -> Ident {
        type_ident(&self.names.api)
    }

    pub fn server(&self) -> Ident {
        type_ident(&self.names.server)
    }

    pub fn function(&self, operation: &Operation) -> Ident {
        ident(&self.names.operation(operation).function)
    }

    pub fn response(&self, operation: &Operation) -> Ident {
        type_ident(&self.names.operation(operation).response)
    }

    /// The struct of an operation's parameters, unless they are few.
    pub fn parameters(&self, operation: &Operation) -> Option<Ident> {
        self.names.operation(operation).parameters.as_deref().map(type_ident)
    }

    pub fn argument(&self, parameter: &Parameter) -> Ident {
        ident(self.names.parameter(parameter))
    }

    /// The argument for who a request to the operation comes from, if it takes credentials.
    pub fn principal(&self, operation: &Operation) -> Option<Ident> {
        self.names.operation(operation).principal.as_deref().map(ident)
    }

    /// The variant of an operation that takes credentials.
    pub fn operation_variant(&self, operation: &Operation) -> Ident {
        type_ident(self.names.security.operation(operation))
    }

    pub fn field(&self, property: &Property) -> Ident {
        ident(self.names.property(property))
    }
}
