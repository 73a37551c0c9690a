//! Response headers.

use super::{Components, Fields, identifier, schema};
use crate::diagnostic::{Result, refuse};
use crate::json_schema;
use crate::model::{Header, Kind, Spec};
use crate::yaml::{Entry, Node};

/// Headers that a declaration could only get wrong, with the reason.
const NOT_DECLARED: [(&str, &str); 11] = [
    ("content-type", "OpenAPI ignores it; `content` says the type"),
    ("content-length", "the server counts the bytes"),
    ("content-encoding", "bodies are sent as they are"),
    ("transfer-encoding", "it belongs to the connection"),
    ("connection", "it belongs to the connection"),
    ("keep-alive", "it belongs to the connection"),
    ("upgrade", "it belongs to the connection"),
    ("te", "it belongs to the connection"),
    ("trailer", "it belongs to the connection"),
    ("date", "the server sends its own"),
    ("set-cookie", "a response can have several, which one value cannot say"),
];

pub(super) fn read_all(list: &Node, components: Components) -> Result<Vec<Header>> {
    list.entries()?.iter().map(|entry| read(entry, components)).collect()
}

fn read(entry: &Entry, components: Components) -> Result<Header> {
    let name = &entry.key;
    if !identifier(name) {
        return refuse(entry.position, format!("`{name}` cannot be the name of a response header"));
    }
    if let Some((_, why)) = NOT_DECLARED.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))
    {
        return refuse(
            entry.position,
            format!("`{name}` cannot be declared as a response header: {why}"),
        );
    }
    let mut fields = Fields::new(components.follow(&entry.value, "headers")?, "a header")?;
    let header = Header {
        name: name.clone(),
        description: fields.string("description")?,
        required: fields.flag("required")?,
        deprecated: fields.flag("deprecated")?,
        schema: schema::read(fields.need("schema")?, components)?,
    };
    fields.documentation(&["example", "examples"]);
    fields.finish()?;
    Ok(header)
}

/// The run time sends `X-Request-Id` with every response: the client's own id
/// if it is 1 to 128 letters, digits, `-`, `_` and `.`, else 32 hexadecimal
/// digits. What a spec says of the header has to allow all of these.
pub(super) fn check_request_id(spec: &Spec, header: &Header) -> Result<()> {
    let schema = spec.resolve(&header.schema);
    if !matches!(schema.kind, Kind::String(_)) {
        return refuse(
            schema.position,
            format!("`{}` is sent by the run time and has `type: string`", header.name),
        );
    }
    let characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    let longest = &characters.repeat(2)[..128];
    let mut ids: Vec<&str> = (0..characters.len()).map(|at| &characters[at..=at]).collect();
    ids.push(longest);
    match json_schema::first_invalid(schema, &ids) {
        None => Ok(()),
        Some(id) => refuse(
            schema.position,
            format!(
                "`{}` is sent by the run time: 1 to 128 of A-Z, a-z, 0-9, `-`, `_` and `.`; \
                 this schema does not allow `{id}`",
                header.name
            ),
        ),
    }
}
