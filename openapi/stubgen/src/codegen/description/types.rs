//! The descriptions of generated types.

use proc_macro2::TokenStream;
use quote::quote;

use super::schema::literal;
use crate::codegen::components::{TypeSource, sources};
use crate::codegen::context::Context;
use crate::codegen::ident::type_ident;

pub(super) fn descriptions(context: &Context) -> TokenStream {
    sources(context).iter().map(|source| description(context, source)).collect()
}

/// The document has the schema as a component or inline.
fn description(context: &Context, source: &TypeSource) -> TokenStream {
    let TypeSource { schema, component } = source;
    let name = type_ident(context.names.schema(schema));
    let component = match component {
        Some(component) => quote!(Some(#component)),
        None => quote!(None),
    };
    let literal = literal(context, schema);
    let types = context.inner_named_types(schema);
    let register = (!types.is_empty()).then(|| {
        quote! {
            fn register_parts(registry: &mut Registry) {
                #(<#types as Type>::register(registry);)*
            }
        }
    });
    quote! {
        impl openapi_server::Described for super::#name {
            const COMPONENT: Option<&'static str> = #component;

            fn schema() -> MetaSchema {
                #literal
            }

            #register
        }
        openapi_server::describe!(super::#name);
    }
}
