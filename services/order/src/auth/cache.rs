//! Remembers verified tokens: Ed25519 costs as much as the rest of a small request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use ring::digest::{SHA256, digest};

use super::principal::Principal;

const HASH_BYTES: usize = 32;

/// A bounded number of tokens, by their hashes: the tokens themselves are secret.
pub struct TokenCache {
    generations: Mutex<Generations>,
    /// The capacity of one generation.
    capacity: usize,
}

/// Once the recent generation is full, it replaces the older one. So tokens in use stay, and others
/// are dropped without a search.
#[derive(Default)]
struct Generations {
    recent: HashMap<TokenHash, Entry>,
    older: HashMap<TokenHash, Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; HASH_BYTES]);

#[derive(Clone, Copy)]
struct Entry {
    principal: Principal,
    expires: SystemTime,
}

impl TokenHash {
    pub fn new(token: &str) -> Self {
        let mut hash = [0; HASH_BYTES];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(hash)
    }
}

impl TokenCache {
    /// Remembers up to `capacity` tokens, and at least half as many.
    pub fn new(capacity: usize) -> Self {
        Self { generations: Mutex::default(), capacity: capacity / 2 }
    }

    /// The principal of a token that has not expired.
    pub fn get(&self, token: TokenHash, now: SystemTime) -> Option<Principal> {
        let mut generations = self.lock();
        let entry = match generations.recent.get(&token) {
            Some(entry) => *entry,
            None => {
                let entry = generations.older.remove(&token)?;
                generations.insert(token, entry, self.capacity);
                entry
            }
        };
        (now < entry.expires).then_some(entry.principal)
    }

    pub fn insert(&self, token: TokenHash, principal: Principal, expires: SystemTime) {
        self.lock().insert(token, Entry { principal, expires }, self.capacity);
    }

    /// Forgets all tokens, since the key of some may no longer be valid.
    pub fn clear(&self) {
        *self.lock() = Generations::default();
    }

    /// Ignores poisoning, since no panic can leave the entries inconsistent.
    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn insert(&mut self, token: TokenHash, entry: Entry, capacity: usize) {
        if self.recent.len() >= capacity {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(token, entry);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hash(number: usize) -> TokenHash {
        TokenHash::new(&number.to_string())
    }

    #[test]
    fn remembers_a_token_until_it_expires() {
        let cache = TokenCache::new(10);
        let now = SystemTime::now();
        cache.insert(hash(1), Principal::Service, now + Duration::from_secs(1));
        assert_eq!(cache.get(hash(1), now), Some(Principal::Service));
        assert_eq!(cache.get(hash(1), now + Duration::from_secs(1)), None);
        assert_eq!(cache.get(hash(2), now), None);
        cache.clear();
        assert_eq!(cache.get(hash(1), now), None);
    }

    #[test]
    fn is_bounded_and_keeps_what_is_used() {
        let cache = TokenCache::new(100);
        let now = SystemTime::now();
        let expires = now + Duration::from_secs(60);
        cache.insert(hash(0), Principal::Service, expires);
        for number in 1..10_000 {
            cache.insert(hash(number), Principal::Open, expires);
            assert_eq!(cache.get(hash(0), now), Some(Principal::Service), "{number}");
            let generations = cache.lock();
            assert!(generations.recent.len() + generations.older.len() <= 100);
        }
        assert_eq!(cache.get(hash(9_999), now), Some(Principal::Open));
        assert_eq!(cache.get(hash(1), now), None);
    }
}
