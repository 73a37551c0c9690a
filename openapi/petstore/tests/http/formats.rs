//! Formats with a dedicated type: what the validator accepts, the type accepts as well.

use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::common::{echo, violations};

/// Times have milliseconds, so that those of a field have one form.
#[tokio::test]
async fn times_in_lists_have_milliseconds() {
    let (_, body) = echo(r#"{"moments":["2026-01-02T03:04:05Z"]}"#).await;
    assert_eq!(body["moments"], json!(["2026-01-02T03:04:05.000Z"]));
}

#[tokio::test]
async fn times_dates_and_uuids_are_values() {
    for (property, text, echoed) in [
        ("when", "2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"),
        ("when", "2026-01-02T03:04:05.500+01:00", "2026-01-02T02:04:05.500Z"),
        ("when", "2026-01-02T03:04:05.123456789999Z", "2026-01-02T03:04:05.123456789Z"),
        ("when", "2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05.000Z"),
        ("when", "2026-01-02T23:59:59+23:59", "2026-01-02T00:00:59.000Z"),
        ("when", "1998-12-31T23:59:60Z", "1998-12-31T23:59:60.000Z"),
        ("when", "1990-12-31T15:59:60-08:00", "1990-12-31T23:59:60.000Z"),
        ("when", "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ("day", "2024-02-29", "2024-02-29"),
        ("day", "0000-01-01", "0000-01-01"),
        ("id", "123E4567-E89B-12D3-A456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
    ] {
        let (status, body) = echo(&json!({ property: text }).to_string()).await;
        assert_eq!((status, &body[property]), (StatusCode::OK, &Value::from(echoed)), "{text}");
    }
}

/// RFC 3339 could not write them in UTC.
#[tokio::test]
async fn times_of_other_years_than_0_to_9999_in_utc_are_rejected() {
    for text in ["9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"] {
        let (status, body) = echo(&json!({ "when": text, "moments": [text] }).to_string()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{text}");
        assert_eq!(violations(&body), ["/moments/0 format", "/when format"], "{text}");
    }
}
