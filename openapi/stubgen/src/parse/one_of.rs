//! `oneOf` with a discriminator.

use std::collections::HashMap;

use super::context::{Context, parse_reference};
use super::fields::Fields;
use crate::diagnostic::{Diagnostic, Result, Span, SpecError, error_at};
use crate::model::{OneOf, OneOfVariant};
use crate::yaml::{Entry, Node};

pub(super) fn parse_one_of<'a>(
    one_of: &'a Entry,
    fields: &mut Fields<'a>,
    context: &Context<'a>,
) -> Result<OneOf> {
    let variants = context.diagnostics.check(parse_variants(&one_of.value, context));
    let Some(discriminator) = fields.optional("discriminator") else {
        return error_at(
            one_of.span,
            "`oneOf` without `discriminator`",
            "add a discriminator, which tells the variants apart",
        );
    };
    let mut discriminator = context.fields(&discriminator.value, "a discriminator")?;
    let property = discriminator.required_string("propertyName");
    let mapping = discriminator.optional("mapping");
    discriminator.deny_unknown();
    let mut variants = variants?;
    if let Some(mapping) = mapping {
        variants = parse_mapping(mapping, &variants, context)?;
    }
    if variants.is_empty() {
        return error_at(one_of.span, "empty oneOf", "list at least one variant");
    }
    Ok(OneOf { discriminator: property?, variants, has_mapping: mapping.is_some() })
}

/// The variants without a mapping: each value is the name of its component.
fn parse_variants<'a>(list: &'a Node, context: &Context<'a>) -> Result<Vec<OneOfVariant>> {
    let schemas = list.items()?;
    let parsed: Vec<_> = schemas
        .iter()
        .filter_map(|node| context.diagnostics.ok(parse_variant(node, context)))
        .collect();
    report_duplicates(&parsed, context);
    if parsed.len() < schemas.len() { Err(SpecError::Reported) } else { Ok(parsed) }
}

/// A value of a component that is listed twice would match two variants.
fn report_duplicates(variants: &[OneOfVariant], context: &Context) {
    let mut first_uses: HashMap<&str, Span> = HashMap::new();
    for variant in variants {
        if let Some(first) = first_uses.insert(&variant.schema, variant.span) {
            let message = format!("duplicate variant `{}` in oneOf", variant.schema);
            let error = Diagnostic::error(variant.span, message, "remove one of the two");
            context.diagnostics.report(error.related_to(first, "first listed here").into());
        }
    }
}

fn parse_variant<'a>(node: &'a Node, context: &Context<'a>) -> Result<OneOfVariant> {
    let Some(reference) = parse_reference(node, context.diagnostics)? else {
        return error_at(
            node.span,
            "inline schema in a oneOf",
            "move it to components and refer to it by $ref",
        );
    };
    let name = context.lookup(reference, "schemas")?.key.clone();
    Ok(OneOfVariant { value: name.clone(), span: node.span, schema: name })
}

fn parse_mapping<'a>(
    mapping: &'a Entry,
    variants: &[OneOfVariant],
    context: &Context<'a>,
) -> Result<Vec<OneOfVariant>> {
    let mut mapped: Vec<OneOfVariant> = Vec::new();
    for entry in mapping.value.entries()? {
        let schema = context.lookup(&entry.value, "schemas")?.key.clone();
        if !variants.iter().any(|variant| variant.schema == schema) {
            return error_at(
                entry.value.span,
                format!("`{schema}` is not a variant of this oneOf"),
                "add it to the variants, or remove it from the mapping",
            );
        }
        mapped.push(OneOfVariant { value: entry.key.clone(), span: entry.span, schema });
    }
    let is_mapped = |schema: &str| mapped.iter().any(|variant| variant.schema == schema);
    match variants.iter().find(|variant| !is_mapped(&variant.schema)) {
        None => Ok(mapped),
        Some(variant) => error_at(
            mapping.span,
            format!("the mapping does not cover `{}`", variant.schema),
            "add a value for it",
        ),
    }
}
