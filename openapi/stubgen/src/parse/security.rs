//! Security schemes, and the requirements of operations.

use super::components::{Components, is_identifier};
use super::fields::Fields;
use crate::diagnostic::{Result, error_at};
use crate::model::{Location, Operation, SecurityScheme, SecuritySchemeKind};
use crate::yaml::{Entry, Node};

/// The names of the schemes that must all be satisfied; empty for an open operation.
pub(super) fn parse_requirement(
    node: Option<&Node>,
    components: Components,
) -> Result<Vec<String>> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let requirement = match node.items()? {
        [] => return Ok(Vec::new()),
        [requirement] => requirement,
        [_, second, ..] => {
            return error_at(
                second.position,
                "alternatives in `security` are not supported; list the schemes in one item",
            );
        }
    };
    let mut names = Vec::new();
    for entry in requirement.entries()? {
        if let Some(scope) = entry.value.items()?.first() {
            return error_at(scope.position, "security scopes are not supported; remove them");
        }
        if !components.section("securitySchemes")?.iter().any(|scheme| scheme.key == entry.key) {
            return error_at(
                entry.position,
                format!("security scheme `{}` is not defined; add it to components", entry.key),
            );
        }
        names.push(entry.key.clone());
    }
    Ok(names)
}

/// The schemes of the components, each of which some operation must require.
pub(super) fn parse_schemes(
    components: Components,
    operations: &[Operation],
) -> Result<Vec<SecurityScheme>> {
    let mut schemes = Vec::new();
    for entry in components.section("securitySchemes")? {
        if !operations.iter().any(|operation| operation.security.contains(&entry.key)) {
            return error_at(
                entry.position,
                format!("security scheme `{}` is unused; remove it", entry.key),
            );
        }
        schemes.push(parse_scheme(entry)?);
    }
    Ok(schemes)
}

fn parse_scheme(entry: &Entry) -> Result<SecurityScheme> {
    let mut fields = Fields::new(&entry.value, "a security scheme")?;
    let description = fields.optional_string("description")?;
    let node = fields.required("type")?;
    let kind = match node.string()? {
        "http" => parse_http(&mut fields)?,
        "apiKey" => parse_api_key(&mut fields)?,
        other => {
            return error_at(
                node.position,
                format!("security type `{other}` is not supported; expected http or apiKey"),
            );
        }
    };
    fields.deny_unknown()?;
    Ok(SecurityScheme { name: entry.key.clone(), description, kind })
}

fn parse_http(fields: &mut Fields) -> Result<SecuritySchemeKind> {
    let node = fields.required("scheme")?;
    let scheme = node.string()?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return error_at(
            node.position,
            format!("http scheme `{scheme}` is not supported; expected bearer"),
        );
    }
    Ok(SecuritySchemeKind::Bearer { format: fields.optional_string("bearerFormat")? })
}

fn parse_api_key(fields: &mut Fields) -> Result<SecuritySchemeKind> {
    let node = fields.required("in")?;
    let location = match node.string()? {
        "header" => Location::Header,
        "query" => Location::Query,
        other => {
            return error_at(
                node.position,
                format!("an apiKey in `{other}` is not supported; expected header or query"),
            );
        }
    };
    let node = fields.required("name")?;
    let name = node.string()?;
    if !is_identifier(name) {
        return error_at(
            node.position,
            format!(
                "invalid apiKey name `{name}`; expected letters, digits, `.`, `_` and `-`, a \
                 letter first"
            ),
        );
    }
    Ok(SecuritySchemeKind::ApiKey { location, name: name.to_owned() })
}
