//! The server's life: it accepts connections until it is asked to stop, says
//! so to clients for a while, finishes what is in flight, and ends.
//!
//! poem's own server bounds neither the time of a request's head nor the
//! number of connections, so the accept loop is here, on hyper's HTTP/1.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use poem::{Endpoint, Response};
use rustix::net::sockopt::set_socket_send_buffer_size;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use crate::connection::{self, ConnectionTable, Server};
use crate::limits::{
    ACCEPT_PAUSE, DRAIN_GRACE, DRAIN_TIMEOUT, MAX_CONNECTIONS, REAP_INTERVAL, RESERVED_FILES,
    SEND_BUFFER_BYTES,
};
use crate::proxy::TrustedProxies;
use crate::shutdown::Shutdown;

/// What an operator can say about serving.
#[derive(Debug, Clone, Default)]
pub struct ServeOptions {
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Time between the request to stop and the end of accepting: for load
    /// balancers to see that the service is not ready, and for clients to
    /// move on from kept connections.
    pub shutdown_delay: Duration,
}

/// Serves until asked to stop, then finishes what is in flight.
///
/// # Errors
/// If the listener has no address, which means that it is broken.
pub async fn serve(
    listener: TcpListener,
    app: impl Endpoint<Output = Response> + 'static,
    options: ServeOptions,
    shutdown: Shutdown,
) -> io::Result<()> {
    let local = listener.local_addr()?;
    // Accepted sockets inherit both.
    set_socket_send_buffer_size(&listener, SEND_BUFFER_BYTES)?;
    let max_connections = max_connections();
    tracing::info!(address = %local, maxConnections = max_connections, "listening");
    let ServeOptions { trusted_proxies, shutdown_delay } = options;
    let table = Arc::new(ConnectionTable::new(max_connections));
    let tasks = TaskTracker::new();
    let server = Arc::new(Server {
        app,
        local,
        proxies: trusted_proxies,
        table: Arc::clone(&table),
        tasks: tasks.clone(),
    });
    let reaper = tokio::spawn(check_deadlines(Arc::clone(&table)));
    tokio::select! {
        () = accept(&listener, &server) => {}
        () = delay(&shutdown, &table, shutdown_delay) => {}
    }
    accept_backlog(&listener, &server);
    drop(listener);
    tracing::info!("shutting down; draining in-flight requests");
    // What was accepted last has a request on its way.
    tokio::time::sleep(DRAIN_GRACE).await;
    table.drain();
    tasks.close();
    if tokio::time::timeout(DRAIN_TIMEOUT, tasks.wait()).await.is_err() {
        tracing::warn!(tasks = tasks.len(), "requests cut off: the drain timeout is over");
    }
    reaper.abort();
    Ok(())
}

/// Ends when accepting is to end.
async fn delay(shutdown: &Shutdown, table: &ConnectionTable, delay: Duration) {
    shutdown.cancelled().await;
    table.announce_close();
    if !delay.is_zero() {
        tracing::info!(delay_s = delay.as_secs_f64(), "shutting down; still accepting");
        tokio::time::sleep(delay).await;
    }
}

/// Accepts connections for ever.
async fn accept<A>(listener: &TcpListener, server: &Arc<Server<A>>)
where
    A: Endpoint<Output = Response> + 'static,
{
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => spawn(server, socket, peer),
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Accepts what has connected already: closing the listener would reset it.
fn accept_backlog<A>(listener: &TcpListener, server: &Arc<Server<A>>)
where
    A: Endpoint<Output = Response> + 'static,
{
    while let Some(Ok((socket, peer))) = listener.accept().now_or_never() {
        spawn(server, socket, peer);
    }
}

fn spawn<A>(server: &Arc<Server<A>>, socket: TcpStream, peer: SocketAddr)
where
    A: Endpoint<Output = Response> + 'static,
{
    // Answers are written whole; waiting to fill packets only delays them.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let trusted = server.proxies.contains(peer.ip().to_canonical());
    let open = server.table.open(peer.ip(), trusted);
    server.tasks.spawn(connection::serve(Arc::clone(server), socket, open, peer));
}

async fn check_deadlines(table: Arc<ConnectionTable>) {
    loop {
        tokio::time::sleep(REAP_INTERVAL).await;
        table.check_deadlines();
    }
}

/// How many connections the limit of open files allows. The limit is raised
/// as far as this process may.
fn max_connections() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = MAX_CONNECTIONS as u64 + RESERVED_FILES;
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = limit.maximum.map_or(Some(wanted), |maximum| Some(maximum.min(wanted)));
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "raising the limit of open files failed");
            limit = getrlimit(Resource::Nofile);
        }
    }
    let files = limit.current.unwrap_or(u64::MAX);
    if files < wanted {
        tracing::warn!(files, wanted, "few open files allowed; raise `ulimit -n`");
    }
    // At least a quarter serves clients, however few there are.
    let connections = files.saturating_sub(RESERVED_FILES).max(files / 4).max(1);
    usize::try_from(connections).unwrap_or(MAX_CONNECTIONS).min(MAX_CONNECTIONS)
}
