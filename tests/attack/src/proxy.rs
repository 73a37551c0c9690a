//! A proxy in front of the database that can freeze it, or make its writes fail
//! as a full disk does.

use std::net::SocketAddr;

use anyhow::Result;
use mongodb::bson::{RawDocument, doc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, watch};
use tokio::task::AbortHandle;

/// What the database looks like through the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As it is.
    Forward,
    /// Nothing moves in either direction; what was sent arrives when it thaws,
    /// even if its sender has hung up, as with a process that was stopped.
    Frozen,
    /// Commands that write are answered with an error and do not arrive.
    FailWrites,
}

/// The proxy.
pub struct TcpProxy {
    /// Where it listens.
    pub port: u16,
    mode: watch::Sender<Mode>,
    task: AbortHandle,
}

impl TcpProxy {
    /// Starts one that forwards.
    pub async fn start(database: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (mode, watched) = watch::channel(Mode::Forward);
        let accept = async move {
            while let Ok((client, _)) = listener.accept().await {
                let mode = watched.clone();
                tokio::spawn(async move {
                    // A connection that breaks is its ends' affair.
                    if let Ok(server) = TcpStream::connect(database).await {
                        forward(client, server, mode);
                    }
                });
            }
        };
        Ok(Self { port, mode, task: tokio::spawn(accept).abort_handle() })
    }

    /// Changes what the database looks like.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Two tasks, which end when their sender closes.
fn forward(client: TcpStream, server: TcpStream, mode: watch::Receiver<Mode>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let to_client = std::sync::Arc::new(Mutex::new(to_client));
    tokio::spawn(requests(from_client, to_server, std::sync::Arc::clone(&to_client), mode.clone()));
    tokio::spawn(answers(from_server, to_client, mode));
}

type ToClient = std::sync::Arc<Mutex<OwnedWriteHalf>>;

/// Forwards whole messages.
async fn requests(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    answers: ToClient,
    mut mode: watch::Receiver<Mode>,
) -> Option<()> {
    loop {
        let message = read_message(&mut client).await?;
        let mode = *mode.wait_for(|mode| *mode != Mode::Frozen).await.ok()?;
        let refusal = (mode == Mode::FailWrites).then(|| refuse_write(&message)).flatten();
        match refusal {
            Some(refusal) => answers.lock().await.write_all(&refusal).await.ok()?,
            None => server.write_all(&message).await.ok()?,
        }
    }
}

/// Forwards bytes, and goes on reading when the client has hung up.
async fn answers(
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

/// A message of MongoDB's wire protocol begins with its length.
async fn read_message(stream: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let length = usize::try_from(stream.read_i32_le().await.ok()?).ok()?;
    let mut message = vec![0; length.max(HEADER)];
    message[..4].copy_from_slice(&i32::try_from(length).ok()?.to_le_bytes());
    stream.read_exact(&mut message[4..]).await.ok()?;
    Some(message)
}

/// Length, request id, id of the request that is answered, kind of message.
const HEADER: usize = 16;
const OP_MSG: i32 = 2013;

/// Flags, and the kind of the section that holds the command.
const BODY: usize = HEADER + 5;

/// Commands that change data.
const WRITES: [&str; 4] = ["insert", "update", "delete", "findAndModify"];

/// An error in answer to a command that writes; none for any other message.
fn refuse_write(message: &[u8]) -> Option<Vec<u8>> {
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
    let mut answer = Vec::new();
    let length = i32::try_from(BODY + error.len()).ok()?;
    for field in [length, 0, number(4)?, OP_MSG, 0] {
        answer.extend(field.to_le_bytes());
    }
    answer.push(0);
    answer.extend(error);
    Some(answer)
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
    fn only_commands_that_write_are_refused() {
        assert!(refuse_write(&message(doc! { "find": "orders" })).is_none());
        assert!(refuse_write(b"nonsense").is_none());
        let refusal = refuse_write(&message(doc! { "insert": "orders" })).unwrap();
        assert_eq!(refusal[8..12], 7_i32.to_le_bytes());
        let error = RawDocument::from_bytes(&refusal[BODY..]).unwrap();
        assert_eq!(error.get_i32("code").unwrap(), 14_031);
    }
}
