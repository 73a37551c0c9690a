//! A proxy in front of the database that can freeze, cut or refuse connections.

use std::sync::Mutex;

use system::database::database_uri;
use system::ports::free_port;
use system::services::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::runtime::RUNTIME;
use super::system::SYSTEM;

/// The behaviour of an open proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Forward,
    /// Forwards nothing and loses nothing, like a database process that is stopped.
    Freeze,
    /// Forwards requests; each response breaks its connection.
    CutResponses,
}

pub struct TcpProxy {
    port: u16,
    mode: watch::Sender<Mode>,
    accepting: Mutex<Option<AbortHandle>>,
}

impl TcpProxy {
    /// A proxy whose port refuses connections.
    pub fn closed() -> Self {
        let (mode, _) = watch::channel(Mode::Forward);
        Self { port: free_port().unwrap(), mode, accepting: Mutex::new(None) }
    }

    pub fn forwarding() -> Self {
        let proxy = Self::closed();
        proxy.open();
        proxy
    }

    /// The connection string of a database behind the proxy.
    pub fn uri(&self, service: Service, suffix: &str) -> String {
        let name = format!("{}{}{suffix}", service.database(), SYSTEM.suffix);
        let uri = database_uri(&format!("mongodb://127.0.0.1:{}", self.port), &name);
        format!("{uri}?directConnection=true")
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Accepts connections.
    pub fn open(&self) {
        let mut accepting = self.accepting.lock().unwrap();
        if accepting.is_none() {
            let _runtime = RUNTIME.enter();
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            socket.bind(([127, 0, 0, 1], self.port).into()).unwrap();
            let listener = socket.listen(64).unwrap();
            // Not in the task: it would start the system from a worker, which then waits for tasks
            // that only it can run.
            let accept = accept(listener, database_address(), self.mode.subscribe());
            *accepting = Some(RUNTIME.spawn(accept).abort_handle());
        }
    }

    /// Refuses connections, and closes existing ones.
    pub fn close(&self) {
        if let Some(accepting) = self.accepting.lock().unwrap().take() {
            accepting.abort();
            // A worker of the runtime aborts it, which all of them may be waiting for.
            tokio::task::block_in_place(|| {
                while !accepting.is_finished() {
                    std::thread::yield_now();
                }
            });
        }
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.close();
    }
}

/// Aborting this future closes all connections, because the set aborts their tasks.
async fn accept(listener: TcpListener, server: &'static str, mode: watch::Receiver<Mode>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(forward(client, server, mode.clone()));
    }
}

/// Host and port of the database.
pub fn database_address() -> &'static str {
    let server = SYSTEM.mongo.trim_start_matches("mongodb://");
    server.split(['/', '?']).next().unwrap()
}

/// Forwards both directions until one ends, then closes both connections.
async fn forward(client: TcpStream, server: &str, mode: watch::Receiver<Mode>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = copy(from_client, to_server, mode.clone(), false) => {}
        () = copy(from_server, to_client, mode, true) => {}
    }
}

async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut mode: watch::Receiver<Mode>,
    responses: bool,
) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if mode.wait_for(|mode| *mode != Mode::Freeze).await.is_err() {
            return;
        }
        if responses && *mode.borrow() == Mode::CutResponses {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
