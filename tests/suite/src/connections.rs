//! Malformed, slow and unusual requests on the level of connections.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{
    NO_ID, RawConnection, new_product, new_user, orders, post, products, run, services,
};

#[test]
fn post_followed_by_stray_crlf_is_answered_immediately() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    connection.send(post("/products", &product) + "\r\n");
    let started = Instant::now();
    assert_eq!(connection.response().0, 201);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // The connection is still usable.
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.response().0, 200);
}

#[test]
fn malformed_heads_get_the_error_envelope() {
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
            let (found, headers, body) = connection.response();
            assert_eq!((found, &body["error"]["code"]), (status, &json!(code)), "{head:.60}");
            for header in ["content-type: application/json", "connection: close", "x-request-id: "]
            {
                assert!(headers.contains(header), "{head:.60}: no {header} in {headers}");
            }
            assert!(connection.is_closed_within(Duration::from_secs(5)), "{head:.60}: still open");
        }
    }
}

#[test]
fn malformed_head_does_not_affect_the_previous_response() {
    let mut connection = RawConnection::open(&products());
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET\r\n\r\n");
    assert_eq!(connection.response().0, 200);
    assert_eq!(connection.response().0, 400);
}

#[test]
fn half_closed_clients_get_their_response() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    connection.send(post("/products", &product)).half_close();
    assert_eq!(connection.response().0, 201);
}

#[test]
fn exactly_one_host_header_is_required() {
    for hosts in ["", "host: a\r\nhost: b\r\n", "host: a\r\nhost: a\r\n"] {
        let mut connection = RawConnection::open(&products());
        connection.send(format!("GET /health/live HTTP/1.1\r\n{hosts}\r\n"));
        let (status, _, body) = connection.response();
        assert_eq!(status, 400, "{hosts:?}");
        let pointer = &body["error"]["details"]["fields"][0]["pointer"];
        assert_eq!(pointer, "/host", "{hosts:?}: {body}");
    }
    // HTTP/1.0 needs none.
    let mut connection = RawConnection::open(&products());
    connection.send("GET /health/live HTTP/1.0\r\n\r\n");
    assert_eq!(connection.response().0, 200);
}

#[test]
fn idle_connections_outlive_those_of_proxies() {
    let mut connection = RawConnection::open(&products());
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.response().0, 200);
    std::thread::sleep(Duration::from_secs(62));
    connection.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.response().0, 200);
    let limit = openapi_server::limits::IDLE_TIMEOUT + Duration::from_secs(5);
    assert!(connection.is_closed_within(limit), "the idle connection is still open");
}

#[test]
fn slow_clients_do_not_block_others() {
    let body = "x".repeat(100);
    let request = post("/orders", &body);
    let begun = &request[..request.len() - 99];
    let mut slow: Vec<_> = (0..300).map(|_| RawConnection::open(&orders())).collect();
    for connection in &mut slow {
        connection.send(begun);
    }
    run(async {
        let user = new_user().await;
        let product = new_product(1.0).await;
        for _ in 0..5 {
            let item = json!({ "productId": product, "quantity": 1 });
            let order = json!({ "userId": user, "items": [item] });
            let id = orders().post("/orders", order).await.id(201);
            orders().get(&format!("/orders/{id}")).await.assert_status(200);
        }
    });
    drop(slow);
}

#[test]
fn small_chunks_form_one_body() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    connection.send(
        "POST /products HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    for byte in product.chars() {
        connection.send(format!("1\r\n{byte}\r\n"));
    }
    connection.send("0\r\n\r\n");
    let (status, _, body) = connection.response();
    assert_eq!((status, &body["name"]), (201, &json!("Cup")));
}

#[test]
fn malformed_chunks_are_a_bad_request() {
    for chunks in
        ["x\r\n", "FFFFFFFFFFFFFFFFF\r\n", "1;a\nb\r\n{", "2\r\n{}0\r\n\r\n", "0\r\nx\r\n\r\n"]
    {
        let mut connection = RawConnection::open(&products());
        connection.send(format!(
            "POST /products HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"
        ));
        let (status, _, body) = connection.response();
        assert_eq!((status, &body["error"]["code"]), (400, &json!("BAD_REQUEST")), "{chunks:?}");
        assert!(connection.is_closed_within(Duration::from_secs(5)), "{chunks:?}");
    }
}

/// hyper would ignore the other codings.
#[test]
fn transfer_codings_other_than_chunked_are_refused() {
    for codings in [
        "transfer-encoding: gzip, chunked\r\n",
        "transfer-encoding: chunked, chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
    ] {
        let mut connection = RawConnection::open(&products());
        connection.send(format!("GET /health/live HTTP/1.1\r\nhost: x\r\n{codings}\r\n0\r\n\r\n"));
        let (status, _, body) = connection.response();
        assert_eq!(status, 400, "{codings:?}");
        let pointer = &body["error"]["details"]["fields"][0]["pointer"];
        assert_eq!(pointer, "/transfer-encoding", "{codings:?}: {body}");
    }
}

/// Closing a socket with unread bytes would reset the connection, and the response with it.
#[test]
fn responses_reach_clients_whose_body_is_not_read() {
    let body = "x".repeat(100_000);
    let head = "GET /health/live HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n";
    for _ in 0..5 {
        let mut connection = RawConnection::open(&products());
        connection.send(format!("{head}{body}"));
        // The response has been sent before the rest of the body.
        std::thread::sleep(Duration::from_millis(50));
        connection.send(&body);
        assert_eq!(connection.response().0, 200);
    }
}

#[test]
fn expected_100_continue_is_sent() {
    let product = json!({ "name": "Cup", "price": 1, "stock": 1 }).to_string();
    let mut connection = RawConnection::open(&products());
    let request = post("/products", &product);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    connection.send(format!("{head}\r\nexpect: 100-continue\r\n\r\n"));
    assert_eq!(connection.response().0, 100);
    connection.send(body);
    assert_eq!(connection.response().0, 201);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let mut connection = RawConnection::open(&products());
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    connection.send(get("/health/live") + &get("/nothing") + &get(&format!("/products/{NO_ID}")));
    assert_eq!([(); 3].map(|()| connection.response().0), [200, 404, 404]);
}
