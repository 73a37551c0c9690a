//! The keys that verify tokens, as a JSON Web Key Set (RFC 7517).

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use super::ed25519::PublicKey;

/// More than a rotation ever has.
const MAX_KEYS: usize = 16;

/// Keys by their ids.
#[derive(Default)]
pub struct KeySet(HashMap<String, (PublicKey, DecodingKey)>);

#[derive(Debug, thiserror::Error)]
pub enum InvalidKeySet {
    #[error("not a JSON Web Key Set")]
    Json(#[from] serde_json::Error),
    #[error("no Ed25519 key with an id among the first {MAX_KEYS} keys")]
    Empty,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Jwk>,
}

/// Members of other kinds of keys are ignored, and so are these keys (RFC 7517, section 5).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    kid: Option<String>,
}

impl KeySet {
    pub fn parse(json: &[u8]) -> Result<Self, InvalidKeySet> {
        let Document { keys } = serde_json::from_slice(json)?;
        let keys: Self = keys.into_iter().take(MAX_KEYS).filter_map(Jwk::into_entry).collect();
        if keys.0.is_empty() { Err(InvalidKeySet::Empty) } else { Ok(keys) }
    }

    pub fn get(&self, id: &str) -> Option<&DecodingKey> {
        self.0.get(id).map(|(_, key)| key)
    }
}

/// The same keys with the same ids.
impl PartialEq for KeySet {
    fn eq(&self, other: &Self) -> bool {
        let has = |(id, (key, _)): (&String, &(PublicKey, DecodingKey))| {
            other.0.get(id).is_some_and(|(known, _)| known == key)
        };
        self.0.len() == other.0.len() && self.0.iter().all(has)
    }
}

impl FromIterator<(String, PublicKey)> for KeySet {
    fn from_iter<I: IntoIterator<Item = (String, PublicKey)>>(keys: I) -> Self {
        let entry = |(id, key): (String, PublicKey)| {
            let decoding = key.to_decoding_key();
            (id, (key, decoding))
        };
        Self(keys.into_iter().map(entry).collect())
    }
}

impl Jwk {
    fn into_entry(self) -> Option<(String, PublicKey)> {
        let Self { kty, crv, x, kid } = self;
        if kty != "OKP" || crv? != "Ed25519" {
            return None;
        }
        let key = PublicKey::from_bytes(&URL_SAFE_NO_PAD.decode(x?).ok()?)?;
        Some((kid?, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn parse(keys: &str) -> Result<KeySet, InvalidKeySet> {
        KeySet::parse(format!(r#"{{"keys":[{keys}]}}"#).as_bytes())
    }

    fn ed25519(id: &str) -> String {
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","kid":"{id}","use":"sig"}}"#)
    }

    #[test]
    fn ignores_keys_of_other_kinds() {
        let others = r#"{"kty":"RSA","n":"AQ","e":"AQAB","kid":"rsa"},
            {"kty":"OKP","crv":"X25519","x":"AA","kid":"x25519"},
            {"kty":"OKP","crv":"Ed25519","x":"AA","kid":"short"},"#;
        let keys = parse(&format!("{others}{}", ed25519("one"))).unwrap();
        assert!(keys.get("one").is_some() && keys.0.len() == 1);
    }

    #[test]
    fn rejects_what_has_no_key() {
        for json in ["", "[]", "{}", "<html>", r#"{"keys":{}}"#] {
            assert!(
                matches!(KeySet::parse(json.as_bytes()), Err(InvalidKeySet::Json(_))),
                "{json}"
            );
        }
        let many = vec![r#"{"kty":"RSA"}"#; MAX_KEYS].join(",");
        for keys in ["", r#"{"kty":"oct","k":"AA"}"#, &format!("{many},{}", ed25519("late"))] {
            assert!(matches!(parse(keys), Err(InvalidKeySet::Empty)), "{keys}");
        }
    }

    #[test]
    fn sets_are_equal_by_keys_and_ids() {
        let set = |ids: &[&str]| {
            parse(&ids.iter().map(|id| ed25519(id)).collect::<Vec<_>>().join(",")).unwrap()
        };
        assert!(set(&["a", "b"]) == set(&["b", "a"]));
        assert!(set(&["a"]) != set(&["b"]) && set(&["a"]) != set(&["a", "b"]));
    }
}
