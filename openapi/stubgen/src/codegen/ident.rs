//! Identifiers of the generated code.

use proc_macro2::{Ident, Span};

use crate::names;

/// A type, variant or trait whose name is already in Rust's casing.
pub(super) fn type_ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The type of a component schema, an enum variant, or the associated type of a security scheme.
pub(super) fn upper_camel_ident(name: &str) -> Ident {
    type_ident(&names::upper_camel_case(name))
}

/// The `OperationSpec` of an operation.
pub(super) fn static_ident(name: &str) -> Ident {
    Ident::new(&names::shouty_snake_case(name), Span::call_site())
}

/// A field, argument or function. Keywords become raw identifiers, or get an underscore where Rust
/// allows no raw form.
pub(super) fn ident(name: &str) -> Ident {
    let name = names::snake_case(name);
    match name.as_str() {
        "self" | "super" | "crate" => Ident::new(&format!("{name}_"), Span::call_site()),
        _ if syn::parse_str::<Ident>(&name).is_ok() => Ident::new(&name, Span::call_site()),
        _ => Ident::new_raw(&name, Span::call_site()),
    }
}
