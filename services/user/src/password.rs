//! Passwords as argon2id hashes, made and compared away from the threads that
//! serve requests, a few at a time.

use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::{Semaphore, TryAcquireError};
use tokio::task::JoinError;

/// Hashes that may wait for their turn. At 20 ms each that is a wait of a
/// second on one core; more would only time out later.
const MAX_WAITING: usize = 64;

/// Compared with when there is no such user, so that the answer takes as long
/// as for one that exists. Hashes of the same parameters; no password has it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many are waiting.
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// The algorithm failed, or a stored hash is none.
    #[error("argon2: {0}")]
    Hash(String),
    /// The thread panicked.
    #[error("the hashing thread failed")]
    Thread(#[from] JoinError),
}

/// Hashes passwords with argon2id at the parameters OWASP recommends (19 MiB,
/// two passes, one lane), which are the crate's defaults.
#[derive(Clone)]
pub struct Passwords {
    /// One place per hash at work: half the cores, so that a flood of
    /// sign-ins leaves the other half to everything else.
    working: Arc<Semaphore>,
    /// One place per hash at work or waiting.
    admitted: Arc<Semaphore>,
}

impl Default for Passwords {
    /// As many at a time as half of this machine's cores.
    fn default() -> Self {
        let working = available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
        Self {
            working: Arc::new(Semaphore::new(working)),
            admitted: Arc::new(Semaphore::new(working + MAX_WAITING)),
        }
    }
}

impl Passwords {
    /// A new salted hash.
    ///
    /// # Errors
    /// If too many are waiting or the algorithm fails.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.work(move || {
            let hash = Argon2::default().hash_password(password.as_bytes()).map_err(failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether a password is the one of a hash. Without a hash the answer is
    /// no, after the same time.
    ///
    /// # Errors
    /// If too many are waiting or the hash is none.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        self.work(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            let same = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
            Ok(known && same)
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let admitted = match Arc::clone(&self.admitted).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return Err(Error::Busy),
        };
        let working = Arc::clone(&self.working).acquire_owned().await.map_err(|_| Error::Busy)?;
        // The permits go along: a client that hangs up does not free the core it keeps busy.
        tokio::task::spawn_blocking(move || {
            let _permits = (admitted, working);
            job()
        })
        .await?
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_alone_and_has_the_parameters_of_nobody() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        let parameters = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parameters(&hash), parameters(NOBODY));
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct hors".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert!(!Passwords::default().verify(String::new(), None).await.unwrap());
    }

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_busy() {
        let passwords = Passwords::default();
        let mut jobs = Vec::new();
        for _ in 0..MAX_WAITING * 3 {
            let passwords = passwords.clone();
            jobs.push(tokio::spawn(async move { passwords.verify("x".into(), None).await }));
        }
        let mut busy = 0;
        for job in jobs {
            busy += usize::from(matches!(job.await.unwrap(), Err(Error::Busy)));
        }
        assert!(busy > 0, "192 hashes were all let in");
    }
}
