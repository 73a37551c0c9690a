//! Bare sockets, for what a proper HTTP client would not do.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{StreamExt, stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// How long a connection may take. Where a server accepts no more, the
/// system's queue is full, and connecting waits.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Connections that are made simultaneously.
const CONCURRENCY: usize = 64;

/// The smallest that Linux allows is about twice as much: what is not read
/// stays in the server.
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

/// Makes many connections, from each of these addresses as many, that send the
/// same bytes and then nothing. Those that cannot be made are left out.
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

/// Makes many connections that send a request, wait until its answer begins
/// and do not read it. Few are made simultaneously: a database need not bear
/// all requests in one moment.
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
        // One that gets no answer is held as well.
        let _ = timeout(CONNECT_TIMEOUT, stream.readable()).await;
        Some(stream)
    };
    let streams = stream::iter(0..count).map(open).buffer_unordered(CONCURRENCY);
    streams.filter_map(|stream| async { stream }).collect().await
}

/// An answer's status, head and body.
#[derive(Debug)]
pub struct RawResponse {
    /// Its status.
    pub status: u16,
    /// Its head, in small letters.
    pub head: String,
    /// Its body as far as `content-length` goes.
    pub body: Vec<u8>,
}

/// Reads one answer; none if the connection ends or nothing comes in time.
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

/// Sends bytes on a connection that is used for nothing else and reads the answer.
pub async fn exchange(
    address: SocketAddr,
    bytes: &[u8],
    limit: Duration,
) -> Result<Option<RawResponse>> {
    let mut stream = connect(address, Ipv4Addr::LOCALHOST).await?;
    // A server that answers early may close before everything was sent.
    let _ = stream.write_all(bytes).await;
    Ok(read_response(&mut stream, limit).await)
}

/// Reads what is left until the other side closes, at most for so long: how
/// many bytes there were and whether it has closed.
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
