//! The top of a spec: info, servers, tags, components, paths.

use super::{Components, Fields, check, operation, schema, security};
use crate::diagnostic::{Result, refuse};
use crate::model::{Kind, Named, Spec, Tag};
use crate::yaml::Node;

/// Reads a whole spec.
pub(crate) fn read(root: &Node) -> Result<Spec> {
    let mut fields = Fields::new(root, "an OpenAPI document")?;
    let version = fields.need("openapi")?;
    if !version.string()?.starts_with("3.0.") {
        return refuse(version.position, "the version must be 3.0.x, in quotes if YAML needs them");
    }
    let info = info(fields.need("info")?)?;
    list(&mut fields, "servers", server)?;
    let tags = list(&mut fields, "tags", tag)?;
    let components = Components::new(fields.take("components").map(|entry| &entry.value));
    let mut schemas = components_read(components)?;
    inherit_directions(&mut schemas);
    let default_security = fields.take("security").map(|entry| &entry.value);
    let paths = fields.need("paths")?;
    let operations = operation::read_all(paths, components, default_security)?;
    fields.documentation(&["externalDocs"]);
    fields.finish()?;
    let security_schemes = security::schemes(components, &operations)?;
    let (title, version, description) = info;
    let spec = Spec { title, version, description, tags, operations, schemas, security_schemes };
    check::check(&spec, root)?;
    Ok(spec)
}

fn info(node: &Node) -> Result<(String, String, Option<String>)> {
    let mut fields = Fields::new(node, "info")?;
    let title = fields.need_string("title")?;
    if !title.starts_with(|c: char| c.is_ascii_alphabetic())
        || !title.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
    {
        return refuse(node.position, "the title names the trait: letters, digits and spaces only");
    }
    let read = (title, fields.need_string("version")?, fields.string("description")?);
    fields.documentation(&["contact", "license", "termsOfService"]);
    fields.finish()?;
    Ok(read)
}

fn list<T>(fields: &mut Fields, key: &str, read: fn(&Node) -> Result<T>) -> Result<Vec<T>> {
    match fields.take(key) {
        Some(entry) => entry.value.items()?.iter().map(read).collect(),
        None => Ok(Vec::new()),
    }
}

/// Where clients find the server is not the server's business.
fn server(node: &Node) -> Result<()> {
    let mut fields = Fields::new(node, "a server")?;
    fields.need_string("url")?;
    fields.documentation(&["description"]);
    fields.finish()
}

fn tag(node: &Node) -> Result<Tag> {
    let mut fields = Fields::new(node, "a tag")?;
    let tag = Tag { name: fields.need_string("name")?, description: fields.string("description")? };
    fields.documentation(&["externalDocs"]);
    fields.finish()?;
    Ok(tag)
}

/// Checks the names of the sections and reads the schemas. The other
/// components are read where they are used; unused ones are refused by
/// [`check`], so nothing stands in a spec unread.
fn components_read(components: Components) -> Result<Vec<Named>> {
    let Some(root) = components.root else { return Ok(Vec::new()) };
    let known = [
        "schemas",
        "parameters",
        "responses",
        "headers",
        "requestBodies",
        "securitySchemes",
        "examples",
        "links",
    ];
    for section in root.entries()?.iter().filter(|section| !section.key.starts_with("x-")) {
        if !known.contains(&section.key.as_str()) {
            return refuse(
                section.position,
                format!("`{}` is not supported in components", section.key),
            );
        }
        for component in section.value.entries()? {
            if !super::identifier(&component.key) {
                return refuse(
                    component.position,
                    "a component's name is letters, digits, `.`, `_`, `-`, letter first",
                );
            }
        }
    }
    let mut schemas = Vec::new();
    for entry in components.section("schemas")? {
        if super::reference(&entry.value)?.is_some() {
            return refuse(entry.value.position, "a component cannot itself be a $ref");
        }
        let schema = schema::read(&entry.value, components)?;
        schemas.push(Named { name: entry.key.clone(), position: entry.position, schema });
    }
    Ok(schemas)
}

/// A property that refers to a readOnly or writeOnly component is so itself.
fn inherit_directions(schemas: &mut [Named]) {
    let one_way: Vec<(String, bool, bool)> = schemas
        .iter()
        .map(|named| (named.name.clone(), named.schema.read_only, named.schema.write_only))
        .filter(|(_, read_only, write_only)| *read_only || *write_only)
        .collect();
    for named in schemas {
        let Kind::Object(rules) = &mut named.schema.kind else { continue };
        for property in &mut rules.properties {
            let Kind::Reference(target) = &property.schema.kind else { continue };
            if let Some((_, read_only, write_only)) =
                one_way.iter().find(|(name, ..)| name == target)
            {
                property.schema.read_only = *read_only;
                property.schema.write_only = *write_only;
            }
        }
    }
}
