//! Statuses that the server answers itself, and that an operation does not declare. Clients of such
//! an API are not prepared for them. A 404 is not among them: only the implementation knows that a
//! resource does not exist.

use crate::diagnostic::Diagnostics;
use crate::model::{Operation, Spec, Status};

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    for operation in &spec.operations {
        let missing: Vec<u16> = sent_by_server(operation)
            .into_iter()
            .filter(|status| !declares(operation, *status))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let Operation { id, span, .. } = operation;
        let statuses = listed(&missing);
        let message =
            format!("operation `{id}` does not declare {statuses}, which the server sends");
        diagnostics.warning(*span, message, "add them, or 4XX and 5XX, or `default`");
    }
}

/// 400 for a request that violates the spec, 500 for a bug, and what depends on the request. That
/// credentials are missing has a separate warning.
fn sent_by_server(operation: &Operation) -> Vec<u16> {
    let has_body = operation.body.is_some();
    let of_body: &[u16] = if has_body { &[408, 413, 415] } else { &[] };
    // Requests without any input are exempt from load shedding.
    let has_input = has_body || !operation.parameters.is_empty() || !operation.security.is_empty();
    let shed: &[u16] = if has_input { &[503] } else { &[] };
    [&[400], of_body, &[500], shed].concat()
}

fn declares(operation: &Operation, status: u16) -> bool {
    operation.responses.iter().any(|response| match response.status {
        Status::Code(code) => code == status,
        Status::Class(class) => class == status / 100,
        Status::Default => true,
    })
}

/// `400, 413 and 500`.
fn listed(statuses: &[u16]) -> String {
    let texts: Vec<String> = statuses.iter().map(u16::to_string).collect();
    match texts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => texts.concat(),
    }
}
