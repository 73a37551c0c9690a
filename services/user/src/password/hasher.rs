//! Computes argon2id hashes in memory that is kept for the next one.
//!
//! The allocator would fill the memory of each hash with zeros, which takes 4 % of its time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{CustomizedPasswordHasher, PasswordHasher, Result, Version};
use argon2::{Algorithm, Argon2, Block, Params};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use crate::limits::HASH_MEMORY_KEPT;

/// Hashes with the parameters that OWASP recommends (19 MiB, two passes, one lane), which are the
/// crate's defaults. Verifies with those of the hash.
#[derive(Clone, Default)]
pub struct Hasher {
    /// The last one was used last. At most as many as there were simultaneous hashes.
    idle: Arc<Mutex<Vec<IdleMemory>>>,
}

struct IdleMemory {
    blocks: Vec<Block>,
    since: Instant,
}

impl Hasher {
    fn compute(&self, argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Result<Output> {
        let parameters = argon2.params();
        let mut blocks = self.idle().pop().map(|memory| memory.blocks).unwrap_or_default();
        blocks.resize(parameters.block_count(), Block::new());
        let mut output = [0; Output::MAX_LENGTH];
        let output = &mut output[..parameters.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        argon2.hash_password_into_with_memory(password, salt, output, &mut blocks)?;
        self.keep(blocks);
        Ok(Output::new(output)?)
    }

    /// Keeps memory for the next hash, for [`HASH_MEMORY_KEPT`].
    fn keep(&self, blocks: Vec<Block>) {
        // Without a runtime, nothing would free it.
        let Ok(runtime) = Handle::try_current() else { return };
        self.idle().push(IdleMemory { blocks, since: Instant::now() });
        let hasher = self.clone();
        runtime.spawn(async move {
            sleep(HASH_MEMORY_KEPT).await;
            let unused = hasher.take_unused();
            if !unused.is_empty() {
                // The allocator returns it to the system when the thread that has freed it ends.
                spawn_blocking(|| drop(unused));
            }
        });
    }

    fn take_unused(&self) -> Vec<IdleMemory> {
        let is_unused = |memory: &mut IdleMemory| memory.since.elapsed() >= HASH_MEMORY_KEPT;
        self.idle().extract_if(.., is_unused).collect()
    }

    /// Ignores poisoning, since no panic can leave the list inconsistent.
    fn idle(&self) -> MutexGuard<'_, Vec<IdleMemory>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PasswordHasher<PasswordHash> for Hasher {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> Result<PasswordHash> {
        self.hash_password_with_params(password, salt, Params::default())
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<Version>,
        params: Params,
    ) -> Result<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(argon2::Version::try_from).transpose()?.unwrap_or_default();
        let hash =
            self.compute(&Argon2::new(algorithm, version, params.clone()), password, salt)?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(Salt::new(salt)?),
            hash: Some(hash),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use argon2::password_hash::PasswordVerifier;

    use super::*;

    #[tokio::test]
    async fn memory_of_another_hash_does_not_change_a_hash() {
        let hasher = Hasher::default();
        hasher.hash_password(b"first").unwrap();
        let hash = hasher.hash_password(b"second").unwrap();
        assert_eq!(hasher.idle().len(), 1, "the memory is kept");
        Argon2::default().verify_password(b"second", &hash).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn unused_memory_is_freed() {
        let hasher = Hasher::default();
        for _ in 0..2 {
            hasher.keep(Vec::new());
        }
        sleep(HASH_MEMORY_KEPT / 2).await;
        let used = hasher.idle().pop().unwrap();
        hasher.keep(used.blocks);
        for left in [1, 0] {
            sleep(HASH_MEMORY_KEPT / 2 + Duration::from_millis(1)).await;
            assert_eq!(hasher.idle().len(), left);
        }
    }

    #[tokio::test]
    async fn verifies_hashes_with_other_parameters() {
        let hasher = Hasher::default();
        for memory in [64, 19_456, 8] {
            let params = Params::new(memory, 1, 1, Some(24)).unwrap();
            let other = Argon2::new(Algorithm::Argon2i, argon2::Version::V0x10, params);
            let hash = other.hash_password(b"horse").unwrap();
            assert!(hasher.verify_password(b"horse", &hash).is_ok());
            assert!(hasher.verify_password(b"hors", &hash).is_err());
        }
    }
}
