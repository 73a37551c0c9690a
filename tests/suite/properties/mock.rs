//! Upstream services that record who called and behave as they are told.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openapi_server::Shutdown;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Api, LIVE, RUNTIME, free_ports, mongo_uri, run};
use system::system::{Ports, Service, healthy};

/// What an upstream does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Has whatever it is asked for.
    Found,
    /// Has nothing.
    NotFound,
    /// Answers with this status, in the envelope.
    Status(u16),
    /// Answers 200 with something that is no JSON.
    Garbage,
    /// Answers 200 with another thing than it was asked for.
    Other,
    /// Never answers.
    Hang,
    /// Closes the connection in the middle of the answer.
    Drop,
    /// Closes the connection at once.
    Refuse,
}

#[derive(Debug)]
struct State {
    behaviour: Behaviour,
    lacking: HashSet<String>,
    name: Option<String>,
    calls: Vec<String>,
    request_ids: Vec<String>,
}

impl State {
    fn new(behaviour: Behaviour) -> Self {
        let (lacking, name) = (HashSet::new(), None);
        Self { behaviour, lacking, name, calls: Vec::new(), request_ids: Vec::new() }
    }
}

/// An upstream service.
pub struct Mock {
    /// Where it listens.
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Mock {
    /// Starts one that has everything.
    pub fn start() -> Self {
        let state = State::new(Behaviour::Found);
        let state = Arc::new(Mutex::new(state));
        let listener = run(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&state);
        RUNTIME.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    /// From now on it behaves like this, has everything and knows of no call.
    pub fn behave(&self, behaviour: Behaviour) {
        let mut state = self.state.lock().unwrap();
        *state = State::new(behaviour);
    }

    /// It has everything but this.
    pub fn lacks(&self, id: &str) {
        self.state.lock().unwrap().lacking.insert(id.to_owned());
    }

    /// Every product has this name.
    pub fn call_products(&self, name: String) {
        self.state.lock().unwrap().name = Some(name);
    }

    /// The `x-request-id` of each call since then.
    pub fn request_ids(&self) -> Vec<String> {
        self.state.lock().unwrap().request_ids.clone()
    }

    /// The calls since it was told how to behave.
    pub fn calls(&self) -> Vec<String> {
        self.state.lock().unwrap().calls.clone()
    }
}

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let mut request_id = None;
        let mut header = String::new();
        while stream.read_line(&mut header).await.is_ok_and(|read| read > 2) {
            request_id =
                header.strip_prefix("x-request-id: ").map(|id| id.trim().to_owned()).or(request_id);
            header.clear();
        }
        let call = line.rsplit_once(' ').map_or("", |(call, _)| call).to_owned();
        let id = call.rsplit('/').next().unwrap_or_default().to_owned();
        let (behaviour, name) = {
            let mut state = state.lock().unwrap();
            state.calls.push(call);
            state.request_ids.extend(request_id);
            let lacks = state.lacking.contains(&id);
            let behaviour = if lacks { Behaviour::NotFound } else { state.behaviour };
            (behaviour, state.name.clone().unwrap_or_else(|| format!("Product {id}")))
        };
        let answer = match behaviour {
            Behaviour::Found => (200, thing(&id, &name)),
            Behaviour::Other => (200, thing("000000000000000000000000", &name)),
            Behaviour::NotFound => (404, envelope("NOT_FOUND")),
            Behaviour::Status(status) => (status, envelope("INTERNAL_ERROR")),
            Behaviour::Garbage => (200, "<html>".to_owned()),
            Behaviour::Hang => return tokio::time::sleep(Duration::from_secs(60)).await,
            Behaviour::Refuse => return,
            Behaviour::Drop => {
                // Half an answer; the client may be gone already.
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{").await;
                return;
            }
        };
        let (status, body) = answer;
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A user and a product in one: each client reads what it knows.
fn thing(id: &str, name: &str) -> String {
    format!(
        r#"{{"id":"{id}","email":"a@example.com","name":"{name}","price":0.1,"stock":1,"createdAt":"2026-01-02T03:04:05.678Z","more":"to be ignored"}}"#
    )
}

fn envelope(code: &str) -> String {
    format!(r#"{{"error":{{"code":"{code}","message":"x"}}}}"#)
}

/// An order service between two mocks.
pub struct World {
    /// Its user service.
    pub users: Mock,
    /// Its product service.
    pub products: Mock,
    /// The real order service.
    pub orders: Api,
}

impl World {
    /// Starts all three.
    pub fn start() -> Self {
        let (users, products) = (Mock::start(), Mock::start());
        let port = free_ports().of(Service::Order);
        let url = |port| format!("http://127.0.0.1:{port}");
        let suffix = format!("{}_{port}", LIVE.suffix);
        RUNTIME.spawn(order_service::run(
            order_service::config::Config {
                port,
                mongo: mongo_uri(&LIVE.mongo, Service::Order, &suffix).parse().unwrap(),
                users: url(users.port),
                products: url(products.port),
                log_level: "off".to_owned(),
            },
            Shutdown::new(),
        ));
        while !healthy(port) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let orders = Api { url: Ports([0, 0, port]).url(Service::Order) };
        Self { users, products, orders }
    }
}
