//! Checks simple patterns in the generated clients by comparisons, as the generated servers do. The
//! calls for an order of 20 products contain some 60 ids, and progenitor's regular expression takes a
//! thousand instructions for each.
//!
//! The build scripts of all clients include this file.

use openapi_stubgen::pattern_check;
use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};
use syn::{Expr, File, ImplItem, Item, ItemImpl, Stmt, parse_quote};

/// Replaces the regular expressions of simple patterns.
pub fn simplify(client: &mut File, spec: &OpenAPI) {
    let types = client.items.iter_mut().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    for item in types.flat_map(|(_, items)| items) {
        if let Item::Impl(from_str) = item
            && let Some(pattern) = pattern(from_str, spec)
        {
            replace(from_str, pattern);
        }
    }
}

/// The pattern that an implementation of `FromStr` checks.
fn pattern<'a>(from_str: &ItemImpl, spec: &'a OpenAPI) -> Option<&'a str> {
    let (_, implemented, _) = from_str.trait_.as_ref()?;
    implemented.segments.last().filter(|name| name.ident == "FromStr")?;
    let syn::Type::Path(checked) = &*from_str.self_ty else { return None };
    let name = checked.path.get_ident()?.to_string();
    match spec.components.as_ref()?.schemas.get(&name)? {
        ReferenceOr::Item(schema) => match &schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => string.pattern.as_deref(),
            _ => None,
        },
        ReferenceOr::Reference { .. } => None,
    }
}

/// Replaces `static PATTERN = …; if PATTERN.find(value).is_none() { … }`.
fn replace(from_str: &mut ItemImpl, pattern: &str) {
    let Some(check) = pattern_check(pattern) else { return };
    let Some(ImplItem::Fn(function)) = from_str.items.last_mut() else { return };
    let statements = &mut function.block.stmts;
    let is_static = |statement: &Stmt| matches!(statement, Stmt::Item(Item::Static(_)));
    if let Some(place) = statements.iter().position(is_static)
        && let Some(Stmt::Expr(Expr::If(mismatch), _)) = statements.get_mut(place + 1)
    {
        *mismatch.cond = parse_quote!(!(#check));
        statements.remove(place);
    }
}
