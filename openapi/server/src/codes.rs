//! The error codes of the run time. A spec that lists codes in its schema `Error` includes
//! [`RUN_TIME`] and adds those of its service.

/// 400: the request violates the spec.
pub const VALIDATION_ERROR: &str = "VALIDATION_ERROR";
/// 401: credentials are missing or wrong.
pub const UNAUTHORIZED: &str = "UNAUTHORIZED";
/// 403: the client is known but may not do this.
pub const FORBIDDEN: &str = "FORBIDDEN";
/// 404: the path or the resource does not exist.
pub const NOT_FOUND: &str = "NOT_FOUND";
/// 405: the path does not have this method.
pub const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
/// 408: the request did not arrive whole, or not in time.
pub const REQUEST_TIMEOUT: &str = "REQUEST_TIMEOUT";
/// 409: the state of the resource rules the request out.
pub const CONFLICT: &str = "CONFLICT";
/// 413: the body is too large.
pub const PAYLOAD_TOO_LARGE: &str = "PAYLOAD_TOO_LARGE";
/// 415: the body has another media type or encoding.
pub const UNSUPPORTED_MEDIA_TYPE: &str = "UNSUPPORTED_MEDIA_TYPE";
/// 422: the request is valid but cannot be carried out.
pub const UNPROCESSABLE: &str = "UNPROCESSABLE";
/// 429: too many requests of this kind; the client has to wait.
pub const TOO_MANY_REQUESTS: &str = "TOO_MANY_REQUESTS";
/// 500: a bug, or a failure that the operation does not declare.
pub const INTERNAL_ERROR: &str = "INTERNAL_ERROR";
/// 503: the service is overloaded, or one of its dependencies is unavailable.
pub const SERVICE_UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";
/// 503: a write may or may not have taken place.
pub const OUTCOME_UNKNOWN: &str = "OUTCOME_UNKNOWN";

/// 501: the operation has no implementation yet. No spec lists it, since a finished service does
/// not send it.
pub const NOT_IMPLEMENTED: &str = "NOT_IMPLEMENTED";

/// 400: the head of the request is not HTTP.
pub const BAD_REQUEST: &str = "BAD_REQUEST";
/// 414: the request target is too long.
pub const URI_TOO_LONG: &str = "URI_TOO_LONG";
/// 431: the head of the request is too large.
pub const HEADERS_TOO_LARGE: &str = "HEADERS_TOO_LARGE";

/// The codes for requests whose head cannot be read. Such a request belongs to no operation, so no
/// spec lists them.
pub const UNREADABLE: [&str; 3] = [BAD_REQUEST, URI_TOO_LONG, HEADERS_TOO_LARGE];

/// The codes that the run time responds with before or instead of the implementation of an
/// operation. An implementation can only add to these.
pub const RUN_TIME: [&str; 9] = [
    VALIDATION_ERROR,
    UNAUTHORIZED,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    REQUEST_TIMEOUT,
    PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INTERNAL_ERROR,
    SERVICE_UNAVAILABLE,
];
