//! `allOf`: objects merged into one, so that types and checks see one object.

use super::{Components, Fields, reference, schema};
use crate::diagnostic::{Result, refuse};
use crate::model::{Additional, Kind, ObjectRules};
use crate::yaml::{Entry, Node};

/// The object that satisfies every branch, and the object keywords beside `allOf`.
pub(super) fn all_of(entry: &Entry, fields: &mut Fields, components: Components) -> Result<Kind> {
    let mut merged = ObjectRules::default();
    let mut required = Vec::new();
    collect(entry, components, &mut merged, &mut required)?;
    if let Some(own) = fields.take("type")
        && own.value.string()? != "object"
    {
        return refuse(own.value.position, "allOf merges objects only");
    }
    let own = schema::object(fields, components)?;
    absorb(&mut merged, own, entry)?;
    required.extend(fields.take("required").map(|names| &names.value));
    for names in required {
        schema::require(&mut merged, names)?;
    }
    Ok(Kind::Object(merged))
}

/// Adds every branch, and the branches' own branches; `required` may name a
/// property of another branch, so it is applied at the end.
fn collect<'a>(
    entry: &'a Entry,
    components: Components<'a>,
    merged: &mut ObjectRules,
    required: &mut Vec<&'a Node>,
) -> Result<()> {
    for branch in entry.value.items()? {
        let (node, components) = match reference(branch)? {
            Some(target) => {
                let component = components.referenced(target, "schemas")?;
                (&component.value, components.opening(component, entry)?)
            }
            None => (branch, components),
        };
        let mut fields = Fields::new(node, "a schema in allOf")?;
        fields.documentation(&["title", "description", "example", "externalDocs"]);
        if let Some(inner) = fields.take("allOf") {
            collect(inner, components, merged, required)?;
        }
        if let Some(kind) = fields.take("type")
            && kind.value.string()? != "object"
        {
            return refuse(kind.value.position, "allOf merges objects only");
        }
        let own = schema::object(&mut fields, components)?;
        required.extend(fields.take("required").map(|names| &names.value));
        fields.finish()?;
        absorb(merged, own, entry)?;
    }
    Ok(())
}

fn absorb(merged: &mut ObjectRules, own: ObjectRules, all_of: &Entry) -> Result<()> {
    if !matches!(own.additional, Additional::Unsaid | Additional::Allowed) {
        return refuse(
            all_of.position,
            "additionalProperties in or beside allOf would forbid the other branches' properties",
        );
    }
    for property in own.properties {
        if merged.properties.iter().any(|known| known.name == property.name) {
            return refuse(
                property.position,
                format!("two branches of an allOf define `{}`; define it once", property.name),
            );
        }
        merged.properties.push(property);
    }
    merged.min_properties = merged.min_properties.max(own.min_properties);
    merged.max_properties = match (merged.max_properties, own.max_properties) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Ok(())
}
