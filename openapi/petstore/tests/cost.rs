//! The time for a request body and the size of its error response are bounded. These tests are a
//! separate binary, because others running in parallel would disturb the measurement.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;
#[path = "../../server/benches/requests/hostile.rs"]
mod hostile;

use std::time::{Duration, Instant};

use common::{body, client, echo};
use openapi_server::limits::MAX_BODY_BYTES;
use poem::http::StatusCode;

/// The time for a longer body to get memory from the operating system.
const SLACK: Duration = Duration::from_millis(20);

/// The maximum number of violations in a response.
const MAX_REPORTED: usize = 100;

#[tokio::test]
async fn reports_are_bounded_in_violations_and_bytes() {
    for (name, text) in hostile::refused(MAX_BODY_BYTES) {
        assert!(text.len() <= MAX_BODY_BYTES, "{name}: {}", text.len());
        let (status, response_body) = echo(&text).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}");
        let fields = response_body["error"]["details"]["fields"].as_array().unwrap().len();
        assert!((1..=MAX_REPORTED).contains(&fields), "{name}: {fields}");
        let length = response_body.to_string().len();
        assert!(length < MAX_BODY_BYTES, "{name}: a response of {length} bytes");
    }
    for (name, text) in hostile::accepted(MAX_BODY_BYTES) {
        assert_eq!(echo(&text).await.0, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn long_names_are_truncated() {
    let (_, response_body) = echo(&format!(r#"{{"{}":1}}"#, "ü".repeat(30_000))).await;
    let pointer = response_body["error"]["details"]["fields"][0]["pointer"].as_str().unwrap();
    assert_eq!(pointer, format!("/{}…", "ü".repeat(100)));
    let query = client().get(format!("/pets?{}=1", "a".repeat(30_000))).send().await;
    let response_body = body(query).await;
    let pointer = response_body["error"]["details"]["fields"][0]["pointer"].as_str().unwrap();
    assert_eq!(pointer, format!("/{}…", "a".repeat(100)));
}

/// Quadratic work would take four times as long for twice the length: seconds, in a debug build.
#[tokio::test]
async fn time_grows_at_most_linearly_with_the_body() {
    let half = hostile::refused(MAX_BODY_BYTES / 2)
        .into_iter()
        .chain(hostile::accepted(MAX_BODY_BYTES / 2));
    let whole =
        hostile::refused(MAX_BODY_BYTES).into_iter().chain(hostile::accepted(MAX_BODY_BYTES));
    for ((name, half), (_, whole)) in half.zip(whole) {
        // Noise only adds time, and rarely five times in a row.
        let mut measured = Vec::new();
        for _ in 0..5 {
            let (half, whole) = (measure(&half).await, measure(&whole).await);
            measured.push((half, whole));
            if whole < half * 5 / 2 + SLACK {
                break;
            }
        }
        assert!(measured.len() < 5, "{name}: {measured:?}");
    }
}

/// The minimum of three measurements.
async fn measure(text: &str) -> Duration {
    let mut minimum = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        echo(text).await;
        minimum = minimum.min(start.elapsed());
    }
    minimum
}
