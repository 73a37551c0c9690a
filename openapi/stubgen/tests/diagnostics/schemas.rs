use super::{assert_diagnostic, assert_schema, document};

#[test]
fn rejects_unsupported_keywords_and_types() {
    for (schema, message) in [
        (
            "{ type: string, ▸maxlength: 3 }",
            "`maxlength` is not supported in a schema; write `maxLength`",
        ),
        (
            "{ type: integer, ▸pattern: a }",
            "`pattern` is not supported in a schema; remove it; it applies to the type string",
        ),
        ("{ type: string, ▸minimum: 3 }", "`minimum` is not supported"),
        (
            "{ type: object, properties: { a: { type: string, ▸not: {} } } }",
            "`not` is not supported",
        ),
        ("{ ▸anyOf: [] }", "`anyOf` is not supported in a schema; use oneOf with a discriminator"),
        ("{ type: ▸text }", "unknown type `text`; use one of boolean"),
        ("{ type: ▸[string, integer] }", "expected a string, found a list"),
        ("{ ▸nullable: true }", "no effect without `type`"),
        ("▸{ type: array }", "`items` is required in a schema"),
        ("{ type: object, required: [▸a] }", "required property `a` is not defined"),
        ("{ type: string, readOnly: true, ▸writeOnly: true }", "both readOnly and writeOnly"),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_formats_and_patterns_that_cannot_be_enforced() {
    for (schema, message) in [
        ("{ type: string, format: ▸hostname }", "format `hostname` is not supported"),
        ("{ type: integer, format: ▸uint8 }", "use one of int32, int64"),
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
        ("{ type: integer, ▸enum: [1] }", "enum of numbers"),
        ("{ type: string, enum: ▸[] }", "empty enum"),
        ("{ type: string, enum: [a, ▸a] }", "duplicate enum value \"a\"; remove one"),
        ("{ type: string, enum: [a, ▸1] }", "is a number; write a string"),
        ("{ type: string, nullable: true, ▸enum: [a] }", "add null to the list"),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_invalid_defaults_and_examples() {
    for (schema, message) in [
        ("{ type: string, maxLength: 1, default: ▸ab }", "the default does not match"),
        ("{ type: array, items: { type: string }, default: ▸[] }", "unsupported default"),
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
        ("{ $ref: ▸\"other.yaml#/S\" }", "unsupported reference `other.yaml#/S`"),
        (
            "{ type: array, items: { $ref: ▸\"other.yaml#/S\" } }",
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
fn rejects_all_of_that_cannot_be_merged() {
    for (schema, message) in [
        ("{ allOf: [ { type: ▸string } ] }", "`string` in allOf; use type object"),
        ("{ allOf: [ { type: object, ▸oneOf: [] } ] }", "`oneOf` is not supported"),
        (
            "{ allOf: [ { type: object, ▸additionalProperties: false } ] }",
            "would apply to the properties of the other branches",
        ),
        (
            "{ allOf: [ { properties: { a: { type: string } } }, { properties: { ▸a: { type: string } } } ] }",
            "duplicate property `a` in allOf",
        ),
        (
            "{ allOf: [ ▸{ $ref: \"#/components/schemas/S\" }, { type: object } ] }",
            "contains `S` recursively",
        ),
    ] {
        assert_schema(schema, message);
    }
}

#[test]
fn rejects_one_of_without_a_reliable_discriminator() {
    for (schema, message) in [
        ("{ ▸oneOf: [] }", "`oneOf` without `discriminator`"),
        ("{ ▸oneOf: [], discriminator: { propertyName: k } }", "empty oneOf"),
        (
            "{ oneOf: [▸{ type: object }], discriminator: { propertyName: k } }",
            "inline schema in a oneOf",
        ),
        (
            "{ oneOf: [▸{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k } }\n    A: { type: object, properties: { k: { type: string } } }",
            "add to `A` a required string `k`",
        ),
        (
            "{ oneOf: [▸{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k } }\n    A: { type: object, required: [k], properties: { k: { type: string, readOnly: true } } }",
            "`A` in oneOf has no discriminator `k`",
        ),
        (
            "{ oneOf: [{ $ref: \"#/components/schemas/A\" }], discriminator: { propertyName: k, ▸mapping: {} } }\n    A: { type: object, required: [k], properties: { k: { type: string } } }",
            "the mapping does not cover `A`",
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
