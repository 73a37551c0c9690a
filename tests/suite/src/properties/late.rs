//! A real database behind a gate: a port that forwards to it while open and
//! refuses while shut.

use std::sync::Mutex;

use openapi_server::{ServeOptions, Shutdown};
use system::database::{database_uri, free_port};
use system::system::{Ports, Service};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::support::{LIVE, RUNTIME};

/// The gate.
pub struct Gate {
    port: u16,
    forwarding: Mutex<Option<AbortHandle>>,
}

impl Gate {
    /// A gate that nothing has come through yet.
    pub fn closed() -> Self {
        Self { port: free_port().unwrap(), forwarding: Mutex::new(None) }
    }

    /// The database as it looks through the gate. The driver is told to
    /// notice changes sooner than it would by itself.
    pub fn uri(&self, service: Service) -> String {
        let name = format!("{}{}_gate", service.database(), LIVE.suffix);
        let uri = database_uri(&format!("mongodb://127.0.0.1:{}", self.port), &name);
        format!("{uri}?directConnection=true&serverSelectionTimeoutMS=300&heartbeatFrequencyMS=500")
    }

    /// Lets everybody through.
    pub fn open(&self) {
        let mut forwarding = self.forwarding.lock().unwrap();
        if forwarding.is_none() {
            let _runtime = RUNTIME.enter();
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            socket.bind(([127, 0, 0, 1], self.port).into()).unwrap();
            let listener = socket.listen(64).unwrap();
            *forwarding = Some(RUNTIME.spawn(forward(listener)).abort_handle());
        }
    }

    /// Lets nobody through, and throws out who is inside.
    pub fn shut(&self) {
        if let Some(forwarding) = self.forwarding.lock().unwrap().take() {
            forwarding.abort();
            while !forwarding.is_finished() {
                std::thread::yield_now();
            }
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.shut();
    }
}

/// Aborting this closes everything: the set aborts what it holds.
async fn forward(listener: TcpListener) {
    let address =
        LIVE.mongo.trim_start_matches("mongodb://").split(['/', '?']).next().unwrap().to_owned();
    let mut connections = JoinSet::new();
    while let Ok((mut from, _)) = listener.accept().await {
        let address = address.clone();
        connections.spawn(async move {
            if let Ok(mut to) = TcpStream::connect(address).await {
                // A connection that breaks is what this is for.
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            }
        });
    }
}

/// Starts a service in this process.
pub fn start_service(service: Service, ports: Ports, mongo: &str) -> Shutdown {
    let (shutdown, port, log_level) = (Shutdown::new(), ports.of(service), "off".to_owned());
    let mongo = mongo.parse().unwrap();
    let (stop, worker_threads) = (shutdown.clone(), None);
    let serve = ServeOptions::default();
    match service {
        Service::User => {
            let jwt_secret = crate::support::JWT_SECRET.to_vec().into();
            drop(RUNTIME.spawn(user_service::run(
                user_service::config::Config {
                    port,
                    mongo,
                    jwt_secret,
                    log_level,
                    worker_threads,
                    serve,
                },
                stop,
            )));
        }
        Service::Product => {
            drop(RUNTIME.spawn(product_service::run(
                product_service::config::Config { port, mongo, log_level, worker_threads, serve },
                stop,
            )));
        }
        Service::Order => {
            let (users, products) = (ports.url(Service::User), ports.url(Service::Product));
            let config = order_service::config::Config {
                port,
                mongo,
                users,
                products,
                upstream_breaker: false,
                log_level,
                worker_threads,
                serve,
            };
            drop(RUNTIME.spawn(order_service::run(config, stop)));
        }
    }
    shutdown
}
