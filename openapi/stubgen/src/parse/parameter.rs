//! Parameters.

use super::components::{Components, is_identifier};
use super::fields::Fields;
use super::schema;
use crate::diagnostic::{Position, Result, error_at};
use crate::model::{Location, Parameter};
use crate::yaml::{Entry, Node};

/// Header parameters that OpenAPI ignores, in lower case.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

pub(super) fn parse_parameters(
    list: Option<&Entry>,
    components: Components,
) -> Result<Vec<Parameter>> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let Some(list) = list else { return Ok(parameters) };
    for node in list.value.items()? {
        let parameter = parse_parameter(components.resolve(node, "parameters")?, components)?;
        if parameters.iter().any(|other| other.has_same_key(&parameter)) {
            return error_at(
                node.position,
                format!("duplicate parameter `{}`; remove one", parameter.name),
            );
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

fn parse_parameter(node: &Node, components: Components) -> Result<Parameter> {
    let mut fields = Fields::new(node, "a parameter")?;
    let name = fields.required_string("name")?;
    let location_node = fields.required("in")?;
    let location = parse_location(location_node)?;
    check_name(&name, location, location_node.position)?;
    let explode = parse_explode(&mut fields, location)?;
    let parameter = Parameter {
        position: node.position,
        location,
        description: fields.optional_string("description")?,
        required: fields.flag("required")?,
        deprecated: fields.flag("deprecated")?,
        explode,
        schema: schema::parse_schema(fields.required("schema")?, components)?,
        name,
    };
    if location == Location::Path && !parameter.required {
        return error_at(
            node.position,
            format!("path parameter `{}` must be `required: true`", parameter.name),
        );
    }
    fields.ignore(&["example", "examples"]);
    fields.deny_unknown()?;
    Ok(parameter)
}

fn parse_location(node: &Node) -> Result<Location> {
    match node.string()? {
        "path" => Ok(Location::Path),
        "query" => Ok(Location::Query),
        "header" => Ok(Location::Header),
        other => error_at(
            node.position,
            format!("parameters in `{other}` are not supported; expected path, query or header"),
        ),
    }
}

fn check_name(name: &str, location: Location, position: Position) -> Result<()> {
    let is_ignored = IGNORED_HEADERS.contains(&name.to_ascii_lowercase().as_str());
    if location == Location::Header && is_ignored {
        return error_at(
            position,
            format!("OpenAPI ignores the header parameter `{name}`; remove it"),
        );
    }
    if name.is_empty() || (location != Location::Query && !is_identifier(name)) {
        return error_at(
            position,
            format!(
                "invalid parameter name `{name}`; expected letters, digits, `.`, `_` and `-`, a \
                 letter first"
            ),
        );
    }
    Ok(())
}

/// Only the default styles are supported; they differ only in `explode`.
fn parse_explode(fields: &mut Fields, location: Location) -> Result<bool> {
    let is_query = location == Location::Query;
    let default_style = if is_query { "form" } else { "simple" };
    if let Some(style) = fields.optional("style")
        && style.value.string()? != default_style
    {
        return error_at(
            style.value.position,
            format!("unsupported parameter style; expected `{default_style}`"),
        );
    }
    let Some(explode) = fields.optional("explode") else { return Ok(is_query) };
    if !is_query {
        return error_at(explode.position, "`explode` has no effect outside the query; remove it");
    }
    explode.value.boolean()
}
