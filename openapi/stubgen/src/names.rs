//! Rust names for the names of a spec.
//!
//! Casing is `heck`'s, of ASCII letters and digits; every other character separates words. A type
//! for an inline schema is named after its path: the type or operation that contains it, then the
//! property, `Item` or `Value`.

use std::collections::{HashMap, HashSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use http::StatusCode;

use crate::model::{Operation, Schema, SchemaKind, Spec};

/// `order-status` -> `OrderStatus`.
pub(crate) fn upper_camel_case(name: &str) -> String {
    identifier(name).to_upper_camel_case()
}

/// `createdAt` -> `created_at`, `Retry-After` -> `retry_after`.
pub(crate) fn snake_case(name: &str) -> String {
    identifier(name).to_snake_case()
}

/// `getUser` -> `GET_USER`.
pub(crate) fn shouty_snake_case(name: &str) -> String {
    identifier(name).to_shouty_snake_case()
}

/// ASCII only, and with a letter first, as a Rust identifier needs.
fn identifier(name: &str) -> String {
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let trimmed = ascii.trim_start_matches('_');
    if trimmed.starts_with(|c: char| c.is_ascii_alphabetic()) {
        trimmed.to_owned()
    } else {
        format!("n_{trimmed}")
    }
}

/// The variant for a status: `NotFound`, or `Status499` for a status without a standard name.
pub(crate) fn status(code: u16) -> String {
    let reason = StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| format!("Status{code}"), upper_camel_case)
}

/// The variants of an enum for the values of the spec, all distinct: `asc` and `ASC` become `Asc`
/// and `Asc2`.
pub(crate) fn variants<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names = Vec::new();
    let mut used = HashSet::new();
    let mut next_numbers: HashMap<String, usize> = HashMap::new();
    for value in values {
        let base = match upper_camel_case(value) {
            // The only name that a variant cannot have.
            name if name == "Self" => "Self_".to_owned(),
            name => name,
        };
        let mut name = base.clone();
        let number = next_numbers.entry(base.clone()).or_insert(2);
        while !used.insert(name.clone()) {
            name = format!("{base}{number}");
            *number += 1;
        }
        names.push(name);
    }
    names
}

/// The trait, from the title: `User Service` -> `UserService`.
pub(crate) fn service(spec: &Spec) -> String {
    upper_camel_case(&spec.info.title)
}

/// The struct that serves an implementation of the trait.
pub(crate) fn server(spec: &Spec) -> String {
    format!("{}Server", service(spec))
}

pub(crate) fn response(operation: &Operation) -> String {
    format!("{}Response", upper_camel_case(&operation.id))
}

/// The type of a nullable component's value when it is not null.
pub(crate) fn non_null(component: &str) -> String {
    format!("Present{component}")
}

/// The inline type of a property, parameter or response header of `parent`.
pub(crate) fn member(parent: &str, name: &str) -> String {
    format!("{parent}{}", upper_camel_case(name))
}

/// The inline type of an array's items.
pub(crate) fn item(parent: &str) -> String {
    format!("{parent}Item")
}

/// The inline type of the values of `additionalProperties`.
pub(crate) fn value(parent: &str) -> String {
    format!("{parent}Value")
}

/// The inline type of a request or response body.
pub(crate) fn body(parent: &str) -> String {
    format!("{parent}Body")
}

/// The prefix for inline types of a response.
pub(crate) fn response_prefix(operation: &Operation, status: u16) -> String {
    format!("{}{}", upper_camel_case(&operation.id), self::status(status))
}

/// Whether a schema gets a named type: objects with properties, enums and `oneOf`. Other inline
/// schemas are standard Rust types.
pub(crate) fn needs_type(schema: &Schema) -> bool {
    match &schema.kind {
        SchemaKind::String(string) => !string.enum_values.is_empty(),
        SchemaKind::Object(object) => !object.properties.is_empty(),
        SchemaKind::OneOf(_) => true,
        _ => false,
    }
}

/// The schemas of an operation's request, with the names of their inline types.
pub(crate) fn request_schemas(operation: &Operation) -> Vec<(String, &Schema)> {
    let id = upper_camel_case(&operation.id);
    let parameters = operation
        .parameters
        .iter()
        .map(|parameter| (member(&id, &parameter.name), &parameter.schema));
    parameters.chain(operation.body.iter().map(|body| (self::body(&id), &body.schema))).collect()
}

/// The schemas of an operation's request and responses, with the names of their inline types.
pub(crate) fn operation_schemas(operation: &Operation) -> Vec<(String, &Schema)> {
    let mut schemas = request_schemas(operation);
    for response in &operation.responses {
        let prefix = response_prefix(operation, response.status);
        schemas.extend(response.schema.iter().map(|schema| (body(&prefix), schema)));
        for header in &response.headers {
            schemas.push((member(&prefix, &header.name), &header.schema));
        }
    }
    schemas
}

#[cfg(test)]
mod tests {
    use super::{shouty_snake_case, snake_case, status, upper_camel_case};

    #[test]
    fn names_follow_rust_conventions() {
        for (name, type_name, field) in [
            ("createdAt", "CreatedAt", "created_at"),
            ("Retry-After", "RetryAfter", "retry_after"),
            ("HTTPServer", "HttpServer", "http_server"),
            ("order.status", "OrderStatus", "order_status"),
        ] {
            assert_eq!(
                (upper_camel_case(name), snake_case(name)),
                (type_name.into(), field.into())
            );
        }
        assert_eq!(shouty_snake_case("getUser"), "GET_USER");
    }

    #[test]
    fn every_name_begins_with_an_ascii_letter() {
        for (name, type_name, field) in [
            ("2xx", "N2xx", "n_2xx"),
            ("_id", "Id", "id"),
            ("größe", "GrE", "gr_e"),
            ("", "N", "n"),
        ] {
            assert_eq!(
                (upper_camel_case(name), snake_case(name)),
                (type_name.into(), field.into())
            );
        }
    }

    #[test]
    fn variants_are_distinct() {
        let values = ["asc", "ASC", "asc2", "Asc", "self", "Self"];
        let names = super::variants(values.into_iter());
        assert_eq!(names, ["Asc", "Asc2", "Asc22", "Asc3", "Self_", "Self_2"]);
    }

    #[test]
    fn statuses_have_their_standard_names() {
        for (code, name) in [(200, "Ok"), (204, "NoContent"), (499, "Status499")] {
            assert_eq!(status(code), name);
        }
    }
}
