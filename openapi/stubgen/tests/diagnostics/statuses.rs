//! Statuses that the server sends and an operation does not declare.

use super::HEAD;

#[test]
fn warns_of_statuses_that_the_server_sends() {
    let operation = |responses: &str, rest: &str| {
        format!(
            "{HEAD}paths:\n  /a:\n    post:\n      operationId: a\n      responses: {{ {responses} }}\n{rest}"
        )
    };
    let responses = |codes: &[&str]| {
        let responses = codes.iter().map(|code| format!("{code}: {{ description: x }}"));
        responses.collect::<Vec<_>>().join(", ")
    };
    let fine = responses(&["\"200\""]);
    let parameter = "      parameters: [{ name: p, in: query, schema: { type: string } }]\n";
    let body = "      requestBody: { content: { application/json: {} } }\n";
    assert_rendered!([
        ("an operation without input", operation(&fine, "")),
        ("an operation with parameters", operation(&fine, parameter)),
        ("an operation with a body", operation(&fine, body)),
        (
            "all codes but one",
            operation(&responses(&["\"400\"", "\"408\"", "\"413\"", "\"500\"", "\"503\""]), body),
        ),
        ("a class", operation(&responses(&["\"200\"", "4XX"]), body)),
        ("classes", operation(&responses(&["4XX", "5XX"]), body)),
        ("a default", operation(&responses(&["default"]), body)),
        (
            "all codes",
            operation(
                &responses(&["\"400\"", "\"408\"", "\"413\"", "\"415\"", "\"500\"", "\"503\""]),
                body
            )
        ),
    ]);
}
