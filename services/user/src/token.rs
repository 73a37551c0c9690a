//! Issues JSON Web Tokens to users who have logged in, and publishes the keys that verify them.

use std::time::{Duration, SystemTime, SystemTimeError};

use jsonwebtoken::{Algorithm, EncodingKey, Header};

use crate::auth::{AUDIENCE, Claims, ISSUER, PublicKey, Role, use_ring};
use crate::id::Id;
use crate::signing_key::SigningKey;

const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// As long as a UUID.
const TOKEN_ID_BYTES: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot sign a token")]
    Sign(#[from] jsonwebtoken::errors::Error),
    #[error("the operating system has no random bytes")]
    Random(#[from] getrandom::Error),
    #[error("the system time is before 1970")]
    Clock(#[from] SystemTimeError),
}

/// Issues tokens signed with Ed25519.
pub struct JwtIssuer {
    key: EncodingKey,
    header: Header,
    /// The signing key first.
    published: Vec<PublicKey>,
}

impl JwtIssuer {
    /// `retired` keys no longer sign, or do not sign yet; their tokens are still valid.
    pub fn new(key: &SigningKey, retired: Vec<PublicKey>) -> Self {
        use_ring();
        let own = key.public();
        let header = Header { kid: Some(own.thumbprint()), ..Header::new(Algorithm::EdDSA) };
        let others = retired.into_iter().filter(|retired| retired != own);
        let published = std::iter::once(own.clone()).chain(others).collect();
        Self { key: key.to_encoding_key(), header, published }
    }

    pub fn issue(&self, user: Id, role: Role) -> Result<String, Error> {
        let iat = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let mut jti = [0; TOKEN_ID_BYTES];
        getrandom::fill(&mut jti)?;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.to_string(),
            role,
            iat,
            exp: iat + LIFETIME.as_secs(),
            jti: const_hex::encode(jti),
        };
        Ok(jsonwebtoken::encode(&self.header, &claims, &self.key)?)
    }

    /// The keys whose tokens are valid.
    pub fn published_keys(&self) -> &[PublicKey] {
        &self.published
    }
}
