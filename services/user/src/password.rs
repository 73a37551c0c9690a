//! Hashes and verifies passwords with argon2id on separate threads, a few at a time and in a fair
//! order.
//!
//! A request is admitted before anything else is done for it, including database queries, so that a
//! rejection costs nothing: [`Passwords::admit`]. Then the service queries the database, and the
//! hash comes last. A log-in for an unknown account waits in the same queue and is verified against
//! a hash of the same cost, so that response times do not reveal which accounts exist.

mod failures;
mod fair_queue;
mod hasher;
mod metrics;
mod workers;

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Instant;

use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinError;

use crate::limits::{FAILURE_MEMORY, MAX_REMEMBERED_FAILURES, MAX_WAIT, MAX_WAITING};
use failures::Failures;
use fair_queue::{Lane, QueueKey};
use hasher::Hasher;
use metrics::Rejections;
use workers::{Busy, WorkerCount, Workers};

/// Verified for unknown accounts, so that the response takes as long as for known ones. It has the
/// parameters of all hashes, and no password matches it.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The algorithm failed, or the stored hash is malformed.
    #[error("argon2: {0}")]
    Hash(String),
    #[error("the hashing thread panicked")]
    Thread(#[from] JoinError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Login,
    Registration,
    Change,
}

/// An argon2id hash in PHC string format.
#[derive(Clone)]
pub struct PasswordHash(SecretString);

impl PasswordHash {
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for PasswordHash {
    fn from(hash: &str) -> Self {
        Self(hash.into())
    }
}

/// Hashes and verifies passwords, with a limit on simultaneous ones.
#[derive(Clone)]
pub struct Passwords {
    hasher: Hasher,
    workers: Workers,
    failures: Arc<Mutex<Failures>>,
    rejections: Rejections,
    /// Hashes the names of accounts, so that the queue stores and compares short keys.
    account_hasher: RandomState,
}

/// An admitted request, which may hash or verify one password.
pub struct Attempt<'a> {
    passwords: &'a Passwords,
    key: QueueKey,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self {
            hasher: Hasher::default(),
            workers: Workers::new(WorkerCount::for_cores(cores), MAX_WAITING),
            failures: Arc::new(Mutex::new(Failures::new(FAILURE_MEMORY, MAX_REMEMBERED_FAILURES))),
            rejections: Rejections::new(),
            account_hasher: RandomState::new(),
        }
    }
}

impl Passwords {
    /// Admits a request for `account` by the client of the current request, or fails with
    /// [`Error::Busy`] if the queue has no room for it.
    pub fn admit(&self, purpose: Purpose, account: &str) -> Result<Attempt<'_>, Error> {
        let address = openapi_server::client_address().map(client_network);
        // Includes the address: the failures of others do not make the owner's attempt a retry.
        let account = self.account_hasher.hash_one((address, account));
        let lane = match purpose {
            Purpose::Login if self.failures().contains(account, Instant::now()) => Lane::LoginRetry,
            Purpose::Login => Lane::Login,
            Purpose::Registration => Lane::Registration,
            Purpose::Change => Lane::PasswordChange,
        };
        let key = QueueKey { lane, address, account };
        self.workers.admits(key).inspect_err(|busy| self.rejections.count(*busy))?;
        Ok(Attempt { passwords: self, key })
    }

    /// Ignores poisoning, since no panic can leave the failures inconsistent.
    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// Hashes a password with a new salt.
    pub async fn hash(self, password: SecretString) -> Result<PasswordHash, Error> {
        let hasher = self.passwords.hasher.clone();
        self.run(move || {
            let password = password.expose_secret().as_bytes();
            let hash = hasher.hash_password(password).map_err(hash_error)?;
            Ok(PasswordHash(hash.to_string().into()))
        })
        .await
    }

    /// Verifies a password. Without a hash, returns false after the same time.
    pub async fn verify(
        self,
        password: SecretString,
        hash: Option<PasswordHash>,
    ) -> Result<bool, Error> {
        let passwords = self.passwords;
        let hasher = passwords.hasher.clone();
        let account = self.key.account;
        // Counts as failed until it succeeds, so that a client gains nothing by disconnecting.
        passwords.failures().insert(account, Instant::now());
        let verify = self.run(move || {
            let text = hash.as_ref().map_or(DUMMY_HASH, PasswordHash::expose);
            let parsed = phc::PasswordHash::new(text).map_err(hash_error)?;
            let password = password.expose_secret().as_bytes();
            let matches = hasher.verify_password(password, &parsed).is_ok();
            Ok(hash.is_some() && matches)
        });
        let is_correct = verify.await?;
        if is_correct {
            passwords.failures().remove(account);
        }
        Ok(is_correct)
    }

    async fn run<T: Send + 'static>(
        self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let worker = self.passwords.workers.acquire(self.key, MAX_WAIT).await;
        let worker = worker.inspect_err(|busy| self.passwords.rejections.count(*busy))?;
        // The job owns the worker: a client that disconnects does not free the core it keeps busy.
        tokio::task::spawn_blocking(move || {
            let _worker = worker;
            job()
        })
        .await?
    }
}

/// What counts as one client: an IPv4 address, or the /64 network of an IPv6 subscriber (RFC 6177).
pub fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (!0 << 64))),
        address => address,
    }
}

fn hash_error(error: impl std::fmt::Display) -> Error {
    Error::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(passwords: &Passwords) -> Attempt<'_> {
        passwords.admit(Purpose::Login, "ada@example.com").unwrap()
    }

    #[tokio::test]
    async fn hash_matches_only_its_password_and_costs_as_much_as_the_dummy() {
        let passwords = Passwords::default();
        let hash = admit(&passwords).hash("correct horse".into()).await.unwrap();
        let parameters = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parameters(hash.expose()), parameters(DUMMY_HASH));
        let verify = |password: &str| admit(&passwords).verify(password.into(), Some(hash.clone()));
        assert!(verify("correct horse").await.unwrap());
        assert!(!verify("correct hors").await.unwrap());
    }

    #[tokio::test]
    async fn unknown_account_matches_no_password() {
        assert!(!admit(&Passwords::default()).verify("".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn attempt_after_a_failure_is_a_retry() {
        let passwords = Passwords::default();
        let hash = admit(&passwords).hash("correct horse".into()).await.unwrap();
        admit(&passwords).verify("wrong".into(), Some(hash.clone())).await.unwrap();
        assert_eq!(admit(&passwords).key.lane, Lane::LoginRetry);
        admit(&passwords).verify("correct horse".into(), Some(hash)).await.unwrap();
        assert_eq!(admit(&passwords).key.lane, Lane::Login);
        admit(&passwords).verify("wrong".into(), None).await.unwrap();
        assert_eq!(admit(&passwords).key.lane, Lane::LoginRetry, "unknown accounts too");
    }

    #[tokio::test]
    async fn full_backlog_rejects_only_its_account() {
        let passwords = Passwords::default();
        let mut attempts = Vec::new();
        for _ in 0..100 {
            let passwords = passwords.clone();
            attempts.push(tokio::spawn(async move {
                passwords.admit(Purpose::Login, "same")?.verify("x".into(), None).await
            }));
        }
        tokio::task::yield_now().await;
        assert!(passwords.admit(Purpose::Login, "other").is_ok());
        let mut rejected = 0;
        for attempt in attempts {
            rejected += usize::from(matches!(attempt.await.unwrap(), Err(Error::Busy(Busy::Full))));
        }
        assert!(rejected > 50, "only {rejected} of 100 were rejected");
    }

    #[test]
    fn groups_ipv6_addresses_by_network() {
        let network = |text: &str| client_network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::"), network("2001:db8:1:3::"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }
}
