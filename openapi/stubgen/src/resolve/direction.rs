//! readOnly and writeOnly.

use std::collections::HashMap;

use crate::model::{SchemaKind, Spec};

/// Makes a property readOnly or writeOnly if it refers to a component that is.
pub(super) fn inherit(spec: &mut Spec) {
    let one_way: HashMap<String, (bool, bool)> = spec
        .schemas
        .iter()
        .filter(|named| named.schema.is_one_way())
        .map(|named| (named.name.clone(), (named.schema.read_only, named.schema.write_only)))
        .collect();
    for named in &mut spec.schemas {
        let SchemaKind::Object(object) = &mut named.schema.kind else { continue };
        for property in &mut object.properties {
            let SchemaKind::Reference(target) = &property.schema.kind else { continue };
            if let Some((read_only, write_only)) = one_way.get(target) {
                property.schema.read_only |= *read_only;
                property.schema.write_only |= *write_only;
            }
        }
    }
}
