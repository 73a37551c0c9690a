//! E-mail addresses: a `Mailbox` of RFC 5321, section 4.1.2, in canonical form.
//!
//! Two spellings of one mailbox would become two accounts of one person. So display names and
//! comments (RFC 5322) are rejected, a local part may be quoted only where it must be, and an IPv6
//! address must be in its shortest form.
//!
//! The generator includes this file too, to check examples and defaults.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest local part, in bytes (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// The longest domain, in bytes (RFC 5321, 4.5.3.1.2).
const MAX_DOMAIN: usize = 255;

/// The longest label of a domain, in bytes (RFC 1035, 2.3.4).
const MAX_LABEL: usize = 63;

/// Whether a text has `format: email`.
pub fn is_mailbox(text: &str) -> bool {
    // The last `@`: a quoted local part can contain others.
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    local.len() <= MAX_LOCAL_PART
        && (is_dot_string(local) || is_quoted_string(local))
        && (is_domain(domain) || is_address_literal(domain))
}

fn is_dot_string(text: &str) -> bool {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

/// A quoted string that needs its quotes and each of its backslashes.
fn is_quoted_string(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return false;
    };
    let mut escaped = false;
    for byte in inner.bytes() {
        match (escaped, byte) {
            (true, b'"' | b'\\') => escaped = false,
            (false, b'\\') => escaped = true,
            (true, _) | (false, b'"' | ..b' ' | b'\x7f'..) => return false,
            (false, _) => {}
        }
    }
    !escaped && !is_dot_string(inner)
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= MAX_DOMAIN && text.split('.').all(label)
}

/// `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
fn is_address_literal(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
        return false;
    };
    match inner.split_at_checked("IPv6:".len()) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => address
            .parse::<Ipv6Addr>()
            .is_ok_and(|parsed| parsed.to_string().eq_ignore_ascii_case(address)),
        _ => inner.parse::<Ipv4Addr>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_mailbox;

    #[test]
    fn accepts_mailboxes_of_rfc_5321() {
        for text in [
            "a@b",
            "ada@example.com",
            "Ada.Lovelace+x@sub.example.org",
            "!#$%&'*+-/=?^_`{|}~@example.com",
            r#""joe bloggs"@example.com"#,
            r#""a@b"@example.com"#,
            r#""a..b"@example.com"#,
            r#""\"\\"@example.com"#,
            r#"""@example.com"#,
            "a@[192.0.2.1]",
            "a@[IPv6:2001:db8::1]",
        ] {
            assert!(is_mailbox(text), "{text}");
        }
    }

    #[test]
    fn rejects_display_names_comments_and_noncanonical_spellings() {
        for text in [
            "Ada <a@b.c>",
            "<a@b.c>",
            "a(comment)@b.c",
            "a@b.c ",
            " a@b.c",
            "a@b.c\n",
            r#""ada"@example.com"#,
            r#""a.b"@example.com"#,
            r#""\a b"@example.com"#,
            r#""a"b"@example.com"#,
            r#""a b\"@example.com"#,
            "a@[IPv6:2001:0db8::1]",
            "a@[IPv6:2001:db8:0:0:0:0:0:1]",
            "a@[192.0.2.01]",
            "a@[b]",
        ] {
            assert!(!is_mailbox(text), "{text}");
        }
    }

    #[test]
    fn rejects_malformed_addresses() {
        let long = format!("{}@b.c", "a".repeat(65));
        for text in [
            "",
            "@",
            "a@",
            "@b",
            "a",
            "a.@b",
            ".a@b",
            "a..b@c",
            "a@b..c",
            "a@-b",
            "a@b-",
            "a@b.",
            "ä@b.c",
            "a@bücher.de",
            "a b@c",
            "a@b@c",
            &long,
        ] {
            assert!(!is_mailbox(text), "{text}");
        }
    }
}
