use super::{HEAD, assert_diagnostic, document, schemas};

#[test]
fn rejects_unsupported_documents() {
    let with_version =
        |version| document("").replace("openapi: 3.0.3", &format!("openapi: ▸{version}"));
    for (spec, message) in [
        (with_version("3.1.0"), "OpenAPI version `3.1.0` is not supported; write a version 3.0.x"),
        (document("▸webhooks: {}\n"), "`webhooks` is not supported in an OpenAPI document"),
        (document("components:\n  ▸pathItems: {}\n"), "`pathItems` is not supported in components"),
        (format!("{HEAD}paths: ▸{{}}\n"), "`paths` has no operations"),
        (schemas("▸a b: { type: string }"), "invalid component name `a b`"),
        (schemas("▸\"\": { type: string }"), "invalid component name ``"),
    ] {
        assert_diagnostic(&spec, message);
    }
}

#[test]
fn rejects_unused_components() {
    for (spec, message) in [
        (
            document("components:\n  responses:\n    ▸Unused: { description: x }\n"),
            "`#/components/responses/Unused` is unused",
        ),
        (
            document("components:\n  securitySchemes:\n    ▸s: { type: http, scheme: bearer }\n"),
            "security scheme `s` is unused",
        ),
    ] {
        assert_diagnostic(&spec, message);
    }
}

#[test]
fn rejects_invalid_yaml_and_unsupported_yaml_features() {
    for (spec, message) in [
        (document("▸paths: {}\n"), "duplicate key `paths`; remove or rename"),
        (document("x-tag: !secret ▸1\n"), "the YAML tag `!secret` is not supported here"),
        (document("x-tag: !!set ▸{ a: }\n"), "the YAML tag `!!set` is not supported here"),
        (document("x-tag: !!int ▸a\n"), "the tag of this value is that of a number, but it is"),
        (document("x-tag: !!str ▸[a]\n"), "the YAML tag `!!str` is not supported here"),
        (document("x-anchor: &a [▸*a]\n"), "the alias is part of its own anchor"),
        ("▸".to_owned(), "the file is empty"),
        ("openapi: 3.0.3\n  info▸: x\n".to_owned(), "invalid YAML"),
        (document("▸---\na: 1\n"), "more than one YAML document"),
    ] {
        assert_diagnostic(&spec, message);
    }
}

/// Ten times ten times … of a list: 10^9 values in a few lines.
#[test]
fn rejects_aliases_that_copy_too_much() {
    let mut spec = format!("{HEAD}x-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
    for level in 1..10 {
        let alias = format!("*a{}", level - 1);
        let items = [alias.as_str(); 10].join(", ");
        spec += &format!("x-{level}: &a{level} [{items}]\n");
    }
    let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
    assert!(report.contains("copy more than 100000 values"), "{report}");
}

#[test]
fn rejects_aliases_that_nest_too_deep() {
    let mut spec = format!("{HEAD}x-0: &a0 [1]\n");
    for level in 1..100 {
        spec += &format!("x-{level}: &a{level} [*a{}]\n", level - 1);
    }
    let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
    assert!(report.contains("nesting exceeds 64 levels"), "{report}");
}

#[test]
fn rejects_deep_nesting() {
    let spec = format!("{HEAD}x-deep: {}1{}\n", "[".repeat(200), "]".repeat(200));
    let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
    assert!(report.contains("nesting exceeds 64 levels"), "{report}");
}

#[test]
fn rejects_deep_nesting_of_keys_and_values() {
    for (begin, end) in [("{ a: ", " }"), ("? ", "")] {
        let spec = format!("{HEAD}x-deep:\n  {}1{}\n", begin.repeat(200), end.repeat(200));
        let report = openapi_stubgen::check_str("spec.yaml", &spec).to_string();
        assert!(report.contains("nesting exceeds 64 levels"), "{report}");
    }
}

/// The levels of an alias are those of its value.
#[test]
fn an_alias_can_be_as_deep_as_its_value() {
    let with_alias = |levels: usize| {
        let tail =
            format!("x-value: &a [1]\nx-deep: {}*a{}\n", "[".repeat(levels), "]".repeat(levels));
        openapi_stubgen::check_str("spec.yaml", &document(&tail)).errors()
    };
    assert_eq!([with_alias(62), with_alias(63)], [0, 1]);
}

#[test]
fn rejects_keys_that_are_no_strings() {
    assert_diagnostic(&document("x-a: { ▸[b]: c }\n"), "unsupported mapping key; write a string");
}

#[test]
fn tags_of_yaml_say_what_type_a_value_has() {
    let examples = "[!!str 1, ! 2, !!binary YWJj, !!timestamp 2026-01-31, !!int \"3\", !!float 0.5, !!bool \"true\", !!null \"\", !!seq [!!map { !!str 4: !<tag:yaml.org,2002:str> ~ }]]";
    let spec = document("").replace("/a:", "!!str /a:");
    let generated = super::generated(&format!("{spec}x-values: {examples}\n"));
    let spec: serde_json::Value = serde_json::from_str(&generated.spec_json).unwrap();
    let values = serde_json::json!([
        "1", "2", "YWJj", "2026-01-31", 3, 0.5, true, null, [{ "4": "~" }]
    ]);
    assert_eq!(spec["x-values"], values);
}

#[test]
fn an_alias_of_a_key_has_the_type_that_the_key_would_have_as_a_value() {
    let spec = document("x-keys: { &plain 1: a, &quoted \"2\": b, c: [*plain, *quoted] }\n");
    let spec: serde_json::Value = serde_json::from_str(&super::generated(&spec).spec_json).unwrap();
    assert_eq!(spec["x-keys"]["c"], serde_json::json!([1, "2"]));
}
