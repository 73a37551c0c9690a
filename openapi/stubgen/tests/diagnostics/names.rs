use super::{HEAD, RESPONSES, assert_diagnostic, assert_schema, document};

#[test]
fn rejects_names_that_become_the_same_rust_name() {
    assert_schema(
        "{ type: object, properties: { created-at: { type: string }, ▸createdAt: { type: string } } }",
        "`createdAt` and `created-at` would both be named `created_at`; rename one",
    );
    assert_schema("▸{ type: string, enum: [a-b, a_b] }", "would both be named `AB`");
    assert_diagnostic(
        &format!(
            "{HEAD}paths:\n  /a:\n    get:\n      operationId: getA\n{RESPONSES}    put:\n      operationId: ▸get_a\n{RESPONSES}"
        ),
        "would both be named `get_a`",
    );
}

#[test]
fn rejects_names_that_generated_code_uses() {
    assert_diagnostic(
        &document("components:\n  schemas:\n    ▸Option: { type: string }\n"),
        "`Option` would be named `Option`, which is reserved",
    );
}
