//! How the values of parameters and forms are written.

use std::fmt::Write;

use openapi_stubgen::mock::{MockFormat, MockOperation, mock_from_str};

fn operation() -> MockOperation {
    let spec = include_str!("specs/parameters.yaml");
    mock_from_str("spec.yaml", spec).unwrap().operations.remove(0)
}

#[test]
fn parameters_are_written_as_their_style_and_schema_say() {
    let mut text = String::new();
    for parameter in operation().parameters {
        let (name, values) = (parameter.name, parameter.values);
        writeln!(text, "{name}: {values:?} of {:?}", parameter.text).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn fields_of_forms_are_written_as_their_encoding_says() {
    let (_, format) = operation().body.unwrap().media_types.remove(0);
    let MockFormat::Form(fields) = format else { panic!("{format:?}") };
    let lines = fields.into_iter().map(|field| format!("{field:?}"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}
