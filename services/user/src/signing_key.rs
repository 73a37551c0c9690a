//! The private key that signs tokens.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::EncodingKey;
use ring::signature::{Ed25519KeyPair, KeyPair};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::auth::PublicKey;

const SEED_BYTES: usize = 32;

/// What precedes the seed in PKCS#8 (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// An Ed25519 key.
#[derive(Clone)]
pub struct SigningKey {
    pkcs8: SecretSlice<u8>,
    public: PublicKey,
}

#[derive(Debug, thiserror::Error)]
#[error("not an Ed25519 private key in PKCS#8")]
pub struct InvalidKey;

impl SigningKey {
    /// A key from the operating system's randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut pkcs8 = [0; PKCS8_PREFIX.len() + SEED_BYTES];
        let (prefix, seed) = pkcs8.split_at_mut(PKCS8_PREFIX.len());
        prefix.copy_from_slice(&PKCS8_PREFIX);
        getrandom::fill(seed)?;
        Ok(Self::from_pkcs8(pkcs8.to_vec().into()).expect("every seed is a key"))
    }

    /// Parses DER, with or without the public key.
    pub fn from_pkcs8(pkcs8: SecretSlice<u8>) -> Result<Self, InvalidKey> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8.expose_secret());
        let pair = pair.map_err(|_| InvalidKey)?;
        let public = PublicKey::from_bytes(pair.public_key().as_ref()).ok_or(InvalidKey)?;
        Ok(Self { pkcs8, public })
    }

    pub fn to_pem(&self) -> SecretString {
        let base64 = STANDARD.encode(self.pkcs8.expose_secret());
        let lines: Vec<&str> = (0..base64.len())
            .step_by(64)
            .map(|start| &base64[start..base64.len().min(start + 64)])
            .collect();
        let body = lines.join("\n");
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n").into()
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    pub fn to_encoding_key(&self) -> EncodingKey {
        EncodingKey::from_ed_der(self.pkcs8.expose_secret())
    }
}

/// Shows only what is published.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public.thumbprint()).finish()
    }
}
