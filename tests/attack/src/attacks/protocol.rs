//! Requests with small violations of HTTP or of the spec, each with one correct status.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Result;
use hyper::Method;
use hyper::header::{CACHE_CONTROL, HeaderMap};
use serde_json::json;
use system::services::Service;
use tokio::io::AsyncWriteExt;

use crate::attack::{Attack, Measurement};
use crate::http::{self, RequestTemplate};
use crate::seed;
use crate::socket::{connect, exchange, read_response};
use crate::test_bed::TestBed;

/// The time limit of a raw request.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "strict-requests",
            summary: "double encoding, unknown parameters, encodings, Host headers, half-closing",
            full_only: false,
            run: |bed| Box::pin(strict_requests(bed)),
        },
        Attack {
            name: "security-headers",
            summary: "headers of /docs and of login responses",
            full_only: false,
            run: |bed| Box::pin(security_headers(bed)),
        },
    ]
}

async fn strict_requests(bed: &TestBed) -> Result<Measurement> {
    let mut service = bed.service(Service::Product).start().await?;
    let address = service.address;
    let create = RequestTemplate::post("/products", &seed::product());
    let id = http::send(address, &create).await?.text("id")?;
    let mut statuses = Vec::new();
    for (what, request, expected) in requests(&id) {
        let status = http::send(address, &request).await?.status.as_u16();
        statuses.push((what, Some(status), expected));
    }
    let get =
        |hosts: &str| format!("GET /health/live HTTP/1.1\r\n{hosts}connection: close\r\n\r\n");
    for (what, hosts) in [("no Host", ""), ("two Hosts", "host: a\r\nhost: b\r\n")] {
        let response = exchange(address, get(hosts).as_bytes(), PATIENCE).await?;
        statuses.push((what, response.map(|response| response.status), 400));
    }
    statuses.push(("a half-closed client", half_closed(address).await?, 200));
    let mut measurement = Measurement::of(&mut service);
    for (what, status, expected) in statuses {
        let found = status.map_or("nothing".to_owned(), |status| status.to_string());
        measurement =
            measurement.check(format!("{what}: {expected}"), found, status == Some(expected));
    }
    Ok(measurement)
}

/// Requests with their descriptions and expected statuses.
fn requests(id: &str) -> Vec<(&'static str, RequestTemplate, u16)> {
    let get = |path: String| RequestTemplate::get(path);
    let first = id.as_bytes()[0];
    let encoded = RequestTemplate::post("/products", &seed::product());
    let cleared = json!({ "description": null }).to_string();
    vec![
        ("a path encoded once", get(format!("/products/%{first:x}{}", &id[1..])), 200),
        ("a path encoded twice", get(format!("/products/%25{first:x}{}", &id[1..])), 400),
        ("an unknown query parameter", get("/products?sort=price".to_owned()), 400),
        ("a number with a space", get("/products?limit=%205".to_owned()), 400),
        ("a cursor beyond the year 9999", get(format!("/products?cursor={}", "f".repeat(40))), 400),
        ("content-encoding: gzip", encoded.header("content-encoding", "gzip"), 415),
        (
            "a description is removed",
            RequestTemplate::new(Method::PUT, format!("/products/{id}"), cleared),
            200,
        ),
    ]
}

/// The status for a client that closes its side after the request.
async fn half_closed(address: SocketAddr) -> Result<Option<u16>> {
    let mut stream = connect(address, Ipv4Addr::LOCALHOST).await?;
    stream.write_all(b"GET /products HTTP/1.1\r\nhost: x\r\n\r\n").await?;
    stream.shutdown().await?;
    Ok(read_response(&mut stream, PATIENCE).await.map(|response| response.status))
}

async fn security_headers(bed: &TestBed) -> Result<Measurement> {
    let mut service = bed.service(Service::User).start().await?;
    let docs = http::send(service.address, &RequestTemplate::get("/docs")).await?;
    let policy = header(&docs.headers, "content-security-policy");
    let framed = policy.contains("frame-ancestors 'none'");
    let sniff = header(&docs.headers, "x-content-type-options");
    let login = json!({ "email": "a@example.com", "password": "x" });
    let login = http::send(service.address, &RequestTemplate::post("/auth/login", &login)).await?;
    let cache = header(&login.headers, CACHE_CONTROL.as_str());
    Ok(Measurement::of(&mut service)
        .check("/docs cannot be framed", &policy, framed)
        .check("/docs has nosniff", &sniff, sniff == "nosniff")
        .check("login responses are not cached", &cache, cache.contains("no-store")))
}

fn header(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or("none").to_owned()
}
