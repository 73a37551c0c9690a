//! The key with which the services of the system recognize each other.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// The value of the header `x-service-key`.
#[derive(Debug, Clone)]
pub struct ServiceKey(SecretString);

impl ServiceKey {
    pub fn new(key: &str) -> Self {
        Self(key.into())
    }

    /// For requests to other services.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Takes the same time wherever the keys differ.
    pub fn matches(&self, key: &str) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(key.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_only_itself() {
        let key = ServiceKey::new("0123456789");
        assert!(key.matches("0123456789"));
        for other in ["", "0", "012345678", "01234567890", "1123456789"] {
            assert!(!key.matches(other), "{other}");
        }
        assert!(!format!("{key:?}").contains("0123456789"));
    }
}
