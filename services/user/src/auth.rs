//! Authentication: verifies the tokens of the user service and the key of the services.
//!
//! An [`Authenticator`] turns a credential into a [`Principal`]. The table in `access` decides what
//! a principal may do. [`Keys`] provides the public keys; it differs between the user service,
//! which has them, and the others, which fetch them.
//!
//! Each service has its own copy: they share an API, not code.

mod cache;
mod claims;
mod ed25519;
mod key_ring;
mod key_set;
mod keys;
mod mode;
mod principal;
mod service_key;
mod verify;

pub use claims::{AUDIENCE, Claims, ISSUER, Role};
pub use ed25519::{PublicKey, use_ring};
pub use key_ring::InvalidCredential;
pub use keys::{Keys, Unavailable};
pub use mode::AuthMode;
pub use principal::Principal;
pub use service_key::ServiceKey;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] InvalidCredential),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Accepts or rejects credentials. `None` if authorization is switched off.
pub struct Authenticator(Option<Required>);

struct Required {
    keys: Keys,
    service_key: ServiceKey,
}

impl Authenticator {
    pub fn new(mode: AuthMode, keys: Keys) -> Self {
        use_ring();
        match mode {
            AuthMode::Off => {
                tracing::warn!("AUTH is off: every request is served, whoever sends it");
                Self(None)
            }
            AuthMode::Required(service_key) => Self(Some(Required { keys, service_key })),
        }
    }

    /// The principal of all requests if authorization is switched off.
    pub fn open_access(&self) -> Option<Principal> {
        self.0.is_none().then_some(Principal::Open)
    }

    /// The principal of a token.
    pub async fn token(&self, token: &str) -> Result<Principal, Error> {
        let Some(Required { keys, .. }) = &self.0 else { return Ok(Principal::Open) };
        match keys.current().await?.principal(token) {
            // It may be newer than the set.
            Err(InvalidCredential::UnknownKey) => Ok(keys.newest().await?.principal(token)?),
            verified => Ok(verified?),
        }
    }

    /// The principal of a service key.
    pub fn service_key(&self, key: &str) -> Result<Principal, Error> {
        match &self.0 {
            None => Ok(Principal::Open),
            Some(required) if required.service_key.matches(key) => Ok(Principal::Service),
            Some(_) => Err(InvalidCredential::ServiceKey.into()),
        }
    }
}
