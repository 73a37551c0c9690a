//! Issues JSON Web Tokens to users who have logged in.

use std::time::{Duration, SystemTime, SystemTimeError};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretSlice};
use serde::Serialize;

use crate::id::Id;

const LIFETIME: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot sign a token")]
    Sign(#[from] jsonwebtoken::errors::Error),
    #[error("the system time is before 1970")]
    Clock(#[from] SystemTimeError),
}

/// Issues tokens signed with HS256.
pub struct JwtIssuer(EncodingKey);

#[derive(Serialize)]
struct Claims {
    sub: String,
    iat: u64,
    exp: u64,
}

impl JwtIssuer {
    pub fn new(secret: &SecretSlice<u8>) -> Self {
        Self(EncodingKey::from_secret(secret.expose_secret()))
    }

    pub fn issue(&self, user: Id) -> Result<String, Error> {
        let iat = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let claims = Claims { sub: user.to_string(), iat, exp: iat + LIFETIME.as_secs() };
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0)?)
    }
}
