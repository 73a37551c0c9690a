//! The structs of parameters, for operations that have more than two.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::constraints;
use super::context::Context;
use super::debug::{self, Field, is_secret};
use super::doc::doc_values;
use crate::model::{Location, Operation, Parameter};

pub(super) fn structs(context: &Context) -> TokenStream {
    let operations = context.spec.operations.iter();
    operations
        .filter_map(|operation| {
            Some(definition(context, operation, &context.parameters(operation)?))
        })
        .collect()
}

fn definition(context: &Context, operation: &Operation, name: &Ident) -> TokenStream {
    let doc = format!(
        " The parameters of `{} {}`.",
        operation.method.to_ascii_uppercase(),
        operation.path
    );
    let fields = operation.parameters.iter().map(|parameter| field(context, parameter));
    let debug = debug::derive(&debug_fields(context, operation));
    quote! {
        #[doc = #doc]
        #[derive(#debug Clone, PartialEq)]
        pub struct #name {
            #(#fields)*
        }
    }
}

fn field(context: &Context, parameter: &Parameter) -> TokenStream {
    let name = context.argument(parameter);
    let ty = context.parameter_type(parameter);
    let values = constraints::sentence(context.spec, &parameter.schema);
    let place = place(parameter.location, &parameter.name);
    let description = parameter.description.as_deref().or(Some(&place));
    let doc = doc_values(description, values.as_deref());
    let deprecated = parameter.deprecated.then(|| quote!(#[doc = ""] #[doc = " Deprecated."]));
    quote!(#doc #deprecated pub #name: #ty,)
}

/// Where a request has a parameter.
fn place(location: Location, name: &str) -> String {
    match location {
        Location::Header => format!("The header `{name}`."),
        Location::Cookie => format!("The cookie `{name}`."),
        Location::Path | Location::Query => format!("The {} parameter `{name}`.", location.name()),
    }
}

/// The implementations of `Debug` that are not derived.
pub(super) fn redactions(context: &Context) -> TokenStream {
    let operations = context.spec.operations.iter();
    operations
        .filter_map(|operation| {
            let name = context.parameters(operation)?;
            debug::of_struct(&name, &debug_fields(context, operation))
        })
        .collect()
}

fn debug_fields(context: &Context, operation: &Operation) -> Vec<Field> {
    let parameters = operation.parameters.iter();
    parameters
        .map(|parameter| Field {
            name: context.argument(parameter),
            is_secret: is_secret(&parameter.schema),
        })
        .collect()
}
