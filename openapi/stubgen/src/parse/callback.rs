//! Callbacks: requests that the implementation sends. They tell clients what to expect; the server
//! has nothing to enforce.

use super::context::Context;
use super::operation;
use crate::diagnostic::Result;
use crate::yaml::Node;

/// Checks the callbacks of all operations, including operations of callbacks.
pub(super) fn check_callbacks(context: &Context) {
    while let Some(callback) = context.take_callback() {
        context.diagnostics.ok(check_callback(callback, context));
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
