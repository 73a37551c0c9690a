//! Text of a request before it is decoded: query strings, forms and cookies.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::Request;
use poem::http::header;

/// A text of a request, before decoding.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub raw: &'a str,
    encoding: Encoding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    None,
    /// Percent-encoding (RFC 3986).
    Percent,
    /// Percent-encoding, with `+` for a space.
    Form,
}

impl<'a> Text<'a> {
    /// A text that is not encoded.
    pub fn plain(raw: &'a str) -> Self {
        Self { raw, encoding: Encoding::None }
    }

    /// A percent-encoded text.
    pub fn percent(raw: &'a str) -> Self {
        Self { raw, encoding: Encoding::Percent }
    }

    /// `None` if it is not UTF-8.
    pub fn decoded(self) -> Option<Cow<'a, str>> {
        self.encoding.decode(self.raw)
    }

    /// The parts between separators. Values can contain percent-encoded ones, but some clients
    /// encode the separators as well: these are recognized if the text has no others.
    pub fn split(self, separator: char) -> Option<Vec<Cow<'a, str>>> {
        if self.raw.contains(separator) {
            return self.raw.split(separator).map(|part| self.encoding.decode(part)).collect();
        }
        let decoded = self.decoded()?;
        if !decoded.contains(separator) {
            return Some(vec![decoded]);
        }
        Some(decoded.split(separator).map(|part| Cow::Owned(part.to_owned())).collect())
    }

    /// What follows a prefix.
    pub fn after(self, prefix: &str) -> Option<Self> {
        self.raw.strip_prefix(prefix).map(|raw| Self { raw, ..self })
    }

    /// The text with other characters of the same encoding.
    pub fn with(self, raw: &'a str) -> Self {
        Self { raw, ..self }
    }
}

impl Encoding {
    fn decode(self, text: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::None => Some(Cow::Borrowed(text)),
            Self::Form if text.contains('+') => {
                let spaces = text.replace('+', " ");
                let decoded = percent_decode_str(&spaces).decode_utf8().ok()?;
                Some(Cow::Owned(decoded.into_owned()))
            }
            Self::Form | Self::Percent => percent_decode_str(text).decode_utf8().ok(),
        }
    }
}

/// A name with its value, in a query string or a cookie.
pub(crate) struct Pair<'a> {
    /// Decoded.
    pub name: Cow<'a, str>,
    pub text: Text<'a>,
}

/// Parses a query string.
pub(crate) fn query(text: &str) -> Vec<Pair<'_>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pair = |pair| {
        let (name, raw) = str::split_once(pair, '=').unwrap_or((pair, ""));
        // A name that is not UTF-8 matches no parameter.
        let name = Encoding::Form.decode(name).unwrap_or(Cow::Borrowed("\u{fffd}"));
        Pair { name, text: Text { raw, encoding: Encoding::Form } }
    };
    pairs.map(pair).collect()
}

/// The cookies. `None` if a header `Cookie` is not ASCII.
pub(crate) fn cookies(request: &Request) -> Option<Vec<Pair<'_>>> {
    let mut cookies = Vec::new();
    for line in request.headers().get_all(header::COOKIE) {
        let pairs = line.to_str().ok()?.split(';').filter_map(|pair| pair.split_once('='));
        cookies.extend(pairs.map(|(name, raw)| Pair {
            name: Cow::Borrowed(name.trim()),
            text: Text::percent(raw.trim()),
        }));
    }
    Some(cookies)
}
