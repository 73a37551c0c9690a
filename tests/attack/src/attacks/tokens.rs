//! Tokens that the user service has not signed.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::StatusCode;
use rustix::process::Signal;
use serde_json::json;
use system::services::Service;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::attack::{Attack, Measurement, milliseconds};
use crate::bystanders::Bystanders;
use crate::http::{self, Connection, RequestTemplate};
use crate::launch::Launch;
use crate::test_bed::TestBed;

/// The bound on the processor time of a request with a forged token, verification included.
const MAX_COST: Duration = Duration::from_micros(200);

/// The factor by which debug builds are slower.
const DEBUG_COST: u32 = 20;

/// The bound on the p99 of bystanders.
const BYSTANDER_P99: Duration = Duration::from_millis(250);

/// The number of clients that send forged tokens, and their pause between requests. Without it
/// the attackers, which share the machine, would slow down the service.
const ATTACKERS: usize = 32;
const PAUSE: Duration = Duration::from_millis(10);

pub fn attacks() -> Vec<Attack> {
    vec![Attack {
        name: "forged-tokens",
        summary: "32 clients send forged tokens while the user service, which has the keys, is frozen",
        full_only: false,
        run: |bed| Box::pin(forged_tokens(bed)),
    }]
}

async fn forged_tokens(bed: &TestBed) -> Result<Measurement> {
    let service_key = format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
    let users = required(bed.service(Service::User), &service_key).start().await?;
    let (user, token) = sign_up(users.address).await?;
    let port = users.address.port();
    let keys = format!("http://127.0.0.1:{port}/.well-known/jwks.json");
    let orders = required(bed.service(Service::Order), &service_key).env("JWKS_URL", keys);
    let mut orders = orders.upstreams(port, port).start().await?;
    let own_orders = RequestTemplate::get(format!("/orders/user/{user}"));
    let own = own_orders.clone().with_token(&token)?;
    // It has the keys from now on.
    http::send(orders.address, &own).await?.json()?;
    users.signal(Signal::STOP);
    let bystanders = Bystanders::default().kept(orders.address, own.clone());
    let bystanders = bystanders.fresh(orders.address, own).start();
    let before = orders.usage().cpu_ms;
    let mut forged = Vec::new();
    for token in [with_other_signature(&token), with_unknown_key(&token)] {
        forged.push(own_orders.clone().with_token(&token)?);
    }
    // Longer than the time between attempts to fetch the keys.
    let time = bed.size(Duration::from_secs(15), Duration::from_secs(4));
    let (sent, accepted) = attack(orders.address, &forged, time).await;
    let observed = bystanders.finish().await?;
    let requests = (sent + observed.requests).max(1);
    let used = (orders.usage().cpu_ms - before).max(0.0) / requests as f64;
    let used = Duration::from_secs_f64(used / 1e3);
    let limit = bed.size(MAX_COST, MAX_COST * DEBUG_COST);
    Ok(Measurement::of(&mut orders)
        .check("all are answered with 401", format!("{accepted} of {sent} are not"), accepted == 0)
        .check(
            format!("a request costs at most {} of CPU", milliseconds(limit)),
            milliseconds(used),
            sent > 0 && used <= limit,
        )
        .check_bystanders(observed, bed.patience(BYSTANDER_P99)))
}

fn required<'a>(launch: Launch<'a>, service_key: &str) -> Launch<'a> {
    launch.env("AUTH", "required").env("SERVICE_KEY", service_key)
}

/// Registers a user and logs in; returns the id and the token.
async fn sign_up(users: SocketAddr) -> Result<(String, String)> {
    let (email, password) = ("ada@example.com", "correct horse battery");
    let user = json!({ "email": email, "password": password, "name": "Ada" });
    let id = http::send(users, &RequestTemplate::post("/users", &user)).await?.text("id")?;
    let credentials = json!({ "email": email, "password": password });
    let session = http::send(users, &RequestTemplate::post("/auth/login", &credentials)).await?;
    Ok((id, session.text("token")?))
}

fn with_other_signature(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap_or_default();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}", signature.get(1..).unwrap_or_default())
}

fn with_unknown_key(token: &str) -> String {
    let header = json!({ "alg": "EdDSA", "kid": "unknown" }).to_string();
    let (_, rest) = token.split_once('.').unwrap_or_default();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
}

/// Sends the requests until the time is over; returns how many, and how many had another response
/// than 401.
async fn attack(
    address: SocketAddr,
    requests: &[RequestTemplate],
    time: Duration,
) -> (usize, usize) {
    let end = Instant::now() + time;
    let mut attackers = JoinSet::new();
    for request in requests.iter().cycle().take(ATTACKERS) {
        attackers.spawn(send_until(end, address, request.clone()));
    }
    let counts = attackers.join_all().await;
    counts.into_iter().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1))
}

async fn send_until(end: Instant, address: SocketAddr, request: RequestTemplate) -> (usize, usize) {
    let (mut sent, mut accepted) = (0, 0);
    let mut connection = None;
    while Instant::now() < end {
        let mut open = match connection.take() {
            Some(open) => Some(open),
            None => Connection::open(address).await.ok(),
        };
        let response = match &mut open {
            Some(open) => open.send(&request).await.ok(),
            None => None,
        };
        sent += 1;
        let refused = response.is_some_and(|it| it.status == StatusCode::UNAUTHORIZED);
        accepted += usize::from(!refused);
        connection = open.filter(|_| refused);
        sleep(PAUSE).await;
    }
    (sent, accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forged_tokens_differ_in_one_part() {
        assert_eq!(with_other_signature("a.b.Acd"), "a.b.Bcd");
        assert_eq!(with_other_signature("a.b.xyz"), "a.b.Ayz");
        let unknown = with_unknown_key("a.b.c");
        assert!(unknown.ends_with(".b.c") && !unknown.starts_with("a."));
    }
}
