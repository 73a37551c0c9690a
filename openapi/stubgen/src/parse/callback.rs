//! Callbacks: requests that the implementation sends. They tell clients what to expect; the server
//! has nothing to enforce.

use super::context::Context;
use super::fields::Fields;
use super::operation;
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
    let callback = context.resolve(node, "callbacks")?;
    // Operations share callbacks, and those of a callback can have the callback itself.
    if !context.checked_callbacks.borrow_mut().insert(callback) {
        return Ok(());
    }
    for path in callback.entries()?.iter().filter(|path| !path.key.starts_with("x-")) {
        operation::check_path(path, context);
    }
    Ok(())
}
