//! The JSON Schema validator, configured as the generated server configures it.

use jsonschema::{PatternOptions, Validator};
use serde_json::{Value, json};

pub(crate) fn compile(document: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("date-time", crate::date_time::is_date_time)
        .with_format("email", crate::email::is_mailbox)
        .with_format("byte", crate::base64::is_base64)
        .with_format("base64url", crate::base64::is_base64url)
        .build(document)
        .map_err(|error| error.to_string())
}

/// Whether a pattern is valid in ECMA-262.
pub(crate) fn is_ecma_pattern(pattern: &str) -> bool {
    compile(&json!({ "format": "regex" })).is_ok_and(|regex| regex.is_valid(&json!(pattern)))
}

/// Compiles a pattern with the server's regex engine.
pub(crate) fn check_pattern(pattern: &str) -> Result<(), String> {
    compile(&json!({ "pattern": pattern }))?;
    Ok(())
}
