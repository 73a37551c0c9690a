//! Tokens as other programs read them: taken apart and verified without the code of the services.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

pub struct Token {
    pub header: Value,
    pub claims: Value,
    /// Header and claims as they are signed.
    signed: String,
    signature: Vec<u8>,
}

impl Token {
    pub fn parse(token: &str) -> Self {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let json = |part: &str| serde_json::from_slice(&decode(part)).unwrap();
        Self {
            header: json(header),
            claims: json(claims),
            signed: signed.to_owned(),
            signature: decode(signature),
        }
    }

    /// Whether the key of a JSON Web Key Set that the header names has signed the token.
    pub fn is_signed_by(&self, key_set: &Value) -> bool {
        let keys = key_set["keys"].as_array().unwrap();
        let key = keys.iter().find(|key| key["kid"] == self.header["kid"]);
        key.is_some_and(|key| {
            let key = UnparsedPublicKey::new(&ED25519, decode(key["x"].as_str().unwrap()));
            key.verify(self.signed.as_bytes(), &self.signature).is_ok()
        })
    }
}

fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}
