//! The log line of a request: `GET /orders/{id} 200` with its fields.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use poem::Response;
use poem::http::{Method, Uri};

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
    pub fn write(&self, response: &Response, route: Option<&Arc<str>>, duration: Duration) {
        let method = self.method.as_str();
        // Without the query, which could contain a secret.
        let path = truncated(self.uri.path());
        let route = route.map(|route| &**route);
        let status = response.status().as_u16();
        let duration_ms = duration.as_secs_f64() * 1e3;
        let client = self.client.as_ref().map(AsRef::as_ref);
        let message = Summary { method, route, status };
        if status < 500 {
            tracing::info!(
                target: TARGET, method, path, route, status, duration_ms, client, "{message}"
            );
        } else {
            let error = response.data::<Source>().map(tracing::field::display);
            tracing::error!(
                target: TARGET, method, path, route, status, duration_ms, client, error, "{message}"
            );
        }
    }
}

/// The message: `GET /orders/{id} 200`. It has the template instead of the path, so that requests
/// of one kind have one message, and neither if no route matched.
struct Summary<'a> {
    method: &'a str,
    route: Option<&'a str>,
    status: u16,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, route, status } = self;
        match route {
            Some(route) => write!(f, "{method} {route} {status}"),
            None => write!(f, "{method} {status}"),
        }
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
    use super::*;

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
}
