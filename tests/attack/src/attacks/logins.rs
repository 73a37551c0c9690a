//! Logins, each of which costs a password hash.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use system::services::Service;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement};
use crate::bystanders::Bystanders;
use crate::http::{self, Connection, RequestTemplate};
use crate::test_bed::TestBed;

/// The bound on the p99 of logins with the right password.
const LOGIN_P99: Duration = Duration::from_secs(5);

/// The number of clients that log in with the right password.
const PEOPLE: usize = 8;

/// The pause of an attacker between requests. Without it the attackers, which share the machine,
/// would slow down the service.
const PAUSE: Duration = Duration::from_millis(10);

const PASSWORD: &str = "correct horse battery";

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "nonsense-logins",
            summary: "200 clients log in to accounts that do not exist",
            full_only: false,
            run: |bed| Box::pin(logins(bed, Target::Unknown)),
        },
        Attack {
            name: "guessed-passwords",
            summary: "200 clients guess the passwords of other accounts",
            full_only: true,
            run: |bed| Box::pin(logins(bed, Target::Known)),
        },
    ]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Unknown,
    Known,
}

async fn logins(bed: &TestBed, target: Target) -> Result<Measurement> {
    let mut service = bed.service(Service::User).start().await?;
    let mut bystanders = Bystanders::default();
    for number in 0..PEOPLE {
        let email = register(service.address, &format!("person{number}")).await?;
        let right = RequestTemplate::post("/auth/login", &credentials(&email, PASSWORD));
        bystanders = bystanders.kept(service.address, right);
    }
    let mut victims = Vec::new();
    let known = if target == Target::Known { bed.size(50, 5) } else { 0 };
    for number in 0..known {
        victims.push(register(service.address, &format!("victim{number}")).await?);
    }
    let attackers = Attackers::start(service.address, bed.size(200, 60), &victims);
    let bystanders = bystanders.start();
    sleep(bed.size(Duration::from_secs(15), Duration::from_secs(5))).await;
    let observed = bystanders.finish().await?;
    let attempts = attackers.attempts.load(Ordering::Relaxed);
    drop(attackers);
    Ok(Measurement::of(&mut service)
        .check("wrong credentials are tried", format!("{attempts} times"), attempts > 0)
        .check_bystanders(observed, bed.patience(LOGIN_P99)))
}

async fn register(address: SocketAddr, name: &str) -> Result<String> {
    let email = format!("{name}@example.com");
    let user = json!({ "email": email, "password": PASSWORD, "name": name });
    http::send(address, &RequestTemplate::post("/users", &user)).await?.json()?;
    Ok(email)
}

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

/// Clients that log in with wrong credentials until they are dropped.
struct Attackers {
    attempts: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    _tasks: JoinSet<()>,
}

impl Attackers {
    fn start(address: SocketAddr, count: usize, victims: &[String]) -> Self {
        let attempts = Arc::new(AtomicUsize::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for number in 0..count {
            let email = match victims.get(number % victims.len().max(1)) {
                Some(victim) => victim.clone(),
                None => format!("nonsense{number}@example.com"),
            };
            let wrong = RequestTemplate::post("/auth/login", &credentials(&email, "guessed"));
            tasks.spawn(attack(address, wrong, Arc::clone(&attempts), Arc::clone(&stop)));
        }
        Self { attempts, stop, _tasks: tasks }
    }
}

impl Drop for Attackers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

async fn attack(
    address: SocketAddr,
    request: RequestTemplate,
    attempts: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) {
    let mut connection = None;
    while !stop.load(Ordering::Relaxed) {
        if connection.is_none() {
            connection = Connection::open(address).await.ok();
        }
        if let Some(mut open) = connection.take() {
            attempts.fetch_add(1, Ordering::Relaxed);
            let response = open.send(&request).await;
            connection = response.is_ok_and(|response| !response.closes()).then_some(open);
        }
        sleep(PAUSE).await;
    }
}
