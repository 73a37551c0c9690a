//! Identifiers of the generated code, from names in Rust's casing.

use proc_macro2::{Ident, Span};

/// A type, variant or trait. `Self` is the only name in upper camel case that they cannot have.
pub(super) fn type_ident(name: &str) -> Ident {
    Ident::new(if name == "Self" { "Self_" } else { name }, Span::call_site())
}

/// A field, argument or function. Keywords become raw identifiers, or get an underscore where Rust
/// allows no raw form.
pub(super) fn ident(name: &str) -> Ident {
    match name {
        "self" | "super" | "crate" => Ident::new(&format!("{name}_"), Span::call_site()),
        // A keyword since edition 2024, which syn does not know.
        "gen" => Ident::new_raw(name, Span::call_site()),
        _ if syn::parse_str::<Ident>(name).is_ok() => Ident::new(name, Span::call_site()),
        _ => Ident::new_raw(name, Span::call_site()),
    }
}
