//! What the branches of an `allOf` say of the value besides its constraints: `readOnly`,
//! `writeOnly`, `default`, `example` and `description` are those of the whole.

use crate::diagnostic::Diagnostics;
use crate::model::{MAX_REFERENCES, Schema, SchemaKind};

/// Gives a schema the annotations of its branches, of which the schema's own precede. `component`
/// returns what a reference leads to.
pub(super) fn adopt<'a>(
    schema: &mut Schema,
    branches: &mut [Schema],
    component: impl Fn(&str) -> Option<&'a Schema>,
    diagnostics: &Diagnostics,
) {
    let was_both = schema.read_only && schema.write_only;
    for branch in branches {
        let (read_only, write_only) = access(branch, &component);
        schema.read_only |= read_only;
        schema.write_only |= write_only;
        schema.default = schema.default.take().or(branch.default.take());
        schema.example = schema.example.take().or(branch.example.take());
        if branch.is_unconstrained() && schema.description.is_none() {
            schema.description = branch.description.take();
        }
    }
    if schema.read_only && schema.write_only && !was_both {
        let message = "the branches of this schema are both readOnly and writeOnly";
        diagnostics.error(schema.span, message, "remove one of the two");
    }
}

/// Whether a branch, or what it refers to, is readOnly or writeOnly.
fn access<'a>(branch: &Schema, component: &impl Fn(&str) -> Option<&'a Schema>) -> (bool, bool) {
    let (mut read_only, mut write_only) = (branch.read_only, branch.write_only);
    let mut name = reference(branch);
    for _ in 0..MAX_REFERENCES {
        let Some(target) = name.and_then(component) else { break };
        read_only |= target.read_only;
        write_only |= target.write_only;
        name = reference(target);
    }
    (read_only, write_only)
}

fn reference(schema: &Schema) -> Option<&str> {
    match &schema.kind {
        SchemaKind::Reference(name) => Some(name),
        _ => None,
    }
}
