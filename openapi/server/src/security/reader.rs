//! Reads credentials from the head of a request.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::Request;
use poem::http::header;

use super::cookie;
use super::credential::{ApiKey, BasicCredentials, BearerToken, HttpCredentials};
use crate::spec::KeyLocation;
use crate::text;

/// Reads the credentials of a request, by a method for each kind of scheme. They return `None` if
/// the credential is missing or malformed.
pub struct CredentialReader<'a> {
    request: &'a Request,
    found: Cell<bool>,
    found_bearer: Cell<bool>,
    malformed: RefCell<Option<String>>,
}

impl<'a> CredentialReader<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
        let (found, found_bearer) = (Cell::new(false), Cell::new(false));
        Self { request, found, found_bearer, malformed: RefCell::default() }
    }

    /// Whether the request has a credential of the schemes that were read, valid or not, or one of
    /// another scheme in `Authorization`.
    pub(super) fn has_found(&self) -> bool {
        self.found.get()
    }

    /// Whether the request has a bearer token, valid or not.
    pub(super) fn has_found_bearer(&self) -> bool {
        self.found_bearer.get()
    }

    /// What is wrong with a malformed credential, without its value.
    pub(super) fn into_malformed(self) -> Option<String> {
        self.malformed.into_inner()
    }

    /// The token of `Authorization: Bearer …`, in the syntax of RFC 6750, 2.1.
    pub fn bearer_token(&self, scopes: &'static [&'static str]) -> Option<BearerToken> {
        let token = self.authorization("bearer")?;
        self.found_bearer.set(true);
        let text = token.trim_end_matches('=');
        if text.is_empty() || !text.bytes().all(is_token_byte) {
            return self.malformed("The bearer token is malformed");
        }
        Some(BearerToken::new(token, scopes))
    }

    /// User name and password of `Authorization: Basic …`: the base64 of `user:password` in UTF-8
    /// (RFC 7617, 2).
    pub fn basic_credentials(&self) -> Option<BasicCredentials> {
        let text = self.authorization("basic")?;
        let bytes = STANDARD.decode(text).unwrap_or_default();
        match std::str::from_utf8(&bytes).ok().and_then(|text| text.split_once(':')) {
            Some((username, password)) if !has_control(username) && !has_control(password) => {
                Some(BasicCredentials::new(username, password))
            }
            _ => self.malformed("The basic credentials are malformed"),
        }
    }

    /// The credentials of another scheme: the text after its name.
    pub fn http_credentials(&self, scheme: &str) -> Option<HttpCredentials> {
        match self.authorization(scheme)? {
            "" => self.malformed("The credentials in the header Authorization are empty"),
            text => Some(HttpCredentials::new(text)),
        }
    }

    /// An API key.
    pub fn api_key(&self, location: KeyLocation, name: &str) -> Option<ApiKey> {
        let key = match location {
            KeyLocation::Header => self.header(name).map(Cow::Borrowed),
            KeyLocation::Query => self.query_key(name),
            KeyLocation::Cookie => {
                self.only(name, cookie::values(self.request, name)).map(Cow::Borrowed)
            }
        }?;
        if key.is_empty() {
            return self.malformed(&format!("The API key {name} is empty"));
        }
        Some(ApiKey::new(&key))
    }

    fn query_key(&self, name: &str) -> Option<Cow<'a, str>> {
        let pairs = text::query(self.request.uri().query().unwrap_or_default());
        let values = pairs.into_iter().filter(|pair| pair.name == name);
        self.only(name, values.map(|pair| pair.text.decoded()).collect())
    }

    /// What follows the scheme in `Authorization`. Credentials of another scheme are missing here.
    fn authorization(&self, scheme: &str) -> Option<&'a str> {
        let header = self.header(header::AUTHORIZATION.as_str())?;
        let (name, rest) = header.split_once(' ').unwrap_or((header, ""));
        name.eq_ignore_ascii_case(scheme).then(|| rest.trim_matches(' '))
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        let values = self.request.headers().get_all(name).iter();
        self.only(name, values.map(|value| value.to_str().ok()).collect())
    }

    /// The only value. With several, a proxy and this service could choose different ones. `None`
    /// in `values` represents values that are not text.
    fn only<T>(&self, name: &str, values: Option<Vec<T>>) -> Option<T> {
        let Some(mut values) = values else {
            return self.malformed(&format!("The value of {name} is malformed"));
        };
        if values.len() > 1 {
            return self.malformed(&format!("{name} must not be repeated"));
        }
        self.found.set(self.found.get() || !values.is_empty());
        values.pop()
    }

    fn malformed<T>(&self, message: &str) -> Option<T> {
        self.malformed.borrow_mut().get_or_insert_with(|| message.to_owned());
        None
    }
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// A token has hundreds of bytes, so that searching a set of characters for each of them would
/// show.
fn is_token_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/'
    )
}
