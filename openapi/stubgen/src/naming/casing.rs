//! Names in Rust's casing, which is `heck`'s, of ASCII letters and digits; every other character
//! separates words.

use std::collections::{HashMap, HashSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use http::StatusCode;

use crate::model::Status;

/// `order-status` -> `OrderStatus`.
pub(crate) fn upper_camel_case(name: &str) -> String {
    identifier(name).to_upper_camel_case()
}

/// `createdAt` -> `created_at`, `Retry-After` -> `retry_after`.
pub(crate) fn snake_case(name: &str) -> String {
    identifier(name).to_snake_case()
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

/// The variant for a status: `NotFound`, `ClientError` for `4XX`, or `Status499` for a status
/// without a standard name.
pub(crate) fn status(status: Status) -> String {
    let code = match status {
        Status::Code(code) => code,
        Status::Class(2) => return "Success".to_owned(),
        Status::Class(3) => return "Redirection".to_owned(),
        Status::Class(4) => return "ClientError".to_owned(),
        Status::Class(_) => return "ServerError".to_owned(),
        Status::Default => return "Default".to_owned(),
    };
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
        let base = upper_camel_case(value);
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

#[cfg(test)]
mod tests {
    use super::{snake_case, status, upper_camel_case};
    use crate::model::Status;

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
        assert_eq!(names, ["Asc", "Asc2", "Asc22", "Asc3", "Self", "Self2"]);
    }

    #[test]
    fn statuses_have_their_standard_names() {
        for (code, name) in [(200, "Ok"), (204, "NoContent"), (499, "Status499")] {
            assert_eq!(status(Status::Code(code)), name);
        }
    }
}
