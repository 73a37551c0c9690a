//! Names in the stub: how a name of the spec becomes a Rust name, and that no
//! two of them become the same one.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};

use crate::diagnostic::{Position, Result, refuse};
use crate::model::{Additional, Kind, Operation, Schema, Spec};

/// `order-status` -> `OrderStatus`.
pub(super) fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// `createdAt` -> `created_at`, `Retry-After` -> `retry_after`.
pub(super) fn snake(name: &str) -> String {
    words(name).iter().map(|word| word.to_ascii_lowercase()).collect::<Vec<_>>().join("_")
}

/// `getUser` -> `GET_USER`.
pub(super) fn constant(name: &str) -> Ident {
    Ident::new(&snake(name).to_ascii_uppercase(), Span::call_site())
}

pub(super) fn type_ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A field, argument or function; keywords become raw or get an underscore.
pub(super) fn ident(name: &str) -> Ident {
    let name = snake(name);
    match name.as_str() {
        "self" | "super" | "crate" => Ident::new(&format!("{name}_"), Span::call_site()),
        _ if syn::parse_str::<Ident>(&name).is_ok() => Ident::new(&name, Span::call_site()),
        _ => Ident::new_raw(&name, Span::call_site()),
    }
}

/// The words of a name: split at what is neither letter nor digit, and where
/// a capital follows a small letter or begins a new word (`HTTPServer`).
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, &c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).map(|index| chars[index]);
        let starts = c.is_ascii_uppercase()
            && (before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                || (before.is_some_and(|b| b.is_ascii_uppercase())
                    && chars.get(index + 1).is_some_and(char::is_ascii_lowercase)));
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    // A Rust name begins with a letter.
    if words.first().is_none_or(|word| word.starts_with(|c: char| c.is_ascii_digit())) {
        words.insert(0, "n".to_owned());
    }
    words
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase())
}

/// The variant for a status: `NotFound`, or `Status499` where there is no common name.
pub(super) fn status(code: u16) -> String {
    let name = match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        204 => "NoContent",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "PreconditionFailed",
        413 => "PayloadTooLarge",
        415 => "UnsupportedMediaType",
        422 => "UnprocessableEntity",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        other => return format!("Status{other}"),
    };
    name.to_owned()
}

/// The trait, from the title: `User Service` -> `UserService`.
pub(super) fn service(spec: &Spec) -> String {
    pascal(&spec.title)
}

pub(super) fn response(operation: &Operation) -> String {
    format!("{}Response", pascal(&operation.id))
}

/// A type of its own is made for objects with properties, enums and oneOf;
/// other inline schemas are plain Rust types.
pub(super) fn needs_type(schema: &Schema) -> bool {
    match &schema.kind {
        Kind::String(rules) => !rules.values.is_empty(),
        Kind::Object(rules) => !rules.properties.is_empty(),
        Kind::OneOf(_) => true,
        _ => false,
    }
}

/// The type of a nullable component's value when it is not null.
pub(super) fn present(component: &str) -> String {
    format!("Present{component}")
}

/// What the generated module uses by these names.
const RESERVED: [&str; 16] = [
    "Option", "Some", "None", "Result", "Ok", "Err", "String", "Vec", "Box", "Send", "Sync",
    "Future", "Self", "Type", "Into", "Server",
];

/// Refuses two things with one Rust name.
pub(crate) fn check(spec: &Spec) -> Result<()> {
    let mut types = Taken::default();
    let start = Position { line: 1, column: 1 };
    types.add(&service(spec), start, "the trait")?;
    types.add(&format!("{}Server", service(spec)), start, "the server")?;
    for named in &spec.schemas {
        types.add(&pascal(&named.name), named.position, &named.name)?;
        if named.schema.nullable && needs_type(&named.schema) {
            types.add(&present(&pascal(&named.name)), named.position, &named.name)?;
        }
        inline_types(&named.schema, &pascal(&named.name), true, &mut types)?;
    }
    let mut functions = Taken::default();
    for scheme in &spec.security_schemes {
        functions.add(&snake(&scheme.name), start, &scheme.name)?;
    }
    for operation in &spec.operations {
        functions.add(&snake(&operation.id), operation.position, &operation.id)?;
        types.add(&response(operation), operation.position, &operation.id)?;
        arguments(operation)?;
        for (name, schema) in roots(operation) {
            inline_types(schema, &name, false, &mut types)?;
        }
    }
    Ok(())
}

/// The inline schemas of an operation, with the name that a type for one has.
pub(super) fn roots(operation: &Operation) -> Vec<(String, &Schema)> {
    let id = pascal(&operation.id);
    let mut roots = Vec::new();
    for parameter in &operation.parameters {
        roots.push((format!("{id}{}", pascal(&parameter.name)), &parameter.schema));
    }
    roots.extend(operation.body.iter().map(|body| (format!("{id}Body"), &body.schema)));
    for response in &operation.responses {
        let name = format!("{id}{}", status(response.status));
        roots.extend(response.schema.iter().map(|schema| (format!("{name}Body"), schema)));
        for header in &response.headers {
            roots.push((format!("{name}{}", pascal(&header.name)), &header.schema));
        }
    }
    roots
}

fn arguments(operation: &Operation) -> Result<()> {
    let mut taken = Taken::default();
    for scheme in &operation.security {
        taken.add(&snake(scheme), operation.position, scheme)?;
    }
    if operation.body.is_some() {
        taken.add("body", operation.position, "the body")?;
    }
    for parameter in &operation.parameters {
        taken.add(&snake(&parameter.name), parameter.position, &parameter.name)?;
    }
    for response in &operation.responses {
        let mut fields = Taken::default();
        fields.add("body", response.position, "the body")?;
        for header in response.own_headers() {
            fields.add(&snake(&header.name), response.position, &header.name)?;
        }
    }
    Ok(())
}

/// `component` is true where the schema's own name is already taken care of.
fn inline_types(schema: &Schema, name: &str, component: bool, taken: &mut Taken) -> Result<()> {
    if needs_type(schema) && !component {
        taken.add(name, schema.position, name)?;
    }
    match &schema.kind {
        Kind::String(rules) => {
            let mut variants = Taken::default();
            for value in &rules.values {
                variants.add(&pascal(value), schema.position, value)?;
            }
        }
        Kind::Array(rules) => inline_types(&rules.items, &format!("{name}Item"), false, taken)?,
        Kind::Object(rules) => {
            let mut fields = Taken::default();
            for property in &rules.properties {
                fields.add(&snake(&property.name), property.position, &property.name)?;
                inline_types(
                    &property.schema,
                    &format!("{name}{}", pascal(&property.name)),
                    false,
                    taken,
                )?;
            }
            if let Additional::Each(schema) = &rules.additional {
                fields.add("additional_properties", schema.position, "additionalProperties")?;
                inline_types(schema, &format!("{name}Value"), false, taken)?;
            }
        }
        Kind::OneOf(rules) => {
            let mut variants = Taken::default();
            for variant in &rules.variants {
                variants.add(&pascal(&variant.value), schema.position, &variant.value)?;
            }
        }
        _ => {}
    }
    Ok(())
}

#[derive(Default)]
struct Taken(BTreeMap<String, String>);

impl Taken {
    fn add(&mut self, rust: &str, position: Position, name: &str) -> Result<()> {
        if RESERVED.contains(&rust) {
            return refuse(
                position,
                format!("`{name}` would be named `{rust}`, which the stub uses itself"),
            );
        }
        match self.0.insert(rust.to_owned(), name.to_owned()) {
            None => Ok(()),
            Some(other) => {
                refuse(position, format!("`{name}` and `{other}` would both be named `{rust}`"))
            }
        }
    }
}
