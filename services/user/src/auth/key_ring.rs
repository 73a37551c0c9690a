//! A set of keys with the tokens that it has verified.

use std::time::{Duration, SystemTime};

use super::cache::{TokenCache, TokenHash};
use super::key_set::KeySet;
use super::principal::Principal;
use super::verify::{InvalidToken, verify};
use crate::id::{Id, InvalidId};
use crate::limits::{CLOCK_LEEWAY, MAX_VERIFIED_TOKENS};

/// A new set of keys becomes a new ring, so that no token outlives its key.
pub struct KeyRing {
    pub keys: KeySet,
    verified: TokenCache,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidCredential {
    #[error(transparent)]
    Token(InvalidToken),
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    #[error("the subject of the token is not a user")]
    Subject(#[from] InvalidId),
    #[error("the token expires later than any time")]
    Expiry,
    #[error("the service key is wrong")]
    ServiceKey,
}

impl From<InvalidToken> for InvalidCredential {
    fn from(error: InvalidToken) -> Self {
        match error {
            InvalidToken::UnknownKey => Self::UnknownKey,
            error => Self::Token(error),
        }
    }
}

impl KeyRing {
    pub fn new(keys: KeySet) -> Self {
        Self { keys, verified: TokenCache::new(MAX_VERIFIED_TOKENS) }
    }

    /// The user whose token this is.
    pub fn principal(&self, token: &str) -> Result<Principal, InvalidCredential> {
        let hash = TokenHash::new(token);
        if let Some(principal) = self.verified.get(hash, SystemTime::now()) {
            return Ok(principal);
        }
        let claims = verify(token, &self.keys)?;
        let id: Id = claims.sub.parse()?;
        let principal = Principal::User { id, role: claims.role };
        let expires = forgotten_at(claims.exp).ok_or(InvalidCredential::Expiry)?;
        self.verified.insert(hash, principal, expires);
        Ok(principal)
    }
}

/// When a token with this expiry, in seconds since 1970, has expired by every clock.
fn forgotten_at(expiry: u64) -> Option<SystemTime> {
    let since_1970 = Duration::from_secs(expiry).checked_add(CLOCK_LEEWAY)?;
    SystemTime::UNIX_EPOCH.checked_add(since_1970)
}
