//! The credentials that requests carry. `Debug` does not show them.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A token of `Authorization: Bearer …`, with the scopes that the operation requires of it.
#[derive(Debug)]
pub struct BearerToken {
    token: SecretString,
    scopes: &'static [&'static str],
}

impl BearerToken {
    pub(super) fn new(token: &str, scopes: &'static [&'static str]) -> Self {
        Self { token: token.into(), scopes }
    }

    /// The token.
    pub fn expose_secret(&self) -> &str {
        self.token.expose_secret()
    }

    /// The scopes that the operation requires, all of them. Whether the token has them is for the
    /// implementation to check.
    pub fn scopes(&self) -> &'static [&'static str] {
        self.scopes
    }
}

/// User name and password of `Authorization: Basic …`.
pub struct BasicCredentials {
    username: SecretString,
    password: SecretString,
}

impl BasicCredentials {
    pub(super) fn new(username: &str, password: &str) -> Self {
        Self { username: username.into(), password: password.into() }
    }

    /// The user name. Many APIs expect a token here, so it is not shown either.
    pub fn username(&self) -> &str {
        self.username.expose_secret()
    }

    /// The password.
    pub fn expose_password(&self) -> &str {
        self.password.expose_secret()
    }
}

impl fmt::Debug for BasicCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BasicCredentials(…)")
    }
}

/// The text that follows the name of another scheme in `Authorization`.
#[derive(Debug)]
pub struct HttpCredentials(SecretString);

impl HttpCredentials {
    pub(super) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

/// A key from a header, the query or a cookie.
#[derive(Debug)]
pub struct ApiKey(SecretString);

impl ApiKey {
    pub(super) fn new(key: &str) -> Self {
        Self(key.into())
    }

    /// The key.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}
