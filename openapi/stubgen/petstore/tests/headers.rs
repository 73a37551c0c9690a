//! Headers that the run time gives to generated responses.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod common;

use common::client;

#[tokio::test]
async fn a_declared_request_id_is_the_one_of_the_request() {
    for path in ["/pets", "/pets/1", "/pets?limit=0"] {
        let response = client().get(path).header("X-Request-Id", "my-own.id_7").send().await;
        response.assert_header("x-request-id", "my-own.id_7");
        let sent = response.0.headers().get_all("x-request-id").iter().count();
        assert_eq!(sent, 1, "{path}");
    }
    let response = client().get("/pets").send().await;
    assert_eq!(response.0.headers()["x-request-id"].len(), 32);
}
