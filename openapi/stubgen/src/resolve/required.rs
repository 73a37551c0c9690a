//! `required`, whose names can be properties of any branch of an `allOf`.

use std::collections::HashMap;

use crate::diagnostic::Diagnostics;
use crate::model::{ObjectConstraints, Property};

/// Marks the required properties of an object whose properties are complete.
pub(super) fn mark(object: &mut ObjectConstraints, diagnostics: &Diagnostics) {
    if object.required.is_empty() {
        return;
    }
    let required = std::mem::take(&mut object.required);
    let properties = object.properties.iter_mut();
    let mut by_name: HashMap<String, &mut Property> =
        properties.map(|property| (property.name.clone(), property)).collect();
    for required in required {
        match by_name.get_mut(&required.name) {
            Some(property) => property.required = true,
            None => diagnostics.error(
                required.span,
                format!("required property `{}` is not defined", required.name),
                "add it to `properties`, or remove it from `required`",
            ),
        }
    }
}
