//! The accept loop and graceful shutdown.
//!
//! A shutdown has three stages: for the shutdown delay, the server still accepts connections but
//! tells clients that it closes them; then it stops accepting and drains the requests in flight;
//! after the drain timeout it aborts the rest.
//!
//! poem's server bounds neither the time for a request's head nor the number of connections, so
//! this one is built on hyper's HTTP/1.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use poem::{Endpoint, Response};
use rustix::net::listen;
use rustix::net::sockopt::set_socket_send_buffer_size;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use super::connection::{self, ConnectionTable, Server};
use super::proxy::TrustedProxies;
use crate::limits::{
    ACCEPT_BACKLOG, ACCEPT_PAUSE, DEADLINE_CHECK_INTERVAL, DRAIN_GRACE, DRAIN_TIMEOUT,
    MAX_CONNECTIONS, RESERVED_FILES, SEND_BUFFER_BYTES,
};
use crate::process::shutdown::Shutdown;

/// Options for operators.
#[derive(Debug, Clone, Default)]
pub struct ServeOptions {
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: TrustedProxies,
    /// How long the server accepts connections after a shutdown request: time for load balancers to
    /// notice that the service is not ready, and for clients to leave persistent connections.
    pub shutdown_delay: Duration,
}

/// Serves until a shutdown is requested and the requests in flight are finished.
///
/// # Errors
/// If the listening socket cannot be queried or configured.
pub async fn serve(
    listener: TcpListener,
    app: impl Endpoint<Output = Response> + 'static,
    options: ServeOptions,
    shutdown: Shutdown,
) -> io::Result<()> {
    let local = listener.local_addr()?;
    // Accepted sockets inherit it.
    set_socket_send_buffer_size(&listener, SEND_BUFFER_BYTES)?;
    // A socket that listens already gets another backlog.
    listen(&listener, ACCEPT_BACKLOG)?;
    let max_connections = max_connections();
    tracing::info!(address = %local, max_connections, "listening");
    let server = Arc::new(Server {
        app,
        local,
        proxies: options.trusted_proxies,
        table: Arc::new(ConnectionTable::new(max_connections)),
        tasks: TaskTracker::new(),
    });
    let deadlines = tokio::spawn(check_deadlines(Arc::clone(&server.table)));
    tokio::select! {
        () = accept(&listener, &server) => {}
        () = delay(&shutdown, &server.table, options.shutdown_delay) => {}
    }
    accept_backlog(&listener, &server);
    drop(listener);
    drain(&server.table, &server.tasks).await;
    deadlines.abort();
    Ok(())
}

/// Completes when the server is to stop accepting.
async fn delay(shutdown: &Shutdown, table: &ConnectionTable, delay: Duration) {
    shutdown.cancelled().await;
    table.announce_close();
    if !delay.is_zero() {
        tracing::info!(delay_s = delay.as_secs_f64(), "shutting down; still accepting");
        tokio::time::sleep(delay).await;
    }
}

/// Accepts connections forever.
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

/// Accepts the connections in the backlog, which closing the listener would reset.
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
    // Responses are written whole, so waiting to fill packets would only delay them.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "setting TCP_NODELAY failed");
    }
    let trusted = server.proxies.contains(peer.ip().to_canonical());
    let open = server.table.open(peer.ip(), trusted);
    server.tasks.spawn(connection::serve(Arc::clone(server), socket, open, peer));
}

/// Waits for the requests in flight, up to the drain timeout.
async fn drain(table: &ConnectionTable, tasks: &TaskTracker) {
    tracing::info!("shutting down; draining in-flight requests");
    // The connections accepted last have requests on the way.
    tokio::time::sleep(DRAIN_GRACE).await;
    table.drain();
    tasks.close();
    if tokio::time::timeout(DRAIN_TIMEOUT, tasks.wait()).await.is_err() {
        tracing::warn!(tasks = tasks.len(), "drain timeout exceeded; aborting requests");
    }
}

async fn check_deadlines(table: Arc<ConnectionTable>) {
    loop {
        tokio::time::sleep(DEADLINE_CHECK_INTERVAL).await;
        table.check_deadlines();
    }
}

/// The number of connections that the limit of open files allows, after raising it as far as this
/// process may.
fn max_connections() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = MAX_CONNECTIONS as u64 + RESERVED_FILES;
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = limit.maximum.map_or(Some(wanted), |maximum| Some(maximum.min(wanted)));
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "raising the open file limit failed");
            limit = getrlimit(Resource::Nofile);
        }
    }
    let files = limit.current.unwrap_or(u64::MAX);
    if files < wanted {
        tracing::warn!(files, wanted, "open file limit too low; raise `ulimit -n`");
    }
    // However low the limit, a quarter is for clients.
    let connections = files.saturating_sub(RESERVED_FILES).max(files / 4).max(1);
    usize::try_from(connections).unwrap_or(MAX_CONNECTIONS).min(MAX_CONNECTIONS)
}
