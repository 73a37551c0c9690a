//! The petstore over connections: what a request without one does not have.

use std::io::{Read, Write};
use std::net::{Shutdown as End, SocketAddr, TcpStream};
use std::time::Duration;

use openapi_server::{ServeOptions, Shutdown};
use petstore::Store;
use petstore::api::{DESCRIPTION, PetStoreServer};
use tokio::net::TcpListener;

/// Serves a petstore until the test ends.
async fn serve() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = openapi_server::app(&DESCRIPTION, PetStoreServer(Store));
    let options = ServeOptions::default();
    tokio::spawn(openapi_server::serve(listener, app, options, Shutdown::new()));
    address
}

/// Sends bytes and the end of the connection. The response is text up to the server's end.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let request = request.to_owned();
    let exchange = move || {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        connection.shutdown(End::Write).unwrap();
        let mut response = String::new();
        connection.read_to_string(&mut response).unwrap();
        response
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

/// The status of the response, which must contain a text.
async fn assert_response(request: &str, status: &str, expected: &str) {
    let response = exchange(serve().await, request).await;
    assert_eq!(response.split(' ').nth(1), Some(status), "{request}\n{response}");
    assert!(response.contains(expected), "{request}\n{response}");
}

const HOST: &str = "Host: a\r\nConnection: close\r\n";

#[tokio::test]
async fn requests_name_exactly_one_host() {
    let get = |version: &str, host: &str| format!("GET /pets HTTP/{version}\r\n{host}\r\n");
    assert_response(&get("1.1", HOST), "200", "").await;
    assert_response(&get("1.1", ""), "400", "header /host is required").await;
    assert_response(&get("1.1", "Host: a\r\nHost: b\r\n"), "400", "/host must not be").await;
    assert_response(&get("1.0", ""), "200", "").await;
    assert_response(&get("1.0", "Host: a\r\nHost: b\r\n"), "400", "/host must not be").await;
}

fn post(headers: &str, body: &str) -> String {
    let content_type = "Content-Type: application/json\r\n";
    format!("POST /echo HTTP/1.1\r\n{HOST}{content_type}{headers}\r\n{body}")
}

#[tokio::test]
async fn the_only_transfer_coding_is_chunked() {
    let body = "d\r\n{\"text\":\"ab\"}\r\n0\r\n\r\n";
    for (codings, status) in [
        ("Transfer-Encoding: Chunked\r\n", "200"),
        ("Transfer-Encoding: gzip, chunked\r\n", "400"),
        ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "400"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "400"),
    ] {
        assert_response(&post(codings, body), status, "").await;
    }
}

#[tokio::test]
async fn malformed_chunks_differ_from_missing_ones() {
    let chunked = "Transfer-Encoding: chunked\r\n";
    for body in ["x\r\n", "1\r\n{}\r\n"] {
        let expected = "The chunks of the body are malformed";
        assert_response(&post(chunked, body), "400", expected).await;
    }
    assert_response(&post(chunked, "d\r\n{\"text\""), "408", "The body is incomplete").await;
    assert_response(&post("Content-Length: 9\r\n", "{"), "408", "The body is incomplete").await;
}

#[tokio::test]
async fn connections_are_counted() {
    let address = serve().await;
    let request = format!("GET /metrics HTTP/1.1\r\n{HOST}\r\n");
    exchange(address, &request).await;
    exchange(address, "GET /\r\n\r\n").await;
    let metrics = exchange(address, &request).await;
    let value = |name: &str| {
        let series = metrics.lines().find(|line| line.starts_with(name))?;
        series.rsplit(' ').next()
    };
    assert_eq!(value("http_server_accepted_connections_total"), Some("3"), "{metrics}");
    assert_eq!(value("http_server_open_connections"), Some("1"), "{metrics}");
    assert_eq!(value("http_server_rejected_heads_total"), Some("1"), "{metrics}");
    assert_eq!(value("http_server_evicted_connections_total"), Some("0"), "{metrics}");
}
