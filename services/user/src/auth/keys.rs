//! The keys of this service.

use std::convert::Infallible;
use std::sync::Arc;

use super::ed25519::PublicKey;
use super::key_ring::KeyRing;

/// The service's own keys are always available, unlike those that other services fetch.
pub type Unavailable = Infallible;

pub struct Keys(Arc<KeyRing>);

impl Keys {
    pub fn new(keys: &[PublicKey]) -> Self {
        let keys = keys.iter().map(|key| (key.thumbprint(), key.clone())).collect();
        Self(Arc::new(KeyRing::new(keys)))
    }

    #[expect(clippy::unused_async, reason = "the other services fetch them")]
    pub async fn current(&self) -> Result<Arc<KeyRing>, Unavailable> {
        Ok(Arc::clone(&self.0))
    }

    /// As [`current`](Self::current), since the keys of a process do not change.
    pub async fn newest(&self) -> Result<Arc<KeyRing>, Unavailable> {
        self.current().await
    }
}
