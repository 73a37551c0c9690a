//! A proxy in front of the database that can freeze it, or fail its writes like a full disk.

use std::net::SocketAddr;

use anyhow::Result;
use mongodb::bson::{RawDocument, doc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, watch};
use tokio::task::AbortHandle;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Forward,
    /// Forwards nothing. Data that was sent meanwhile arrives later, even if the sender has closed
    /// the connection, as with a process that was stopped.
    Frozen,
    /// Answers commands that write with an error, without forwarding them.
    FailWrites,
}

pub struct TcpProxy {
    pub port: u16,
    mode: watch::Sender<Mode>,
    task: AbortHandle,
}

impl TcpProxy {
    pub async fn start(database: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (mode, watched) = watch::channel(Mode::Forward);
        let accept = async move {
            while let Ok((client, _)) = listener.accept().await {
                let mode = watched.clone();
                tokio::spawn(async move {
                    // Both ends notice a broken connection.
                    if let Ok(server) = TcpStream::connect(database).await {
                        forward(client, server, mode);
                    }
                });
            }
        };
        Ok(Self { port, mode, task: tokio::spawn(accept).abort_handle() })
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Forwards both directions in separate tasks, which end when their sender closes.
fn forward(client: TcpStream, server: TcpStream, mode: watch::Receiver<Mode>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let to_client = std::sync::Arc::new(Mutex::new(to_client));
    tokio::spawn(requests(from_client, to_server, std::sync::Arc::clone(&to_client), mode.clone()));
    tokio::spawn(responses(from_server, to_client, mode));
}

type ToClient = std::sync::Arc<Mutex<OwnedWriteHalf>>;

/// Forwards whole messages.
async fn requests(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    to_client: ToClient,
    mut mode: watch::Receiver<Mode>,
) -> Option<()> {
    loop {
        let message = read_message(&mut client).await?;
        let mode = *mode.wait_for(|mode| *mode != Mode::Frozen).await.ok()?;
        let rejection = (mode == Mode::FailWrites).then(|| reject_write(&message)).flatten();
        match rejection {
            Some(rejection) => to_client.lock().await.write_all(&rejection).await.ok()?,
            None => server.write_all(&message).await.ok()?,
        }
    }
}

/// Forwards bytes.
async fn responses(
    mut server: OwnedReadHalf,
    client: ToClient,
    mut mode: watch::Receiver<Mode>,
) -> Option<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = server.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        mode.wait_for(|mode| *mode != Mode::Frozen).await.ok()?;
        client.lock().await.write_all(&buffer[..count]).await.ok()?;
    }
}

/// Reads a message of MongoDB's wire protocol, which begins with its length.
async fn read_message(stream: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let length = usize::try_from(stream.read_i32_le().await.ok()?).ok()?;
    let mut message = vec![0; length.max(HEADER)];
    message[..4].copy_from_slice(&i32::try_from(length).ok()?.to_le_bytes());
    stream.read_exact(&mut message[4..]).await.ok()?;
    Some(message)
}

/// The length of the header: message length, request id, id of the answered request, opcode.
const HEADER: usize = 16;
const OP_MSG: i32 = 2013;

/// The offset of the command, after flags and the kind of section.
const BODY: usize = HEADER + 5;

const WRITES: [&str; 4] = ["insert", "update", "delete", "findAndModify"];

/// The error that answers a command that writes; `None` for other messages.
fn reject_write(message: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| Some(i32::from_le_bytes(message.get(at..at + 4)?.try_into().ok()?));
    (number(12)? == OP_MSG).then_some(())?;
    let length = usize::try_from(number(BODY)?).ok()?;
    let command = RawDocument::from_bytes(message.get(BODY..BODY + length)?).ok()?;
    let (name, _) = command.into_iter().next()?.ok()?;
    WRITES.contains(&name.as_str()).then_some(())?;
    let error = doc! {
        "ok": 0.0,
        "code": 14_031,
        "codeName": "OutOfDiskSpace",
        "errmsg": "available disk space is less than required",
    };
    let error = error.to_vec().ok()?;
    let mut response = Vec::new();
    let length = i32::try_from(BODY + error.len()).ok()?;
    for field in [length, 0, number(4)?, OP_MSG, 0] {
        response.extend(field.to_le_bytes());
    }
    response.push(0);
    response.extend(error);
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(command: mongodb::bson::Document) -> Vec<u8> {
        let body = command.to_vec().unwrap();
        let mut message = Vec::new();
        for field in [(BODY + body.len()) as i32, 7, 0, OP_MSG, 0] {
            message.extend(field.to_le_bytes());
        }
        message.push(0);
        message.extend(body);
        message
    }

    #[test]
    fn only_commands_that_write_are_rejected() {
        assert!(reject_write(&message(doc! { "find": "orders" })).is_none());
        assert!(reject_write(b"nonsense").is_none());
        let rejection = reject_write(&message(doc! { "insert": "orders" })).unwrap();
        assert_eq!(rejection[8..12], 7_i32.to_le_bytes());
        let error = RawDocument::from_bytes(&rejection[BODY..]).unwrap();
        assert_eq!(error.get_i32("code").unwrap(), 14_031);
    }
}
