//! The proof that a user has signed in: a JSON Web Token.

use std::time::{Duration, SystemTime, SystemTimeError};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

/// How long a token is good for.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Why no token could be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The signature.
    #[error("cannot sign a token")]
    Sign(#[from] jsonwebtoken::errors::Error),
    /// The clock stands before 1970.
    #[error("the clock is wrong")]
    Clock(#[from] SystemTimeError),
}

/// Makes tokens signed with HS256.
pub struct Tokens(EncodingKey);

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    iat: u64,
    exp: u64,
}

impl Tokens {
    /// Tokens signed with this secret.
    pub fn new(secret: &[u8]) -> Self {
        Self(EncodingKey::from_secret(secret))
    }

    /// A token for a user.
    ///
    /// # Errors
    /// If the clock or the signature fails.
    pub fn issue(&self, user_id: &str) -> Result<String, Error> {
        let iat = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let claims = Claims { sub: user_id, iat, exp: iat + LIFETIME.as_secs() };
        Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.0)?)
    }
}
