//! The state of a mock: its behaviour, and what it has recorded.

use std::collections::HashSet;

use super::behaviour::Behaviour;

#[derive(Debug)]
pub struct State {
    pub behaviour: Behaviour,
    pub missing: HashSet<String>,
    pub product_name: Option<String>,
    pub requests: Vec<String>,
    pub request_ids: Vec<String>,
    /// The number of connections on which a first request came.
    pub connections: usize,
    /// The number of bytes of endless bodies that were sent.
    pub sent: usize,
}

impl State {
    pub fn new(behaviour: Behaviour) -> Self {
        Self {
            behaviour,
            missing: HashSet::new(),
            product_name: None,
            requests: Vec::new(),
            request_ids: Vec::new(),
            connections: 0,
            sent: 0,
        }
    }
}
