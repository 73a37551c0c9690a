//! Callbacks: requests that the implementation sends. They tell clients what to expect; the server
//! has nothing to enforce.

use super::context::Context;
use super::fields::Fields;
use super::method::METHODS;
use crate::diagnostic::Result;
use crate::yaml::Node;

pub(super) fn parse_callbacks<'a>(fields: &mut Fields<'a>, context: &Context<'a>) {
    let callbacks = fields.parse("callbacks", Node::entries).unwrap_or_default();
    for callback in callbacks {
        context.diagnostics.ok(check_callback(&callback.value, context));
    }
}

/// Checks that a callback consists of paths with operations.
pub(super) fn check_callback<'a>(node: &'a Node, context: &Context<'a>) -> Result<()> {
    let paths = context.resolve(node, "callbacks")?.entries()?;
    for path in paths.iter().filter(|path| !path.key.starts_with("x-")) {
        let fields = path.value.entries()?;
        for operation in fields.iter().filter(|field| METHODS.contains(&field.key.as_str())) {
            let mut fields = context.fields(&operation.value, "an operation")?;
            fields.required("responses")?;
        }
    }
    Ok(())
}
