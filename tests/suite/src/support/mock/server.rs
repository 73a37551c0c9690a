//! The HTTP server of a mock, which can violate the protocol.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::behaviour::Behaviour;
use super::state::State;

/// Serves a connection until a behaviour, the client or `close` closes it.
pub async fn serve(stream: TcpStream, state: Arc<Mutex<State>>, mut close: watch::Receiver<()>) {
    close.mark_unchanged();
    let mut stream = BufReader::new(stream);
    for index in 0.. {
        let request = tokio::select! {
            // A request that came after `close` must not be read, even if both are seen together.
            biased;
            _ = close.changed() => None,
            request = read_request(&mut stream) => request,
        };
        let Some((request, request_id)) = request else { return };
        let (behaviour, product_name) = record(&state, &request, request_id, index);
        let response = behaviour.respond(&request, index, product_name).await;
        let Some((status, body)) = response else {
            return misbehave(&mut stream, behaviour, &state).await;
        };
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let written = stream.write_all(text.as_bytes()).await;
        if written.is_err() || behaviour == Behaviour::CloseIdle {
            return;
        }
    }
}

/// Reads a request without a body: method and path, and the request id.
async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<(String, Option<String>)> {
    let mut line = String::new();
    if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
        return None;
    }
    let mut request_id = None;
    let mut header = String::new();
    while stream.read_line(&mut header).await.is_ok_and(|read| read > 2) {
        if let Some(id) = header.strip_prefix("x-request-id: ") {
            request_id = Some(id.trim().to_owned());
        }
        header.clear();
    }
    let request = line.rsplit_once(' ').map_or("", |(request, _)| request);
    Some((request.to_owned(), request_id))
}

/// Records a request; returns the behaviour and the name of products.
fn record(
    state: &Mutex<State>,
    request: &str,
    request_id: Option<String>,
    index: usize,
) -> (Behaviour, Option<String>) {
    let mut state = state.lock().unwrap();
    state.requests.push(request.to_owned());
    state.request_ids.extend(request_id);
    state.connections += usize::from(index == 0);
    let missing = request.rsplit('/').next().is_some_and(|id| state.missing.contains(id));
    let behaviour = if missing { Behaviour::NotFound } else { state.behaviour };
    (behaviour, state.product_name.clone())
}

/// Does what is not a complete response, and closes the connection.
async fn misbehave(stream: &mut BufReader<TcpStream>, behaviour: Behaviour, state: &Mutex<State>) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    // Writing fails if the client has closed the connection.
    match behaviour {
        Behaviour::Hang => tokio::time::sleep(Duration::from_secs(60)).await,
        Behaviour::DropHead => {
            let _ = stream.write_all(&head.as_bytes()[..30]).await;
        }
        Behaviour::DropBody => {
            let half = format!("{head}content-length: 99\r\n\r\n{{");
            let _ = stream.write_all(half.as_bytes()).await;
        }
        Behaviour::Drip => {
            let mut next = format!("{head}content-length: 999\r\n\r\n");
            while stream.write_all(next.as_bytes()).await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
                next = " ".to_owned();
            }
        }
        Behaviour::Endless { announced } => {
            let length = if announced { "content-length: 10000000000\r\n" } else { "" };
            let start = format!("{head}{length}\r\n");
            let mut written = stream.write_all(start.as_bytes()).await;
            while written.is_ok() {
                written = stream.write_all(&[b' '; 64 * 1024]).await;
                state.lock().unwrap().sent += 64 * 1024;
            }
        }
        _ => {}
    }
}
