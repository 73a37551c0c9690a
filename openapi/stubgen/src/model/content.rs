//! The content of requests and responses, by media type.

use super::{Schema, Spanned};
use crate::diagnostic::Span;

#[derive(Debug, Clone)]
pub(crate) struct Content {
    /// As in the spec, without surrounding spaces.
    pub media_type: String,
    pub format: Format,
    pub schema: Schema,
    pub examples: Vec<Spanned>,
    pub encodings: Vec<Encoding>,
}

/// How content is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    /// A string, number or boolean as text. `resolve` makes any other schema a string.
    Text,
    /// `application/x-www-form-urlencoded`, of requests.
    Form,
    /// `multipart/form-data`, of requests.
    Multipart,
    /// Bytes, which the server does not interpret.
    Stream,
}

/// How a property of a form is written.
#[derive(Debug, Clone)]
pub(crate) struct Encoding {
    pub property: String,
    pub span: Span,
    pub content_type: Option<String>,
    pub style: Option<String>,
    pub explode: Option<bool>,
}

impl Encoding {
    /// The media types and ranges of `contentType`.
    pub fn media_types(&self) -> Vec<String> {
        let list = self.content_type.as_deref().unwrap_or_default().split(',');
        list.map(|range| range.trim().to_owned()).filter(|range| !range.is_empty()).collect()
    }
}

impl Content {
    /// Whether it is `application/json`, which needs no description for the run time.
    pub fn is_plain_json(&self) -> bool {
        self.media_type.eq_ignore_ascii_case("application/json")
    }

    /// Whether the media type is a range, of which the sender chooses one.
    pub fn is_range(&self) -> bool {
        self.media_type.contains('*')
    }

    pub fn encoding(&self, property: &str) -> Option<&Encoding> {
        self.encodings.iter().find(|encoding| encoding.property == property)
    }
}

/// The format of a media type, if it is one. What `*/*` is depends on the schema.
pub(crate) fn format_of(media_type: &str) -> Option<Format> {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/')?;
    let is_token = |text: &str| {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        !text.is_empty() && text.chars().all(is_token)
    };
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    let suffix = subtype.rsplit_once('+').map_or(subtype, |(_, suffix)| suffix);
    Some(match (kind, subtype, suffix) {
        ("application", "x-www-form-urlencoded", _) => Format::Form,
        ("multipart", "form-data", _) => Format::Multipart,
        (_, _, "json") | ("*" | "application", "*", _) => Format::Json,
        ("text", ..) | (_, _, "xml" | "yaml" | "x-yaml") => Format::Text,
        ("application", "jwt" | "javascript" | "graphql" | "toml" | "jsonl" | "x-ndjson", _) => {
            Format::Text
        }
        _ => Format::Stream,
    })
}

#[cfg(test)]
mod tests {
    use super::{Format, format_of};

    #[test]
    fn the_format_follows_from_the_media_type() {
        for (media_type, format) in [
            ("application/json; charset=utf-8", Some(Format::Json)),
            ("application/*+json", Some(Format::Json)),
            ("application/problem+JSON", Some(Format::Json)),
            ("text/json", Some(Format::Json)),
            ("*/*", Some(Format::Json)),
            ("text/*", Some(Format::Text)),
            ("image/svg+xml", Some(Format::Text)),
            ("application/jwt", Some(Format::Text)),
            ("application/x-ndjson", Some(Format::Text)),
            ("application/vnd.a+yaml", Some(Format::Text)),
            ("image/*", Some(Format::Stream)),
            ("application/octet-stream", Some(Format::Stream)),
            ("text/csv, text/plain", None),
            ("json", None),
        ] {
            assert_eq!(format_of(media_type), format, "{media_type}");
        }
    }
}
