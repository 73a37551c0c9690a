//! Connections: accepted up to a number, given up when a client is slow,
//! finished before the process ends.
//!
//! poem's own server has neither a header timeout nor a limit of connections,
//! so the accept loop is here, on hyper's HTTP/1 connection.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::shutdown::Shutdown;

/// How long a client may take to send a request's head, and how long a
/// connection may wait for its next request.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// Open connections at once; further ones wait in the system's queue.
pub const MAX_CONNECTIONS: usize = 4096;

/// How long requests in flight may take once the service is told to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest request head, in bytes; beyond, the answer is a 431.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// After a failed accept (no file descriptors left, say) there is no use in
/// trying again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until told to stop, then finishes what is in flight.
///
/// # Errors
/// If the listener has no address, which means that it is broken.
pub async fn serve(
    listener: TcpListener,
    app: impl Endpoint<Output = Response> + 'static,
    shutdown: Shutdown,
) -> io::Result<()> {
    let local = listener.local_addr()?;
    tracing::info!(address = %local, "listening");
    let (app, connections, graceful) =
        (Arc::new(app), Arc::new(Semaphore::new(MAX_CONNECTIONS)), GracefulShutdown::new());
    loop {
        let accept = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = accept => next,
            () = shutdown.triggered() => break,
        };
        match accepted {
            Ok((stream, remote)) => {
                connection(stream, (local, remote), Arc::clone(&app), &graceful, permit)
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    tracing::info!("stopping: finishing the requests in flight");
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests took too long and were cut off");
    }
    Ok(())
}

/// Serves one connection on a task of its own. The permit is its place among
/// [`MAX_CONNECTIONS`].
fn connection(
    stream: TcpStream,
    (local, remote): (SocketAddr, SocketAddr),
    app: Arc<impl Endpoint<Output = Response> + 'static>,
    graceful: &GracefulShutdown,
    permit: impl Send + 'static,
) {
    // Answers are written whole; waiting to fill packets only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let addresses = (LocalAddr(Addr::SocketAddr(local)), RemoteAddr(Addr::SocketAddr(remote)));
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let app = Arc::clone(&app);
        let (local, remote) = addresses.clone();
        async move {
            let request = Request::from((request, local, remote, Scheme::HTTP));
            Ok::<_, Infallible>(hyper::Response::from(app.get_response(request).await))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .pipeline_flush(true)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // A connection that breaks is its client's affair; its requests have been logged.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection closed");
        }
        drop(permit);
    });
}
