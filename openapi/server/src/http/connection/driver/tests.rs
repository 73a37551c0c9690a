//! The runtime of these tests has one thread, so nothing drives a connection between a request and
//! the command that a test sends.

use std::io::Write as _;
use std::net::TcpStream as Client;
use std::time::Duration;

use poem::{EndpointExt, handler};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::*;

#[handler]
async fn respond() -> &'static str {
    tokio::time::sleep(Duration::from_millis(10)).await;
    "served"
}

/// Opens a connection that has had its first response, in a table with room for two.
async fn idle_connection() -> (Arc<ConnectionTable>, Arc<ConnectionState>, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let local = listener.local_addr().unwrap();
    let mut client = Client::connect(local).unwrap();
    let (socket, peer) = listener.accept().await.unwrap();
    let table = Arc::new(ConnectionTable::new(2));
    let server = Arc::new(Server {
        app: respond.map_to_response(),
        local,
        proxies: TrustedProxies::default(),
        table: Arc::clone(&table),
        tasks: TaskTracker::new(),
    });
    let open = table.open(peer.ip(), false);
    let state = Arc::clone(open.state());
    tokio::spawn(serve(server, socket, open, peer));
    request(&mut client);
    client.set_nonblocking(true).unwrap();
    while client.peek(&mut [0]).is_err() || state.phase() != Phase::Idle {
        yield_now().await;
    }
    (table, state, client)
}

/// Opens two connections. Together with the idle one, these are too many, and only that one waits.
fn make_full(table: &Arc<ConnectionTable>) -> [OpenConnection; 2] {
    let busy = table.open([192, 0, 2, 1].into(), false);
    busy.request_begins(false);
    [busy, table.open([192, 0, 2, 2].into(), false)]
}

fn request(client: &mut Client) {
    client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
}

/// What the client receives until the server closes the connection.
async fn received(client: Client) -> String {
    let mut text = String::new();
    TcpStream::from_std(client).unwrap().read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn a_connection_that_makes_room_serves_the_request_that_has_arrived() {
    let (table, _, mut client) = idle_connection().await;
    request(&mut client);
    let others = make_full(&table);
    let received = received(client).await;
    assert_eq!(received.matches("served").count(), 2, "{received}");
    assert!(received.contains("connection: close"), "{received}");
    drop(others);
    yield_now().await;
    assert_eq!(table.counts().open, 0);
}

#[tokio::test]
async fn a_connection_that_is_drained_serves_the_request_that_has_arrived() {
    let (table, _, mut client) = idle_connection().await;
    request(&mut client);
    table.drain();
    let received = received(client).await;
    assert_eq!(received.matches("served").count(), 2, "{received}");
}

#[tokio::test]
async fn an_idle_connection_makes_room_immediately() {
    let (table, _, client) = idle_connection().await;
    let _others = make_full(&table);
    assert_eq!(received(client).await.matches("served").count(), 1);
    assert_eq!(table.counts().evicted, 1);
}

#[tokio::test]
async fn a_request_that_arrives_at_its_deadline_is_served() {
    let (table, state, mut client) = idle_connection().await;
    request(&mut client);
    state.send(Command::Expire);
    while state.phase() != Phase::Serving {
        yield_now().await;
    }
    table.drain();
    assert_eq!(received(client).await.matches("served").count(), 2);
}
