//! The keys of the user service, fetched from its `/.well-known/jwks.json`.
//!
//! The last good set is used while the user service cannot be reached. A set is fetched again when
//! a token names an unknown key, and when it is old, so that keys that are no longer published stop
//! being accepted.
//!
//! The services that fetch have the same copy: they share an API, not code.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::TryStreamExt;
use openapi_server::chain;
use reqwest::{Client, Url};
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Duration, Instant};

use super::key_ring::KeyRing;
use super::key_set::{InvalidKeySet, KeySet};
use crate::limits::{
    FETCH_TIMEOUT, KEY_SET_LIFETIME, MAX_KEY_SET_BYTES, MAX_WAITING_FOR_KEYS, REFRESH_INTERVAL,
    RETRY_INTERVAL,
};

#[derive(Debug, thiserror::Error)]
#[error("the keys of the user service are unavailable")]
pub struct Unavailable;

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("the request failed")]
    Request(#[from] reqwest::Error),
    #[error("the response is longer than {MAX_KEY_SET_BYTES} bytes")]
    TooLong,
    #[error(transparent)]
    Invalid(#[from] InvalidKeySet),
}

#[derive(Clone)]
pub struct Keys(Arc<Shared>);

struct Shared {
    client: Client,
    url: Url,
    state: RwLock<State>,
    /// Held during a fetch; requests that wait for it share the result.
    fetching: Mutex<()>,
    /// Permits for requests to wait.
    waiting: Semaphore,
}

#[derive(Default, Clone)]
struct State {
    ring: Option<Arc<KeyRing>>,
    tried: Option<Instant>,
}

impl State {
    fn was_tried_within(&self, interval: Duration) -> bool {
        self.tried.is_some_and(|tried| tried.elapsed() < interval)
    }
}

impl Keys {
    /// Fetches nothing yet: the user service may start later.
    pub fn new(url: Url) -> Result<Self, reqwest::Error> {
        let client = Client::builder().no_proxy().timeout(FETCH_TIMEOUT).build()?;
        let (state, fetching) = (RwLock::default(), Mutex::default());
        let waiting = Semaphore::new(MAX_WAITING_FOR_KEYS);
        Ok(Self(Arc::new(Shared { client, url, state, fetching, waiting })))
    }

    /// The keys, fetched now if there are none yet.
    pub async fn current(&self) -> Result<Arc<KeyRing>, Unavailable> {
        let state = self.0.state();
        let is_old = !state.was_tried_within(KEY_SET_LIFETIME);
        if let Some(ring) = state.ring {
            if is_old {
                self.refresh_in_background();
            }
            return Ok(ring);
        }
        self.0.wait_for_refresh(RETRY_INTERVAL).await?;
        self.0.state().ring.ok_or(Unavailable)
    }

    /// The keys, fetched now unless that was tried just before.
    pub async fn newest(&self) -> Result<Arc<KeyRing>, Unavailable> {
        self.0.wait_for_refresh(REFRESH_INTERVAL).await?;
        self.0.state().ring.ok_or(Unavailable)
    }

    fn refresh_in_background(&self) {
        if self.0.fetching.try_lock().is_ok() {
            let shared = Arc::clone(&self.0);
            tokio::spawn(async move { shared.refresh(KEY_SET_LIFETIME).await });
        }
    }
}

impl Shared {
    /// Ignores poisoning, since no panic can leave the state inconsistent.
    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for [`refresh`](Self::refresh), if not too many requests do.
    async fn wait_for_refresh(&self, interval: Duration) -> Result<(), Unavailable> {
        let _permit = self.waiting.try_acquire().map_err(|_| Unavailable)?;
        self.refresh(interval).await;
        Ok(())
    }

    /// Fetches the keys unless that was tried within `interval`. A failure leaves the last good
    /// set.
    async fn refresh(&self, interval: Duration) {
        let _turn = self.fetching.lock().await;
        if self.state().was_tried_within(interval) {
            return;
        }
        let fetched = self.fetch().await;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.tried = Some(Instant::now());
        match fetched {
            Ok(keys) if state.ring.as_ref().is_some_and(|ring| ring.keys == keys) => {}
            Ok(keys) => state.ring = Some(Arc::new(KeyRing::new(keys))),
            Err(error) => tracing::warn!(error = chain(&error), "fetching the key set failed"),
        }
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let response = self.client.get(self.url.clone()).send().await?.error_for_status()?;
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.try_next().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_KEY_SET_BYTES {
                return Err(FetchError::TooLong);
            }
        }
        Ok(KeySet::parse(&body)?)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test]
    async fn requests_that_wait_for_a_frozen_server_are_limited() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let keys = Keys::new(url.parse().unwrap()).unwrap();
        let mut requests = JoinSet::new();
        for _ in 0..MAX_WAITING_FOR_KEYS + 10 {
            let keys = keys.clone();
            requests.spawn(async move { keys.newest().await.is_ok() });
        }
        let start = Instant::now();
        for _ in 0..10 {
            assert!(!requests.join_next().await.unwrap().unwrap());
        }
        assert!(start.elapsed() < FETCH_TIMEOUT, "{:?}", start.elapsed());
        requests.join_all().await;
        assert!(start.elapsed() >= FETCH_TIMEOUT, "{:?}", start.elapsed());
    }
}
