use super::{assert_diagnostic, assert_schema, document};

#[test]
fn rejects_unsupported_keywords_and_types() {
    for (schema, message) in [
        (
            "{ type: string, ▸maxlength: 3 }",
            "`maxlength` is not supported in a schema; write `maxLength`",
        ),
        ("{ type: string, ▸const: a }", "`const` is not supported in a schema; use an enum"),
        ("{ type: string, ▸examples: [] }", "not supported in a schema; use `example`"),
        ("{ ▸anyOf: [] }", "empty anyOf"),
        ("{ type: ▸text }", "unknown type `text`; use one of boolean"),
        ("{ type: ▸[string, integer] }", "expected a string, found a list"),
        (
            "{ type: object, required: [a, ▸b], properties: { a: { type: string } }, additionalProperties: false }",
            "error: required property `b` is not defined",
        ),
        ("{ type: string, readOnly: true, ▸writeOnly: true }", "both readOnly and writeOnly"),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_patterns_that_cannot_be_enforced() {
    for (schema, message) in [
        ("{ type: string, pattern: ▸\"(\" }", "not valid in ECMA-262"),
        ("{ type: string, pattern: ▸'^a\\z' }", "not valid in ECMA-262"),
        ("{ type: string, pattern: ▸'\\Aa' }", "not valid in ECMA-262"),
        ("{ type: string, pattern: ▸'(?i)a' }", "not valid in ECMA-262"),
        ("{ type: string, pattern: ▸'(?P<n>a)' }", "not valid in ECMA-262"),
        ("{ type: string, pattern: ▸'a{,3}' }", "not valid in ECMA-262"),
        ("{ type: string, pattern: ▸'(?i:a)' }", "flags within a pattern"),
        ("{ type: string, pattern: ▸'(a)\\1' }", "does not compile"),
        ("{ type: string, pattern: ▸\"(?=a)\" }", "does not compile"),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_invalid_bounds_and_enums() {
    for (schema, message) in [
        ("{ type: string, minLength: ▸-1 }", "`-1` is not a count; write a non-negative integer"),
        (
            "{ type: number, minimum: ▸0.12345678901234567890123 }",
            "is neither a 64-bit integer nor exact as a double",
        ),
        ("{ type: number, maximum: ▸1e400 }", "`1e400` is neither"),
        (
            "{ type: number, minimum: 1, exclusiveMinimum: ▸0 }",
            "is not a boolean; write true or false",
        ),
        ("{ type: number, ▸exclusiveMaximum: true }", "no effect without its bound"),
        ("{ type: number, minimum: 2, maximum: ▸1 }", "the maximum 1 is less than the minimum 2"),
        ("{ type: integer, minimum: ▸9223372036854775808 }", "no int64 satisfies the bound"),
        ("{ type: integer, format: int32, maximum: ▸-2147483649 }", "no int32 satisfies the bound"),
        ("{ type: number, multipleOf: ▸0 }", "`multipleOf` is 0; write a number greater than 0"),
        ("{ type: integer, enum: [1, ▸1.5] }", "excludes the enum value 1.5"),
        ("{ type: string, enum: ▸[] }", "an enum without values"),
        ("{ type: array, items: {}, enum: ▸[] }", "an enum without values"),
        ("{ type: string, enum: [a, ▸a] }", "duplicate enum value \"a\"; remove one"),
        ("{ type: string, enum: [a, ▸1] }", "excludes the enum value 1"),
        ("{ type: string, nullable: true, ▸enum: [a] }", "add null to the list"),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_invalid_defaults_and_examples() {
    for (schema, message) in [
        ("{ type: string, maxLength: 1, default: ▸ab }", "the default does not match"),
        ("{ type: array, items: { type: string }, default: ▸[1] }", "the default does not match"),
        (
            "{ type: object, required: [a], properties: { ▸a: { type: string, default: x } } }",
            "the default of the required property `a` has no effect",
        ),
        ("{ type: integer, example: ▸x }", "the example does not match"),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_unresolvable_references() {
    for (schema, message) in [
        ("{ $ref: ▸\"other.yaml#/S\" }", "the file `other.yaml` cannot be read"),
        (
            "{ type: array, items: { $ref: ▸\"#/components/responses/S\" } }",
            "write a reference that begins with #/components/schemas/",
        ),
        (
            "{ type: array, items: { $ref: ▸\"#/components/schemas/None\" } }",
            "`#/components/schemas/None` does not exist",
        ),
        (
            "{ type: array, items: { $ref: \"#/components/schemas/S\", ▸nullable: true } }",
            "no effect in OpenAPI 3.0",
        ),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_compositions_without_schemas_or_ends() {
    for (schema, message) in [
        ("{ ▸oneOf: [] }", "empty oneOf"),
        ("{ ▸allOf: [] }", "empty allOf"),
        (
            "{ allOf: [ ▸{ $ref: \"#/components/schemas/S\" }, { type: object } ] }",
            "contains `S` recursively",
        ),
    ] {
        assert_schema(schema, message);
    }
}

/// The value is JSON, and every variant is tried.
#[test]
fn warns_of_a_discriminator_that_does_not_select_variants() {
    for (schema, message) in [
        (
            "{ oneOf: [{ type: object }], ▸discriminator: { propertyName: k } }",
            "`discriminator` has no effect here",
        ),
        (
            "{ oneOf: [▸{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k } }\n    A: { type: object, properties: { k: { type: string } } }",
            "`A` has no required string `k` that allows `A`",
        ),
        (
            "{ oneOf: [▸{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k } }\n    A: { type: object, required: [k], properties: { k: { type: string, readOnly: true } } }",
            "`A` has no required string `k`",
        ),
        (
            "{ anyOf: [{ oneOf: [▸{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k } }] }\n    A: { type: object, properties: { k: { type: string } } }",
            "warning: the discriminator does not select this variant",
        ),
        (
            "{ oneOf: [{ $ref: \"#/components/schemas/A\" }], ▸discriminator: { propertyName: k, mapping: {} } }\n    A: { type: object, required: [k], properties: { k: { type: string } } }",
            "`discriminator` has no effect here",
        ),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn warns_of_keywords_without_effect() {
    for (schema, message) in [
        ("{ type: integer, ▸minLength: 1 }", "`minLength` has no effect on a schema of this type"),
        ("{ type: object, ▸format: email }", "`format` has no effect"),
        ("{ type: string, ▸minimum: -1.5 }", "`minimum` has no effect on a schema of this type"),
        ("{ type: string, format: ▸colour }", "format `colour` has no effect on this type"),
        ("{ type: string, ▸xml: { name: a } }", "`xml` has no effect"),
        ("{ ▸nullable: true }", "`nullable` has no effect without `type`"),
        ("{ ▸properties: { a: { type: string } } }", "without `type`, all values of other types"),
        ("{ type: ▸array }", "an array without `items` allows any items"),
        (
            "{ type: object, required: [a, ▸b], properties: { a: { type: string } } }",
            "warning: required property `b` is not defined",
        ),
        (
            "{ anyOf: [{ type: string, default: ▸a }, { type: integer }] }",
            "the default has no effect",
        ),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_a_schema_that_consists_only_of_itself() {
    let schema = "▸S: { allOf: [{ $ref: \"#/components/schemas/S\" }] }";
    assert_diagnostic(
        &document(&format!("components:\n  schemas:\n    {schema}\n")),
        "`S` consists only of itself",
    );
}

/// The keywords of a schema object in OpenAPI 3.0, each with a schema that is valid for it.
const KEYWORDS: [(&str, &str); 35] = [
    ("title", "{ title: A }"),
    ("description", "{ description: A }"),
    ("example", "{ example: 1 }"),
    ("externalDocs", "{ externalDocs: { url: / } }"),
    ("deprecated", "{ deprecated: true }"),
    ("type", "{ type: string }"),
    ("nullable", "{ type: string, nullable: true }"),
    ("enum", "{ enum: [1, a] }"),
    ("default", "{ type: string, default: a }"),
    ("format", "{ type: string, format: uuid }"),
    ("properties", "{ type: object, properties: { a: {} } }"),
    ("required", "{ type: object, required: [a] }"),
    ("additionalProperties", "{ type: object, additionalProperties: false }"),
    ("minProperties", "{ type: object, minProperties: 1 }"),
    ("maxProperties", "{ type: object, maxProperties: 1 }"),
    ("items", "{ type: array, items: {} }"),
    ("minItems", "{ type: array, items: {}, minItems: 1 }"),
    ("maxItems", "{ type: array, items: {}, maxItems: 1 }"),
    ("uniqueItems", "{ type: array, items: {}, uniqueItems: true }"),
    ("minLength", "{ type: string, minLength: 1 }"),
    ("maxLength", "{ type: string, maxLength: 1 }"),
    ("pattern", "{ type: string, pattern: a }"),
    ("minimum", "{ type: number, minimum: 1 }"),
    ("maximum", "{ type: number, maximum: 1 }"),
    ("exclusiveMinimum", "{ type: number, minimum: 1, exclusiveMinimum: true }"),
    ("exclusiveMaximum", "{ type: number, maximum: 1, exclusiveMaximum: true }"),
    ("multipleOf", "{ type: number, multipleOf: 2 }"),
    ("allOf", "{ allOf: [{ type: string }, { type: string, maxLength: 2 }] }"),
    ("oneOf", "{ oneOf: [{ type: string }, { type: boolean }] }"),
    ("anyOf", "{ anyOf: [{ type: string }, { type: boolean }] }"),
    ("not", "{ not: { type: string } }"),
    ("readOnly", "{ type: object, properties: { a: { type: string, readOnly: true } } }"),
    ("writeOnly", "{ type: object, properties: { a: { type: string, writeOnly: true } } }"),
    (
        "discriminator",
        "{ oneOf: [{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k } }\n    A: { type: object, required: [k], properties: { k: { type: string } } }",
    ),
    ("xml", "{ type: string, xml: { name: a } }"),
];

/// The table in the crate's documentation lists every keyword. A keyword that is neither noted nor
/// documentation changes the schema that the server validates.
#[test]
fn the_documented_class_of_each_keyword_is_what_the_generator_does() {
    let documentation = include_str!("../../src/lib.rs");
    let rows: Vec<&str> =
        documentation.lines().filter(|line| line.starts_with("//! | `")).collect();
    let schema_of = |schema: &str| {
        let spec = document(&format!("components:\n  schemas:\n    S: {schema}\n"));
        let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
        let schemas: serde_json::Value = serde_json::from_str(&generated.schemas_json).unwrap();
        (schemas["$defs"]["S"].clone(), generated.warnings.diagnostics().len())
    };
    for (keyword, schema) in KEYWORDS {
        let row = rows.iter().find(|row| row.contains(&format!("`{keyword}`")));
        let class = row.and_then(|row| row.trim_end_matches(" |").rsplit("| ").next());
        let (translated, warnings) = schema_of(schema);
        let is_enforced = translated != serde_json::json!({});
        match class.unwrap_or_default() {
            "noted" => assert_eq!(warnings, 1, "{keyword}"),
            "documentation" => assert_eq!((is_enforced, warnings), (false, 0), "{keyword}"),
            class if class.starts_with("enforced") => {
                // A default is filled in, and does not constrain.
                assert_eq!((is_enforced, warnings), (true, 0), "{keyword}");
            }
            other => {
                panic!("`{keyword}` is not in the table of the crate's documentation: {other}")
            }
        }
    }
}
