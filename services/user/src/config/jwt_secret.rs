//! Validates the key that signs tokens, or generates one in development.

use std::collections::HashSet;

use secrecy::SecretSlice;

/// HS256 requires a key at least as long as its hash (RFC 7518, section 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// A random key has more distinct bytes: the probability of fewer is below 1 in 10^4 for 32
/// hexadecimal digits, and below 1 in 10^13 for 64 digits or base64.
const MIN_DISTINCT_BYTES: usize = 8;

/// Parts of the values in examples, in this project and elsewhere, in lower case.
const PLACEHOLDERS: [&str; 8] = [
    "change-me",
    "changeme",
    "change_me",
    "replace",
    "example",
    "placeholder",
    "development-secret",
    "your-secret",
];

/// Validates the key. In development, an empty key is replaced by a random one for this process. The
/// error does not contain the key.
pub fn jwt_secret(text: &str, development: bool) -> Result<SecretSlice<u8>, String> {
    if text.is_empty() && development {
        return random_secret();
    }
    match weakness(text) {
        None => Ok(SecretSlice::from(text.as_bytes().to_vec())),
        Some(problem) => Err(format!(
            "{problem}; expected at least {MIN_SECRET_BYTES} random bytes, \
             as from: openssl rand -base64 48"
        )),
    }
}

fn weakness(secret: &str) -> Option<&'static str> {
    let lower = secret.to_lowercase();
    let bytes = secret.as_bytes();
    if secret.is_empty() {
        Some("is not set")
    } else if PLACEHOLDERS.iter().any(|placeholder| lower.contains(placeholder)) {
        Some("is a value from an example")
    } else if secret.trim().len() < MIN_SECRET_BYTES {
        Some("is too short")
    } else if bytes.iter().collect::<HashSet<_>>().len() < MIN_DISTINCT_BYTES || is_repeated(bytes)
    {
        Some("is too regular")
    } else {
        None
    }
}

/// Whether the key repeats a shorter one.
fn is_repeated(bytes: &[u8]) -> bool {
    (1..=bytes.len() / 2).any(|period| bytes[period..] == bytes[..bytes.len() - period])
}

fn random_secret() -> Result<SecretSlice<u8>, String> {
    let mut secret = [0; MIN_SECRET_BYTES];
    getrandom::fill(&mut secret)
        .map_err(|error| format!("is not set and cannot be generated: {error}"))?;
    Ok(SecretSlice::from(secret.to_vec()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// In the form of `openssl rand -base64 48` and `openssl rand -hex 32`.
    const GOOD: [&str; 2] = [
        "0s8WxVJvQ6pS8t4m0Yb5s1u2ZcQ7h3mR1kE5lP9nD6aT4fGxYw2oB8iU7jC3vK0e",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ];

    #[test]
    fn accepts_random_keys() {
        for secret in GOOD {
            assert!(jwt_secret(secret, false).is_ok() && jwt_secret(secret, true).is_ok());
        }
    }

    #[test]
    fn rejects_weak_keys_in_development_too() {
        let weak = [
            " ".repeat(40),
            "s".repeat(40),
            "ab".repeat(20),
            "password".repeat(5),
            "12345678901234567890123456789012".to_owned(),
            format!("{}{}", &GOOD[0][..20], " ".repeat(40)),
            GOOD[0][..31].to_owned(),
            "change-me-to-at-least-thirty-two-bytes".to_owned(),
            "Change-Me-To-At-Least-Thirty-Two-Bytes".to_owned(),
            "a-development-secret-of-32-bytes-or-more".to_owned(),
        ];
        for secret in weak {
            for development in [false, true] {
                let message = jwt_secret(&secret, development).unwrap_err();
                assert!(!message.contains(&secret), "{message}");
            }
        }
    }

    #[test]
    fn generates_a_missing_key_in_development_only() {
        assert!(jwt_secret("", false).is_err());
        let [one, other] = [(), ()].map(|()| jwt_secret("", true).unwrap());
        assert_eq!(one.expose_secret().len(), MIN_SECRET_BYTES);
        assert_ne!(one.expose_secret(), other.expose_secret());
    }
}
