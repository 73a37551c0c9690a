use super::{HEAD, RESPONSES, accepted, assert_diagnostic, assert_schema};

#[test]
fn rejects_names_that_become_the_same_rust_name() {
    assert_schema(
        "{ type: object, properties: { created-at: { type: string }, ▸createdAt: { type: string } } }",
        "`createdAt` and `created-at` would both be named `created_at`; rename one of the two",
    );
    assert_diagnostic(
        &format!(
            "{HEAD}paths:\n  /a:\n    get:\n      operationId: getA\n{RESPONSES}    put:\n      operationId: ▸get_a\n{RESPONSES}"
        ),
        "would both be named `get_a`",
    );
}

#[test]
fn rejects_parameters_of_one_name_in_one_location() {
    let parameter = |mark: &str, name: &str, place: &str| {
        format!("        - {mark}{{ name: {name}, in: {place}, schema: {{ type: string }} }}\n")
    };
    let head = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n{RESPONSES}      parameters:\n"
    );
    let accepted_parameters =
        parameter("", "page-size", "query") + &parameter("", "pageSize", "header");
    let rust = accepted(&format!("{head}{accepted_parameters}"));
    assert!(rust.contains("page_size: Option<String>"), "{rust}");
    assert!(rust.contains("header_page_size: Option<String>"), "{rust}");
    let rejected = parameter("", "page-size", "query") + &parameter("▸", "pageSize", "query");
    assert_diagnostic(
        &format!("{head}{rejected}"),
        "`pageSize` and `page-size` would both be named `page_size`",
    );
}

/// Only the types of nullable components have a name for the value that is not null.
#[test]
fn no_names_are_made_up_that_nothing_has() {
    let rust = accepted(&super::schemas(
        "A: { type: object, properties: { b: { type: string } } }
Maybe: { type: string, nullable: true }
Present: { type: object, properties: { a: { type: string, enum: [x] }, maybe: { type: string, enum: [x] } } }",
    ));
    assert!(rust.contains("pub enum PresentA {"), "{rust}");
    assert!(rust.contains("pub enum PresentMaybe {"), "{rust}");
}

/// The names that are made up give way.
#[test]
fn accepts_names_that_generated_types_would_have() {
    let rust = accepted(&format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: getUser\n{RESPONSES}components:\n  schemas:\n    \
         GetUserResponse: {{ type: object }}\n    T: {{ type: object }}\n    Unimplemented: {{ type: string }}\n    \
         PetStatus: {{ type: string, enum: [a] }}\n    \
         Pet: {{ type: object, properties: {{ status: {{ type: string, enum: [new, old] }} }} }}\n"
    ));
    for definition in [
        "pub trait TApi:",
        "pub struct TApiServer<A>(pub A);",
        "pub struct Unimplemented2;",
        "pub enum GetUserResponse2 {",
        "pub struct GetUserResponse(",
        "pub enum PetStatus {",
        "pub enum PetStatus2 {",
        "pub status: Option<PetStatus2>,",
    ] {
        assert!(rust.contains(definition), "{definition}: {rust}");
    }
}
