//! Mocks of the user and product service. They record requests and behave as a test chooses.

mod behaviour;
mod server;
mod state;

use std::sync::{Arc, Mutex};

use system::ports::free_port;
use system::services::Ports;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use behaviour::Behaviour;
use state::State;

use super::runtime::{RUNTIME, run};

/// A mock of a service.
pub struct Mock {
    pub port: u16,
    state: Arc<Mutex<State>>,
    /// Closes persistent connections whenever it changes.
    close: watch::Sender<()>,
}

impl Mock {
    /// Starts a mock that returns every requested resource.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::new(Behaviour::Found)));
        let listener = run(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&state);
        let (close, closed) = watch::channel(());
        RUNTIME.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server::serve(stream, Arc::clone(&shared), closed.clone()));
            }
        });
        Self { port, state, close }
    }

    /// Changes the behaviour, and forgets everything that was recorded or set before.
    pub fn behave(&self, behaviour: Behaviour) {
        let mut state = self.state.lock().unwrap();
        *state = State::new(behaviour);
        if behaviour == Behaviour::Disconnect {
            self.close.send_replace(());
        }
    }

    /// Answers requests for this id with 404.
    pub fn remove(&self, id: &str) {
        self.state.lock().unwrap().missing.insert(id.to_owned());
    }

    /// Gives all products this name.
    pub fn name_products(&self, name: String) {
        self.state.lock().unwrap().product_name = Some(name);
    }

    /// Method and path of each request since the last change of behaviour.
    pub fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }

    /// The `x-request-id` of each request since the last change of behaviour.
    pub fn request_ids(&self) -> Vec<String> {
        self.state.lock().unwrap().request_ids.clone()
    }

    /// The number of new connections with a request since the last change of behaviour.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// The number of bytes of endless bodies since the last change of behaviour.
    pub fn sent(&self) -> usize {
        self.state.lock().unwrap().sent
    }
}

/// Mocks of the user and product service, and ports for an order service between them.
pub fn upstreams() -> (Mock, Mock, Ports) {
    let users = Mock::start();
    let products = Mock::start();
    let ports = Ports([users.port, products.port, free_port().unwrap()]);
    (users, products, ports)
}
