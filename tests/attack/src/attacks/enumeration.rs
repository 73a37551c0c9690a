//! Finding out which accounts exist by the time that log-ins take.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hyper::StatusCode;
use serde_json::json;
use system::services::Service;
use system::statistics::{median, superiority};

use crate::attack::{Attack, Measurement, milliseconds};
use crate::http::{Connection, RequestTemplate};
use crate::test_bed::TestBed;

/// How much the probability that the log-in of an unknown account takes longer may differ from 0.5.
/// Without the hash for unknown accounts it is 0.
const TOLERANCE: f64 = 0.25;

pub fn attacks() -> Vec<Attack> {
    vec![Attack {
        name: "account-timing",
        summary: "a client compares the times of log-ins to known and unknown accounts",
        full_only: false,
        run: |bed| Box::pin(account_timing(bed)),
    }]
}

async fn account_timing(bed: &TestBed) -> Result<Measurement> {
    let mut service = bed.service(Service::User).start().await?;
    let mut connection = Connection::open(service.address).await?;
    let log_ins: usize = bed.size(200, 30);
    for number in 0..log_ins {
        let user = json!({ "email": known(number), "password": "correct horse", "name": "Ada" });
        connection.send(&RequestTemplate::post("/users", &user)).await?.json()?;
    }
    let (mut known_times, mut unknown_times) = (Vec::new(), Vec::new());
    for number in 0..log_ins {
        known_times.push(log_in(&mut connection, &known(number)).await?);
        unknown_times.push(log_in(&mut connection, &format!("unknown{number}@example.com")).await?);
    }
    let longer = superiority(&unknown_times, &known_times);
    let medians = [&unknown_times, &known_times].map(|times| milliseconds(median(times)));
    let [unknown, known] = medians;
    Ok(Measurement::of(&mut service).check(
        format!("unknown accounts take longer in 50 % ± {:.0} % of cases", TOLERANCE * 100.0),
        format!("{:.0} %; medians {unknown} and {known} of {log_ins}", longer * 100.0),
        (longer - 0.5).abs() < TOLERANCE,
    ))
}

fn known(number: usize) -> String {
    format!("somebody{number}@example.com")
}

/// Logs in with a wrong password; returns the time it took.
async fn log_in(connection: &mut Connection, email: &str) -> Result<Duration> {
    let credentials = json!({ "email": email, "password": "guessed" });
    let request = RequestTemplate::post("/auth/login", &credentials);
    let started = Instant::now();
    let response = connection.send(&request).await?;
    let time = started.elapsed();
    ensure!(response.status == StatusCode::UNAUTHORIZED, "{}", response.status);
    Ok(time)
}
