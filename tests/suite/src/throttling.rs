//! Guessing is slowed down: log-ins by account, registrations by client address.

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, doc};
use reqwest::Method;
use serde_json::{Value, json};
use system::home::programs;
use system::services::{Service, generate_signing_key};
use system::usage::CpuTime;
use tokio::time::{Duration, sleep};

use crate::support::{Api, Response, ServiceProcess, mongo_uri, new_email, run};

const PASSWORD: &str = "long enough";

/// The failures that have no effect.
const FREE_ATTEMPTS: usize = 5;

async fn register(api: &Api, email: &str) -> Response {
    api.post("/users", json!({ "email": email, "password": PASSWORD, "name": "Ada" })).await
}

async fn log_in(api: &Api, email: &str, password: &str) -> Response {
    api.post("/auth/login", json!({ "email": email, "password": password })).await
}

/// Asserts that a request was throttled; returns the seconds to wait.
fn assert_throttled(response: &Response) -> u64 {
    assert_eq!(response.clone().code(429), "TOO_MANY_REQUESTS");
    response.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

/// Guesses until the next attempt is throttled.
async fn guess(api: &Api, email: &str) {
    for _ in 0..FREE_ATTEMPTS {
        log_in(api, email, "wrong one").await.assert_status(401);
    }
}

#[test]
fn log_ins_are_delayed_after_five_failures() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let email = new_email();
        register(&service.api, &email).await.assert_status(201);
        guess(&service.api, &email).await;
        // The right password, too, and the address in any case.
        let response = log_in(&service.api, &email.to_uppercase(), PASSWORD).await;
        assert_eq!(assert_throttled(&response), 1);
        sleep(Duration::from_secs(1)).await;
        log_in(&service.api, &email, "wrong one").await.assert_status(401);
        let response = log_in(&service.api, &email, PASSWORD).await;
        assert_eq!(assert_throttled(&response), 2, "the delay doubles");
        sleep(Duration::from_secs(2)).await;
        log_in(&service.api, &email, PASSWORD).await.assert_status(200);
        // Only consecutive failures count.
        guess(&service.api, &email).await;
    });
}

#[test]
fn unknown_accounts_are_throttled_as_known_ones() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let known = new_email();
        register(&service.api, &known).await.assert_status(201);
        let mut seen = Vec::new();
        for email in [known, new_email()] {
            let mut answers = Vec::new();
            for _ in 0..FREE_ATTEMPTS + 2 {
                let response = log_in(&service.api, &email, "wrong one").await;
                answers.push((response.status, response.body));
            }
            seen.push(answers);
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0][FREE_ATTEMPTS].0, 429);
    });
}

#[test]
fn replicas_count_simultaneous_guesses_together() {
    run(async {
        let uri = mongo_uri(Service::User, &format!("_{}", ObjectId::new()));
        let key = generate_signing_key(&programs()).unwrap();
        let replicas = [(); 2].map(|()| {
            let replica = ServiceProcess::configure(Service::User).mongo_uri(&uri);
            replica.env("JWT_SIGNING_KEY", &key).start()
        });
        let email = new_email();
        let guesses = (0..40).map(|number| log_in(&replicas[number % 2].api, &email, "wrong one"));
        let statuses: Vec<u16> = join_all(guesses).await.iter().map(|it| it.status).collect();
        let tried = statuses.iter().filter(|status| **status == 401).count();
        assert!((1..=FREE_ATTEMPTS).contains(&tried), "{statuses:?}");
        assert!(statuses.iter().all(|status| [401, 429, 503].contains(status)), "{statuses:?}");
    });
}

#[test]
fn attempts_that_fail_for_another_reason_are_not_counted() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let email = new_email();
        register(&service.api, &email).await.assert_status(201);
        let users = service.collection("users").await;
        // A field that a log-in reads.
        let set_role = async |role: Bson| {
            let update = users.update_one(doc! {}, doc! { "$set": { "role": role } });
            update.bypass_document_validation(true).await.unwrap();
        };
        set_role(3.into()).await;
        for _ in 0..FREE_ATTEMPTS + 1 {
            let response = log_in(&service.api, &email, PASSWORD).await;
            assert_eq!(response.code(500), "INTERNAL_ERROR");
        }
        set_role("customer".into()).await;
        log_in(&service.api, &email, PASSWORD).await.assert_status(200);
    });
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "measures with /proc")]
fn throttled_attempts_cost_no_hash_and_do_not_delay_others() {
    const REQUESTS: usize = 100;
    run(async {
        let service = ServiceProcess::start(Service::User);
        let [guessed, other] = [new_email(), new_email()];
        register(&service.api, &other).await.assert_status(201);
        guess(&service.api, &guessed).await;
        let attempts = service.collection("attempts").await;
        let many = doc! { "$set": { "failures": 50, "at": DateTime::now() } };
        assert_eq!(attempts.update_one(doc! {}, many).await.unwrap().matched_count, 1);
        let before = CpuTime::of(service.process.id()).unwrap();
        for _ in 0..REQUESTS {
            let delay = assert_throttled(&log_in(&service.api, &guessed, "wrong one").await);
            assert!((30..=60).contains(&delay), "{delay}");
        }
        // A hundred hashes take 1.7 s with an optimized argon2, as here.
        let used = CpuTime::of(service.process.id()).unwrap().since(before);
        assert!(used < 1.0, "{used} s for {REQUESTS} throttled attempts");
        log_in(&service.api, &other, PASSWORD).await.assert_status(200);
    });
}

#[test]
fn successful_log_ins_leave_nothing_in_the_database() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let email = new_email();
        register(&service.api, &email).await.assert_status(201);
        let attempts = service.collection("attempts").await;
        log_in(&service.api, &email, "wrong one").await.assert_status(401);
        assert_eq!(attempts.count_documents(doc! {}).await.unwrap(), 1);
        log_in(&service.api, &email, PASSWORD).await.assert_status(200);
        assert_eq!(attempts.count_documents(doc! {}).await.unwrap(), 0);
    });
}

#[test]
fn database_deletes_failures_after_a_quarter_of_an_hour() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let attempts = service.collection("attempts").await;
        let indexes: Vec<_> = attempts.list_indexes().await.unwrap().try_collect().await.unwrap();
        let expiries = indexes.iter().filter(|index| index.keys == doc! { "at": 1 });
        let expiries = expiries.filter_map(|index| index.options.as_ref()?.expire_after);
        assert_eq!(expiries.collect::<Vec<_>>(), [Duration::from_secs(15 * 60)], "{indexes:?}");
    });
}

/// Registers from behind a proxy.
async fn register_from(api: &Api, address: &str, email: &str) -> Response {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    send_from(api, address, Method::POST, "/users", &body).await
}

/// Sends a request from behind a proxy.
async fn send_from(api: &Api, address: &str, method: Method, path: &str, body: &Value) -> Response {
    let request = api.request(method, path).header("x-forwarded-for", address);
    api.send(request.header("content-type", "application/json").body(body.to_string())).await
}

#[test]
fn registrations_of_taken_addresses_are_throttled_by_client() {
    run(async {
        let service = ServiceProcess::configure(Service::User);
        let service = service.env("TRUSTED_PROXIES", "127.0.0.0/8").start();
        let email = new_email();
        register_from(&service.api, "192.0.2.1", &email).await.assert_status(201);
        for _ in 0..FREE_ATTEMPTS {
            assert_eq!(
                register_from(&service.api, "192.0.2.1", &email).await.code(409),
                "CONFLICT"
            );
        }
        let response = register_from(&service.api, "192.0.2.1", &new_email()).await;
        assert_eq!(assert_throttled(&response), 1);
        register_from(&service.api, "192.0.2.2", &new_email()).await.assert_status(201);
        sleep(Duration::from_secs(1)).await;
        register_from(&service.api, "192.0.2.1", &new_email()).await.assert_status(201);
    });
}

#[test]
fn simultaneous_registrations_do_not_reveal_more_taken_addresses() {
    run(async {
        let service = ServiceProcess::configure(Service::User);
        let service = service.env("TRUSTED_PROXIES", "127.0.0.0/8").start();
        let email = new_email();
        register_from(&service.api, "192.0.2.1", &email).await.assert_status(201);
        let tried = (0..40).map(|_| register_from(&service.api, "192.0.2.2", &email));
        let statuses: Vec<u16> = join_all(tried).await.iter().map(|it| it.status).collect();
        let revealed = statuses.iter().filter(|status| **status == 409).count();
        assert!((1..=FREE_ATTEMPTS).contains(&revealed), "{statuses:?}");
        assert!(statuses.iter().all(|status| [409, 429].contains(status)), "{statuses:?}");
    });
}

#[test]
fn registrations_that_succeed_are_not_throttled() {
    run(async {
        let service = ServiceProcess::configure(Service::User);
        let service = service.env("TRUSTED_PROXIES", "127.0.0.0/8").start();
        for _ in 0..2 * FREE_ATTEMPTS {
            register_from(&service.api, "192.0.2.1", &new_email()).await.assert_status(201);
        }
    });
}

#[test]
fn changes_to_taken_addresses_are_throttled_as_registrations() {
    run(async {
        let service = ServiceProcess::configure(Service::User);
        let service = service.env("TRUSTED_PROXIES", "127.0.0.0/8").start();
        let taken = new_email();
        register_from(&service.api, "192.0.2.1", &taken).await.assert_status(201);
        let id = register_from(&service.api, "192.0.2.1", &new_email()).await.id(201);
        let path = format!("/users/{id}");
        let change = async |body: Value| {
            send_from(&service.api, "192.0.2.2", Method::PUT, &path, &body).await
        };
        for _ in 0..FREE_ATTEMPTS {
            assert_eq!(change(json!({ "email": taken })).await.code(409), "CONFLICT");
        }
        assert_eq!(assert_throttled(&change(json!({ "email": new_email() })).await), 1);
        // Both are counted together, and what reveals nothing is not.
        assert_throttled(&register_from(&service.api, "192.0.2.2", &new_email()).await);
        change(json!({ "name": "Ada King" })).await.assert_status(200);
    });
}

#[test]
fn forwarded_addresses_of_clients_do_not_evade_the_throttle() {
    run(async {
        let service = ServiceProcess::configure(Service::User);
        let service = service.env("TRUSTED_PROXIES", "127.0.0.0/8").start();
        let email = new_email();
        register_from(&service.api, "192.0.2.1", &email).await.assert_status(201);
        // The proxy appends the address to what the client has sent.
        let invented = |number: usize| format!("198.51.100.{number}, 192.0.2.2");
        for number in 0..FREE_ATTEMPTS {
            let response = register_from(&service.api, &invented(number), &email).await;
            response.assert_status(409);
        }
        assert_throttled(&register_from(&service.api, &invented(99), &email).await);
    });
}

#[test]
fn registrations_are_not_throttled_without_trusted_proxies() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let email = new_email();
        register(&service.api, &email).await.assert_status(201);
        // All clients may have the address of one proxy.
        for number in 0..2 * FREE_ATTEMPTS {
            let address = format!("192.0.2.{number}");
            register_from(&service.api, &address, &email).await.assert_status(409);
        }
    });
}
