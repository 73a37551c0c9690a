//! Conversions between the types of the spec and those of the service.

use openapi_server::{DateTime, InvalidValue, Utc};

use crate::api;
use crate::auth::{PublicKey, Role};
use crate::user::{ListedUser, Profile, User};

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

impl TryFrom<User> for api::User {
    type Error = InvalidValue;

    fn try_from(user: User) -> Result<Self, InvalidValue> {
        Profile::from(user).try_into()
    }
}

impl TryFrom<ListedUser> for api::User {
    type Error = InvalidValue;

    fn try_from(user: ListedUser) -> Result<Self, InvalidValue> {
        Profile::from(user).try_into()
    }
}

impl TryFrom<Profile> for api::User {
    type Error = InvalidValue;

    fn try_from(profile: Profile) -> Result<Self, InvalidValue> {
        let Profile { id, email, name, role, created_at } = profile;
        Ok(Self {
            id: id.try_into()?,
            email: email.try_into()?,
            name: name.try_into()?,
            role: role.into(),
            created_at: DateTime::<Utc>::from(created_at).try_into()?,
        })
    }
}
