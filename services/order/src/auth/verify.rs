//! Verifies a token.

use std::sync::LazyLock;

use jsonwebtoken::errors::Error as JwtError;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};

use super::claims::{AUDIENCE, Claims, ISSUER};
use super::key_set::KeySet;
use crate::limits::CLOCK_LEEWAY;

#[derive(Debug, thiserror::Error)]
pub enum InvalidToken {
    /// Malformed, of another algorithm, or not valid now or here.
    #[error("the token is not valid")]
    Invalid(#[from] JwtError),
    #[error("the token has an extension that must be understood")]
    CriticalExtension,
    /// The key may be in a newer key set.
    #[error("the token is signed with an unknown key")]
    UnknownKey,
}

static VALIDATION: LazyLock<Validation> = LazyLock::new(|| {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.leeway = CLOCK_LEEWAY.as_secs();
    validation.validate_nbf = true;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    // An absent claim would not be checked.
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation
});

/// Returns the claims of a token that one of the keys has signed, and that is valid now.
pub fn verify(token: &str, keys: &KeySet) -> Result<Claims, InvalidToken> {
    let header = decode_header(token)?;
    // No extension is implemented (RFC 7515, section 4.1.11).
    if header.crit.is_some() {
        return Err(InvalidToken::CriticalExtension);
    }
    let key = header.kid.as_deref().and_then(|id| keys.get(id)).ok_or(InvalidToken::UnknownKey)?;
    // Checks the algorithm, too: the header may name any.
    Ok(decode::<Claims>(token, key, &VALIDATION)?.claims)
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use serde_json::{Value, json};

    use super::super::ed25519::{PublicKey, use_ring};
    use super::super::key_ring::{InvalidCredential, KeyRing};
    use super::*;

    const SUBJECT: &str = "665f1c2ab7e4d90012a3b4c5";

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn keys() -> KeySet {
        use_ring();
        let public = PublicKey::from_bytes(pair(1).public_key().as_ref()).unwrap();
        [("one".to_owned(), public)].into_iter().collect()
    }

    fn now() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
    }

    fn header() -> Value {
        json!({ "typ": "JWT", "alg": "EdDSA", "kid": "one" })
    }

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": SUBJECT, "role": "customer", "jti": "1",
            "iat": now(), "exp": now() + 3600,
        })
    }

    fn sign(header: &Value, claims: &Value, seed: u8) -> String {
        sign_text(&header.to_string(), &claims.to_string(), seed)
    }

    fn sign_text(header: &str, claims: &str, seed: u8) -> String {
        let message =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(pair(seed).sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// The value with one member set, or removed by null.
    fn with(mut value: Value, name: &str, member: Value) -> Value {
        if member.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            value[name] = member;
        }
        value
    }

    fn is_valid(header: &Value, claims: &Value) -> bool {
        verify(&sign(header, claims, 1), &keys()).is_ok()
    }

    #[test]
    fn accepts_tokens_of_its_keys() {
        let claims = verify(&sign(&header(), &claims(), 1), &keys()).unwrap();
        assert_eq!(claims.sub, SUBJECT);
    }

    #[test]
    fn rejects_headers_of_other_algorithms_keys_and_extensions() {
        for (name, value) in [
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("alg", json!("ES256")),
            ("alg", Value::Null),
            ("kid", json!("two")),
            ("kid", Value::Null),
            ("crit", json!(["exp"])),
            ("crit", json!([])),
        ] {
            let header = with(header(), name, value);
            assert!(!is_valid(&header, &claims()), "{header}");
        }
    }

    #[test]
    fn rejects_claims_that_are_missing_or_wrong() {
        for (name, value) in [
            ("iss", json!("someone")),
            ("iss", Value::Null),
            ("aud", json!("another-system")),
            ("aud", Value::Null),
            ("sub", Value::Null),
            ("sub", json!(7)),
            ("sub", json!([SUBJECT])),
            ("role", json!("root")),
            ("role", Value::Null),
            ("exp", Value::Null),
            ("exp", json!("tomorrow")),
            ("exp", json!(-1)),
            ("exp", json!(1e300)),
            ("exp", json!(now() - 3600)),
            ("nbf", json!(now() + 3600)),
            ("nbf", json!("now")),
        ] {
            let claims = with(claims(), name, value);
            assert!(!is_valid(&header(), &claims), "{claims}");
        }
    }

    /// Other readers of the token could take the other value.
    #[test]
    fn rejects_repeated_members() {
        let (header, claims) = (header().to_string(), claims().to_string());
        assert!(verify(&sign_text(&header, &claims, 1), &keys()).is_ok());
        let with = |object: &str, member: &str| object.replacen('{', &format!("{{{member},"), 1);
        for member in [r#""alg":"EdDSA""#, r#""kid":"one""#, r#""typ":"JWT""#] {
            let token = sign_text(&with(&header, member), &claims, 1);
            assert!(verify(&token, &keys()).is_err(), "{member}");
        }
        for member in
            [r#""role":"admin""#, r#""sub":"""#, r#""exp":9"#, r#""aud":"""#, r#""iss":"""#]
        {
            let token = sign_text(&header, &with(&claims, member), 1);
            assert!(verify(&token, &keys()).is_err(), "{member}");
        }
    }

    #[test]
    fn rejects_an_expiry_beyond_all_times() {
        let ring = KeyRing::new(keys());
        let principal =
            |exp| ring.principal(&sign(&header(), &with(claims(), "exp", json!(exp)), 1));
        assert!(principal(now() + 3600).is_ok());
        for exp in [u64::MAX, i64::MAX.unsigned_abs()] {
            assert!(matches!(principal(exp), Err(InvalidCredential::Expiry)), "{exp}");
        }
    }

    #[test]
    fn clocks_may_differ_by_the_leeway() {
        let leeway = CLOCK_LEEWAY.as_secs();
        assert!(is_valid(&header(), &with(claims(), "exp", json!(now() - leeway + 5))));
        assert!(!is_valid(&header(), &with(claims(), "exp", json!(now() - leeway - 5))));
        assert!(is_valid(&header(), &with(claims(), "nbf", json!(now() + leeway - 5))));
        assert!(!is_valid(&header(), &with(claims(), "nbf", json!(now() + leeway + 5))));
    }

    #[test]
    fn rejects_signatures_of_other_keys_and_changed_tokens() {
        let token = sign(&header(), &claims(), 1);
        assert!(verify(&sign(&header(), &claims(), 2), &keys()).is_err());
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (head, _) = message.split_once('.').unwrap();
        let admin = with(claims(), "role", json!("admin"));
        let changed = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(admin.to_string()));
        for changed in
            [&changed, message, &format!("{message}."), &token[1..], &format!("{token}A"), ""]
        {
            assert!(verify(changed, &keys()).is_err(), "{changed}");
        }
    }
}
