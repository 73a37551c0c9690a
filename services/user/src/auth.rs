//! Who sends a request: tokens of the user service, and the keys that verify them.
//!
//! Each service has its own copy: they share an API, not code.

mod claims;
mod ed25519;

pub use claims::{AUDIENCE, Claims, ISSUER, Role};
pub use ed25519::{PublicKey, use_ring};
