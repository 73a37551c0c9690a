//! Scopes, and the responses of operations that take credentials.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostics, Span};
use crate::model::{
    Operation, RequiredScheme, Scope, SecuritySchemeKind, Spec, Status, TokenSource,
};

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    // Most operations have the `security` of the document.
    let mut checked = HashSet::new();
    for operation in &spec.operations {
        for required in operation.security.alternatives.iter().flatten() {
            check_scopes(spec, required, &mut checked, diagnostics);
        }
        check_responses(operation, diagnostics);
    }
}

fn check_scopes(
    spec: &Spec,
    required: &RequiredScheme,
    checked: &mut HashSet<Span>,
    diagnostics: &Diagnostics,
) {
    let Some(scheme) = spec.security_scheme(&required.name) else { return };
    for Scope { name, span } in &required.scopes {
        if !checked.insert(*span) {
            continue;
        }
        match &scheme.kind {
            SecuritySchemeKind::Bearer(TokenSource::OpenIdConnect { .. }) => {}
            SecuritySchemeKind::Bearer(TokenSource::Oauth2 { flows }) => {
                let mut scopes = flows.iter().flat_map(|flow| &flow.scopes);
                if !scopes.any(|(known, _)| known == name) {
                    let message = format!("no flow of `{}` has the scope `{name}`", scheme.name);
                    diagnostics.warning(*span, message, "correct it, or add it to the flows");
                }
            }
            _ => {
                let message = format!("security scheme `{}` has no scopes", scheme.name);
                let help = "remove the scope; only oauth2 and openIdConnect have scopes";
                diagnostics.error(*span, message, help);
            }
        }
    }
}

/// The server answers 401 to a request without valid credentials, declared or not. Clients of an
/// API that does not declare it are not prepared for that.
fn check_responses(operation: &Operation, diagnostics: &Diagnostics) {
    let declares =
        |status| matches!(status, Status::Code(401) | Status::Class(4) | Status::Default);
    let is_declared = operation.responses.iter().any(|response| declares(response.status));
    if operation.security.is_empty() || is_declared {
        return;
    }
    let message = format!("operation `{}` takes credentials and declares no 401", operation.id);
    let help = "add the response 401, which the server sends if they are missing or invalid";
    diagnostics.warning(operation.span, message, help);
}
