//! The claims of a token.

use serde::{Deserialize, Serialize};

/// The service that signs tokens.
pub const ISSUER: &str = "user-service";

/// The services that accept them: all of the system.
pub const AUDIENCE: &str = "product-order-system";

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Customer,
    Admin,
}

/// Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    /// The user's id.
    pub sub: String,
    pub role: Role,
    pub iat: u64,
    pub exp: u64,
    /// Unique to this token.
    pub jti: String,
}
