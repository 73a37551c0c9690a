//! Expressions as functions. Almost all error responses of a document are the same ones, and have
//! the same headers: as functions, they are compiled once, and not in each operation.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Functions without parameters, one for each distinct expression of a type.
pub(super) struct Functions {
    prefix: &'static str,
    return_type: TokenStream,
    numbers: HashMap<String, usize>,
    items: TokenStream,
}

impl Functions {
    /// The functions have numbers after `prefix`.
    pub fn new(prefix: &'static str, return_type: TokenStream) -> Self {
        Self { prefix, return_type, numbers: HashMap::new(), items: TokenStream::new() }
    }

    /// The call of the function that returns the expression.
    pub fn call(&mut self, expression: &TokenStream) -> TokenStream {
        let next = self.numbers.len();
        let number = *self.numbers.entry(expression.to_string()).or_insert(next);
        let name = format_ident!("{}_{number}", self.prefix);
        if number == next {
            let return_type = &self.return_type;
            self.items.extend(quote!(fn #name() -> #return_type { #expression }));
        }
        quote!(#name())
    }

    /// The definitions, in the order of their first calls.
    pub fn items(self) -> TokenStream {
        self.items
    }
}
