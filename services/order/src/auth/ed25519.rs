//! Public keys, and Ed25519 (RFC 8032) for `jsonwebtoken`, implemented by ring, which TLS uses as
//! well.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};

const KEY_BYTES: usize = 32;

/// The bytes before the key in a SubjectPublicKeyInfo (RFC 8410, section 4).
const SPKI_PREFIX: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// A key that verifies tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; KEY_BYTES]);

impl PublicKey {
    /// `None` unless there are 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The public key of `openssl pkey -pubout`, in DER.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        der.strip_prefix(&SPKI_PREFIX).and_then(Self::from_bytes)
    }

    /// The member `x` of a JSON Web Key (RFC 8037, section 2).
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The thumbprint of the JSON Web Key (RFC 7638), which is its `kid`: whoever has the key can
    /// compute it, so that replicas and restarts agree.
    pub fn thumbprint(&self) -> String {
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.to_base64url());
        URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
    }

    pub fn to_decoding_key(&self) -> DecodingKey {
        DecodingKey::from_ed_der(&self.0)
    }
}

/// Makes `jsonwebtoken` of this process use ring. Calling it again has no effect.
pub fn use_ring() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| match algorithm {
            Algorithm::EdDSA => Ok(Box::new(RingSigner::new(key)?)),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        verifier_factory: |algorithm, key| match algorithm {
            Algorithm::EdDSA => Ok(Box::new(RingVerifier::new(key)?)),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        key_utils: KeyUtils::new_unimplemented(),
    };
    // Fails if a provider was installed before, which was this one or an equal one of another
    // service in this process, as in tests.
    let _ = PROVIDER.install_default();
}

struct RingSigner(Ed25519KeyPair);

impl RingSigner {
    fn new(key: &EncodingKey) -> Result<Self> {
        // PKCS#8 from OpenSSL lacks the public key that ring would compare.
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.as_bytes());
        pair.map(Self).map_err(|_| ErrorKind::InvalidEddsaKey.into())
    }
}

impl Signer<Vec<u8>> for RingSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, SignatureError> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for RingSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct RingVerifier(UnparsedPublicKey<Vec<u8>>);

impl RingVerifier {
    fn new(key: &DecodingKey) -> Result<Self> {
        let bytes = key.try_get_as_bytes()?.to_vec();
        Ok(Self(UnparsedPublicKey::new(&ED25519, bytes)))
    }
}

impl Verifier<Vec<u8>> for RingVerifier {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), SignatureError> {
        self.0.verify(message, signature).map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for RingVerifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn key() -> PublicKey {
        PublicKey::from_bytes(&URL_SAFE_NO_PAD.decode(X).unwrap()).unwrap()
    }

    #[test]
    fn thumbprint_is_that_of_rfc_8037() {
        assert_eq!(key().to_base64url(), X);
        assert_eq!(key().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn rejects_other_keys() {
        let PublicKey(bytes) = key();
        assert!(PublicKey::from_bytes(&bytes[1..]).is_none());
        let spki = [&SPKI_PREFIX[..], &bytes].concat();
        assert_eq!(PublicKey::from_spki(&spki), Some(key()));
        let mut x25519 = spki.clone();
        x25519[8] = 0x6e;
        for other in [&x25519[..], &spki[1..], &[spki.clone(), vec![0]].concat(), &bytes] {
            assert!(PublicKey::from_spki(other).is_none());
        }
    }
}
