//! Authentication, by the server generated from `specs/security.yaml`.

use std::io;
use std::task::Poll;

use futures_util::stream;
use openapi_server::app;
use petstore::security::Vault;
use petstore::security::api::{DESCRIPTION, SecuredOperation, TheVaultServer};
use poem::http::{Method, StatusCode};
use poem::test::{TestClient, TestResponse};
use poem::{Body, Endpoint, EndpointExt, Request};
use serde_json::{Value, json};

const BASIC_CHALLENGE: &str = r#"Basic realm="The Vault", charset="UTF-8""#;
const INVALID_TOKEN: &str = r#"Bearer error="invalid_token""#;

async fn get(path: &str, headers: &[(&str, &str)]) -> TestResponse {
    let client = TestClient::new(app(&DESCRIPTION, TheVaultServer(Vault::default())));
    let mut request = client.get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await
}

/// Expects that the request is from `caller`.
async fn assert_caller(path: &str, headers: &[(&str, &str)], caller: &str) {
    let response = get(path, headers).await;
    assert_eq!(response.0.status(), StatusCode::OK, "{path} {headers:?}");
    response.assert_json(caller).await;
}

/// Expects a 401 with this message and this challenge.
async fn assert_refused(path: &str, headers: &[(&str, &str)], message: &str, challenge: &str) {
    let response = get(path, headers).await;
    assert_eq!(response.0.status(), StatusCode::UNAUTHORIZED, "{path} {headers:?}");
    let sent = response.0.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert_eq!(sent, challenge, "{path} {headers:?}");
    response.assert_header("cache-control", "no-store");
    let body: Value = response.json().await.value().deserialize();
    assert_eq!(body["error"]["code"], "UNAUTHORIZED");
    assert_eq!(body["error"]["message"], message, "{path} {headers:?}");
}

#[tokio::test]
async fn reads_the_credential_of_each_scheme() {
    for (path, header, caller) in [
        ("/basic", ("authorization", "Basic dXNlcjpwYTpzcw=="), "user pa:ss"),
        ("/basic", ("authorization", "basic  dXPDqTo="), "usé "),
        ("/signed", ("authorization", "signature a=b, c=d"), "a=b, c=d"),
        ("/query?api+key=a%26b", ("x", "y"), "a&b"),
        ("/query?api%20key=k", ("x", "y"), "k"),
        ("/cookie", ("cookie", "a=b; session=s=1; c=d"), "s=1"),
        ("/optional", ("authorization", "Bearer a.b-c_d~e+f/1=="), "a.b-c_d~e+f/1=="),
    ] {
        assert_caller(path, &[header], caller).await;
    }
    assert_caller("/open", &[("authorization", "nonsense")], "unknown").await;
}

#[tokio::test]
async fn a_request_without_credentials_gets_the_challenge_of_each_scheme() {
    for (path, message, challenge) in [
        ("/basic", "Credentials are required: user name and password", BASIC_CHALLENGE),
        ("/signed", "Credentials are required: Signature credentials", "Signature"),
        ("/query", "Credentials are required: the API key api key", "ApiKey"),
        ("/cookie", "Credentials are required: the API key session", "ApiKey"),
        ("/scoped", "Credentials are required: a bearer token", "Bearer"),
        (
            "/all",
            "Credentials are required; accepted: the API key session, user name and password, \
             the API key api key, a bearer token",
            &format!("ApiKey, {BASIC_CHALLENGE}, Bearer"),
        ),
    ] {
        assert_refused(path, &[], message, challenge).await;
        // Credentials of another scheme do not count.
        if path != "/signed" {
            let other = ("authorization", "Signature abc");
            assert_refused(path, &[other], message, challenge).await;
        }
    }
}

#[tokio::test]
async fn malformed_credentials_are_refused_without_the_implementation() {
    let token = "The bearer token is malformed";
    for value in
        ["Bearer", "Bearer ", "bearer a b", "Bearer ü", "Bearer =", "Bearer a=b", "Bearer a,b"]
    {
        let message =
            if value == "Bearer ü" { "The value of authorization is malformed" } else { token };
        let challenge = if value == "Bearer ü" { "Bearer" } else { INVALID_TOKEN };
        assert_refused("/scoped", &[("authorization", value)], message, challenge).await;
    }
    let basic = "The basic credentials are malformed";
    // Not base64, without padding, without a colon, not UTF-8, and with a line break.
    for value in
        ["Basic", "Basic !", "Basic dTpwYQ", "Basic dXNlcg==", "Basic /zr/", "Basic YTpiCg=="]
    {
        assert_refused("/basic", &[("authorization", value)], basic, BASIC_CHALLENGE).await;
    }
    let empty = "The API key session is empty";
    assert_refused("/cookie", &[("cookie", "session=")], empty, "ApiKey").await;
    let empty = "The API key api key is empty";
    assert_refused("/query?api+key=", &[], empty, "ApiKey").await;
    let malformed = "The value of api key is malformed";
    assert_refused("/query?api+key=%ff", &[], malformed, "ApiKey").await;
}

#[tokio::test]
async fn repeated_credentials_are_refused_even_beside_complete_ones() {
    let token = ("authorization", "Bearer good");
    for (path, headers, name, challenge) in [
        ("/scoped", vec![token, token], "authorization", "Bearer"),
        ("/scoped", vec![token, ("authorization", "Basic dTpw")], "authorization", "Bearer"),
        ("/query?api+key=a&api+key=a", vec![], "api key", "ApiKey"),
        ("/cookie", vec![("cookie", "session=a; session=a")], "session", "ApiKey"),
        ("/cookie", vec![("cookie", "session=a"), ("cookie", "session=b")], "session", "ApiKey"),
        (
            "/optional",
            vec![token, ("x-service-key", "a"), ("x-service-key", "a")],
            "X-Service-Key",
            r#"Bearer error="invalid_token", ApiKey"#,
        ),
    ] {
        let message = format!("{name} must not be repeated");
        assert_refused(path, &headers, &message, challenge).await;
    }
}

#[tokio::test]
async fn refused_credentials_are_an_invalid_token_only_if_there_is_one() {
    let message = "The credentials are wrong";
    let token = ("authorization", "Bearer bad");
    assert_refused("/scoped", &[token], message, INVALID_TOKEN).await;
    assert_refused("/cookie", &[("cookie", "session=bad")], message, "ApiKey").await;
    let login = ("authorization", "Basic YmFkOng=");
    assert_refused("/basic", &[login], message, BASIC_CHALLENGE).await;
}

#[tokio::test]
async fn alternatives_are_tried_in_the_order_of_the_spec_until_one_is_accepted() {
    for (token, key, expected) in [
        ("good", "key", Ok("good")),
        ("bad", "key", Ok("key")),
        ("good", "bad", Ok("good")),
        ("bad", "bad", Err(StatusCode::UNAUTHORIZED)),
        // Not a matter of who sends it, so no other credential is tried.
        ("outsider", "key", Err(StatusCode::FORBIDDEN)),
    ] {
        let client = TestClient::new(app(&DESCRIPTION, TheVaultServer(Vault::default())));
        let request = client.post("/documents/7").header("X-Service-Key", key);
        let request = request.header("Authorization", format!("Bearer {token}"));
        let response = request.body_json(&json!({ "text": "hello" })).send().await;
        match expected {
            Ok(caller) => response.assert_json(format!("{caller} wrote 7: hello")).await,
            Err(status) => response.assert_status(status),
        }
    }
}

#[tokio::test]
async fn all_schemes_of_an_alternative_are_required() {
    let login = ("authorization", "Basic dTpw");
    let session = ("cookie", "session=s");
    assert_caller("/all?api+key=k", &[login, session], "u k s").await;
    assert_caller("/all", &[("authorization", "Bearer t"), session], "t").await;
    for (path, headers) in
        [("/all", vec![login, session]), ("/all?api+key=k", vec![login]), ("/all", vec![session])]
    {
        get(path, &headers).await.assert_status(StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn scopes_reach_the_implementation() {
    let token = ("authorization", "Bearer t");
    assert_caller("/scoped", &[token], "t read,list").await;
}

#[tokio::test]
async fn optional_credentials_may_be_absent_but_not_wrong() {
    assert_caller("/optional", &[], "anonymous").await;
    assert_caller("/optional", &[("cookie", "other=1")], "anonymous").await;
    let (key, session) = (("x-service-key", "k"), ("cookie", "session=s"));
    assert_caller("/optional", &[key, session], "k s").await;
    for headers in [
        vec![("authorization", "Bearer bad")],
        vec![("authorization", "Bearer")],
        vec![("authorization", "Basic dTpw")],
        vec![key],
        vec![session],
    ] {
        get("/optional", &headers).await.assert_status(StatusCode::UNAUTHORIZED);
    }
}

/// Reading the body panics, and no parameter is valid.
#[tokio::test]
async fn nothing_of_the_request_is_read_before_authentication() {
    let app = app(&DESCRIPTION, TheVaultServer(Vault::default())).boxed();
    let send = async |authorization: Option<&str>| {
        let body = stream::poll_fn(|_| -> Poll<Option<Result<Vec<u8>, io::Error>>> {
            panic!("the body was read")
        });
        let body = Body::from_bytes_stream(body);
        let uri = "/documents/none?draft=maybe&unknown=1".parse().unwrap();
        let mut request = Request::builder().method(Method::POST).uri(uri);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        app.call(request.content_type("application/json").body(body)).await.unwrap().status()
    };
    assert_eq!(send(None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(Some("Bearer")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(Some("Bearer bad")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(Some("Bearer outsider")).await, StatusCode::FORBIDDEN);
    assert_eq!(send(Some("Bearer good")).await, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn credentials_are_not_read_if_access_is_open() {
    let client = TestClient::new(app(&DESCRIPTION, TheVaultServer(Vault { is_open: true })));
    for path in ["/basic", "/scoped", "/optional", "/query?api+key=a&api+key=b"] {
        for header in [("x", "y"), ("authorization", "Bearer bad"), ("authorization", "nonsense")] {
            let response = client.get(path).header(header.0, header.1).send().await;
            response.assert_status_is_ok();
            response.assert_json("anyone").await;
        }
    }
}

/// A key in the query is a known parameter where it is a credential.
#[tokio::test]
async fn keys_in_the_query_are_known_only_to_operations_that_take_them() {
    let login = ("authorization", "Basic dTpw");
    get("/basic?api+key=k", &[login]).await.assert_status(StatusCode::BAD_REQUEST);
    get("/query?api+key=k&other=1", &[]).await.assert_status(StatusCode::BAD_REQUEST);
}

#[test]
fn operations_that_take_credentials_are_listed() {
    let ids: Vec<&str> = SecuredOperation::ALL.iter().map(|operation| operation.id()).collect();
    let expected = [
        "writeDocument",
        "readBasic",
        "readSigned",
        "readByQuery",
        "readByCookie",
        "readScoped",
        "readOptional",
        "readAll",
    ];
    assert_eq!(ids, expected);
}
