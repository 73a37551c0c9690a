//! Bodies whose refusal takes long.

use std::time::Duration;

use anyhow::Result;
use hyper::Method;
use system::system::Service;

use crate::attack::{Attack, Measurement, milliseconds};
use crate::bystanders::Bystanders;
use crate::http::{Connection, RequestTemplate};
use crate::seed::NO_ID;
use crate::test_bed::TestBed;

/// What a body of 64 KiB may cost in processor time.
const MAX_COST: Duration = Duration::from_millis(2);

/// A debug build validates so many times slower.
const DEBUG_COST: u32 = 20;

/// The longest that 99 of 100 bystanders wait.
const BYSTANDER_P99: Duration = Duration::from_millis(250);

/// A little below the 64 KiB that a service reads.
const SIZE: usize = 59_000;

pub fn attacks() -> Vec<Attack> {
    vec![Attack {
        name: "costly-bodies",
        summary: "bodies of 59 kB whose refusal takes long",
        full_only: false,
        run: |bed| Box::pin(costly_bodies(bed)),
    }]
}

/// What a body is called, and the body.
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

/// As many as fit.
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
    // No upstream is asked: everything is refused before.
    let mut service = bed.service(Service::Order).upstreams(9, 9).start().await?;
    let live = RequestTemplate::get("/health/live");
    let bystanders = Bystanders::default().fresh(service.address, live.clone());
    let bystanders = bystanders.kept(service.address, live).start();
    let (mut dearest, mut cost, mut accepted) = ("nothing", Duration::ZERO, Vec::new());
    for (name, body) in bodies() {
        let request = RequestTemplate::new(Method::POST, "/orders".to_owned(), body);
        let before = service.usage().cpu_ms;
        let mut connection = Connection::open(service.address).await?;
        for _ in 0..requests {
            let answer = connection.send(&request).await?;
            if !answer.status.is_client_error() {
                accepted.push(name);
            }
            if answer.closes() {
                connection = Connection::open(service.address).await?;
            }
        }
        let used = (service.usage().cpu_ms - before).max(0.0) / f64::from(requests);
        let used = Duration::from_secs_f64(used / 1e3);
        if used > cost {
            (dearest, cost) = (name, used);
        }
    }
    let observed = bystanders.finish().await?;
    Ok(Measurement::of(&mut service)
        .check(
            format!("a request costs at most {} of CPU", milliseconds(limit)),
            format!("{} ({dearest})", milliseconds(cost)),
            cost <= limit,
        )
        .check("all are refused with 4xx", accepted.first().unwrap_or(&"yes"), accepted.is_empty())
        .check_bystanders(observed, bed.patience(BYSTANDER_P99)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_not_refused_for_their_size() {
        for (name, body) in bodies() {
            assert!((SIZE - 200..64 * 1024).contains(&body.len()), "{name}: {}", body.len());
        }
    }
}
