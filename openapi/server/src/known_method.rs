//! Methods in metrics and traces, which must not have values that clients invent.

use poem::http::Method;

/// OpenTelemetry's name for methods that HTTP does not define.
pub(crate) const OTHER: &str = "_OTHER";

/// The method, unless a client has invented it.
pub(crate) fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_http_have_their_own_name() {
        for name in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"]
        {
            assert_eq!(known_method(&Method::from_bytes(name.as_bytes()).unwrap()), name);
        }
        for invented in ["BREW", "get"] {
            assert_eq!(known_method(&Method::from_bytes(invented.as_bytes()).unwrap()), OTHER);
        }
    }
}
