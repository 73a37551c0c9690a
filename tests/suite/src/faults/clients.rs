//! Clients that do not finish their requests, and many that send none.

use std::time::{Duration, Instant};

use openapi_server::limits::{BODY_TIMEOUT, HEAD_TIMEOUT};
use rustix::process::{Resource, getrlimit, setrlimit};

use crate::support::{RawConnection, post, products, run};

#[test]
fn unfinished_heads_time_out() {
    let mut connection = RawConnection::open(&products());
    connection.send("GET /health HTTP/1.1\r\nhost: x\r\nx-slow");
    let started = Instant::now();
    // Further bytes do not extend the time.
    while !connection.is_closed_within(Duration::from_secs(1)) {
        assert!(started.elapsed() < Duration::from_secs(60), "the connection is still open");
        let _ = connection.try_send("y");
    }
    let elapsed = started.elapsed();
    let expected = HEAD_TIMEOUT - Duration::from_secs(2)..HEAD_TIMEOUT + Duration::from_secs(5);
    assert!(expected.contains(&elapsed), "{elapsed:?}");
}

#[test]
fn unfinished_bodies_get_408() {
    let request = post("/products", &"x".repeat(100));
    let mut connection = RawConnection::open(&products());
    let started = Instant::now();
    connection.send(&request[..request.len() - 99]);
    assert_eq!(connection.response().0, 408);
    let elapsed = started.elapsed();
    assert!(elapsed < BODY_TIMEOUT + Duration::from_secs(5), "{elapsed:?}");
}

#[test]
fn idle_connections_do_not_block_requests() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let idle: Vec<_> = (0..1000).map(|_| RawConnection::open(&products())).collect();
    run(async {
        let started = Instant::now();
        products().get("/products?limit=1").await.assert_status(200);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    });
    drop(idle);
}
