//! Fake upstream services.

use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::sleep;

#[derive(Debug, Clone, Copy)]
pub enum Behaviour {
    /// Returns every requested resource after a delay.
    Found(Duration),
    /// Reads requests and never responds.
    Frozen,
    /// Returns a product whose name does not end.
    Endless,
}

pub struct Upstream {
    pub port: u16,
    task: AbortHandle,
}

impl Upstream {
    pub async fn start(behaviour: Behaviour) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let accept = async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behaviour));
            }
        };
        Ok(Self { port, task: tokio::spawn(accept).abort_handle() })
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a connection until the client closes it.
async fn serve(stream: TcpStream, behaviour: Behaviour) -> Option<()> {
    // Responses are written as a whole; Nagle's algorithm would only delay them.
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let id = read_head(&mut stream).await?;
        match behaviour {
            Behaviour::Found(delay) => {
                sleep(delay).await;
                stream.write_all(response(&id).as_bytes()).await.ok()?;
            }
            Behaviour::Frozen => while read_head(&mut stream).await.is_some() {},
            Behaviour::Endless => write_endlessly(&mut stream, &id).await?,
        }
    }
}

/// Reads a request without a body; returns the last segment of its path.
async fn read_head(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut request_line = String::new();
    (stream.read_line(&mut request_line).await.ok()? > 0).then_some(())?;
    let mut header = String::new();
    while stream.read_line(&mut header).await.ok()? > 2 {
        header.clear();
    }
    let path = request_line.split(' ').nth(1)?;
    Some(path.rsplit('/').next().unwrap_or_default().to_owned())
}

/// A resource with the fields of users and of products; clients ignore unknown fields.
fn resource(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","email":"a@example.com","name":"Product {id}","price":0.1,"stock":1,"role":"customer","createdAt":"2026-01-02T03:04:05.678Z"}}"#
    )
}

fn response(id: &str) -> String {
    let body = resource(id);
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

async fn write_endlessly(stream: &mut BufReader<TcpStream>, id: &str) -> Option<()> {
    const LENGTH: u64 = 10_000_000_000;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {LENGTH}\r\n\r\n{{\"id\":\"{id}\",\"name\":\""
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    let block = vec![b'a'; 64 * 1024];
    loop {
        stream.write_all(&block).await.ok()?;
    }
}
