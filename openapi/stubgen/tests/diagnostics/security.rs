//! Security schemes, what operations require of them, and the responses that these then declare.

use super::{accepted, assert_diagnostic, operation, secured};

#[test]
fn rejects_invalid_security_schemes() {
    for (scheme, message) in [
        ("▸{ type: http }", "`scheme` is required in a security scheme"),
        ("{ type: http, scheme: ▸a b }", "invalid http scheme `a b`"),
        ("{ type: ▸mutualTLS }", "unknown security type `mutualTLS`"),
        ("{ type: apiKey, in: ▸body, name: a }", "unknown location `body` of an apiKey"),
        ("{ type: apiKey, in: header, name: ▸a b }", "invalid apiKey name `a b`"),
        ("{ type: apiKey, in: cookie, name: ▸a=b }", "invalid apiKey name `a=b`"),
        ("{ type: apiKey, in: query, name: ▸\"\" }", "invalid apiKey name ``"),
        ("{ type: http, scheme: bearer, ▸in: header }", "`in` is not supported in a security"),
        ("▸{ type: oauth2 }", "`flows` is required in a security scheme"),
        ("▸{ type: openIdConnect }", "`openIdConnectUrl` is required in a security scheme"),
        ("{ type: oauth2, flows: { ▸other: {} } }", "`other` is not supported in the flows"),
        (
            "{ type: oauth2, flows: { implicit: ▸{ scopes: {} } } }",
            "`authorizationUrl` is required in a flow of OAuth 2",
        ),
        (
            "{ type: oauth2, flows: { password: { scopes: {}, tokenUrl: x, ▸authorizationUrl: x } } }",
            "`authorizationUrl` is not supported in a flow of OAuth 2",
        ),
    ] {
        assert_diagnostic(&secured("[{ s: [] }]", &format!("s: {scheme}"), "S: {}"), message);
    }
}

#[test]
fn rejects_invalid_requirements() {
    let bearer = "s: { type: http, scheme: bearer }";
    for (security, message) in [
        ("[{ s: [] }, { ▸none: [] }]", "security scheme `none` is not defined"),
        ("[{ s: [▸admin] }]", "security scheme `s` has no scopes"),
        ("[{ s: ▸x }]", "expected a list"),
    ] {
        assert_diagnostic(&secured(security, bearer, "S: {}"), message);
    }
}

#[test]
fn warns_of_what_clients_and_servers_cannot_agree_on() {
    let without_default = |spec: &str| {
        let codes = ["400", "500", "503"].map(|code| format!("\"{code}\": {{ description: x }}"));
        spec.replace("default: { description: Any error }", &codes.join("\n        "))
    };
    let undeclared = operation(
        "      security: [{ s: [] }]\ncomponents:\n  securitySchemes: { s: { type: http, scheme: basic } }\n",
    );
    let scopes = "s: { type: oauth2, flows: { password: { tokenUrl: x, scopes: { a: An a } } } }";
    assert_rendered!([
        ("an operation without 401", without_default(&undeclared)),
        ("an unknown scope", secured("[{ s: [a, b] }]", scopes, "S: {}")),
        ("parameters", secured("[{ s: [] }]", "s: { type: http, scheme: Digest }", "S: {}")),
        (
            "a format",
            secured("[{ s: [] }]", "s: { type: http, scheme: basic, bearerFormat: JWT }", "S: {}")
        ),
    ]);
}

#[test]
fn other_http_schemes_need_no_parameters() {
    accepted(&secured("[{ s: [] }]", "s: { type: http, scheme: token }", "S: {}"));
}

/// Every operation has the `security` of the document; what is wrong with it is reported once.
#[test]
fn reports_a_problem_of_the_default_once() {
    let scheme = "s: { type: http, scheme: bearer }";
    let spec = secured("[{ s: [▸x] }]", scheme, "S: {}");
    let spec = spec.replace("      security: [{ s: [▸x] }]\n", "");
    let spec = spec.replace("paths:", "security: [{ s: [▸x] }]\npaths:");
    // Another operation with the same responses.
    let begin = spec.find("  /a:").unwrap();
    let end = spec.find("components:").unwrap();
    let operation =
        spec[begin..end].replace("/a", "/b").replace("operationId: a", "operationId: b");
    let spec = format!("{}{operation}{}", &spec[..end], &spec[end..]);
    assert_diagnostic(&spec, "security scheme `s` has no scopes");
}

#[test]
fn alternatives_with_the_same_schemes_are_one_variant() {
    let schemes = "t: { type: http, scheme: bearer }
    k: { type: apiKey, in: query, name: key }
    o: { type: oauth2, flows: { password: { tokenUrl: x, scopes: { a: An a, b: A b } } } }";
    let security = "[{ k: [], t: [] }, { t: [], k: [] }, { o: [a] }, { o: [b] }]";
    let rust = accepted(&secured(security, schemes, "S: {}"));
    let begin = rust.find("pub enum RequestCredentials {").unwrap();
    let length = rust[begin..].find("\n}").unwrap();
    let variants = ["TAndK {", "O(openapi_server::BearerToken)"];
    let definition = &rust[begin..begin + length];
    for variant in variants {
        assert_eq!(definition.matches(variant).count(), 1, "{definition}");
    }
    assert_eq!(definition.matches("\n    /// ").count(), variants.len(), "{definition}");
}

/// `authenticate` is a common operationId, and `Credentials` a common schema.
#[test]
fn names_of_the_spec_take_precedence() {
    let schemes = "s: { type: http, scheme: bearer }";
    let schemas = "RequestCredentials: { type: string }\n    SecuredOperation: { type: string }";
    let spec = secured("[{ s: [] }]", schemes, schemas)
        .replace("operationId: a", "operationId: authenticate");
    let rust = accepted(&spec);
    for name in
        ["fn authenticate(", "fn authenticate2(", "RequestCredentials2", "SecuredOperation2"]
    {
        assert!(rust.contains(name), "{name}: {rust}");
    }
}
