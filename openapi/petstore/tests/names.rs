//! The code generated from specs full of names that could meet names of the generated code: that this
//! file compiles, without warnings, is the test. `build/names.rs` writes the specs.

#![deny(warnings)]
#![allow(clippy::all, reason = "generated")]

include!(concat!(env!("OUT_DIR"), "/names.rs"));

use poem::EndpointExt;
use poem::http::StatusCode;
use poem::test::TestClient;

/// Its path has a parameter of the same name as its query.
#[tokio::test]
async fn an_operation_without_implementation_answers_501() {
    let server = title_0::SelfApiServer(title_0::Unimplemented);
    let app = openapi_server::app(&title_0::DESCRIPTION, server).boxed();
    let response = TestClient::new(app).get("/a/1?id=2").send().await;
    response.assert_status(StatusCode::NOT_IMPLEMENTED);
    response.assert_header("content-type", "application/json");
}
