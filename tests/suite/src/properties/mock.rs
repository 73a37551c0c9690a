//! Upstream services that record who called and behave as they are told.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openapi_server::{ServeOptions, Shutdown};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::support::{Api, LIVE, RUNTIME, free_ports, mongo_uri, run};
use system::system::{Ports, Service, healthy};

/// What an upstream does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Has whatever it is asked for.
    Found,
    /// Has nothing.
    NotFound,
    /// Has whatever it is asked for, after a while.
    Slow(Duration),
    /// Has products whose names have this many characters.
    LongName(usize),
    /// Answers with this status, in the envelope.
    Status(u16),
    /// Answers with this status and this body.
    Body(u16, &'static str),
    /// Answers 200 with something that is no JSON.
    Garbage,
    /// Answers 200 with a body that does not end, whose length is announced or not.
    Endless { announced: bool },
    /// Answers 200 with a byte a second.
    Drip,
    /// Answers 200 with another thing than it was asked for.
    Other,
    /// Never answers.
    Hang,
    /// Closes the connection in the middle of the answer.
    Drop,
    /// Closes the connection in the middle of the answer's head.
    DropHead,
    /// Closes the connection immediately. Kept connections are closed before the next request, so
    /// that each request comes on a new one and is not sent once more.
    Refuse,
    /// Has whatever it is asked for, and closes the connection after the answer without
    /// announcing it.
    CloseIdle,
    /// Has whatever a connection's first request asks for, and closes it on the second.
    CloseReused,
}

#[derive(Debug)]
struct State {
    behaviour: Behaviour,
    lacking: HashSet<String>,
    name: Option<String>,
    calls: Vec<String>,
    request_ids: Vec<String>,
    /// Connections on which a request came.
    connections: usize,
    /// Bytes of bodies without end.
    sent: usize,
}

impl State {
    fn new(behaviour: Behaviour) -> Self {
        Self {
            behaviour,
            lacking: HashSet::new(),
            name: None,
            calls: Vec::new(),
            request_ids: Vec::new(),
            connections: 0,
            sent: 0,
        }
    }
}

/// An upstream service.
pub struct Mock {
    /// Where it listens.
    pub port: u16,
    state: Arc<Mutex<State>>,
    /// Closes kept connections whenever it changes.
    kept: watch::Sender<()>,
}

impl Mock {
    /// Starts one that has everything.
    pub fn start() -> Self {
        let state = State::new(Behaviour::Found);
        let state = Arc::new(Mutex::new(state));
        let listener = run(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&state);
        let (kept, close) = watch::channel(());
        RUNTIME.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared), close.clone()));
            }
        });
        Self { port, state, kept }
    }

    /// From now on it behaves like this, has everything and knows of no call.
    pub fn behave(&self, behaviour: Behaviour) {
        let mut state = self.state.lock().unwrap();
        *state = State::new(behaviour);
        if behaviour == Behaviour::Refuse {
            self.kept.send_replace(());
        }
    }

    /// The number of connections on which the first request came since then.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// Bytes sent since then of bodies that do not end.
    pub fn sent(&self) -> usize {
        self.state.lock().unwrap().sent
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

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>, mut close: watch::Receiver<()>) {
    close.mark_unchanged();
    let mut stream = BufReader::new(stream);
    for request in 0.. {
        let mut line = String::new();
        let read = tokio::select! {
            read = stream.read_line(&mut line) => read.unwrap_or(0),
            _ = close.changed() => 0,
        };
        if read == 0 {
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
        let (behaviour, name) = {
            let mut state = state.lock().unwrap();
            state.calls.push(call.clone());
            state.request_ids.extend(request_id);
            state.connections += usize::from(request == 0);
            let lacking = call.rsplit('/').next().is_some_and(|id| state.lacking.contains(id));
            let behaviour = if lacking { Behaviour::NotFound } else { state.behaviour };
            (behaviour, state.name.clone())
        };
        let answer = answer(behaviour, name, &call, request).await;
        let Some((status, body)) = answer else {
            return fail(&mut stream, behaviour, &state).await;
        };
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let written = stream.write_all(text.as_bytes()).await;
        if written.is_err() || behaviour == Behaviour::CloseIdle {
            return;
        }
    }
}

/// The status and body of an answer to a request, the first of its connection or a later one.
/// None if the behaviour is something else.
async fn answer(
    behaviour: Behaviour,
    name: Option<String>,
    call: &str,
    request: usize,
) -> Option<(u16, String)> {
    let id = call.rsplit('/').next().unwrap_or_default();
    let name = name.unwrap_or_else(|| format!("Product {id}"));
    let thing = |id: &str| thing(id, &name);
    match behaviour {
        Behaviour::Found | Behaviour::CloseIdle => Some((200, thing(id))),
        Behaviour::CloseReused => (request == 0).then(|| (200, thing(id))),
        Behaviour::Slow(delay) => {
            tokio::time::sleep(delay).await;
            Some((200, thing(id)))
        }
        Behaviour::LongName(length) => Some((200, thing(id).replace(&name, &"ü".repeat(length)))),
        Behaviour::Other => Some((200, thing("000000000000000000000000"))),
        Behaviour::NotFound => {
            let resource = if call.starts_with("GET /users/") { "user" } else { "product" };
            Some((404, not_found(resource, id)))
        }
        Behaviour::Status(status) => Some((status, envelope("INTERNAL_ERROR"))),
        Behaviour::Body(status, body) => Some((status, body.to_owned())),
        Behaviour::Garbage => Some((200, "<html>".to_owned())),
        Behaviour::Endless { .. }
        | Behaviour::Drip
        | Behaviour::Hang
        | Behaviour::Refuse
        | Behaviour::Drop
        | Behaviour::DropHead => None,
    }
}

/// Does something that is no answer, and closes the connection.
async fn fail(stream: &mut BufReader<TcpStream>, behaviour: Behaviour, state: &Mutex<State>) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    // The client may be gone already.
    match behaviour {
        Behaviour::Hang => tokio::time::sleep(Duration::from_secs(60)).await,
        Behaviour::DropHead => drop(stream.write_all(&head.as_bytes()[..30]).await),
        Behaviour::Drop => {
            let half = format!("{head}content-length: 99\r\n\r\n{{");
            drop(stream.write_all(half.as_bytes()).await);
        }
        Behaviour::Drip => {
            let mut next = format!("{head}content-length: 999\r\n\r\n");
            while stream.write_all(next.as_bytes()).await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
                next = " ".to_owned();
            }
        }
        Behaviour::Endless { announced } => {
            let length = if announced { "content-length: 10000000000\r\n" } else { "" };
            let start = format!("{head}{length}\r\n");
            let mut written = stream.write_all(start.as_bytes()).await;
            while written.is_ok() {
                written = stream.write_all(&[b' '; 64 * 1024]).await;
                state.lock().unwrap().sent += 64 * 1024;
            }
        }
        _ => {}
    }
}

/// A user and a product in one: each client reads what it knows.
fn thing(id: &str, name: &str) -> String {
    format!(
        r#"{{"id":"{id}","email":"a@example.com","name":"{name}","price":0.1,"stock":1,"createdAt":"2026-01-02T03:04:05.678Z","more":"to be ignored"}}"#
    )
}

/// The 404 of a real service.
fn not_found(resource: &str, id: &str) -> String {
    format!(
        r#"{{"error":{{"code":"NOT_FOUND","message":"There is no {resource} {id}","details":{{"resource":"{resource}","id":"{id}"}}}}}}"#
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
        Self::start_with(false)
    }

    /// Starts all three, with circuit breakers in the order service or without.
    pub fn start_with(upstream_breaker: bool) -> Self {
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
                upstream_breaker,
                log_level: "off".to_owned(),
                worker_threads: None,
                serve: ServeOptions::default(),
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
