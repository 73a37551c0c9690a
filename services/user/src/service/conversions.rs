//! Conversions between the types of the spec and those of the service.

use crate::api;
use crate::auth::{PublicKey, Role};

impl From<&PublicKey> for api::JsonWebKey {
    fn from(key: &PublicKey) -> Self {
        Self {
            kty: api::JsonWebKeyType::Okp,
            crv: api::JsonWebKeyCurve::Ed25519,
            x: key.to_base64url(),
            kid: key.thumbprint(),
            r#use: api::JsonWebKeyUse::Sig,
            alg: api::JsonWebKeyAlgorithm::EdDsa,
        }
    }
}

impl From<api::Role> for Role {
    fn from(role: api::Role) -> Self {
        match role {
            api::Role::Customer => Self::Customer,
            api::Role::Admin => Self::Admin,
        }
    }
}

impl From<Role> for api::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Customer => Self::Customer,
            Role::Admin => Self::Admin,
        }
    }
}
