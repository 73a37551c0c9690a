//! The media types of request bodies: which one of the spec's a `Content-Type` selects.

use mime::Mime;
use poem::Request;
use poem::http::header;

use crate::spec::{BodyFormat, MediaTypeSpec};

/// What the `Content-Type` of a request selects.
pub(crate) enum Selection<'a> {
    /// There is no `Content-Type`.
    Absent,
    /// A media type of the spec, and what the client sent.
    Known(usize, &'a str),
    /// One that the spec does not allow, or a charset other than UTF-8.
    Unsupported,
}

/// Selects the media type that describes the body of a request best.
pub(crate) fn select<'a>(request: &'a Request, specs: &[MediaTypeSpec]) -> Selection<'a> {
    let mut values = request.headers().get_all(header::CONTENT_TYPE).iter();
    let Some(value) = values.next() else { return Selection::Absent };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let Some((text, sent)) = text.and_then(|text| Some((text, text.parse().ok()?))) else {
        return Selection::Unsupported;
    };
    let matches = specs.iter().enumerate().filter(|(_, spec)| is_readable(spec, &sent));
    let matches =
        matches.filter_map(|(index, spec)| Some((specificity(spec.range, &sent)?, index)));
    // The first of the most specific.
    match matches.rev().max_by_key(|(specificity, _)| *specificity) {
        Some((_, index)) => Selection::Known(index, text),
        None => Selection::Unsupported,
    }
}

/// Whether the server knows the charset. Bodies that it does not read can have any.
fn is_readable(spec: &MediaTypeSpec, sent: &Mime) -> bool {
    let charset = sent.get_param(mime::CHARSET);
    matches!(spec.format, BodyFormat::Stream)
        // `utf8` is not a registered name, but many clients send it.
        || charset.is_none_or(|charset| charset == mime::UTF_8 || charset == "utf8")
}

/// Whether a media type is within a range.
pub(crate) fn is_within(range: &str, media_type: &str) -> bool {
    media_type.parse().is_ok_and(|media_type| specificity(range, &media_type).is_some())
}

/// How precisely a range of the spec describes a media type, if it does.
fn specificity(range: &str, sent: &Mime) -> Option<usize> {
    let (essence, parameters) = range.split_once(';').unwrap_or((range, ""));
    let (kind, subtype) = essence.trim().split_once('/')?;
    let is_type = kind.eq_ignore_ascii_case(sent.type_().as_str());
    let sent_subtype = sent.essence_str().split_once('/')?.1;
    let specificity = match subtype.strip_prefix('*') {
        _ if kind == "*" => 1,
        Some("") if is_type => 2,
        Some(suffix) if is_type && ends_with(sent_subtype, suffix) => 3,
        None if is_type && subtype.eq_ignore_ascii_case(sent_subtype) => 4,
        _ => return None,
    };
    let parameters = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    // The server reads UTF-8 whatever the spec says of the charset.
    let mut parameters =
        parameters.filter(|(name, _)| !name.trim().eq_ignore_ascii_case("charset"));
    let count = parameters.clone().count();
    let is_sent = |(name, value): (&str, &str)| {
        let sent = sent.get_param(name.trim());
        sent.is_some_and(|sent| sent.as_str() == value.trim().trim_matches('"'))
    };
    parameters.all(is_sent).then_some(specificity + count)
}

fn ends_with(text: &str, suffix: &str) -> bool {
    let start = text.len().checked_sub(suffix.len());
    start.and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::specificity;

    #[test]
    fn the_most_specific_range_describes_a_media_type_best() {
        let ranges = ["*/*", "text/*", "application/*", "application/*+json"];
        for (sent, expected) in [
            ("application/ld+json", vec![1, 2, 3]),
            ("Application/JSON; charset=utf-8", vec![1, 2]),
            ("text/csv", vec![1, 2]),
        ] {
            let sent = sent.parse().unwrap();
            let found: Vec<_> =
                ranges.iter().filter_map(|range| specificity(range, &sent)).collect();
            assert_eq!(found, expected, "{sent}");
        }
    }

    #[test]
    fn parameters_of_the_spec_must_be_sent() {
        let range = "application/json;stream=watch";
        assert_eq!(specificity(range, &"application/json".parse().unwrap()), None);
        let sent = "application/json; charset=UTF-8; stream=watch".parse().unwrap();
        assert_eq!(specificity(range, &sent), Some(5));
        assert_eq!(specificity("application/json; charset=utf-8", &sent), Some(4));
    }
}
