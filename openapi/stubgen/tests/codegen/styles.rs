//! How the values of parameters and forms are written.

use std::fmt::Write;

use openapi_stubgen::mock::{MockFormat, MockOperation, ValueStyle, mock_from_str};

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

/// The limit bounds the time and the code whatever a spec contains.
#[test]
fn a_value_consists_of_at_most_256_components() {
    let name = |index: usize| format!("\"#/components/schemas/A{index}\"");
    let branches: Vec<String> =
        (0..300).map(|index| format!("{{ $ref: {} }}", name(index))).collect();
    let definitions = (0..300)
        .map(|index| format!("A{index}: {{ type: object, properties: {{ p{index}: {{}} }} }}\n"));
    let spec = super::schemas(&definitions.collect::<String>()).replace(
        "operationId: a,",
        &format!(
            "operationId: a, parameters: [{{ name: p, in: query, style: deepObject, schema: {{ anyOf: [{}] }} }}],",
            branches.join(", ")
        ),
    );
    let mut api = mock_from_str("spec.yaml", &spec).unwrap_or_else(|report| panic!("{report}"));
    let style = api.operations.remove(0).parameters.remove(0).values;
    let ValueStyle::Deep(fields) = style else { panic!("{style:?}") };
    assert_eq!(fields.len(), 256);
}
