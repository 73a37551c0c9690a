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

#[test]
fn fields_with_files_are_written_as_parts() {
    let api = mock_from_str("spec.yaml", include_str!("specs/files.yaml")).unwrap();
    let mut text = String::new();
    for operation in api.operations {
        let (_, format) = operation.body.unwrap().media_types.remove(0);
        let MockFormat::Multipart(fields) = format else { panic!("{format:?}") };
        writeln!(text, "{}:", operation.id).unwrap();
        fields.iter().for_each(|field| writeln!(text, "  {field:?}").unwrap());
    }
    insta::assert_snapshot!(text);
}
