//! Bodies that are expensive to reject.

use std::time::Duration;

use anyhow::Result;
use hyper::Method;
use system::services::Service;

use crate::attack::{Attack, Measurement, milliseconds};
use crate::bystanders::Bystanders;
use crate::http::{Connection, RequestTemplate};
use crate::seed::NO_ID;
use crate::test_bed::TestBed;

/// The bound on the processor time for a body of 64 KiB.
const MAX_COST: Duration = Duration::from_millis(2);

/// The factor by which debug builds validate slower.
const DEBUG_COST: u32 = 20;

/// The bound on the p99 of bystanders.
const BYSTANDER_P99: Duration = Duration::from_millis(250);

/// Slightly below the body limit of 64 KiB.
const SIZE: usize = 59_000;

pub fn attacks() -> Vec<Attack> {
    vec![Attack {
        name: "costly-bodies",
        summary: "bodies of 59 kB that are expensive to reject",
        full_only: false,
        run: |bed| Box::pin(costly_bodies(bed)),
    }]
}

/// Bodies with their names.
fn bodies() -> Vec<(&'static str, String)> {
    let item = format!(r#"{{"productId":"{NO_ID}","quantity":0,"colour":"red"}}"#);
    let order = |items: &str| format!(r#"{{"userId":"{NO_ID}","items":[{items}]}}"#);
    vec![
        ("unknown fields", object(|number| format!(r#""f{number}":1"#))),
        ("one name many times", object(|_| r#""a":1"#.to_owned())),
        ("unknown fields with escapes", object(|number| format!(r#""\u00e9\n{number}":{{}}"#))),
        ("wrong items", order(&joined(|_| item.clone()))),
        ("items of wrong types", order(&joined(|_| "0".to_owned()))),
        ("nesting", format!("{}{}", "[".repeat(SIZE / 2), "]".repeat(SIZE / 2))),
        ("a long number", format!(r#"{{"userId":{}}}"#, "9".repeat(SIZE))),
        ("a long string", format!(r#"{{"userId":"{}"}}"#, r"\u00e9".repeat(SIZE / 6))),
    ]
}

fn object(member: impl Fn(usize) -> String) -> String {
    format!("{{{}}}", joined(member))
}

/// Joins as many parts as fit.
fn joined(part: impl Fn(usize) -> String) -> String {
    let mut text = part(0);
    for number in 1.. {
        let next = part(number);
        if text.len() + next.len() + 1 > SIZE {
            break;
        }
        text.push(',');
        text.push_str(&next);
    }
    text
}

async fn costly_bodies(bed: &TestBed) -> Result<Measurement> {
    let requests = bed.size(200, 20);
    let limit = bed.size(MAX_COST, MAX_COST * DEBUG_COST);
    // All requests are rejected before an upstream is called.
    let mut service = bed.service(Service::Order).upstreams(9, 9).start().await?;
    let live = RequestTemplate::get("/health/live");
    let bystanders = Bystanders::default().fresh(service.address, live.clone());
    let bystanders = bystanders.kept(service.address, live).start();
    let mut costliest = "nothing";
    let mut cost = Duration::ZERO;
    let mut accepted = Vec::new();
    for (name, body) in bodies() {
        let request = RequestTemplate::new(Method::POST, "/orders".to_owned(), body);
        let before = service.usage().cpu_ms;
        let mut connection = Connection::open(service.address).await?;
        for _ in 0..requests {
            let response = connection.send(&request).await?;
            if !response.status.is_client_error() {
                accepted.push(name);
            }
            if response.closes() {
                connection = Connection::open(service.address).await?;
            }
        }
        let used = (service.usage().cpu_ms - before).max(0.0) / f64::from(requests);
        let used = Duration::from_secs_f64(used / 1e3);
        if used > cost {
            (costliest, cost) = (name, used);
        }
    }
    let observed = bystanders.finish().await?;
    Ok(Measurement::of(&mut service)
        .check(
            format!("a request costs at most {} of CPU", milliseconds(limit)),
            format!("{} ({costliest})", milliseconds(cost)),
            cost <= limit,
        )
        .check("all are rejected with 4xx", accepted.first().unwrap_or(&"yes"), accepted.is_empty())
        .check_bystanders(observed, bed.patience(BYSTANDER_P99)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_below_the_size_limit() {
        for (name, body) in bodies() {
            assert!((SIZE - 200..64 * 1024).contains(&body.len()), "{name}: {}", body.len());
        }
    }
}
