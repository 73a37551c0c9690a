//! The log line of a request: `GET /orders/{id} 200` with its fields.

use std::time::Duration;

use poem::Response;
use poem::http::{Method, StatusCode, Uri};

use crate::error::Source;
use crate::limits::MAX_LOGGED_PATH_BYTES;

/// The target of these lines. The log omits it, since almost all lines have it.
pub(crate) const TARGET: &str = "openapi_server::request";

/// What the line says of a request, kept while the request itself is consumed.
pub(crate) struct RequestLog<C> {
    pub method: Method,
    pub uri: Uri,
    /// The client's address.
    pub client: Option<C>,
}

impl<C: AsRef<str>> RequestLog<C> {
    /// Writes the line, at level `ERROR` and with the error's source for a status of 500 or above.
    pub fn write(&self, response: &Response, route: Option<&str>, duration: Duration) {
        let method = self.method.as_str();
        let message = summary(method, route, response.status());
        let message = message.as_str();
        // Without the query, which could contain a secret.
        let path = truncated(self.uri.path());
        let status = response.status().as_u16();
        let duration_ms = duration.as_secs_f64() * 1e3;
        let client = self.client.as_ref().map(AsRef::as_ref);
        if status < 500 {
            tracing::info!(
                target: TARGET, message, method, path, route, status, duration_ms, client
            );
        } else {
            let error = response.data::<Source>().map(tracing::field::display);
            tracing::error!(
                target: TARGET, message, method, path, route, status, duration_ms, client, error
            );
        }
    }
}

/// The message: `GET /orders/{id} 200`. It has the template instead of the path, so that requests
/// of one kind have one message, and neither if no route matched.
fn summary(method: &str, route: Option<&str>, status: StatusCode) -> String {
    match route {
        Some(route) => [method, " ", route, " ", status.as_str()].concat(),
        None => [method, " ", status.as_str()].concat(),
    }
}

/// A path, cut at [`MAX_LOGGED_PATH_BYTES`].
fn truncated(path: &str) -> &str {
    let mut end = path.len().min(MAX_LOGGED_PATH_BYTES);
    while !path.is_char_boundary(end) {
        end -= 1;
    }
    &path[..end]
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use poem::http::StatusCode;

    use super::*;
    use crate::error::ApiError;

    #[test]
    fn long_paths_are_cut_between_characters() {
        let limit = "a".repeat(MAX_LOGGED_PATH_BYTES);
        assert_eq!(truncated("/a"), "/a");
        assert_eq!(truncated(&limit), limit);
        assert_eq!(truncated(&format!("{limit}a")), limit);
        let wide = format!("/{}", "é".repeat(MAX_LOGGED_PATH_BYTES));
        assert_eq!(truncated(&wide), &wide[..MAX_LOGGED_PATH_BYTES - 1]);
        let wider = format!("/{}", "🫖".repeat(MAX_LOGGED_PATH_BYTES));
        assert_eq!(truncated(&wider), &wider[..MAX_LOGGED_PATH_BYTES - 3]);
    }

    /// The line of a response to `GET /pets/1`, as `level, text`.
    fn line(response: &Response, route: Option<&str>) -> String {
        let written = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::fmt()
            .with_writer(Arc::new(Written(Arc::clone(&written))))
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .finish();
        let request = RequestLog {
            method: Method::GET,
            uri: Uri::from_static("/pets/1?token=secret"),
            client: Some("192.0.2.1"),
        };
        tracing::subscriber::with_default(subscriber, || {
            request.write(response, route, Duration::from_micros(1500));
        });
        String::from_utf8(written.lock().unwrap().clone()).unwrap().trim().to_owned()
    }

    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for &Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_line_has_the_fields_of_the_request() {
        let response = Response::builder().status(StatusCode::from_u16(499).unwrap()).finish();
        let fields = r#"method="GET" path="/pets/1""#;
        let rest = r#"status=499 duration_ms=1.5 client="192.0.2.1""#;
        let expected = format!(r#"INFO GET /pets/{{id}} 499 {fields} route="/pets/{{id}}" {rest}"#);
        assert_eq!(line(&response, Some("/pets/{id}")), expected);
        assert_eq!(line(&response, None), format!("INFO GET 499 {fields} {rest}"));
    }

    #[test]
    fn errors_of_the_server_are_logged_with_their_causes() {
        let cause = io::Error::other("refused");
        let error = ApiError::internal().with_source(cause).into_envelope();
        let line = line(&error, None);
        assert!(line.starts_with("ERROR GET 500 method="), "{line}");
        assert!(line.ends_with("error=refused"), "{line}");
    }
}
