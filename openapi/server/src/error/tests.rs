use std::io;

use super::*;

#[test]
fn waits_are_rounded_up_to_whole_seconds() {
    for (millis, seconds) in [(0, "1"), (1, "1"), (1000, "1"), (1001, "2"), (2000, "2")] {
        let error = ApiError::too_many_requests("Wait", Duration::from_millis(millis));
        let header = (header::RETRY_AFTER, HeaderValue::from_static(seconds));
        assert_eq!(error.into_parts().header, Some(header), "{millis}");
    }
}

#[test]
fn the_message_quotes_the_first_violation_and_counts_the_others() {
    let violation = |pointer: &str| Violation::new("body", pointer.to_owned(), "x", "is wrong");
    let message = |pointers: &[&str]| {
        let violations: Vec<Violation> = pointers.iter().copied().map(violation).collect();
        ApiError::invalid(&violations).body().error.message.clone()
    };
    assert_eq!(message(&[]), "Invalid request");
    assert_eq!(message(&[""]), "Invalid request: body is wrong");
    assert_eq!(message(&["/a", "/b", "/c"]), "Invalid request: body /a is wrong; 2 more");
}

#[test]
fn bodies_that_cannot_be_read_are_too_large_or_late() {
    let status = |kind: io::ErrorKind| ApiError::unreadable(kind.into()).status().as_u16();
    assert_eq!(status(io::ErrorKind::FileTooLarge), 413);
    assert_eq!(status(io::ErrorKind::TimedOut), 408);
    assert_eq!(status(io::ErrorKind::UnexpectedEof), 408);
}

#[test]
fn causes_are_named_once() {
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Caused(&'static str, #[source] Option<Box<Caused>>);

    let refused = Caused("refused", None);
    let connection = Caused("connecting failed: refused", Some(Box::new(refused)));
    let query = Caused("the query failed", Some(Box::new(connection)));
    assert_eq!(chain(&query), "the query failed: connecting failed: refused");
    let error = ApiError::internal().with_source(query);
    let source = error.into_parts().source.unwrap();
    assert_eq!(source.to_string(), "the query failed: connecting failed: refused");
}

#[tokio::test]
async fn errors_can_be_text() {
    let error = ApiError::unavailable("Later").with_source("down");
    let response = error.into_text("text/plain", &"later");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain");
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    assert!(response.data::<Source>().is_some());
    assert_eq!(response.into_body().into_string().await.unwrap(), "later");
}
