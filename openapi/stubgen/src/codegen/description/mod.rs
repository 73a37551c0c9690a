//! poem-openapi's description of the API, which it derives a spec from: expressions of its `Meta…`
//! types. A test compares the derived spec with the hand-written one; nothing else needs it.

mod operation;
mod registry;
mod schema;
mod security;
mod shared;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;

pub(super) fn description(context: &Context) -> TokenStream {
    let paths = operation::paths(context);
    let registry = registry::register(context);
    let types = types::descriptions(context);
    quote!(#paths #registry #types)
}
