//! Parses the first administrator. No message contains the password.

use openapi_server::is_mailbox;

use crate::first_admin::FirstAdmin;

/// The limits of the spec, in characters.
const MAX_EMAIL: usize = 254;
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=1024;

/// Parses the address. `None` if there is none.
pub fn email(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    if is_mailbox(text) && text.chars().count() <= MAX_EMAIL {
        Ok(Some(text.to_owned()))
    } else {
        Err(format!("is not an e-mail address of at most {MAX_EMAIL} characters"))
    }
}

/// Parses the password of the administrator with this address. `None` without both.
pub fn first_admin(email: Option<String>, password: &str) -> Result<Option<FirstAdmin>, String> {
    match (email, password) {
        (None, "") => Ok(None),
        (None, _) => Err("is set without a valid ADMIN_EMAIL".to_owned()),
        (Some(_), "") => Err("is not set, but ADMIN_EMAIL is".to_owned()),
        (Some(email), password) if PASSWORD.contains(&password.chars().count()) => {
            Ok(Some(FirstAdmin { email, password: password.into() }))
        }
        (Some(_), _) => {
            let (min, max) = (PASSWORD.start(), PASSWORD.end());
            Err(format!("has a wrong length; expected {min} to {max} characters"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str, password: &str) -> Result<bool, String> {
        Ok(first_admin(email(address)?, password)?.is_some())
    }

    #[test]
    fn needs_both_address_and_password() {
        assert_eq!(parse("", ""), Ok(false));
        assert_eq!(parse("ada@example.com", "12345678"), Ok(true));
        assert!(parse("ada@example.com", "").unwrap_err().contains("ADMIN_EMAIL"));
        assert!(parse("", "12345678").unwrap_err().contains("ADMIN_EMAIL"));
    }

    #[test]
    fn limits_are_those_of_the_spec() {
        assert!(parse("ada", "12345678").is_err());
        assert!(parse(&format!("{}@example.com", "a".repeat(250)), "12345678").is_err());
        for (length, expected) in [(7, false), (8, true), (1024, true), (1025, false)] {
            let password = "é".repeat(length);
            assert_eq!(parse("ada@example.com", &password).is_ok(), expected, "{length}");
        }
        assert!(!parse("ada@example.com", "s3cret").unwrap_err().contains("s3cret"));
    }
}
