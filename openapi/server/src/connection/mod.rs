//! One client's connection, from accept to close.
//!
//! hyper speaks HTTP; everything that a hostile client could hold on to is
//! bounded around it. [`state`] says what the connection is doing, [`stream`]
//! keeps that up to date, and [`table`] closes connections that take too long
//! or have to make room.

mod answer;
mod refusal;
mod state;
mod stream;
mod table;

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::http::uri::Scheme;
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::net::TcpStream;
use tokio_util::task::TaskTracker;

use crate::limits::MAX_HEAD_BYTES;
use crate::proxy::TrustedProxies;
use answer::{AnswerBody, RunToEnd};
pub(crate) use state::ConnectionState;
use state::{Command, Phase};
use stream::ClientStream;
pub(crate) use table::{ConnectionTable, OpenConnection};

/// Where a request came from. Requests that did not come over a connection,
/// as in tests of an application, have none.
#[derive(Clone)]
pub(crate) struct Origin {
    /// The connection.
    pub connection: Arc<ConnectionState>,
    table: Arc<ConnectionTable>,
    /// The client's address, behind trusted proxies too.
    pub client: IpAddr,
    /// The same for logs; written once for each connection, as most have one client.
    pub client_text: Arc<str>,
}

impl Origin {
    /// Whether there is memory for one more request of this client.
    pub fn has_room(&self) -> bool {
        self.table.has_room(&self.connection)
    }
}

/// What all connections of a server share.
pub(crate) struct Server<A> {
    pub app: A,
    pub local: SocketAddr,
    pub proxies: TrustedProxies,
    pub table: Arc<ConnectionTable>,
    /// Connections, and handlers whose client has gone.
    pub tasks: TaskTracker,
}

/// Serves one connection until it ends, or until its [`Command`] ends it.
pub(crate) async fn serve<A>(
    server: Arc<Server<A>>,
    socket: TcpStream,
    open: OpenConnection,
    peer: SocketAddr,
) where
    A: Endpoint<Output = Response> + 'static,
{
    let peer_text: Arc<str> = peer.ip().to_canonical().to_string().into();
    let service = service_fn(|request| {
        let (server, state) = (Arc::clone(&server), Arc::clone(open.state()));
        let (tasks, text) = (server.tasks.clone(), Arc::clone(&peer_text));
        RunToEnd::new(move || handle(server, request, state, peer, text), tasks)
    });
    let stream = ClientStream::new(socket, Arc::clone(open.state()));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // The table has a deadline for heads, and another for idle connections.
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client that has sent all of its request may close its side.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let status = loop {
        let event = tokio::select! {
            biased;
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => Event::Ended(ended),
            command = open.command() => Event::Command(command),
        };
        match (event, open.phase()) {
            (Event::Ended(Err(error)), _) if error.is_parse() => {
                break Some(StatusCode::BAD_REQUEST);
            }
            (Event::Command(Command::Expire), Phase::Head) => {
                break Some(StatusCode::REQUEST_TIMEOUT);
            }
            (
                Event::Command(Command::Drain),
                Phase::Serving | Phase::Receiving | Phase::Writing,
            ) => {
                Pin::new(&mut connection).graceful_shutdown();
            }
            (Event::Command(Command::None), _) => {}
            (Event::Ended(_) | Event::Command(_), _) => break None,
        }
    };
    let (socket, refused) = connection.into_parts().io.into_inner().into_parts();
    let refused = refused.and_then(|status| StatusCode::from_u16(status).ok());
    if let Some(status) = refused.or(status) {
        refusal::refuse(socket, status, Some(peer.ip().to_canonical())).await;
    }
}

enum Event {
    Ended(hyper::Result<()>),
    Command(Command),
}

/// Answers one request.
async fn handle<A>(
    server: Arc<Server<A>>,
    request: hyper::Request<hyper::body::Incoming>,
    connection: Arc<ConnectionState>,
    peer: SocketAddr,
    peer_text: Arc<str>,
) -> Result<hyper::Response<AnswerBody>, Infallible>
where
    A: Endpoint<Output = Response>,
{
    connection.request_begins();
    let peer_ip = peer.ip().to_canonical();
    let client = server.proxies.client(peer_ip, request.headers());
    let client_text = if client == peer_ip { peer_text } else { client.to_string().into() };
    let addresses = (LocalAddr(Addr::SocketAddr(server.local)), RemoteAddr(Addr::SocketAddr(peer)));
    let mut request = Request::from((request, addresses.0, addresses.1, Scheme::HTTP));
    let (origin, table) = (Arc::clone(&connection), Arc::clone(&server.table));
    request.set_data(Origin { connection: origin, table, client, client_text });
    let mut response = server.app.get_response(request).await;
    if server.table.is_closing() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let response = hyper::Response::from(response);
    Ok(response.map(|body| AnswerBody::new(body, connection)))
}
