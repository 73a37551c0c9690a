//! Passwords as argon2id hashes, made and compared away from the threads that serve requests, a
//! few at a time and in a fair order.
//!
//! A request is admitted before anything else is done for it, the database included, so that a
//! refusal costs nothing: [`Passwords::admit`]. Then the service looks up what it needs, and last
//! comes the hash. Accounts that do not exist wait in the same queue and are compared with a hash
//! of the same cost.

mod failures;
mod fair_queue;
mod workers;

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Instant;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::task::JoinError;

use crate::limits::{FAILURE_MEMORY, MAX_REMEMBERED_FAILURES, MAX_WAIT, MAX_WAITING};
use failures::Failures;
use fair_queue::{Lane, Place};
use workers::{Busy, Workers};

/// Compared with when there is no such user, so that the answer takes as long as for one that
/// exists. It has the parameters of all hashes, and no password.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many are waiting.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The algorithm failed, or a stored hash is malformed.
    #[error("argon2: {0}")]
    Hash(String),
    /// The thread panicked.
    #[error("the hashing thread failed")]
    Thread(#[from] JoinError),
}

/// What a password is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To log in.
    Login,
    /// To register.
    Registration,
    /// To change a password.
    Change,
}

/// Hashes passwords with argon2id at the parameters OWASP recommends (19 MiB, two passes, one
/// lane), which are the crate's defaults.
#[derive(Clone)]
pub struct Passwords {
    workers: Workers,
    failures: Arc<Mutex<Failures>>,
    /// Numbers accounts, so that the queue compares and keeps no long names.
    numbers: RandomState,
}

/// A request that may hash one password.
pub struct Attempt<'a> {
    passwords: &'a Passwords,
    place: Place,
}

impl Default for Passwords {
    /// As many hashes at a time as half of this machine's cores, so that a flood of log-ins leaves
    /// the other half to everything else.
    fn default() -> Self {
        let workers = available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
        Self {
            workers: Workers::new(workers, MAX_WAITING),
            failures: Arc::new(Mutex::new(Failures::new(FAILURE_MEMORY, MAX_REMEMBERED_FAILURES))),
            numbers: RandomState::new(),
        }
    }
}

impl Passwords {
    /// Admits a request for `account`, from the client that the current task serves.
    ///
    /// # Errors
    /// [`Error::Busy`] if there is no place for it in the queue.
    pub fn admit(&self, purpose: Purpose, account: &str) -> Result<Attempt<'_>, Error> {
        let address = openapi_server::client_address().map(network);
        // The address counts: a stranger's failures do not make the owner's attempt a retry.
        let account = self.numbers.hash_one((address, account));
        let lane = match purpose {
            Purpose::Login if self.failures().contains(account, Instant::now()) => Lane::LoginRetry,
            Purpose::Login => Lane::Login,
            Purpose::Registration => Lane::Registration,
            Purpose::Change => Lane::PasswordChange,
        };
        let place = Place { lane, address, account };
        self.workers.admits(place)?;
        Ok(Attempt { passwords: self, place })
    }

    /// Nothing that holds the lock can leave the failures half changed.
    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// A new salted hash.
    ///
    /// # Errors
    /// If the turn does not come or the algorithm fails.
    pub async fn hash(self, password: String) -> Result<String, Error> {
        self.work(move || {
            let hash = Argon2::default().hash_password(password.as_bytes()).map_err(failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether a password is the one of a hash. Without a hash the answer is no, after the same
    /// time.
    ///
    /// # Errors
    /// If the turn does not come or the hash is malformed.
    pub async fn verify(self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let (passwords, account) = (self.passwords, self.place.account);
        // Until it succeeds it counts as failed: a client gains nothing by hanging up.
        passwords.failures().insert(account, Instant::now());
        let work = self.work(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| DUMMY_HASH.to_owned());
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            let same = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
            Ok(known && same)
        });
        let right = work.await?;
        if right {
            passwords.failures().remove(account);
        }
        Ok(right)
    }

    async fn work<T: Send + 'static>(
        self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let worker = self.passwords.workers.acquire(self.place, MAX_WAIT).await?;
        // The worker goes along: a client that hangs up does not free the core it keeps busy.
        tokio::task::spawn_blocking(move || {
            let _worker = worker;
            job()
        })
        .await?
    }
}

/// What one client has: an IPv4 address, or the 64 bits of an IPv6 address that a network is given
/// (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (!0 << 64))),
        address => address,
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(passwords: &Passwords) -> Attempt<'_> {
        passwords.admit(Purpose::Login, "ada@example.com").unwrap()
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_alone_and_has_the_parameters_of_the_dummy() {
        let passwords = Passwords::default();
        let hash = admit(&passwords).hash("correct horse".into()).await.unwrap();
        let parameters = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parameters(&hash), parameters(DUMMY_HASH));
        let verify = |password: &str| admit(&passwords).verify(password.into(), Some(hash.clone()));
        assert!(verify("correct horse").await.unwrap());
        assert!(!verify("correct hors").await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_has_no_password() {
        assert!(!admit(&Passwords::default()).verify(String::new(), None).await.unwrap());
    }

    #[tokio::test]
    async fn an_attempt_after_a_failure_waits_in_the_lane_of_retries() {
        let passwords = Passwords::default();
        let hash = admit(&passwords).hash("correct horse".into()).await.unwrap();
        admit(&passwords).verify("wrong".into(), Some(hash.clone())).await.unwrap();
        assert_eq!(admit(&passwords).place.lane, Lane::LoginRetry);
        admit(&passwords).verify("correct horse".into(), Some(hash)).await.unwrap();
        assert_eq!(admit(&passwords).place.lane, Lane::Login);
        admit(&passwords).verify("wrong".into(), None).await.unwrap();
        assert_eq!(admit(&passwords).place.lane, Lane::LoginRetry, "unknown as known ones");
    }

    #[tokio::test]
    async fn a_line_that_is_full_refuses_and_others_wait() {
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
        let mut refused = 0;
        for attempt in attempts {
            refused += usize::from(matches!(attempt.await.unwrap(), Err(Error::Busy(Busy::Full))));
        }
        assert!(refused > 50, "only {refused} of 100 were refused");
    }

    #[test]
    fn addresses_of_one_client_are_one() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::"), network("2001:db8:1:3::"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }
}
