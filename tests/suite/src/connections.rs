//! What hostile or clumsy clients can do with a connection, and what they
//! cannot: the bounds around HTTP itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Api, NO_ID, new_product, new_user, orders, products, run, services};

/// A connection on which bytes are sent as they are.
pub struct RawConnection(TcpStream);

impl RawConnection {
    pub fn open(api: &Api) -> Self {
        let stream = TcpStream::connect(api.url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self(stream)
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.write_all(bytes.as_ref()).unwrap();
        self
    }

    pub fn half_close(&mut self) -> &mut Self {
        self.0.shutdown(std::net::Shutdown::Write).unwrap();
        self
    }

    /// Hangs up without reading what may come.
    pub fn reset(self) {
        rustix::net::sockopt::set_socket_linger(&self.0, Some(Duration::ZERO)).unwrap();
    }

    /// The status line, the headers and the body of the next answer.
    pub fn answer(&mut self) -> (u16, String, Value) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).unwrap();
        let status = head[9..12].parse().unwrap();
        (status, head, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Whether the server has closed the connection, within a time.
    pub fn is_closed_within(&mut self, limit: Duration) -> bool {
        self.0.set_read_timeout(Some(limit)).unwrap();
        let mut rest = [0; 4096];
        loop {
            match self.0.read(&mut rest) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
            }
        }
    }
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

#[test]
fn a_post_followed_by_a_stray_crlf_is_answered_immediately() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    connection.send(post("/products", &product) + "\r\n");
    let started = Instant::now();
    assert_eq!(connection.answer().0, 201);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // The connection is still good.
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.answer().0, 200);
}

#[test]
fn malformed_heads_are_answered_in_the_envelope() {
    let long = "x".repeat(20_000);
    for api in services() {
        for (head, status, code) in [
            ("GET\r\n\r\n".to_owned(), 400, "BAD_REQUEST"),
            ("GET / HTTP/1.1\r\nhost x\r\n\r\n".to_owned(), 400, "BAD_REQUEST"),
            ("GET / HTTP/9.9\r\nhost: x\r\n\r\n".to_owned(), 400, "BAD_REQUEST"),
            (
                "POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_owned(),
                400,
                "BAD_REQUEST",
            ),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 400, "BAD_REQUEST"),
            (
                format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {long}\r\n\r\n"),
                431,
                "HEADERS_TOO_LARGE",
            ),
        ] {
            let mut connection = RawConnection::open(&api);
            connection.send(&head);
            let (answered, headers, body) = connection.answer();
            assert_eq!((answered, &body["error"]["code"]), (status, &json!(code)), "{head:.60}");
            for header in ["content-type: application/json", "connection: close", "x-request-id: "]
            {
                assert!(headers.contains(header), "no {header} in {headers}");
            }
            assert!(connection.is_closed_within(Duration::from_secs(5)));
        }
    }
}

#[test]
fn a_malformed_head_after_a_good_request_does_not_cost_its_answer() {
    let mut connection = RawConnection::open(&products());
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET\r\n\r\n");
    assert_eq!(connection.answer().0, 200);
    assert_eq!(connection.answer().0, 400);
}

#[test]
fn a_client_that_closes_its_side_still_gets_its_answer() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    connection.send(post("/products", &product)).half_close();
    assert_eq!(connection.answer().0, 201);
}

#[test]
fn exactly_one_host_header_is_accepted() {
    for (hosts, status) in
        [("", 400), ("host: a\r\nhost: b\r\n", 400), ("host: a\r\nhost: a\r\n", 400)]
    {
        let mut connection = RawConnection::open(&products());
        connection.send(format!("GET /health/live HTTP/1.1\r\n{hosts}\r\n"));
        let (answered, _, body) = connection.answer();
        assert_eq!(answered, status, "{hosts:?}");
        assert_eq!(body["error"]["details"]["fields"][0]["pointer"], "/host", "{body}");
    }
    let mut connection = RawConnection::open(&products());
    connection.send("GET /health/live HTTP/1.0\r\n\r\n");
    assert_eq!(connection.answer().0, 200);
}

#[test]
fn an_idle_connection_outlives_the_sixty_seconds_of_proxies() {
    let mut connection = RawConnection::open(&products());
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.answer().0, 200);
    std::thread::sleep(Duration::from_secs(62));
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.answer().0, 200);
    let limit = openapi_server::limits::IDLE_TIMEOUT + Duration::from_secs(5);
    assert!(connection.is_closed_within(limit), "an idle connection is never closed");
}

#[test]
fn clients_that_send_slowly_do_not_keep_others_from_being_served() {
    let body = "x".repeat(100);
    let request = post("/orders", &body);
    let begun = &request[..request.len() - 99];
    let mut slow: Vec<_> = (0..300).map(|_| RawConnection::open(&orders())).collect();
    for connection in &mut slow {
        connection.send(begun);
    }
    run(async {
        let (user, product) = (new_user().await, new_product(1.0).await);
        for _ in 0..5 {
            let item = json!({ "productId": product, "quantity": 1 });
            let order = json!({ "userId": user, "items": [item] });
            let id = orders().post("/orders", order).await.id(201);
            orders().get(&format!("/orders/{id}")).await.expect(200);
        }
    });
    drop(slow);
}

#[test]
fn many_small_chunks_are_one_body() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    connection.send(
        "POST /products HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    for byte in product.chars() {
        connection.send(format!("1\r\n{byte}\r\n"));
    }
    connection.send("0\r\n\r\n");
    let (status, _, body) = connection.answer();
    assert_eq!((status, &body["name"]), (201, &json!("Cup")));
}

#[test]
fn an_expected_continue_is_sent_before_the_body() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    let request = post("/products", &product);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    connection.send(format!("{head}\r\nexpect: 100-continue\r\n\r\n"));
    assert_eq!(connection.answer().0, 100);
    connection.send(body);
    assert_eq!(connection.answer().0, 201);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let mut connection = RawConnection::open(&products());
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    connection.send(get("/health/live") + &get("/nothing") + &get(&format!("/products/{NO_ID}")));
    assert_eq!([(); 3].map(|()| connection.answer().0), [200, 404, 404]);
}
