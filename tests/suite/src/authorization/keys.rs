//! Where the public keys come from: the user service may be away, or something else may answer.

use reqwest::Method;
use serde_json::json;
use system::ports::free_port;
use system::services::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::stack::{Credential, Stack, new_id};
use crate::support::{Response, run};

/// Creates a product, which needs a token of an administrator.
async fn create_product(stack: &Stack, credential: Credential) -> Response {
    let body = Some(json!({ "name": "Cup", "price": 1, "stock": 1 }));
    let (method, path) = (Method::POST, "/products".to_owned());
    stack.send(Service::Product, method, path, body, credential, &new_id()).await
}

#[test]
fn known_keys_work_while_the_user_service_is_away() {
    run(async {
        let mut stack = Stack::start().await;
        create_product(&stack, Credential::Admin).await.assert_status(201);
        stack.kill(Service::User);
        // Another token, which is not remembered.
        create_product(&stack, Credential::Admin).await.assert_status(201);
        create_product(&stack, Credential::WrongKeyId).await.assert_status(401);
        create_product(&stack, Credential::Admin).await.assert_status(201);
    });
}

#[test]
fn without_keys_tokens_are_answered_503() {
    run(async {
        let url = format!("http://127.0.0.1:{}/", free_port().unwrap());
        let stack = Stack::start_with_keys_at(Some(&url)).await;
        let response = create_product(&stack, Credential::Admin).await;
        assert!(response.headers.contains_key("retry-after"));
        assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
        // These do not depend on them.
        create_product(&stack, Credential::None).await.assert_status(401);
        create_product(&stack, Credential::ServiceKey).await.assert_status(403);
    });
}

/// Answers every request with this body.
async fn serve(body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            let body = body.clone();
            tokio::spawn(async move {
                let mut request = [0; 1024];
                // A client that leaves is not our concern.
                if stream.read(&mut request).await.is_ok() {
                    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
                }
            });
        }
    });
    url
}

#[test]
fn nonsense_in_place_of_keys_is_no_key() {
    run(async {
        let long = format!(r#"{{"keys":[{}]}}"#, " ".repeat(1 << 20));
        for body in ["nonsense".to_owned(), r#"{"keys":[]}"#.to_owned(), long] {
            let url = serve(body).await;
            let stack = Stack::start_with_keys_at(Some(&url)).await;
            create_product(&stack, Credential::Admin).await.assert_status(503);
        }
    });
}
