//! Password work under floods: a user service of its own, 200 clients that send it nonsense as fast
//! as it answers, and others that mean it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::oid::ObjectId;
use serde_json::{Value, json};
use system::process::Process;
use system::system::{Service, start};
use tempfile::TempDir;

use crate::support::{Answer, Api, LIVE, NO_ID, free_ports, mongo_uri, new_email, run};

/// Clients of a flood.
const NONSENSE_CLIENTS: usize = 200;

/// What a request beside a flood may take on a test machine that others use as well. An optimised
/// service on two idle cores needs a fraction of it (`cargo dev attack`).
const PATIENCE: Duration = Duration::from_secs(15);

const PASSWORD: &str = "long enough";

/// A user service in a process, and where its users are stored.
struct UserService {
    process: Process,
    api: Api,
    users: mongodb::Collection<mongodb::bson::Document>,
    _logs: TempDir,
}

impl UserService {
    async fn start(name: &str) -> Self {
        let logs = tempfile::tempdir().unwrap();
        let ports = free_ports();
        let uri = mongo_uri(&LIVE.mongo, Service::User, &format!("{}_{name}", LIVE.suffix));
        let process = start(Service::User, ports, &uri, logs.path(), false).unwrap();
        let client = mongodb::Client::with_uri_str(&uri).await.unwrap();
        let users = client.default_database().unwrap().collection("users");
        Self { process, api: Api { url: ports.url(Service::User) }, users, _logs: logs }
    }

    /// Users with [`PASSWORD`]. Copies of one, as each would cost a hash.
    async fn users(&self, number: usize) -> Vec<String> {
        let email = new_email();
        self.register(&email).await.expect(201);
        let user = self.users.find_one(mongodb::bson::doc! { "email": email }).await.unwrap();
        let user = user.unwrap();
        let emails: Vec<String> = (0..number).map(|_| new_email()).collect();
        let copies = emails.iter().map(|email| {
            let mut copy = user.clone();
            copy.insert("_id", ObjectId::new());
            copy.insert("email", email);
            copy.insert("emailKey", email);
            copy
        });
        self.users.insert_many(copies).await.unwrap();
        emails
    }

    async fn register(&self, email: &str) -> Answer {
        let user = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        self.api.post("/users", user).await
    }

    async fn log_in(&self, email: &str, password: &str) -> Answer {
        self.api.post("/auth/login", json!({ "email": email, "password": password })).await
    }

    /// Processor time that the process has used.
    fn cpu_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        // The name in parentheses may hold blanks; user and system time are the fields 14 and 15.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }
}

/// Repeats each nonsense request until `work` is done.
async fn beside<T>(flood: Vec<impl AsyncFn() -> Answer>, work: impl Future<Output = T>) -> T {
    let done = AtomicBool::new(false);
    let nonsense = flood.iter().map(async |request| {
        while !done.load(Ordering::Relaxed) {
            let answer = request().await;
            if answer.status == 503 {
                assert!(answer.headers.contains_key("retry-after"));
            }
        }
    });
    let work = async {
        // The flood comes first.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let result = work.await;
        done.store(true, Ordering::Relaxed);
        result
    };
    tokio::join!(work, join_all(nonsense)).0
}

/// Runs all requests together; each must get `status` in time.
async fn all_succeed(
    status: u16,
    requests: impl IntoIterator<Item = impl Future<Output = Answer>>,
) {
    let timed = requests.into_iter().map(async |request| {
        let start = Instant::now();
        request.await.expect(status);
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    });
    join_all(timed).await;
}

#[test]
fn right_logins_succeed_beside_200_clients_with_wrong_ones() {
    run(async {
        let service = &UserService::start("logins").await;
        let right = service.users(10).await;
        let mut nonsense = service.users(NONSENSE_CLIENTS / 2).await;
        nonsense.resize_with(NONSENSE_CLIENTS, new_email);
        let flood = nonsense.iter().map(|email| {
            async move || {
                let answer = service.log_in(email, "wrong").await;
                assert!([401, 503].contains(&answer.status), "{answer:?}");
                answer
            }
        });
        let flood: Vec<_> = flood.collect();
        // Whoever comes first waits for the others' first attempts; that depends on the machine.
        join_all(flood.iter().map(|log_in| log_in())).await;
        beside(flood, async {
            for _ in 0..3 {
                all_succeed(200, right.iter().map(|email| service.log_in(email, PASSWORD))).await;
            }
        })
        .await;
    });
}

#[test]
fn logins_succeed_beside_a_flood_of_registrations() {
    run(async {
        let service = &UserService::start("registrations").await;
        let right = service.users(10).await;
        let register = async || service.register(&new_email()).await;
        beside(vec![register; NONSENSE_CLIENTS], async {
            all_succeed(200, right.iter().map(|email| service.log_in(email, PASSWORD))).await;
        })
        .await;
    });
}

#[test]
fn registrations_and_password_changes_succeed_beside_a_flood_of_logins() {
    run(async {
        let service = &UserService::start("changes").await;
        let user = service.register(&new_email()).await.id(201);
        // An account for each attempt, so that none is a retry.
        let log_in = async || service.log_in(&new_email(), "wrong").await;
        beside(vec![log_in; NONSENSE_CLIENTS], async {
            let registrations = (0..10).map(async |_| service.register(&new_email()).await);
            all_succeed(201, registrations).await;
            let change = json!({ "password": "another one" });
            let path = format!("/users/{user}");
            let changes = (0..3).map(async |_| service.api.put(&path, change.clone()).await);
            all_succeed(200, changes).await;
        })
        .await;
    });
}

#[test]
fn a_refusal_costs_no_hash() {
    const REQUESTS: usize = 100;
    run(async {
        let service = UserService::start("refusals").await;
        let (taken, other) = (new_email(), new_email());
        service.register(&taken).await.expect(201);
        let other = service.register(&other).await.id(201);
        let unknown = format!("/users/{NO_ID}");
        let other = format!("/users/{other}");
        let change = |email: &Value| json!({ "password": PASSWORD, "email": email });
        let before = service.cpu_time();
        for _ in 0..REQUESTS {
            service.api.put(&unknown, json!({ "password": PASSWORD })).await.expect(404);
            service.api.put(&other, change(&json!(taken))).await.expect(409);
            service.register(&taken).await.expect(409);
        }
        // 300 hashes take 5 s.
        let used = service.cpu_time() - before;
        assert!(used < Duration::from_secs(2), "{used:?} for {} refusals", 3 * REQUESTS);
    });
}
