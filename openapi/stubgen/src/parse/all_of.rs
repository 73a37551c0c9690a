//! The merging of `allOf` branches into a single object.

use crate::diagnostic::{Result, error_at};
use crate::model::{AdditionalProperties, ObjectConstraints};
use crate::yaml::Entry;

/// Adds the constraints of a branch of `all_of`; `required` is applied when all are merged.
pub(super) fn merge_into(
    merged: &mut ObjectConstraints,
    branch: ObjectConstraints,
    all_of: &Entry,
) -> Result<()> {
    if let AdditionalProperties::Forbidden | AdditionalProperties::Schema(_) =
        branch.additional_properties
    {
        return error_at(
            all_of.position,
            "`additionalProperties` in or beside allOf would apply to the properties of the other \
             branches; remove it",
        );
    }
    for property in branch.properties {
        if merged.property(&property.name).is_some() {
            return error_at(
                property.position,
                format!("duplicate property `{}` in allOf; define it in one branch", property.name),
            );
        }
        merged.properties.push(property);
    }
    merged.min_properties = merged.min_properties.max(branch.min_properties);
    merged.max_properties = match (merged.max_properties, branch.max_properties) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Ok(())
}
