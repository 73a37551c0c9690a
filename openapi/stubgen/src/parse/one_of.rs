//! `oneOf` with a discriminator.

use super::components::{Components, parse_reference};
use super::fields::Fields;
use crate::diagnostic::{Result, error_at};
use crate::model::{OneOf, OneOfVariant};
use crate::yaml::{Entry, Node};

pub(super) fn parse_one_of(
    schemas: &[Node],
    fields: &mut Fields,
    components: Components,
) -> Result<OneOf> {
    let mut discriminator = Fields::new(fields.required("discriminator")?, "a discriminator")?;
    let property = discriminator.required_string("propertyName")?;
    let mapping = discriminator.optional("mapping");
    discriminator.deny_unknown()?;
    let mut variants = parse_variants(schemas, components)?;
    if let Some(mapping) = mapping {
        variants = parse_mapping(mapping, &variants, components)?;
    }
    if variants.is_empty() {
        return error_at(fields.position, "empty oneOf; list at least one variant");
    }
    Ok(OneOf { discriminator: property, variants, has_mapping: mapping.is_some() })
}

/// The variants without a mapping: each value is the name of its component.
fn parse_variants(schemas: &[Node], components: Components) -> Result<Vec<OneOfVariant>> {
    let mut variants = Vec::new();
    for node in schemas {
        let Some(reference) = parse_reference(node)? else {
            return error_at(
                node.position,
                "inline schema in a oneOf; move it to components and use $ref",
            );
        };
        let name = components.lookup(reference, "schemas")?.key.clone();
        variants.push(OneOfVariant { value: name.clone(), schema: name });
    }
    Ok(variants)
}

fn parse_mapping(
    mapping: &Entry,
    variants: &[OneOfVariant],
    components: Components,
) -> Result<Vec<OneOfVariant>> {
    let mut mapped: Vec<OneOfVariant> = Vec::new();
    for entry in mapping.value.entries()? {
        let schema = components.lookup(&entry.value, "schemas")?.key.clone();
        if !variants.iter().any(|variant| variant.schema == schema) {
            return error_at(
                entry.value.position,
                format!("`{schema}` is not a variant of this oneOf; add it or remove the mapping"),
            );
        }
        mapped.push(OneOfVariant { value: entry.key.clone(), schema });
    }
    let is_mapped = |schema: &str| mapped.iter().any(|variant| variant.schema == schema);
    match variants.iter().find(|variant| !is_mapped(&variant.schema)) {
        None => Ok(mapped),
        Some(variant) => error_at(
            mapping.position,
            format!("the mapping does not cover `{}`; add a value for it", variant.schema),
        ),
    }
}
