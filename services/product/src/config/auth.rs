//! Parses what authorization needs. No message contains a key.
//!
//! Each service has its own copy: they share an API, not code.

use crate::auth::ServiceKey;

/// As long as a hash that has as much entropy.
const MIN_KEY_BYTES: usize = 32;

/// Parts of the values in examples, in lower case.
const PLACEHOLDERS: [&str; 4] = ["change-me", "changeme", "example", "placeholder"];

/// Whether authorization is required.
pub fn is_required(text: &str) -> Result<bool, String> {
    match text {
        "off" => Ok(false),
        "required" => Ok(true),
        _ => Err("is not valid; expected off or required".to_owned()),
    }
}

/// Parses the key of the services, which may be missing while authorization is off.
pub fn service_key(text: &str, is_required: bool) -> Result<Option<ServiceKey>, String> {
    const EXPECTED: &str = "expected at least 32 random bytes, as from: openssl rand -hex 32";
    let lower = text.to_lowercase();
    if text.is_empty() {
        return if is_required {
            Err(format!("is not set, which AUTH=required needs; {EXPECTED}"))
        } else {
            Ok(None)
        };
    }
    // It is the value of a header.
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    let is_placeholder = PLACEHOLDERS.iter().any(|placeholder| lower.contains(placeholder));
    if text.len() < MIN_KEY_BYTES || is_placeholder || !is_visible {
        return Err(format!("is too weak, or not visible ASCII; {EXPECTED}"));
    }
    Ok(Some(ServiceKey::new(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    #[test]
    fn key_is_needed_only_if_authorization_is_required() {
        assert!(service_key("", false).unwrap().is_none() && service_key("", true).is_err());
        for is_required in [false, true] {
            assert!(service_key(GOOD, is_required).unwrap().unwrap().matches(GOOD));
        }
    }

    #[test]
    fn rejects_weak_keys_without_quoting_them() {
        let spaced = format!("{GOOD} s3cret");
        for key in ["s3cret", &GOOD[..31], "change-me-to-at-least-32-random-bytes", &spaced] {
            let message = service_key(key, false).unwrap_err();
            assert!(!message.contains(key), "{message}");
        }
    }

    #[test]
    fn rejects_other_modes() {
        assert_eq!((is_required("off"), is_required("required")), (Ok(false), Ok(true)));
        for text in ["", "on", "Off", "true"] {
            assert!(is_required(text).is_err(), "{text}");
        }
    }
}
