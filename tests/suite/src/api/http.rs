//! Rules for every endpoint of every service: errors outside of handlers, request ids, health
//! checks and documentation.

use reqwest::Method;
use serde_json::json;

use crate::support::{Access, Api, Response, orders, products, run, services, users};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] = &[
    ("checkHealth", Access::open(200)),
    ("checkLiveness", Access::open(200)),
    ("checkReadiness", Access::open(200)),
];

async fn post_raw(api: &Api, content_type: Option<&str>, body: Vec<u8>) -> Response {
    let path = if api.url == users().url {
        "/users"
    } else if api.url == products().url {
        "/products"
    } else {
        "/orders"
    };
    let request = api.request(Method::POST, path).body(body);
    let request = match content_type {
        Some(content_type) => request.header("content-type", content_type),
        None => request,
    };
    api.send(request).await
}

#[test]
fn malformed_bodies_are_rejected() {
    run(async {
        for api in services() {
            for body in
                [&b"{"[..], b"\xff", b"{\"a\":\"\xc3\"}", b"{} {}", b"{\"a\":1,\"a\":1}", b"nul"]
            {
                let json = Some("application/json");
                let violations = post_raw(&api, json, body.to_vec()).await.violations();
                assert_eq!(violations, [" json"], "{}", String::from_utf8_lossy(body));
            }
            assert_eq!(
                post_raw(&api, Some("application/json"), Vec::new()).await.violations(),
                [" required"]
            );
            assert_eq!(post_raw(&api, None, Vec::new()).await.violations(), [" required"]);
        }
    });
}

#[test]
fn other_content_types_are_rejected() {
    run(async {
        for api in services() {
            for content_type in [
                Some("text/plain"),
                Some("application/xml"),
                Some("application/problem+json"),
                Some("application/json; charset=latin1"),
                None,
            ] {
                let rejected = post_raw(&api, content_type, b"{}".to_vec()).await;
                assert_eq!(rejected.code(415), "UNSUPPORTED_MEDIA_TYPE", "{content_type:?}");
            }
            // Parameters are accepted.
            post_raw(&api, Some("Application/JSON; charset=UTF-8"), b"{}".to_vec())
                .await
                .assert_status(400);
        }
    });
}

#[test]
fn long_bodies_are_rejected() {
    run(async {
        for api in services() {
            let long = vec![b' '; 64 * 1024 + 1];
            assert_eq!(
                post_raw(&api, Some("application/json"), long.clone()).await.code(413),
                "PAYLOAD_TOO_LARGE"
            );
            // Exactly 64 KiB is accepted.
            post_raw(&api, Some("application/json"), vec![b' '; 64 * 1024]).await.violations();
        }
    });
}

#[test]
fn long_chunked_bodies_are_rejected() {
    use std::io::{Read, Write};
    let address = orders().url.trim_start_matches("http://").to_owned();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    let head = "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    for _ in 0..17 {
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 413");
}

#[test]
fn unknown_paths_and_methods_are_rejected() {
    run(async {
        for api in services() {
            for path in ["/", "/nothing", "/users/", "/health/", "//"] {
                assert_eq!(api.get(path).await.code(404), "NOT_FOUND", "{path}");
            }
            let rejected = api.send(api.request(Method::PATCH, "/health")).await;
            assert_eq!(rejected.headers["allow"], "GET, HEAD");
            assert_eq!(rejected.code(405), "METHOD_NOT_ALLOWED");
        }
        for (api, method, path, allow) in [
            (users(), Method::DELETE, "/users", "POST, GET, HEAD"),
            (users(), Method::POST, "/users/1", "GET, PUT, DELETE, HEAD"),
            (products(), Method::DELETE, "/products", "POST, GET, HEAD"),
            (orders(), Method::PUT, "/orders/1", "GET, HEAD"),
            (orders(), Method::GET, "/orders/1/status", "PUT"),
            (orders(), Method::from_bytes(b"BREW").unwrap(), "/orders", "POST"),
        ] {
            let rejected = api.send(api.request(method, path)).await;
            let sorted = |methods: &str| {
                let mut methods: Vec<String> = methods.split(", ").map(str::to_owned).collect();
                methods.sort();
                methods
            };
            let allowed = rejected.headers["allow"].to_str().unwrap().to_owned();
            assert_eq!(sorted(&allowed), sorted(allow), "{path}");
            rejected.assert_status(405);
        }
    });
}

#[test]
fn head_responds_like_get_without_a_body() {
    run(async {
        for api in services() {
            let response = api.send(api.request(Method::HEAD, "/health")).await;
            assert_eq!((response.status, response.body), (200, json!(null)));
        }
    });
}

#[test]
fn valid_request_ids_are_kept_and_invalid_ones_replaced() {
    run(async {
        for api in services() {
            let request_id = async |id: &str| {
                let response =
                    api.send(api.request(Method::GET, "/health").header("x-request-id", id)).await;
                response.headers["x-request-id"].to_str().unwrap().to_owned()
            };
            assert_eq!(request_id("trace-1.A_b").await, "trace-1.A_b");
            for invalid in ["", "two words", "\"quoted\"", &"x".repeat(129)] {
                let id = request_id(invalid).await;
                assert!(id != invalid && id.len() == 32, "{invalid:?}: {id}");
            }
            assert_ne!(request_id("").await, request_id("").await);
        }
    });
}

#[test]
fn health_endpoints_report_healthy() {
    run(async {
        for api in services() {
            for path in ["/health", "/health/live", "/health/ready"] {
                let health = api.get(path).await.assert_status(200);
                assert_eq!(health, json!({ "status": "healthy" }), "{}{path}", api.url);
            }
        }
    });
}

#[test]
fn documentation_serves_the_spec_and_loads_nothing_external() {
    run(async {
        for (api, file) in services().iter().zip(["user", "product", "order"]) {
            let text = async |path: &str| {
                api.request(Method::GET, path).send().await.unwrap().text().await.unwrap()
            };
            let spec = system::home::workspace().join(format!("openapi/{file}-service.yaml"));
            assert_eq!(text("/openapi.yaml").await, std::fs::read_to_string(spec).unwrap());
            let json: serde_json::Value =
                serde_json::from_str(&text("/openapi.json").await).unwrap();
            let page = text("/docs").await;
            assert!(
                page.contains(
                    json["info"]["description"].as_str().unwrap().lines().next().unwrap()
                )
            );
            assert!(page.contains("listOrdersByUser") == (file == "order"));
            for outside in ["src=\"http", "href=\"http", "@import"] {
                assert!(
                    !page.contains(outside),
                    "the page of the {file} service contains {outside}"
                );
            }
        }
    });
}
