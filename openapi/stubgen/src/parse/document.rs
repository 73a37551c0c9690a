//! The top level of a spec: info, servers, tags, components, paths.

use super::components::{Components, deny_reference, deny_unused, is_identifier};
use super::fields::Fields;
use super::{operation, schema, security};
use crate::diagnostic::{Result, error_at};
use crate::model::{NamedSchema, SchemaKind, Spec, Tag};
use crate::yaml::Node;

const COMPONENT_SECTIONS: [&str; 8] = [
    "schemas",
    "parameters",
    "responses",
    "headers",
    "requestBodies",
    "securitySchemes",
    "examples",
    "links",
];

pub(crate) fn parse_document(root: &Node) -> Result<Spec> {
    let mut fields = Fields::new(root, "an OpenAPI document")?;
    parse_openapi_version(fields.required("openapi")?)?;
    let info = parse_info(fields.required("info")?)?;
    parse_list(&mut fields, "servers", parse_server)?;
    let tags = parse_list(&mut fields, "tags", parse_tag)?;
    let components = Components::new(fields.optional("components").map(|entry| &entry.value));
    deny_unknown_components(components)?;
    let schemas = parse_component_schemas(components)?;
    let default_security = fields.optional("security").map(|entry| &entry.value);
    let paths = fields.required("paths")?;
    let operations = operation::parse_paths(paths, components, default_security)?;
    fields.ignore(&["externalDocs"]);
    fields.deny_unknown()?;
    let security_schemes = security::parse_schemes(components, &operations)?;
    deny_unused(root, components)?;
    Ok(Spec {
        title: info.title,
        version: info.version,
        description: info.description,
        tags,
        operations,
        schemas,
        security_schemes,
    })
}

fn parse_openapi_version(node: &Node) -> Result<()> {
    let version = node.string()?;
    if version.starts_with("3.0.") {
        return Ok(());
    }
    error_at(node.position, format!("OpenAPI version `{version}` is not supported; expected 3.0.x"))
}

struct Info {
    title: String,
    version: String,
    description: Option<String>,
}

fn parse_info(node: &Node) -> Result<Info> {
    let mut fields = Fields::new(node, "info")?;
    let title = fields.required_string("title")?;
    if !title.starts_with(|c: char| c.is_ascii_alphabetic())
        || !title.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
    {
        return error_at(
            node.position,
            format!(
                "title `{title}` cannot name the trait; expected letters, digits and spaces, a \
                 letter first"
            ),
        );
    }
    let version = fields.required_string("version")?;
    let description = fields.optional_string("description")?;
    fields.ignore(&["contact", "license", "termsOfService"]);
    fields.deny_unknown()?;
    Ok(Info { title, version, description })
}

fn parse_list<T>(fields: &mut Fields, key: &str, parse: fn(&Node) -> Result<T>) -> Result<Vec<T>> {
    match fields.optional(key) {
        Some(entry) => entry.value.items()?.iter().map(parse).collect(),
        None => Ok(Vec::new()),
    }
}

/// Servers are for clients; the generated server only checks their syntax.
fn parse_server(node: &Node) -> Result<()> {
    let mut fields = Fields::new(node, "a server")?;
    fields.required_string("url")?;
    fields.ignore(&["description"]);
    fields.deny_unknown()
}

fn parse_tag(node: &Node) -> Result<Tag> {
    let mut fields = Fields::new(node, "a tag")?;
    let name = fields.required_string("name")?;
    let description = fields.optional_string("description")?;
    fields.ignore(&["externalDocs"]);
    fields.deny_unknown()?;
    Ok(Tag { name, description })
}

fn deny_unknown_components(components: Components) -> Result<()> {
    let Some(root) = components.root else { return Ok(()) };
    for section in root.entries()?.iter().filter(|section| !section.key.starts_with("x-")) {
        if !COMPONENT_SECTIONS.contains(&section.key.as_str()) {
            return error_at(
                section.position,
                format!("`{}` is not supported in components; remove it", section.key),
            );
        }
        for component in section.value.entries()? {
            if !is_identifier(&component.key) {
                return error_at(
                    component.position,
                    format!(
                        "invalid component name `{}`; expected letters, digits, `.`, `_` and `-`, \
                         a letter first",
                        component.key
                    ),
                );
            }
        }
    }
    Ok(())
}

fn parse_component_schemas(components: Components) -> Result<Vec<NamedSchema>> {
    let mut schemas = Vec::new();
    for entry in components.section("schemas")? {
        deny_reference(&entry.value)?;
        let schema = schema::parse_schema(&entry.value, components)?;
        schemas.push(NamedSchema { name: entry.key.clone(), position: entry.position, schema });
    }
    inherit_direction(&mut schemas);
    Ok(schemas)
}

/// Makes a property readOnly or writeOnly if it refers to a component that is.
fn inherit_direction(schemas: &mut [NamedSchema]) {
    let one_way: Vec<(String, bool, bool)> = schemas
        .iter()
        .filter(|named| named.schema.is_one_way())
        .map(|named| (named.name.clone(), named.schema.read_only, named.schema.write_only))
        .collect();
    for named in schemas {
        let SchemaKind::Object(object) = &mut named.schema.kind else { continue };
        for property in &mut object.properties {
            let SchemaKind::Reference(target) = &property.schema.kind else { continue };
            if let Some((_, read_only, write_only)) =
                one_way.iter().find(|(name, ..)| name == target)
            {
                property.schema.read_only = *read_only;
                property.schema.write_only = *write_only;
            }
        }
    }
}
