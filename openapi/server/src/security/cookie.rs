//! Cookies of a request.

use poem::Request;
use poem::http::header;

/// The values of the cookies with this name, in the order of the request. `None` if a header
/// `Cookie` is not ASCII.
pub(super) fn values<'a>(request: &'a Request, name: &str) -> Option<Vec<&'a str>> {
    let mut values = Vec::new();
    for line in request.headers().get_all(header::COOKIE) {
        let pairs = line.to_str().ok()?.split(';').filter_map(|pair| pair.split_once('='));
        values.extend(pairs.filter(|(known, _)| known.trim() == name).map(|(_, v)| v.trim()));
    }
    Some(values)
}
