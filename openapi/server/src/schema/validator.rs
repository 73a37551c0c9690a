//! Validators with the keywords and formats that specs use.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

use super::{base64, date_time, email, multiple_of};

/// Compiles a schema that the generator wrote.
///
/// # Panics
/// If the schema does not compile: the generator has compiled every pattern and resolved every
/// reference.
pub(crate) fn compile(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        // Linear in the input: a backtracking engine would let requests choose the slow cases.
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("date-time", date_time::is_date_time)
        .with_format("email", email::is_mailbox)
        .with_format("byte", base64::is_base64)
        .with_format("base64url", base64::is_base64url)
        .with_keyword("multipleOf", multiple_of::keyword)
        .build(schema)
        .expect("the generator has compiled every pattern and resolved every reference")
}
