//! A write whose answer never comes may have been made. The client hears so, and
//! is not asked to try again; whoever is asked to try again can do so safely.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::doc;
use serde_json::{Value, json};
use system::database::database_uri;
use system::system::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::started::Started;
use crate::support::{Answer, LIVE, RUNTIME, free_ports, run};

/// What the way to the database does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Everything passes.
    Open,
    /// Nothing passes, and nothing is lost: a database that is stopped.
    Frozen,
    /// What is asked passes; every answer breaks its connection.
    Cut,
}

/// The way to the database.
struct TcpProxy {
    mode: watch::Sender<Mode>,
    port: u16,
}

impl TcpProxy {
    fn start() -> Self {
        let (mode, _) = watch::channel(Mode::Open);
        let server = LIVE.mongo.trim_start_matches("mongodb://");
        let server = server.split(['/', '?']).next().unwrap().to_owned();
        let listener = run(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        RUNTIME.spawn(forward(listener, server, mode.subscribe()));
        Self { mode, port }
    }

    fn set(&self, mode: Mode) {
        self.mode.send(mode).unwrap();
    }

    /// A product service behind it, with as many connections as the test needs.
    fn product_service(&self) -> Started {
        let service = Service::Product;
        let name = format!("{}{}_{:08x}", service.database(), LIVE.suffix, fastrand::u32(..));
        let uri = database_uri(&format!("mongodb://127.0.0.1:{}", self.port), &name);
        let started = Started::on(service, free_ports(), &format!("{uri}?directConnection=true"));
        run(join_all((0..32).map(|number| create(&started, number))));
        started
    }
}

async fn forward(listener: TcpListener, server: String, mode: watch::Receiver<Mode>) {
    while let Ok((client, _)) = listener.accept().await {
        let (server, mode) = (server.clone(), mode.clone());
        tokio::spawn(async move {
            let server = TcpStream::connect(server).await.unwrap();
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            tokio::select! {
                () = copy(from_client, to_server, mode.clone(), false) => {
                    // What was sent is still answered; the client has gone.
                }
                () = copy(from_server, to_client, mode, true) => {}
            }
        });
    }
}

async fn copy(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut mode: watch::Receiver<Mode>,
    answers: bool,
) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if mode.wait_for(|mode| *mode != Mode::Frozen).await.is_err() {
            return;
        }
        if answers && *mode.borrow() == Mode::Cut {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

fn product(number: usize) -> Value {
    json!({ "name": format!("Product {number}"), "price": 1, "stock": 1 })
}

async fn create(service: &Started, number: usize) -> Answer {
    service.api.post("/products", product(number)).await
}

/// Whether an answer says that the outcome is unknown. If not, it must say that nothing was done.
fn is_unknown(answer: &Answer) -> bool {
    let (error, retry) = (&answer.body["error"], answer.headers.contains_key("retry-after"));
    assert_eq!(answer.status, 503, "{error}");
    match error["code"].as_str().unwrap() {
        "OUTCOME_UNKNOWN" => {
            assert!(!retry, "{error}");
            let (id, message) = (error["details"]["id"].as_str(), error["message"].as_str());
            let path = format!("/products/{}", id.unwrap());
            assert!(message.unwrap().contains(&path), "{error}");
            true
        }
        "SERVICE_UNAVAILABLE" => {
            assert!(retry, "{error}");
            false
        }
        code => panic!("{code}"),
    }
}

#[test]
fn no_write_that_was_made_is_answered_with_try_again() {
    let proxy = TcpProxy::start();
    let service = proxy.product_service();
    let (api, collection) = (&service.api, run(service.collection("products")));
    let ids: Vec<String> =
        run(join_all((0..16).map(async |number| create(&service, number).await.id(201))));
    proxy.set(Mode::Frozen);
    let frozen = Instant::now();
    // 16 are created, 8 changed and 8 deleted.
    let write = async |number: usize| {
        let path = format!("/products/{}", ids[number % 16]);
        let answer = match number {
            0..8 => api.put(&path, json!({ "name": "Changed" })).await,
            8..16 => api.delete(&path).await,
            _ => create(&service, 1000 + number).await,
        };
        (number, answer, frozen.elapsed())
    };
    let read = async {
        let answer = api.get(&format!("/products/{}", ids[0])).await;
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
    };
    let (answers, ()) = run(async { tokio::join!(join_all((0..32).map(write)), read) });
    run(async {
        tokio::time::sleep(Duration::from_secs(7).saturating_sub(frozen.elapsed())).await;
        proxy.set(Mode::Open);
        while api.get("/health").await.status != 200 {}
        // What was sent before is made now.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut made = 0;
        for (number, answer, took) in answers {
            assert!(took < Duration::from_secs(6), "an answer took {took:?}");
            let path = format!("/products/{}", ids[number % 16]);
            let done = match number {
                0..8 => api.get(&path).await.expect(200)["name"] == "Changed",
                8..16 => api.get(&path).await.status == 404,
                _ => {
                    let name = format!("Product {}", 1000 + number);
                    collection.count_documents(doc! { "name": name }).await.unwrap() > 0
                }
            };
            let unknown = is_unknown(&answer);
            assert!(unknown || !done, "write {number} was made: {}", answer.body);
            made += usize::from(done);
        }
        assert!(made > 0, "no write was under way");
    });
}

#[test]
fn a_write_whose_answer_is_cut_off_can_be_looked_up() {
    let proxy = TcpProxy::start();
    let service = proxy.product_service();
    run(async {
        proxy.set(Mode::Cut);
        let answer = create(&service, 99).await;
        assert!(is_unknown(&answer), "{}", answer.body);
        proxy.set(Mode::Open);
        while service.api.get("/health").await.status != 200 {}
        let path = format!("/products/{}", answer.body["error"]["details"]["id"].as_str().unwrap());
        assert_eq!(service.api.get(&path).await.expect(200)["name"], "Product 99");
    });
}
