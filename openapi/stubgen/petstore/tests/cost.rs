//! No body holds its worker for long, and none gets a long answer.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod common;
#[path = "../../../server/benches/requests/hostile.rs"]
mod hostile;

use std::time::{Duration, Instant};

use common::{body, client, echo};
use openapi_server::limits::MAX_BODY_BYTES;
use poem::http::StatusCode;

/// What fetching memory from the system can cost a longer body.
const SLACK: Duration = Duration::from_millis(20);

/// Violations are reported up to this number.
const MAX_REPORTED: usize = 100;

#[tokio::test]
async fn reporting_is_bounded_in_number_and_in_bytes() {
    for (name, text) in hostile::refused(MAX_BODY_BYTES) {
        assert!(text.len() <= MAX_BODY_BYTES, "{name}: {}", text.len());
        let (status, answer) = echo(&text).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}");
        let fields = answer["error"]["details"]["fields"].as_array().unwrap().len();
        assert!((1..=MAX_REPORTED).contains(&fields), "{name}: {fields}");
        let length = answer.to_string().len();
        assert!(length < MAX_BODY_BYTES, "{name}: an answer of {length} bytes");
    }
    for (name, text) in hostile::accepted(MAX_BODY_BYTES) {
        assert_eq!(echo(&text).await.0, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn long_names_are_cut() {
    let (_, answer) = echo(&format!(r#"{{"{}":1}}"#, "ü".repeat(30_000))).await;
    let pointer = answer["error"]["details"]["fields"][0]["pointer"].as_str().unwrap();
    assert_eq!(pointer, format!("/{}…", "ü".repeat(100)));
    let query = client().get(format!("/pets?{}=1", "a".repeat(30_000))).send().await;
    let answer = body(query).await;
    let pointer = answer["error"]["details"]["fields"][0]["pointer"].as_str().unwrap();
    assert_eq!(pointer, format!("/{}…", "a".repeat(100)));
}

/// Quadratic work would cost four times as much for twice the length: seconds,
/// in a build that is not optimised.
#[tokio::test]
async fn the_cost_of_a_body_grows_no_faster_than_its_length() {
    let half = hostile::refused(MAX_BODY_BYTES / 2)
        .into_iter()
        .chain(hostile::accepted(MAX_BODY_BYTES / 2));
    let whole =
        hostile::refused(MAX_BODY_BYTES).into_iter().chain(hostile::accepted(MAX_BODY_BYTES));
    for ((name, half), (_, whole)) in half.zip(whole) {
        // Noise only ever adds, and rarely five times in a row.
        let mut measured = Vec::new();
        for _ in 0..5 {
            let (half, whole) = (cost(&half).await, cost(&whole).await);
            measured.push((half, whole));
            if whole < half * 5 / 2 + SLACK {
                break;
            }
        }
        assert!(measured.len() < 5, "{name}: {measured:?}");
    }
}

/// The least of three tries.
async fn cost(text: &str) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        echo(text).await;
        least = least.min(start.elapsed());
    }
    least
}
