//! The parts of the generated code that depend on what a spec is about.

use super::{generate, schemas};

/// Compares the items of a generated file that begin with one of `beginnings` with the snapshot of
/// the test.
macro_rules! assert_items {
    ($code:expr, $beginnings:expr) => {
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(items($code, &$beginnings));
        })
    };
}

/// The items of a file that begin with one of `beginnings`, with their attributes.
fn items(code: &str, beginnings: &[&str]) -> String {
    let mut found = Vec::new();
    let mut item: Vec<&str> = Vec::new();
    for line in code.lines() {
        item.push(line);
        if line.starts_with([' ', '/', '#']) || !line.ends_with(['}', ';']) {
            continue;
        }
        if item.iter().any(|line| beginnings.iter().any(|begin| line.starts_with(begin))) {
            found.push(item.join("\n").trim().to_owned());
        }
        item.clear();
    }
    found.join("\n\n")
}

const SECRETS: &str = include_str!("specs/secrets.yaml");

#[test]
fn types_with_secrets_do_not_derive_debug() {
    assert_items!(&generate(SECRETS).rust, ["pub struct", "pub enum"]);
}

#[test]
fn debug_output_redacts_secrets() {
    assert_items!(&generate(SECRETS).server_rust, ["impl std::fmt::Debug"]);
}

const ERRORS: &str = include_str!("specs/errors.yaml");

#[test]
fn the_trait_builds_the_error_bodies_that_the_server_cannot() {
    assert_items!(&generate(ERRORS).rust, ["pub trait", "impl Errors"]);
}

#[test]
fn errors_have_the_body_that_the_operation_declares() {
    assert_items!(&generate(ERRORS).server_rust, ["impl<A: super::Errors>"]);
}

const CONTENT: &str = include_str!("specs/content.yaml");

#[test]
fn media_types_determine_the_types_of_bodies() {
    assert_items!(&generate(CONTENT).rust, ["pub trait", "pub enum"]);
}

#[test]
fn responses_are_written_as_their_media_types_say() {
    assert_items!(&generate(CONTENT).server_rust, ["impl super::"]);
}

#[test]
fn requests_are_read_as_their_media_types_say() {
    assert_items!(&generate(CONTENT).server_rust, ["impl<A: super::Content>"]);
}

#[test]
fn each_media_type_has_a_schema() {
    insta::assert_snapshot!(generate(CONTENT).schemas_json);
}

const FILES: &str = include_str!("specs/files.yaml");

#[test]
fn forms_with_files_are_structs() {
    assert_items!(&generate(FILES).rust, ["pub struct", "pub enum"]);
}

#[test]
fn files_of_forms_are_validated_as_strings() {
    insta::assert_snapshot!(generate(FILES).schemas_json);
}

const SECURITY: &str = include_str!("specs/security.yaml");

#[test]
fn credentials_have_a_variant_for_each_set_of_schemes() {
    assert_items!(&generate(SECURITY).rust, ["pub trait", "pub enum"]);
}

#[test]
fn operations_read_the_credentials_of_their_alternatives() {
    assert_items!(&generate(SECURITY).server_rust, ["impl<A: super::Security>"]);
}

#[test]
fn security_schemes_and_tags_are_described() {
    assert_items!(&generate(SECURITY).server_rust, ["fn operation", "fn register"]);
}

const PARAMETERS: &str = include_str!("specs/parameters.yaml");

#[test]
fn parameters_are_read_as_their_style_says() {
    assert_items!(&generate(PARAMETERS).server_rust, ["impl<A: super::Parameters>"]);
}

#[test]
fn parameters_are_described() {
    assert_items!(&generate(PARAMETERS).server_rust, ["fn operation"]);
}

#[test]
fn newtypes_check_their_constraints() {
    let spec = include_str!("specs/newtypes.yaml");
    assert_items!(&generate(spec).server_rust, ["openapi_server::newtype!", "static DEFINITIONS"]);
}

#[test]
fn docs_list_up_to_ten_values() {
    for (count, is_listed) in [(10, true), (11, false)] {
        let values = (1..=count).map(|value| value.to_string()).collect::<Vec<_>>().join(", ");
        let rust = generate(&schemas(&format!("S: {{ type: integer, enum: [{values}] }}"))).rust;
        assert_eq!(rust.contains(&format!("`{count}`")), is_listed, "{rust}");
    }
}

#[test]
fn compositions_become_structs_where_a_struct_can_express_them() {
    let spec = include_str!("specs/compositions.yaml");
    assert_items!(&generate(spec).rust, ["pub struct", "pub enum"]);
}

#[test]
fn newtypes_have_the_traits_of_their_values() {
    let spec = include_str!("specs/newtypes.yaml");
    assert_items!(&generate(spec).rust, ["pub struct", "pub enum"]);
}

#[test]
fn docs_state_what_the_description_does_not() {
    assert_items!(&generate(include_str!("specs/docs.yaml")).rust, ["pub struct", "pub enum"]);
}

#[test]
fn names_of_rust_and_its_prelude_can_be_names_of_the_spec() {
    insta::assert_snapshot!(generate(include_str!("specs/names.yaml")).rust);
}

#[test]
fn the_realm_of_a_challenge_is_the_title_in_plain_characters() {
    let server = generate(include_str!("specs/names.yaml")).server_rust;
    assert!(server.contains(r#"realm: "Names and  gre""#), "{server}");
}

#[test]
fn compositions_are_validated_as_they_are() {
    let spec = include_str!("specs/compositions.yaml");
    insta::assert_snapshot!(generate(spec).schemas_json);
}

/// The types that are registered together with each type, for the description of the API.
#[test]
fn types_register_the_types_that_they_refer_to() {
    let server = generate(include_str!("specs/compositions.yaml")).server_rust;
    let mut registered = String::new();
    for line in server.lines() {
        if let Some(name) = line.strip_prefix("impl openapi_server::Described for super::") {
            registered += &format!("{}:\n", name.trim_end_matches(" {"));
        } else if line.contains("as Type>::register(registry)") {
            registered += &format!("{}\n", line.trim());
        }
    }
    insta::assert_snapshot!(registered);
}

#[test]
fn merged_properties_keep_their_annotations() {
    let server = generate(include_str!("specs/compositions.yaml")).server_rust;
    assert_items!(&server, ["impl openapi_server::Described for super::Merged "]);
}

#[test]
fn compositions_are_checked_with_the_components_that_they_refer_to() {
    let server = generate(include_str!("specs/compositions.yaml")).server_rust;
    assert_items!(&server, ["openapi_server::newtype!", "static DEFINITIONS"]);
}

/// The compiler warns of an argument that is not used.
#[test]
fn the_registry_is_an_argument_if_there_is_something_to_register() {
    let spec = schemas("S: { type: string }");
    let scheme = "  securitySchemes: { s: { type: http, scheme: basic } }\n  schemas:";
    let with_scheme = spec
        .replace("operationId: a,", "operationId: a, security: [{ s: [] }],")
        .replace("  schemas:", scheme);
    let with_tag = format!("{spec}tags: [{{ name: t }}]\n");
    for (spec, argument) in [(spec, "_registry"), (with_scheme, "registry"), (with_tag, "registry")]
    {
        let server = generate(&spec).server_rust;
        assert!(server.contains(&format!("\nfn register({argument}: &mut Registry)")), "{server}");
    }
}

/// A status that an operation does not declare is answered with it.
#[test]
fn the_usual_body_is_that_of_most_errors() {
    let text = "{ description: x, content: { text/plain: { schema: { type: string } } } }";
    let responses = format!(
        r#""400": {text}, "404": {{ description: x }}, "409": {{ description: x }}, "204": {{"#
    );
    let spec = schemas("S: { type: string }").replace(r#""204": {"#, &responses);
    let server = generate(&spec).server_rust;
    let code: String = server.split_whitespace().collect();
    let usual =
        ".answer_errors(|api:&A,error|{let_=api;openapi_server::ApiError::into_empty_response(";
    assert!(code.contains(usual), "{server}");
}

#[test]
fn a_spec_with_an_absolute_path_is_included_by_it() {
    let spec = schemas("S: { type: string }");
    let rust = openapi_stubgen::generate_from_str("/a/spec.yaml", &spec).unwrap().rust;
    assert!(rust.contains(r#"spec_yaml: include_str!("/a/spec.yaml"),"#), "{rust}");
}

/// A type of the spec hides that of the prelude.
#[test]
fn the_result_of_an_operation_is_that_of_the_prelude() {
    let rust = generate(&schemas("Result: { type: object, properties: { a: { type: string } } }"));
    assert!(rust.rust.contains("-> ::std::result::Result<"), "{}", rust.rust);
}

#[test]
fn oauth_flows_are_served_under_their_names() {
    let flow = "{ tokenUrl: 'https://a/t', scopes: { s: S } }";
    let scheme = format!("{{ type: oauth2, flows: {{ clientCredentials: {flow} }} }}");
    let spec = schemas("S: { type: string }")
        .replace("operationId: a,", "operationId: a, security: [{ O: [s] }],")
        .replace("  schemas:", &format!("  securitySchemes: {{ O: {scheme} }}\n  schemas:"));
    let rust = generate(&spec).server_rust;
    for flow in ["implicit: None", "password: None", "client_credentials: Some("] {
        assert!(rust.contains(flow), "{flow}: {rust}");
    }
}
