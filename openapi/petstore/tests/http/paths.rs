//! Each path leads to the operation of the most specific template, with the values of its
//! parameters.

use petstore::paths::Echo;
use petstore::paths::api::{DESCRIPTION, PathsServer};
use poem::http::Method;
use poem::test::TestClient;
use poem::{Endpoint, Response};

fn client() -> TestClient<impl Endpoint<Output = Response>> {
    TestClient::new(openapi_server::app(&DESCRIPTION, PathsServer(Echo)))
}

async fn send(method: Method, path: &str) -> (u16, String) {
    let response = client().request(method, path).send().await;
    let status = response.0.status().as_u16();
    (status, response.0.into_body().into_string().await.unwrap())
}

#[tokio::test]
async fn a_segment_can_have_text_and_parameters() {
    for (path, matched) in [
        ("/stations/a", "station a"),
        ("/stations/a.json", "station a as JSON"),
        ("/stations/a.b.json", "station a.b as JSON"),
        ("/stations/a%2Fb.json", "station a/b as JSON"),
        ("/stations/all.json", "all stations"),
        ("/stations/.json", "station .json"),
        ("/packages/a-b-2.zip", "package a-b 2"),
        ("/packages/b.zip/files", "files of b"),
        ("/jcr:root/(a)/x", "odd x"),
    ] {
        assert_eq!(send(Method::GET, path).await, (200, matched.to_owned()), "{path}");
    }
    assert_eq!(send(Method::POST, "/stations/a:restart").await.1, "restart of a");
}

#[tokio::test]
async fn what_precedes_is_decided_from_left_to_right() {
    assert_eq!(send(Method::GET, "/packages/a.zip/files").await.1, "files of a");
    assert_eq!(send(Method::GET, "/others/a.zip/files").await.1, "files in others");
}

#[tokio::test]
async fn an_operation_can_have_any_method_of_openapi() {
    let (status, text) = send(Method::TRACE, "/stations/all.json").await;
    assert_eq!((status, text.as_str()), (200, "trace of all stations"));
    assert_eq!(send(Method::TRACE, "/stations/a.json").await.0, 405);
}

#[tokio::test]
async fn other_paths_do_not_exist() {
    for path in [
        "/packages/a-b.zip/",
        "/packages/a",
        "/stations",
        "/stations/",
        "/stations//",
        "/stations/a/b",
        "//a.zip/files",
        "/",
    ] {
        assert_eq!(send(Method::GET, path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn values_are_checked() {
    assert_eq!(send(Method::GET, "/packages/a-b.zip").await.0, 400);
    assert_eq!(send(Method::GET, "/stations/%ff.json").await.0, 400);
}

#[tokio::test]
async fn parameters_can_follow_each_other() {
    assert_eq!(send(Method::GET, "/versions/123").await.1, "version 12.3");
    assert_eq!(send(Method::GET, "/versions/1").await.0, 404);
}

#[tokio::test]
async fn paths_of_one_route_can_have_different_methods() {
    assert_eq!(send(Method::GET, "/stations/abc").await.1, "station abc");
    assert_eq!(send(Method::PUT, "/stations/abc").await.1, "new station abc");
    assert_eq!(send(Method::PUT, "/stations/abcd").await.0, 400);
    let response = client().delete("/stations/abc").send().await;
    response.assert_header("allow", "GET, HEAD, PUT");
    assert_eq!(response.0.status().as_u16(), 405);
}

/// A method that the spec does not declare is not allowed, even if the server had it.
#[tokio::test]
async fn a_path_of_the_spec_can_be_one_of_the_server() {
    assert_eq!(send(Method::GET, "/metrics").await.1, "own metrics");
    assert_eq!(send(Method::POST, "/docs").await.1, "document added");
    assert_eq!(send(Method::GET, "/docs").await.0, 405);
    assert_eq!(send(Method::GET, "/openapi.json").await.0, 200);
}
