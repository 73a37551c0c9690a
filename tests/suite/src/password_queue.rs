//! Password hashing during floods: 200 clients send wrong or new credentials in a closed loop while
//! others use the user service as intended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use serde_json::{Value, json};
use system::services::Service;
use system::usage::CpuTime;

use crate::support::{NO_ID, Response, ServiceProcess, new_email, run};

/// The number of clients of a flood.
const FLOOD_CLIENTS: usize = 200;

/// The time limit of a request during a flood, on a busy test machine. An optimized service on two
/// idle cores needs a fraction of it (`cargo dev attack`).
const PATIENCE: Duration = Duration::from_secs(15);

const PASSWORD: &str = "long enough";

struct UserService(ServiceProcess);

impl UserService {
    fn start() -> Self {
        Self(ServiceProcess::start(Service::User))
    }

    /// Creates users with [`PASSWORD`]; returns their addresses. They are copies of one user,
    /// because each registration would cost a hash.
    async fn create_users(&self, number: usize) -> Vec<String> {
        let email = new_email();
        self.register(&email).await.assert_status(201);
        let users = self.0.collection("users").await;
        let user = users.find_one(doc! { "email": email }).await.unwrap().unwrap();
        let emails: Vec<String> = (0..number).map(|_| new_email()).collect();
        let copies = emails.iter().map(|email| {
            let mut copy = user.clone();
            copy.insert("_id", ObjectId::new());
            copy.insert("email", email);
            copy.insert("emailKey", email);
            copy
        });
        users.insert_many(copies).await.unwrap();
        emails
    }

    async fn register(&self, email: &str) -> Response {
        let user = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        self.0.api.post("/users", user).await
    }

    async fn log_in(&self, email: &str, password: &str) -> Response {
        self.0.api.post("/auth/login", json!({ "email": email, "password": password })).await
    }

    fn cpu_time(&self) -> CpuTime {
        CpuTime::of(self.0.process.id()).unwrap()
    }
}

/// Repeats each request of the flood until `work` is done.
async fn during<T>(flood: Vec<impl AsyncFn() -> Response>, work: impl Future<Output = T>) -> T {
    let done = AtomicBool::new(false);
    let flood = flood.iter().map(async |request| {
        while !done.load(Ordering::Relaxed) {
            let response = request().await;
            if [429, 503].contains(&response.status) {
                assert!(response.headers.contains_key("retry-after"));
            }
        }
    });
    let work = async {
        // The flood begins first.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let result = work.await;
        done.store(true, Ordering::Relaxed);
        result
    };
    tokio::join!(work, join_all(flood)).0
}

/// Sends all requests simultaneously; each must get `status` in time.
async fn all_succeed(
    status: u16,
    requests: impl IntoIterator<Item = impl Future<Output = Response>>,
) {
    let timed = requests.into_iter().map(async |request| {
        let start = Instant::now();
        request.await.assert_status(status);
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    });
    join_all(timed).await;
}

#[test]
fn logins_succeed_during_a_flood_of_wrong_passwords() {
    run(async {
        let service = &UserService::start();
        let right = service.create_users(10).await;
        let mut wrong = service.create_users(FLOOD_CLIENTS / 2).await;
        wrong.resize_with(FLOOD_CLIENTS, new_email);
        let flood = wrong.iter().map(|email| {
            async move || {
                let response = service.log_in(email, "wrong").await;
                assert!([401, 429, 503].contains(&response.status), "{response:?}");
                response
            }
        });
        let flood: Vec<_> = flood.collect();
        // The first attempt of each account has priority, so that the time of these depends on the
        // machine.
        join_all(flood.iter().map(|log_in| log_in())).await;
        during(flood, async {
            for _ in 0..3 {
                all_succeed(200, right.iter().map(|email| service.log_in(email, PASSWORD))).await;
            }
        })
        .await;
    });
}

#[test]
fn logins_succeed_during_a_flood_of_registrations() {
    run(async {
        let service = &UserService::start();
        let right = service.create_users(10).await;
        let register = async || service.register(&new_email()).await;
        during(vec![register; FLOOD_CLIENTS], async {
            all_succeed(200, right.iter().map(|email| service.log_in(email, PASSWORD))).await;
        })
        .await;
    });
}

#[test]
fn registrations_and_password_changes_succeed_during_a_flood_of_logins() {
    run(async {
        let service = &UserService::start();
        let user = service.register(&new_email()).await.id(201);
        // Each attempt uses another account, so that none is a retry.
        let log_in = async || service.log_in(&new_email(), "wrong").await;
        during(vec![log_in; FLOOD_CLIENTS], async {
            let registrations = (0..10).map(async |_| service.register(&new_email()).await);
            all_succeed(201, registrations).await;
            let change = json!({ "password": "another one" });
            let path = format!("/users/{user}");
            let changes = (0..3).map(async |_| service.0.api.put(&path, change.clone()).await);
            all_succeed(200, changes).await;
        })
        .await;
    });
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "measures with /proc")]
fn rejected_requests_cost_no_hash() {
    const REQUESTS: usize = 100;
    run(async {
        let service = UserService::start();
        let taken = new_email();
        let other = new_email();
        service.register(&taken).await.assert_status(201);
        let other = service.register(&other).await.id(201);
        let unknown = format!("/users/{NO_ID}");
        let other = format!("/users/{other}");
        let change = |email: &Value| json!({ "password": PASSWORD, "email": email });
        let before = service.cpu_time();
        for _ in 0..REQUESTS {
            service.0.api.put(&unknown, json!({ "password": PASSWORD })).await.assert_status(404);
            service.0.api.put(&other, change(&json!(taken))).await.assert_status(409);
            service.register(&taken).await.assert_status(409);
        }
        // 300 hashes take 5 s.
        let used = service.cpu_time().since(before);
        assert!(used < 2.0, "{used} s for {} rejections", 3 * REQUESTS);
    });
}
