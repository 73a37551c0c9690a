use super::{HEAD, RESPONSES, assert_diagnostic};

#[test]
fn rejects_invalid_paths() {
    for (path, message) in [
        ("▸a", "path `a` does not begin with `/`"),
        ("▸/a/{b", "unsupported path segment `{b`"),
        ("▸/a/{}", "invalid path parameter name ``"),
        ("▸/a/{b}/{b}", "duplicate path parameter `{b}`"),
        ("▸/a/{b}", "path parameter `{b}` is not defined"),
        ("▸/a b", "unsupported path segment `a b`"),
        ("▸/docs", "warning: the server does not serve Swagger UI at `/docs`"),
        ("▸/openapi.yaml", "does not serve the spec in YAML"),
        ("▸/openapi.json", "does not serve the spec in JSON"),
        ("▸/metrics", "does not serve its metrics"),
    ] {
        assert_diagnostic(
            &format!("{HEAD}paths:\n  {path}:\n    get:\n      operationId: a\n{RESPONSES}"),
            message,
        );
    }
}

/// Two paths of one route, with these methods.
fn same_route(first: &str, second: &str) -> String {
    let operation = |id: &str| {
        let parameter =
            format!("{{ name: {id}, in: path, required: true, schema: {{ type: string }} }}");
        format!("operationId: {id}\n      parameters:\n        - {parameter}\n{RESPONSES}")
    };
    format!(
        "{HEAD}paths:\n  /c/{{a}}:\n    {first}:\n      {}  ▸/c/{{b}}:\n    {second}:\n      {}",
        operation("a"),
        operation("b")
    )
}

#[test]
fn rejects_paths_that_differ_only_in_parameter_names() {
    assert_diagnostic(
        &same_route("get", "get"),
        "error: `/c/{b}` is the same route as `/c/{a}`; merge the two paths",
    );
}

#[test]
fn notes_paths_that_differ_only_in_parameter_names_and_methods() {
    assert_diagnostic(
        &same_route("get", "put"),
        "warning: `/c/{b}` is the same route as `/c/{a}`; merge the two paths",
    );
}
