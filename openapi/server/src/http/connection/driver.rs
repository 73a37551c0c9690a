//! The task that drives a connection.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use hyper::body::{Body, Incoming};
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::http::uri::Scheme;
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio_util::task::TaskTracker;

use super::closing;
use super::handler::RunToCompletion;
use super::origin::Origin;
use super::rejection;
use super::response_body::ResponseBody;
use super::state::{Command, ConnectionState, Phase};
use super::stream::ClientStream;
use super::table::{ConnectionTable, OpenConnection};
use crate::http::proxy::TrustedProxies;
use crate::limits::MAX_HEAD_BYTES;

/// What all connections of a server share.
pub(crate) struct Server<A> {
    pub app: A,
    pub local: SocketAddr,
    pub proxies: TrustedProxies,
    pub table: Arc<ConnectionTable>,
    /// Connections, and handlers that outlive them.
    pub tasks: TaskTracker,
}

/// Serves a connection until it ends, or until a [`Command`] ends it.
pub(crate) async fn serve<A>(
    server: Arc<Server<A>>,
    socket: TcpStream,
    open: OpenConnection,
    peer: SocketAddr,
) where
    A: Endpoint<Output = Response> + 'static,
{
    let peer_ip = peer.ip().to_canonical();
    let peer_text: Arc<str> = peer_ip.to_string().into();
    let service = service_fn(|request| {
        let server = Arc::clone(&server);
        let state = Arc::clone(open.state());
        let text = Arc::clone(&peer_text);
        let tasks = server.tasks.clone();
        RunToCompletion::new(move || handle(server, request, state, peer, text), tasks)
    });
    let stream = ClientStream::new(socket, Arc::clone(open.state()));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // The table enforces the deadlines of heads and idle connections.
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client that has sent its whole request may close its side.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let end = drive(&mut connection, &open).await;
    let (socket, rejected_by_hyper) = connection.into_parts().io.into_inner().into_parts();
    match (rejected_by_hyper, end) {
        (Some(status), _) | (None, End::Rejected(status)) => {
            server.table.count_rejected_head();
            rejection::reject(socket, status, peer_ip).await;
        }
        // The handler may not have read the body, as without valid credentials.
        (None, End::Finished) if open.last_request_has_body() => {
            // The client may have closed it already.
            let _ = closing::close(socket).await;
        }
        (None, End::Finished | End::Closed) => {}
    }
}

/// How a connection ends.
enum End {
    /// With a request head that is to be rejected.
    Rejected(StatusCode),
    /// With its last response, or by its client.
    Finished,
    /// By a [`Command`].
    Closed,
}

impl End {
    fn of(ended: hyper::Result<()>) -> Self {
        let is_malformed = ended.is_err_and(|error| error.is_parse());
        if is_malformed { Self::Rejected(StatusCode::BAD_REQUEST) } else { Self::Finished }
    }
}

/// Drives a connection to its end.
async fn drive<I, S>(connection: &mut http1::Connection<I, S>, open: &OpenConnection) -> End
where
    I: Read + Write + Unpin,
    S: HttpService<Incoming, ResBody = ResponseBody, Error = Infallible, Future: Unpin> + Unpin,
{
    loop {
        let command = tokio::select! {
            biased;
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => return End::of(ended),
            command = open.command() => command,
        };
        // A request may have arrived that the runtime has not noticed yet.
        yield_now().await;
        let polled = poll_fn(|cx| Poll::Ready(connection.poll_without_shutdown(cx))).await;
        if let Poll::Ready(ended) = polled {
            return End::of(ended);
        }
        match carry_out(command, open) {
            Next::Continue => {}
            Next::EndAfterResponse => Pin::new(&mut *connection).graceful_shutdown(),
            Next::End(end) => return end,
        }
    }
}

/// What a command leads to.
enum Next {
    Continue,
    EndAfterResponse,
    End(End),
}

fn carry_out(command: Command, open: &OpenConnection) -> Next {
    match command {
        Command::None => Next::Continue,
        Command::Expire if !open.exceeds_deadline() => Next::Continue,
        Command::Expire if open.phase() == Phase::Head => {
            Next::End(End::Rejected(StatusCode::REQUEST_TIMEOUT))
        }
        Command::Evict if open.waiting_for_client_since().is_none() => {
            open.stay();
            Next::EndAfterResponse
        }
        Command::Drain if open.is_responding() => Next::EndAfterResponse,
        Command::Expire | Command::Evict | Command::Drain => Next::End(End::Closed),
    }
}

/// Handles one request.
async fn handle<A>(
    server: Arc<Server<A>>,
    request: hyper::Request<Incoming>,
    connection: Arc<ConnectionState>,
    peer: SocketAddr,
    peer_text: Arc<str>,
) -> Result<hyper::Response<ResponseBody>, Infallible>
where
    A: Endpoint<Output = Response>,
{
    connection.request_begins(!request.body().is_end_stream());
    let peer_ip = peer.ip().to_canonical();
    let client = server.proxies.client(peer_ip, request.headers());
    let client_text = if client == peer_ip { peer_text } else { client.to_string().into() };
    let local = LocalAddr(Addr::SocketAddr(server.local));
    let remote = RemoteAddr(Addr::SocketAddr(peer));
    let mut request = Request::from((request, local, remote, Scheme::HTTP));
    request.set_data(Origin {
        connection: Arc::clone(&connection),
        table: Arc::clone(&server.table),
        client,
        client_text,
    });
    let mut response = server.app.get_response(request).await;
    if server.table.is_closing() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let response = hyper::Response::from(response);
    Ok(response.map(|body| ResponseBody::new(body, connection)))
}

#[cfg(test)]
mod tests;
