//! Response headers.

use super::components::{Components, is_identifier};
use super::fields::Fields;
use super::schema;
use crate::diagnostic::{Result, error_at};
use crate::model::Header;
use crate::yaml::{Entry, Node};

/// Headers that a spec cannot declare, in lower case, with the reason.
const RESERVED_HEADERS: [(&str, &str); 11] = [
    ("content-type", "it follows from `content`"),
    ("content-length", "the server computes it"),
    ("content-encoding", "bodies are sent unencoded"),
    ("transfer-encoding", "it belongs to the connection"),
    ("connection", "it belongs to the connection"),
    ("keep-alive", "it belongs to the connection"),
    ("upgrade", "it belongs to the connection"),
    ("te", "it belongs to the connection"),
    ("trailer", "it belongs to the connection"),
    ("date", "the server sets it"),
    ("set-cookie", "a response can have several, but a header has one value"),
];

pub(super) fn parse_headers(headers: &Node, components: Components) -> Result<Vec<Header>> {
    headers.entries()?.iter().map(|entry| parse_header(entry, components)).collect()
}

fn parse_header(entry: &Entry, components: Components) -> Result<Header> {
    check_name(entry)?;
    let mut fields = Fields::new(components.resolve(&entry.value, "headers")?, "a header")?;
    let header = Header {
        name: entry.key.clone(),
        description: fields.optional_string("description")?,
        required: fields.flag("required")?,
        deprecated: fields.flag("deprecated")?,
        schema: schema::parse_schema(fields.required("schema")?, components)?,
    };
    fields.ignore(&["example", "examples"]);
    fields.deny_unknown()?;
    Ok(header)
}

fn check_name(entry: &Entry) -> Result<()> {
    let name = &entry.key;
    if !is_identifier(name) {
        return error_at(
            entry.position,
            format!(
                "invalid response header name `{name}`; expected letters, digits, `.`, `_` and \
                 `-`, a letter first"
            ),
        );
    }
    let reserved = RESERVED_HEADERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    match reserved {
        None => Ok(()),
        Some((_, reason)) => error_at(
            entry.position,
            format!("response header `{name}` cannot be declared: {reason}; remove it"),
        ),
    }
}
