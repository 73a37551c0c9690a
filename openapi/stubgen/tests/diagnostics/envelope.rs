//! Which schema `Error` is the envelope that `openapi-server` writes errors in, and samples of other
//! errors.

use super::{RESPONSES, accepted, document, schemas};

/// Whether the server writes the errors of a spec with these schemas by itself.
fn is_envelope(error: &str, detail: &str) -> bool {
    let content =
        r##"content: { application/json: { schema: { $ref: "#/components/schemas/Error" } } }"##;
    let responses = RESPONSES.replace("Any error }", &format!("Any error, {content} }}"));
    let schemas = format!("components:\n  schemas:\n    Error: {error}\n    Detail: {detail}\n");
    let rust = accepted(&document(&schemas).replace(RESPONSES, &responses));
    !rust.contains("fn error_to_error(")
}

const ERROR: &str = r##"{ type: object, required: [error], properties: { error: { $ref: "#/components/schemas/Detail" } } }"##;

const DETAIL: &str = "{ type: object, required: [code, message], properties: { code: { type: string }, message: { type: string }, details: { type: object } } }";

#[test]
fn the_envelope_has_a_code_a_message_and_details() {
    assert!(is_envelope(ERROR, DETAIL));
}

#[test]
fn a_schema_with_other_properties_is_another_error() {
    for (part, other) in [
        ("code: { type: string }", "code: { type: integer }"),
        ("message: { type: string }", "message: { type: boolean }"),
        ("details: { type: object }", "details: { type: string }"),
        (", details: { type: object }", ""),
        ("required: [code, message]", "required: [code, message, details]"),
        ("required: [code, message]", "required: [code]"),
    ] {
        assert!(!is_envelope(ERROR, &DETAIL.replace(part, other)), "{other}");
    }
    assert!(!is_envelope(ERROR, &DETAIL.replace("code", "id")));
    assert!(!is_envelope(&ERROR.replace("error", "problem"), DETAIL));
    assert!(!is_envelope(&ERROR.replace("required: [error], ", ""), DETAIL));
}

/// It has no finite value, which the sample of an error's body must not try to write.
#[test]
fn an_error_can_require_itself() {
    let content = "content: { application/json: { schema: { $ref: \"#/components/schemas/E\" } } }";
    let definition = "E: { type: object, required: [cause, text], properties: { cause: { $ref: \"#/components/schemas/E\" }, text: { type: string } } }";
    let spec = schemas(definition).replace("Any error }", &format!("Any error, {content} }}"));
    let rust = accepted(&spec);
    assert!(rust.contains("fn error_to_e("));
    assert_eq!(rust.matches(r#"\"cause\":"#).count(), 128, "{rust}");
}
