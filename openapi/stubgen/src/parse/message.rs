//! Parameters, request bodies, responses and their headers.

use super::{Components, Fields, header, identifier, schema};
use crate::diagnostic::{Result, refuse};
use crate::model::{Body, Kind, Location, Parameter, Response, Schema};
use crate::yaml::{Entry, Node};

/// The only media type that is read and written.
const JSON: &str = "application/json";

pub(super) fn parameters(list: Option<&Entry>, components: Components) -> Result<Vec<Parameter>> {
    let mut read: Vec<Parameter> = Vec::new();
    let Some(list) = list else { return Ok(read) };
    for node in list.value.items()? {
        let new = parameter(components.follow(node, "parameters")?, components)?;
        if read.iter().any(|known| known.is(&new)) {
            return refuse(node.position, format!("parameter `{}` stands here twice", new.name));
        }
        read.push(new);
    }
    Ok(read)
}

fn parameter(node: &Node, components: Components) -> Result<Parameter> {
    let mut fields = Fields::new(node, "a parameter")?;
    let name = fields.need_string("name")?;
    let location = location(fields.need("in")?, &name)?;
    let required = fields.take("required");
    let explode = explode(&mut fields, location)?;
    let parameter = Parameter {
        position: node.position,
        location,
        description: fields.string("description")?,
        required: required.map(|entry| entry.value.boolean()).transpose()?.unwrap_or(false),
        deprecated: fields.flag("deprecated")?,
        explode,
        schema: schema::read(fields.need("schema")?, components)?,
        name,
    };
    if location == Location::Path && !parameter.required {
        return refuse(node.position, "a path parameter must say required: true");
    }
    fields.documentation(&["example", "examples"]);
    fields.finish()?;
    Ok(parameter)
}

fn location(node: &Node, name: &str) -> Result<Location> {
    let location = match node.string()? {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        "cookie" => return refuse(node.position, "cookie parameters are not supported"),
        other => return refuse(node.position, format!("a parameter cannot be in `{other}`")),
    };
    let reserved = ["accept", "content-type", "authorization"];
    if location == Location::Header && reserved.contains(&name.to_ascii_lowercase().as_str()) {
        return refuse(node.position, format!("OpenAPI ignores a header parameter named {name}"));
    }
    match name.is_empty() || (location != Location::Query && !identifier(name)) {
        true => refuse(node.position, format!("`{name}` cannot be the name of this parameter")),
        false => Ok(location),
    }
}

/// Only the default styles, which differ from each other in `explode` alone.
fn explode(fields: &mut Fields, location: Location) -> Result<bool> {
    let default_style = if location == Location::Query { "form" } else { "simple" };
    if let Some(style) = fields.take("style")
        && style.value.string()? != default_style
    {
        return refuse(
            style.value.position,
            format!("the only style supported here is `{default_style}`"),
        );
    }
    match fields.take("explode") {
        Some(entry) if location != Location::Query => {
            refuse(entry.position, "explode makes no difference outside a query; leave it out")
        }
        Some(entry) => entry.value.boolean(),
        None => Ok(location == Location::Query),
    }
}

pub(super) fn body(fields: &mut Fields, components: Components) -> Result<Option<Body>> {
    let Some(entry) = fields.take("requestBody") else { return Ok(None) };
    let mut fields =
        Fields::new(components.follow(&entry.value, "requestBodies")?, "a request body")?;
    let description = fields.string("description")?;
    let required = fields.flag("required")?;
    let schema = content(fields.need("content")?, components)?;
    fields.finish()?;
    Ok(Some(Body { description, required, schema }))
}

fn content(node: &Node, components: Components) -> Result<Schema> {
    match node.entries()? {
        [media] if media.key == JSON => {
            let mut fields = Fields::new(&media.value, "a media type")?;
            let schema = schema::read(fields.need("schema")?, components)?;
            fields.documentation(&["example", "examples"]);
            fields.finish()?;
            Ok(schema)
        }
        _ => refuse(node.position, format!("the content is exactly one media type, {JSON}")),
    }
}

pub(super) fn responses(node: &Node, components: Components) -> Result<Vec<Response>> {
    let mut responses = Vec::new();
    for entry in node.entries()?.iter().filter(|entry| !entry.key.starts_with("x-")) {
        let status = entry.key.parse().ok().filter(|status| (200..=599).contains(status));
        let Some(status) = status else {
            return refuse(
                entry.position,
                format!("`{}`: each response has a status of its own, 200 to 599", entry.key),
            );
        };
        responses.push(response(status, entry, components)?);
    }
    if !responses.iter().any(|response: &Response| response.status < 300) {
        return refuse(node.position, "an operation needs a 2xx response");
    }
    Ok(responses)
}

fn response(status: u16, entry: &Entry, components: Components) -> Result<Response> {
    let mut fields = Fields::new(components.follow(&entry.value, "responses")?, "a response")?;
    let description = fields.need_string("description")?;
    let headers = match fields.take("headers") {
        Some(list) => header::read_all(&list.value, components)?,
        None => Vec::new(),
    };
    let body = fields.take("content");
    if let Some(body) = body
        && matches!(status, 204 | 205 | 304)
    {
        return refuse(body.position, format!("HTTP allows no content in a {status}"));
    }
    let schema = body.map(|entry| content(&entry.value, components)).transpose()?;
    // Links tell clients what to do next; there is nothing to enforce.
    fields.documentation(&["links"]);
    fields.finish()?;
    if status >= 400 && !is_error(schema.as_ref()) {
        return refuse(
            entry.position,
            "every response from 400 has the schema #/components/schemas/Error",
        );
    }
    Ok(Response { status, position: entry.position, description, headers, schema })
}

fn is_error(schema: Option<&Schema>) -> bool {
    matches!(schema.map(|schema| &schema.kind), Some(Kind::Reference(name)) if name == "Error")
}
