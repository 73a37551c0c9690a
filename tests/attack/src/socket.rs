//! Raw sockets, for requests that an HTTP client would not send.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{StreamExt, stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// The time limit for a connection, which waits if the server's accept queue is full.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The number of connections that are opened simultaneously.
const CONCURRENCY: usize = 64;

/// A small buffer, so that unread data stays in the server. Linux doubles it.
const RECEIVE_BUFFER: u32 = 4096;

/// Connects from an address of this machine.
pub async fn connect(address: SocketAddr, from: Ipv4Addr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.bind((from, 0).into())?;
    let stream = timeout(CONNECT_TIMEOUT, socket.connect(address)).await.context("timed out")??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Opens connections from each of the addresses in turn, which send the same bytes. Connections
/// that fail are omitted.
pub async fn open_many(
    count: usize,
    address: SocketAddr,
    from: &[Ipv4Addr],
    bytes: &[u8],
) -> Vec<TcpStream> {
    let open = |number: usize| async move {
        let mut stream = connect(address, from[number % from.len()]).await.ok()?;
        stream.write_all(bytes).await.ok()?;
        Some(stream)
    };
    let streams = stream::iter(0..count).map(open).buffer_unordered(CONCURRENCY);
    streams.filter_map(|stream| async { stream }).collect().await
}

/// Opens connections that send a request and wait for the beginning of the response, without
/// reading it. Only a few are opened simultaneously, so that the database is not overloaded.
pub async fn open_unread(
    count: usize,
    address: SocketAddr,
    from: Ipv4Addr,
    request: &[u8],
) -> Vec<TcpStream> {
    const CONCURRENCY: usize = 8;
    let open = |_| async move {
        let mut stream = connect(address, from).await.ok()?;
        stream.write_all(request).await.ok()?;
        // A connection without a response is kept as well.
        let _ = timeout(CONNECT_TIMEOUT, stream.readable()).await;
        Some(stream)
    };
    let streams = stream::iter(0..count).map(open).buffer_unordered(CONCURRENCY);
    streams.filter_map(|stream| async { stream }).collect().await
}

#[derive(Debug)]
pub struct RawResponse {
    pub status: u16,
    /// The head in lower case.
    pub head: String,
    /// The body, of the length in `content-length`.
    pub body: Vec<u8>,
}

/// Reads a response; `None` if the connection ends or the time is over.
pub async fn read_response(stream: &mut TcpStream, limit: Duration) -> Option<RawResponse> {
    timeout(limit, read(stream)).await.ok().flatten()
}

async fn read(stream: &mut TcpStream) -> Option<RawResponse> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(RawResponse { status, head, body })
}

/// Sends bytes on a new connection and reads the response.
pub async fn exchange(
    address: SocketAddr,
    bytes: &[u8],
    limit: Duration,
) -> Result<Option<RawResponse>> {
    let mut stream = connect(address, Ipv4Addr::LOCALHOST).await?;
    // The server may respond and close before it has received everything.
    let _ = stream.write_all(bytes).await;
    Ok(read_response(&mut stream, limit).await)
}

/// Reads until the server closes the connection or the time is over; returns the number of bytes
/// and whether it has closed.
pub async fn drain(stream: &mut TcpStream, limit: Duration) -> (usize, bool) {
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0;
    let read_all = async {
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(count) => total += count,
            }
        }
    };
    let closed = timeout(limit, read_all).await.is_ok();
    (total, closed)
}
