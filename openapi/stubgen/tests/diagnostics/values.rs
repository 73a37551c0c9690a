//! Values of enums and examples, and bounds.

use super::{accepted, assert_schema, schemas};

#[test]
fn integers_can_be_written_as_decimals() {
    accepted(&schemas("S: { type: integer, enum: [1.0, 2, 18446744073709551615] }"));
}

#[test]
fn notes_values_of_an_enum_that_are_no_numbers() {
    let message = "the rest of the schema excludes the enum value \"a\"";
    assert_schema("{ type: number, enum: [1.5, ▸a] }", message);
    assert_schema("{ type: integer, enum: [1, ▸a] }", message);
}

#[test]
fn notes_values_of_an_enum_of_another_type() {
    for schema in [
        "{ type: object, enum: [{ a: 1 }, ▸5] }",
        "{ type: array, items: {}, enum: [[1], ▸5] }",
        "{ type: boolean, enum: [true, ▸5] }",
        "{ type: boolean, nullable: true, enum: [true, null, ▸5] }",
    ] {
        assert_schema(schema, "the rest of the schema excludes the enum value 5");
    }
}

/// As doubles, both bounds are equal.
#[test]
fn bounds_of_integers_are_compared_exactly() {
    accepted(&schemas(
        "S: { type: number, minimum: 9007199254740992.0, exclusiveMinimum: true, maximum: 9007199254740993 }",
    ));
    accepted(&schemas("S: { type: number, minimum: 1, maximum: 1 }"));
}

#[test]
fn notes_bounds_that_every_value_of_the_format_satisfies() {
    for (format, minimum, maximum) in [
        ("int8", "-129", "128"),
        ("int16", "-32769", "32768"),
        ("int32", "-2147483649", "2147483648"),
        ("uint8", "-1", "256"),
        ("uint16", "-1", "65536"),
        ("uint32", "-1", "4294967296"),
        ("uint64", "-1", "1e20"),
    ] {
        let schema = |keyword: &str, bound: &str| {
            format!("{{ type: integer, format: {format}, {keyword}: ▸{bound} }}")
        };
        for (keyword, bound) in [("minimum", minimum), ("maximum", maximum)] {
            let message = format!("every {format} satisfies the bound");
            assert_schema(&schema(keyword, bound), &message);
        }
    }
}

#[test]
fn long_reasons_are_clipped() {
    let example = "x".repeat(1_000);
    let schema = format!("{{ type: integer, example: ▸{example} }}");
    assert_schema(&schema, "x…");
}

#[test]
fn a_class_of_a_pattern_can_contain_what_sets_flags_elsewhere() {
    accepted(&schemas("S: { type: string, pattern: '[(?i]a' }"));
}

/// The schema that the server validates requests against.
fn translated(schema: &str) -> serde_json::Value {
    let generated = super::generated(&schemas(&format!("S: {schema}")));
    let schemas: serde_json::Value = serde_json::from_str(&generated.schemas_json).unwrap();
    schemas["$defs"]["S"].clone()
}

#[test]
fn word_boundaries_of_patterns_are_ascii() {
    let schema = translated(r"{ type: string, pattern: 'a\b[\b]\B' }");
    assert_eq!(schema["pattern"], r"a(?-u:\b)[\x08](?-u:\B)");
}

/// The build of the service would fail otherwise.
#[test]
fn defaults_with_a_warning_are_not_used() {
    let property = "{ type: string, format: date, default: today }";
    let spec = schemas(&format!("S: {{ type: object, properties: {{ p: {property} }} }}"));
    let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
    assert_eq!(generated.warnings.warnings(), 1, "{}", generated.warnings);
    assert!(generated.rust.contains("pub p: Option<"), "{}", generated.rust);
}
