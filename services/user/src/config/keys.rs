//! Parses the keys that sign and verify tokens. No message contains a key.

use rustls_pki_types::pem::{PemObject, SectionKind};

use crate::auth::PublicKey;
use crate::signing_key::SigningKey;

/// More than a rotation ever has, and few enough for a short response.
const MAX_RETIRED_KEYS: usize = 8;

/// Parses the private key. `None` if there is none.
pub fn signing_key(text: &str) -> Result<Option<SigningKey>, String> {
    const EXPECTED: &str = "expected an Ed25519 private key in PKCS#8 and PEM, \
        as from: user-service --generate-key";
    let sections = sections(text).ok_or_else(|| format!("is not PEM; {EXPECTED}"))?;
    match sections.as_slice() {
        [] => Ok(None),
        [(SectionKind::PrivateKey, der)] => SigningKey::from_pkcs8(der.clone().into())
            .map(Some)
            .map_err(|error| format!("is {error}; {EXPECTED}")),
        _ => Err(format!("has other PEM sections than one private key; {EXPECTED}")),
    }
}

/// Parses the public keys, one PEM section each.
pub fn retired_keys(text: &str) -> Result<Vec<PublicKey>, String> {
    const EXPECTED: &str = "expected Ed25519 public keys in PEM, as from: openssl pkey -pubout";
    let sections = sections(text).ok_or_else(|| format!("is not PEM; {EXPECTED}"))?;
    if sections.len() > MAX_RETIRED_KEYS {
        return Err(format!("has more than {MAX_RETIRED_KEYS} keys"));
    }
    let parse = |(kind, der): &(SectionKind, Vec<u8>)| match kind {
        SectionKind::PublicKey => PublicKey::from_spki(der),
        _ => None,
    };
    let keys: Option<Vec<_>> = sections.iter().map(parse).collect();
    keys.ok_or_else(|| format!("has a section that is not an Ed25519 public key; {EXPECTED}"))
}

/// The sections of PEM text, whose line breaks may be written as `\n`: files of variables often
/// have one line for each. `None` for text without any, or with a malformed one.
fn sections(text: &str) -> Option<Vec<(SectionKind, Vec<u8>)>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let text = text.replace("\\n", "\n");
    let sections: Vec<_> =
        <(SectionKind, Vec<u8>)>::pem_slice_iter(text.as_bytes()).collect::<Result<_, _>>().ok()?;
    (!sections.is_empty()).then_some(sections)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// From `openssl genpkey -algorithm ed25519`; signs nothing.
    const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
        -----END PRIVATE KEY-----\n";

    /// Of the same key, from `openssl pkey -pubout`.
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
        -----END PUBLIC KEY-----\n";

    #[test]
    fn parses_keys_of_openssl() {
        let key = signing_key(PRIVATE).unwrap().unwrap();
        assert_eq!(retired_keys(PUBLIC).unwrap(), [key.public().clone()]);
        assert_eq!(retired_keys(&PUBLIC.repeat(2)).unwrap().len(), 2);
        let one_line = PRIVATE.replace('\n', "\\n");
        assert_eq!(signing_key(&one_line).unwrap().unwrap().public(), key.public());
    }

    #[test]
    fn generated_keys_can_be_parsed_and_differ() {
        let [one, other] = [(), ()].map(|()| SigningKey::generate().unwrap());
        assert_ne!(one.public(), other.public());
        let parsed = signing_key(one.to_pem().expose_secret()).unwrap().unwrap();
        assert_eq!(parsed.public(), one.public());
    }

    #[test]
    fn empty_value_is_no_key() {
        assert!(signing_key("").unwrap().is_none() && signing_key("\n").unwrap().is_none());
        assert!(retired_keys("").unwrap().is_empty());
    }

    #[test]
    fn rejects_other_keys_without_quoting_them() {
        let x25519 = PRIVATE.replace("K2Vw", "K2Vu");
        let short = PRIVATE.replace("rn9g", "");
        let two = PRIVATE.repeat(2);
        for text in ["s3cret", PUBLIC, &x25519, &short, &two, &PRIVATE[..60]] {
            let message = signing_key(text).unwrap_err();
            assert!(message.contains("expected") && !message.contains("s3cret"), "{message}");
            assert!(!message.contains("AwBQYDK2Vw"), "{message}");
        }
        for text in ["s3cret", PRIVATE, &PUBLIC.replace("K2Vw", "K2Vu"), &PUBLIC.repeat(9)] {
            let message = retired_keys(text).unwrap_err();
            assert!(!message.contains("s3cret") && !message.contains("MC4CAQ"), "{message}");
        }
    }

    #[test]
    fn debug_shows_no_private_key() {
        let key = signing_key(PRIVATE).unwrap().unwrap();
        let shown = format!("{key:?}");
        assert_eq!(shown, format!("SigningKey({:?})", key.public().thumbprint()));
    }
}
