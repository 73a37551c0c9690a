//! A plain HTTP client. It checks every response for what the services promise of all responses.

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::log;

static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap()
});

/// A client of one service.
#[derive(Clone)]
pub struct Api {
    pub url: String,
}

#[derive(Debug, Clone)]
pub struct Response {
    /// Method and path, for messages.
    request: String,
    pub status: u16,
    pub headers: HeaderMap,
    /// The JSON body, or null if it is empty.
    pub body: Value,
}

impl Api {
    pub async fn get(&self, path: &str) -> Response {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.send(self.json(Method::POST, path, body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Response {
        self.send(self.json(Method::PUT, path, body)).await
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.send(self.request(Method::DELETE, path)).await
    }

    fn json(&self, method: Method, path: &str, body: Value) -> RequestBuilder {
        let request = self.request(method, path);
        request.header("content-type", "application/json").body(body.to_string())
    }

    /// A request that a test completes and passes to [`Api::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        HTTP.request(method, format!("{}{path}", self.url))
    }

    /// Sends a request; checks the request id, the content type and the error envelope.
    pub async fn send(&self, request: RequestBuilder) -> Response {
        let request = request.build().unwrap();
        let name = format!("{} {}", request.method(), request.url().path());
        let response =
            HTTP.execute(request).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        assert!(headers.contains_key("x-request-id"), "{name}: no x-request-id");
        let body = if text.is_empty() {
            Value::Null
        } else {
            assert_eq!(headers["content-type"], "application/json", "{name}: {text}");
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
        };
        if status >= 400 {
            assert!(is_envelope(&body), "{name}: not an error envelope: {body}");
        }
        Response { request: name, status, headers, body }
    }
}

/// Whether a body is `{"error":{"code":…,"message":…,"details":{…}?}}` without other members.
fn is_envelope(body: &Value) -> bool {
    let Some(error) = body["error"].as_object() else { return false };
    let is_text =
        |name: &str| error.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let known = error.keys().all(|key| ["code", "message", "details"].contains(&key.as_str()));
    body.as_object().is_some_and(|body| body.len() == 1)
        && known
        && is_text("code")
        && is_text("message")
        && error.get("details").is_none_or(Value::is_object)
}

impl Response {
    /// Asserts the status and returns the body. The failure message contains the errors that
    /// services in this process have logged for the path.
    #[track_caller]
    pub fn assert_status(self, expected: u16) -> Value {
        let Self { request, status, body, .. } = self;
        if status != expected {
            let logged = log::errors(request.rsplit(' ').next().unwrap_or_default());
            panic!("{request}: expected {expected}, found {status}: {body}{logged}");
        }
        body
    }

    /// Asserts the status and returns the error code.
    #[track_caller]
    pub fn code(self, status: u16) -> String {
        self.assert_status(status)["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts status 400 and returns `pointer rule` of each violation, sorted.
    #[track_caller]
    pub fn violations(self) -> Vec<String> {
        let body = self.assert_status(400);
        assert_eq!(body["error"]["code"], "VALIDATION_ERROR");
        let text = |field: &Value, name: &str| field[name].as_str().unwrap_or_default().to_owned();
        let fields = body["error"]["details"]["fields"].as_array().cloned().unwrap_or_default();
        let mut violations: Vec<String> = fields
            .iter()
            .map(|field| format!("{} {}", text(field, "pointer"), text(field, "rule")))
            .collect();
        violations.sort();
        violations
    }

    /// Asserts the status and returns the id in the body.
    #[track_caller]
    pub fn id(self, status: u16) -> String {
        self.assert_status(status)["id"].as_str().expect("an id").to_owned()
    }
}
