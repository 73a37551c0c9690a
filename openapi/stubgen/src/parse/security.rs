//! Security schemes and what an operation requires of them.

use super::{Components, Fields, identifier};
use crate::diagnostic::{Result, refuse};
use crate::model::{Location, Operation, SecurityKind, SecurityScheme};
use crate::yaml::{Entry, Node};

/// The names of the schemes that must all be satisfied; none: open to all.
pub(super) fn requirement(node: Option<&Node>, components: Components) -> Result<Vec<String>> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let only = match node.items()? {
        [] => return Ok(Vec::new()),
        [only] => only,
        [_, second, ..] => {
            return refuse(
                second.position,
                "alternatives in `security` are not supported; name schemes side by side",
            );
        }
    };
    let mut names = Vec::new();
    for entry in only.entries()? {
        if let Some(scope) = entry.value.items()?.first() {
            return refuse(scope.position, "scopes are not supported");
        }
        if !components.section("securitySchemes")?.iter().any(|scheme| scheme.key == entry.key) {
            return refuse(entry.position, format!("there is no security scheme `{}`", entry.key));
        }
        names.push(entry.key.clone());
    }
    Ok(names)
}

/// Every scheme of the components; one that no operation uses is refused.
pub(super) fn schemes(
    components: Components,
    operations: &[Operation],
) -> Result<Vec<SecurityScheme>> {
    let mut schemes = Vec::new();
    for entry in components.section("securitySchemes")? {
        if !operations.iter().any(|operation| operation.security.contains(&entry.key)) {
            return refuse(
                entry.position,
                format!("no operation uses the security scheme `{}`", entry.key),
            );
        }
        schemes.push(scheme(entry)?);
    }
    Ok(schemes)
}

fn scheme(entry: &Entry) -> Result<SecurityScheme> {
    let mut fields = Fields::new(&entry.value, "a security scheme")?;
    let description = fields.string("description")?;
    let ty = fields.need("type")?;
    let kind = match ty.string()? {
        "http" => {
            let scheme = fields.need("scheme")?;
            if !scheme.string()?.eq_ignore_ascii_case("bearer") {
                return refuse(scheme.position, "the only http scheme supported is bearer");
            }
            SecurityKind::Bearer { format: fields.string("bearerFormat")? }
        }
        "apiKey" => {
            let place = fields.need("in")?;
            let location = match place.string()? {
                "header" => Location::Header,
                "query" => Location::Query,
                _ => {
                    return refuse(
                        place.position,
                        "an apiKey is supported in a header or the query",
                    );
                }
            };
            let name = fields.need("name")?;
            if !identifier(name.string()?) {
                return refuse(name.position, "this cannot be the name of an apiKey");
            }
            SecurityKind::ApiKey { location, name: name.string()?.to_owned() }
        }
        other => {
            return refuse(
                ty.position,
                format!("security type `{other}` is not supported; http or apiKey"),
            );
        }
    };
    fields.finish()?;
    Ok(SecurityScheme { name: entry.key.clone(), description, kind })
}
