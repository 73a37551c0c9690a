//! Where the public keys come from: the user service may be down, or something else may answer.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::json;
use system::ports::free_port;
use system::services::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, Instant, sleep};

use super::stack::{Credential, Stack, new_id};
use crate::support::{NO_ID, Response, run};

/// Creates a product, which needs a token of an administrator.
async fn create_product(stack: &Stack, credential: Credential) -> Response {
    let body = Some(json!({ "name": "Cup", "price": 1, "stock": 1 }));
    let (method, path) = (Method::POST, "/products".to_owned());
    stack.send(Service::Product, method, path, body, credential, &new_id()).await
}

/// Creates a product with a token.
async fn create_with(stack: &Stack, token: &str) -> Response {
    let api = stack.api(Service::Product);
    let body = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let request = api.request(Method::POST, "/products").header("content-type", "application/json");
    api.send(request.bearer_auth(token).body(body)).await
}

#[test]
fn known_keys_work_while_the_user_service_is_down() {
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
        let stack = Stack::start_with_keys_at(&url).await;
        let response = create_product(&stack, Credential::Admin).await;
        assert!(response.headers.contains_key("retry-after"));
        assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
        // These do not depend on them.
        create_product(&stack, Credential::None).await.assert_status(401);
        create_product(&stack, Credential::ServiceKey).await.assert_status(403);
    });
}

/// Answers every request with a body, which can be replaced.
struct KeyServer {
    url: String,
    body: Arc<Mutex<String>>,
    requests: Arc<AtomicUsize>,
}

impl KeyServer {
    async fn start(body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let body = Arc::new(Mutex::new(body.to_owned()));
        let requests = Arc::new(AtomicUsize::new(0));
        let server = Self { url, body: Arc::clone(&body), requests: Arc::clone(&requests) };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                requests.fetch_add(1, Relaxed);
                let body = body.lock().unwrap().clone();
                tokio::spawn(respond(stream, body));
            }
        });
        server
    }

    fn publish(&self, body: &str) {
        body.clone_into(&mut self.body.lock().unwrap());
    }

    fn requests(&self) -> usize {
        self.requests.load(Relaxed)
    }
}

async fn respond(mut stream: TcpStream, body: String) {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let mut request = [0; 1024];
    // A client that disconnects does not matter.
    if stream.read(&mut request).await.is_ok() {
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
    }
}

/// A key set with the key of RFC 8037, which signs nothing here.
const OTHER_KEY: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"other",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

#[test]
fn invalid_key_sets_are_rejected() {
    run(async {
        let long = format!(r#"{{"keys":[{}]}}"#, " ".repeat(1 << 20));
        for body in ["nonsense", r#"{"keys":[]}"#, &long] {
            let server = KeyServer::start(body).await;
            let stack = Stack::start_with_keys_at(&server.url).await;
            create_product(&stack, Credential::Admin).await.assert_status(503);
        }
    });
}

#[test]
fn invalid_key_sets_leave_the_last_good_keys() {
    run(async {
        let server = KeyServer::start(OTHER_KEY).await;
        let stack = Stack::start_with_keys_at(&server.url).await;
        let keys = stack.api(Service::User).get("/.well-known/jwks.json").await.assert_status(200);
        server.publish(&keys.to_string());
        create_product(&stack, Credential::Admin).await.assert_status(201);
        server.publish("nonsense");
        sleep(REFRESH_INTERVAL).await;
        create_product(&stack, Credential::WrongKeyId).await.assert_status(401);
        assert_eq!(server.requests(), 2);
        create_product(&stack, Credential::Admin).await.assert_status(201);
    });
}

/// How often a token with an unknown key makes a service fetch the keys.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// Sends new tokens until one is accepted; returns how many were refused.
async fn refused_until_accepted(stack: &Stack) -> usize {
    let start = Instant::now();
    let mut refused = 0;
    while create_product(stack, Credential::Admin).await.status != 201 {
        assert!(start.elapsed() < REFRESH_INTERVAL + Duration::from_secs(5), "still refused");
        refused += 1;
        sleep(Duration::from_millis(100)).await;
    }
    refused
}

#[test]
fn rotated_keys_are_fetched_for_unknown_ones_but_rarely() {
    run(async {
        let server = KeyServer::start(OTHER_KEY).await;
        let stack = Stack::start_with_keys_at(&server.url).await;
        create_product(&stack, Credential::Admin).await.assert_status(401);
        let keys = stack.api(Service::User).get("/.well-known/jwks.json").await.assert_status(200);
        server.publish(&keys.to_string());
        let refused = refused_until_accepted(&stack).await;
        assert!(refused > 10, "{refused}");
        assert_eq!(server.requests(), 2);
        // What is no longer published is refused, even if it was remembered.
        let token = stack.token(Credential::Admin, NO_ID);
        create_with(&stack, &token).await.assert_status(201);
        server.publish(OTHER_KEY);
        create_with(&stack, &token).await.assert_status(201);
        sleep(REFRESH_INTERVAL).await;
        create_product(&stack, Credential::WrongKeyId).await.assert_status(401);
        create_with(&stack, &token).await.assert_status(401);
        assert_eq!(server.requests(), 3);
    });
}
