//! The formats `byte` and `base64url`: the encodings of RFC 4648, sections 4 and 5.
//!
//! The generator includes this file too, to check examples and defaults.

/// Base64 with its padding.
pub(crate) fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    text.len().is_multiple_of(4)
        && padding <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// Base64 with the alphabet for URLs. The padding is optional, as RFC 4648, section 3.2 allows.
pub(crate) fn is_base64url(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let has_valid_length = match padding {
        0 => digits.len() % 4 != 1,
        _ => padding <= 2 && text.len().is_multiple_of(4),
    };
    has_valid_length
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::{is_base64, is_base64url};

    #[test]
    fn base64_has_padding() {
        for text in ["", "TQ==", "TWE=", "TWFu", "+/+/"] {
            assert!(is_base64(text), "{text}");
        }
        for text in ["TQ", "TQ=", "TQ===", "====", "-_-_", "TW u", "T=Fu", "TWE=TWE="] {
            assert!(!is_base64(text), "{text}");
        }
    }

    #[test]
    fn base64url_has_optional_padding() {
        for text in ["", "TQ", "TQ==", "TWE", "TWE=", "-_-_"] {
            assert!(is_base64url(text), "{text}");
        }
        for text in ["T", "TQ=", "+/+/", "TWE=="] {
            assert!(!is_base64url(text), "{text}");
        }
    }
}
