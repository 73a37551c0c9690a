//! The end of a connection whose client may still be sending.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::limits::{LINGER_BYTES, LINGER_TIMEOUT};

/// Closes a connection after its last response. Closing a socket with unread bytes resets the
/// connection, which can destroy the response: so the rest is read for a while (RFC 9112, 9.6).
pub(super) async fn close(mut socket: TcpStream) -> io::Result<()> {
    socket.shutdown().await?;
    let rest = async {
        let mut rest = socket.take(LINGER_BYTES);
        let mut buffer = [0; 4096];
        while matches!(rest.read(&mut buffer).await, Ok(read) if read > 0) {}
    };
    let _ = tokio::time::timeout(LINGER_TIMEOUT, rest).await;
    Ok(())
}
