//! Invalid bytes in and between requests.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use anyhow::Result;
use system::services::Service;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::http::{self, RequestTemplate};
use crate::seed;
use crate::socket::{RawResponse, connect, exchange, read_response};
use crate::test_bed::TestBed;

/// The delay with which services write their logs.
const LOG_DELAY: Duration = Duration::from_secs(1);

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "stray-crlf",
            summary: "an empty line after each POST on a persistent connection",
            full_only: false,
            run: |bed| Box::pin(stray_crlf(bed)),
        },
        Attack {
            name: "malformed-heads",
            summary: "request heads that are malformed, too long or too many",
            full_only: false,
            run: |bed| Box::pin(malformed_heads(bed)),
        },
        Attack {
            name: "long-path",
            summary: "requests with a path of 30 kB",
            full_only: false,
            run: |bed| Box::pin(long_path(bed)),
        },
    ]
}

/// RFC 9112 section 2.2: servers should ignore an empty line before a request, because old clients
/// send one after a body.
async fn stray_crlf(bed: &TestBed) -> Result<Measurement> {
    const REQUESTS: usize = 10;
    let mut service = bed.service(Service::Product).start().await?;
    let body = seed::product().to_string();
    let request = format!(
        "POST /products HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}\r\n",
        body.len()
    );
    let mut stream = connect(service.address, Ipv4Addr::LOCALHOST).await?;
    let mut slowest = Duration::ZERO;
    let mut created = 0;
    for _ in 0..REQUESTS {
        let begin = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let response = read_response(&mut stream, Duration::from_secs(5)).await;
        slowest = slowest.max(begin.elapsed());
        if response.is_none_or(|response| response.status != 201) {
            break;
        }
        created += 1;
    }
    let slowest = (created == REQUESTS).then_some(slowest);
    let limit = bed.patience(Duration::from_millis(100));
    Ok(Measurement::of(&mut service)
        .check(format!("{REQUESTS} of {REQUESTS} are created"), created, created == REQUESTS)
        .check_time("each is answered", limit, slowest))
}

/// Heads with their names and expected statuses.
fn heads() -> Vec<(&'static str, Vec<u8>, u16)> {
    let get =
        |rest: &str| format!("GET /health/live HTTP/1.1\r\nhost: x\r\n{rest}\r\n").into_bytes();
    let many: String = (0..500).map(|number| format!("x-{number}: 1\r\n")).collect();
    vec![
        ("no version", b"GET /health/live\r\n\r\n".to_vec(), 400),
        ("another protocol", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), 400),
        ("a header without a colon", get("nonsense\r\n"), 400),
        ("a NUL in a header", get("x: a\0b\r\n"), 400),
        ("a length that is not a number", get("content-length: five\r\n"), 400),
        ("two lengths", get("content-length: 1\r\ncontent-length: 2\r\n"), 400),
        ("a header of 100 kB", get(&format!("x: {}\r\n", "a".repeat(100_000))), 431),
        ("500 headers", get(&many), 431),
    ]
}

async fn malformed_heads(bed: &TestBed) -> Result<Measurement> {
    let mut service = bed.service(Service::Product).start().await?;
    let limit = bed.patience(Duration::from_secs(1));
    let mut wrong = Vec::new();
    let mut without_envelope = Vec::new();
    let mut slowest = Duration::ZERO;
    let heads = heads();
    for (name, head, status) in &heads {
        let begin = Instant::now();
        let response = exchange(service.address, head, limit).await?;
        slowest = slowest.max(begin.elapsed());
        match response {
            Some(response) if response.status != *status => {
                wrong.push(format!("{name}: {}", response.status));
            }
            Some(response) if !has_envelope(&response) => without_envelope.push(*name),
            Some(_) => {}
            None => wrong.push(format!("{name}: nothing")),
        }
    }
    sleep(LOG_DELAY).await;
    let rejections = service.log().matches("\"status\":4").count();
    Ok(Measurement::of(&mut service)
        .check("malformed heads get 400, long ones 431", list(&wrong), wrong.is_empty())
        .check("errors are in the envelope", list(&without_envelope), without_envelope.is_empty())
        .check_time("each is answered", limit, Some(slowest))
        .check(
            "each rejection is logged",
            format!("{rejections} lines"),
            rejections >= heads.len(),
        ))
}

fn has_envelope(response: &RawResponse) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_slice(&response.body).ok();
    response.head.contains("content-type: application/json")
        && body.is_some_and(|body| body["error"]["code"].is_string())
}

fn list(failures: &[impl AsRef<str>]) -> String {
    match failures {
        [] => "yes".to_owned(),
        failures => failures.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("; "),
    }
}

async fn long_path(bed: &TestBed) -> Result<Measurement> {
    const LONGEST_LINE: usize = 4_000;
    let mut service = bed.service(Service::Product).start().await?;
    let request = RequestTemplate::get(format!("/products/{}", "a".repeat(30_000)));
    for _ in 0..20 {
        http::send(service.address, &request).await?;
    }
    sleep(LOG_DELAY).await;
    let longest = service.log().lines().map(str::len).max().unwrap_or_default();
    Ok(Measurement::of(&mut service).check(
        format!("log lines are shorter than {LONGEST_LINE} bytes"),
        longest,
        longest < LONGEST_LINE,
    ))
}
