//! The run time is proportional to the length of a spec. The bounds are generous, because machines
//! are busy; quadratic and exponential growth exceeds them many times.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::{accepted, generated, schemas};

const BOUND: Duration = Duration::from_secs(20);

/// The length of the generated code.
#[track_caller]
fn generated_length(definitions: &str) -> usize {
    let start = Instant::now();
    let generated = generated(&schemas(definitions));
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    generated.rust.len() + generated.server_rust.len() + generated.schemas_json.len()
}

/// `levels` objects, each with `fan` properties that refer to the next.
fn levels(levels: usize, fan: usize, reference: &str) -> String {
    let mut definitions = String::new();
    for level in 0..levels {
        let target = reference.replace("NEXT", &format!("#/components/schemas/A{}", level + 1));
        writeln!(definitions, "A{level}:\n  type: object\n  properties:").unwrap();
        (0..fan).for_each(|property| writeln!(definitions, "    p{property}: {target}").unwrap());
    }
    definitions + &format!("A{levels}: {{ type: object, properties: {{ x: {{ type: string }} }} }}")
}

#[test]
fn wrapped_references_are_not_copied() {
    let wrapped = "{ allOf: [{ $ref: \"NEXT\" }] }";
    let short = generated_length(&levels(8, 4, wrapped));
    let long = generated_length(&levels(16, 4, wrapped));
    assert!(long < 3 * short, "{short} {long}");
}

#[test]
fn references_are_followed_once() {
    let short = generated_length(&levels(10, 2, "{ $ref: \"NEXT\" }"));
    let long = generated_length(&levels(20, 2, "{ $ref: \"NEXT\" }"));
    assert!(long < 3 * short, "{short} {long}");
}

#[test]
fn chains_of_references_can_be_long() {
    let length = generated_length(&levels(2000, 1, "{ $ref: \"NEXT\" }"));
    assert!(length < 2000 * 3000, "{length}");
}

/// `length` components, each with the next at `NEXT`, and a string.
fn chain(composition: &str, length: usize) -> String {
    let each = (0..length).map(|level| {
        let next = format!("{{ $ref: \"#/components/schemas/A{}\" }}", level + 1);
        format!("A{level}: {{ {} }}\n", composition.replace("NEXT", &next))
    });
    format!("{}A{length}: {{ type: string }}", each.collect::<String>())
}

/// The check of each refers to all that follow.
#[test]
fn chains_of_compositions_are_not_copied() {
    for composition in ["oneOf: [NEXT, { type: integer }]", "anyOf: [NEXT]", "not: NEXT"] {
        let short = generated_length(&chain(composition, 32));
        let long = generated_length(&chain(composition, 64));
        assert!(10 * long < 21 * short, "{composition}: {short} {long}");
    }
}

/// A validator of a longer chain would overflow its stack.
#[test]
fn chains_of_compositions_are_limited() {
    for composition in ["oneOf: [NEXT, { type: integer }]", "anyOf: [NEXT]", "not: NEXT"] {
        let start = Instant::now();
        let spec = schemas(&chain(composition, 3_000));
        let report = openapi_stubgen::check_str("spec.yaml", &spec);
        assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
        let messages: Vec<_> = report.diagnostics().iter().map(|known| &known.message).collect();
        assert_eq!(messages, ["`A2935` consists of too many levels of components"]);
    }
}

#[test]
fn examples_are_validated_together() {
    let mut definitions = String::new();
    for index in 0..400 {
        writeln!(
            definitions,
            "A{index}: {{ type: object, properties: {{ a: {{ type: string, example: x }} }}, example: {{ a: x }} }}"
        )
        .unwrap();
    }
    generated_length(&definitions);
}

#[test]
fn merged_objects_are_limited() {
    let merged = "{ allOf: [{ $ref: \"NEXT\" }, { type: object }] }";
    let start = Instant::now();
    let spec = schemas(&levels(12, 4, merged));
    let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    assert!(report.contains("copy more than 20000 properties"), "{report}");
}

/// A longer chain would overflow the stack.
#[test]
fn the_depth_of_all_of_is_limited_in_any_order() {
    let level = |level: usize| {
        format!(
            "A{level}: {{ allOf: [{{ $ref: \"#/components/schemas/A{}\" }}, {{ type: object }}] }}",
            level + 1
        )
    };
    let last = "A3000: { type: object }".to_owned();
    let mut definitions: Vec<String> = (0..3000).map(level).chain([last]).collect();
    for _ in 0..2 {
        let spec = schemas(&definitions.join("\n"));
        let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
        assert!(report.contains("nested more than 64 levels deep"), "{report}");
        definitions.reverse();
    }
}

/// Otherwise each use of the first would follow all of them.
#[test]
fn chains_of_components_that_are_references_are_limited() {
    let chain = |length: usize| {
        let each = (0..length).map(|level| {
            format!("A{level}: {{ $ref: \"#/components/schemas/A{}\" }}\n", level + 1)
        });
        format!("{}A{length}: {{ type: string }}", each.collect::<String>())
    };
    accepted(&schemas(&chain(64)));
    let uses: String = (0..2000)
        .map(|use_| format!("p{use_}: {{ $ref: \"#/components/schemas/A0\" }}, "))
        .collect();
    let start = Instant::now();
    let spec =
        schemas(&format!("{}\nS: {{ type: object, properties: {{ {uses} }} }}", chain(20_000)));
    let report = openapi_stubgen::check_str("spec.yaml", &spec);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    let messages: Vec<_> = report.diagnostics().iter().map(|known| &known.message).collect();
    assert_eq!(messages, ["`A19935` leads to its schema through too many references"]);
}

/// A spec with a parameter.
fn with_parameter(parameter: &str, definitions: &str) -> String {
    let parameters = format!("      operationId: a\n      parameters: [{parameter}]\n");
    schemas(definitions).replace("      operationId: a\n", &parameters)
}

#[test]
fn brackets_of_schemas_that_contain_themselves_are_limited() {
    let properties: String = (0..40)
        .map(|index| format!("p{index}: {{ $ref: \"#/components/schemas/Wide\" }}, "))
        .collect();
    let parameter = "{ name: a, in: query, style: deepObject, schema: { $ref: \"#/components/schemas/Wide\" } }";
    let spec = with_parameter(
        parameter,
        &format!("Wide: {{ type: object, properties: {{ {properties} }} }}"),
    );
    let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
    assert!(generated.server_rust.len() < 1_000_000, "{}", generated.server_rust.len());
}

#[test]
fn types_of_parameters_are_found_in_long_chains() {
    let parameter = "{ name: a, in: query, schema: { $ref: \"#/components/schemas/A0\" } }";
    let fits = chain("oneOf: [{ type: integer }, NEXT, NEXT]", 15);
    let report = openapi_stubgen::check_str("spec.yaml", &with_parameter(parameter, &fits));
    assert!(report.is_empty(), "{report}");
    let start = Instant::now();
    let definitions = chain("oneOf: [{ type: integer }, NEXT, NEXT]", 64);
    let report = openapi_stubgen::check_str("spec.yaml", &with_parameter(parameter, &definitions));
    assert_eq!(report.errors(), 1, "{report}");
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
}

/// A validator would visit the last component 2^64 times.
#[test]
fn values_are_not_compared_with_any_number_of_components() {
    let default = "S: { type: object, properties: { p: { default: x, allOf: [{ $ref: \"#/components/schemas/A0\" }] } } }";
    for composition in ["oneOf: [NEXT, NEXT]", "anyOf: [{ not: NEXT }, NEXT]"] {
        let start = Instant::now();
        let definitions = format!("{default}\n{}", chain(composition, 64));
        let report = openapi_stubgen::check_str("spec.yaml", &schemas(&definitions));
        assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
        let messages: Vec<_> = report.diagnostics().iter().map(|known| &known.message).collect();
        assert_eq!(messages, ["a value of `A48` would be compared with too many components"]);
    }
}

/// 1 + 369 × (1 + 270) = 100,000.
#[test]
fn a_value_can_be_compared_with_100000_components() {
    let references = |name: &str, count: usize| {
        vec![format!("{{ $ref: \"#/components/schemas/{name}\" }}"); count].join(", ")
    };
    for (extra, errors) in [("", 0), (", { $ref: \"#/components/schemas/C\" }", 1)] {
        let definitions = format!(
            "A: {{ anyOf: [{}{extra}] }}\nB: {{ anyOf: [{}] }}\nC: {{ type: string }}",
            references("B", 369),
            references("C", 270),
        );
        let spec = schemas(&definitions);
        let report = openapi_stubgen::check_str("spec.yaml", &spec);
        assert_eq!(report.errors(), errors, "{report}");
        if errors == 0 {
            let schemas = generated(&spec).schemas_json;
            assert_eq!(schemas.matches("#/$defs/B").count(), 369, "{schemas}");
        }
    }
}

/// The components beyond the limit are not validated, whose depth would overflow the stack.
#[test]
fn defaults_of_long_chains_are_not_validated() {
    let default = "S: { type: object, properties: { p: { default: x, allOf: [{ $ref: \"#/components/schemas/A0\" }] } } }";
    let definitions = format!("{default}\n{}", chain("anyOf: [NEXT, { type: integer }]", 3_000));
    let report = openapi_stubgen::check_str("spec.yaml", &schemas(&definitions));
    assert_eq!(report.errors(), 1, "{report}");
}

/// A property of both branches has the constraints of both, which have those of the level before.
#[test]
fn merged_properties_do_not_double_without_limit() {
    let mut definitions = "A0: { type: object, properties: { p: { type: string } } }\n".to_owned();
    for level in 0..40 {
        let next = level + 1;
        for (half, keyword) in [("L", "minLength"), ("R", "maxLength")] {
            writeln!(
                definitions,
                "{half}{level}: {{ allOf: [{{ $ref: \"#/components/schemas/A{level}\" }}, {{ type: object, properties: {{ p: {{ type: string, {keyword}: {level} }} }} }}] }}"
            )
            .unwrap();
        }
        writeln!(
            definitions,
            "A{next}: {{ allOf: [{{ $ref: \"#/components/schemas/L{level}\" }}, {{ $ref: \"#/components/schemas/R{level}\" }}] }}"
        )
        .unwrap();
    }
    let start = Instant::now();
    let report = openapi_stubgen::check_str("spec.yaml", &schemas(&definitions)).to_string();
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    assert!(report.contains("copy more than 20000 properties"), "{report}");
}
