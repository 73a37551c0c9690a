//! Whether the time of a response reveals what it does not say.

use std::time::{Duration, Instant};

use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use serde_json::json;
use system::services::Service;
use system::statistics::{median, superiority};

use crate::support::{Api, ServiceProcess, new_email, run};

/// Log-ins of each kind. If both take the same time, the statistic differs from 0.5 by 0.05 on
/// average (its standard deviation), so that the bound is exceeded once in some 100,000 runs.
const LOG_INS: usize = 60;

/// How much the statistic may differ from 0.5. A log-in that saves its hash differs by 0.5.
const TOLERANCE: f64 = 0.25;

const PASSWORD: &str = "long enough";

/// Registers a user and copies it, since each registration would cost a hash; returns the
/// addresses.
async fn accounts(service: &ServiceProcess) -> Vec<String> {
    let email = new_email();
    let user = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    service.api.post("/users", user).await.assert_status(201);
    let users = service.collection("users").await;
    let user = users.find_one(doc! { "email": email }).await.unwrap().unwrap();
    let emails: Vec<String> = (0..LOG_INS).map(|_| new_email()).collect();
    let copies = emails.iter().map(|email| {
        let mut copy = user.clone();
        copy.extend(doc! { "_id": ObjectId::new(), "email": email, "emailKey": email });
        copy
    });
    users.insert_many(copies).await.unwrap();
    emails
}

async fn time_of_log_in(api: &Api, email: &str) -> Duration {
    let started = Instant::now();
    let response =
        api.post("/auth/login", json!({ "email": email, "password": "wrong one" })).await;
    let time = started.elapsed();
    response.assert_status(401);
    time
}

#[test]
fn log_ins_take_as_long_for_unknown_accounts_as_for_wrong_passwords() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        // Alternating, so that whatever else the machine does affects both.
        for email in accounts(&service).await {
            known.push(time_of_log_in(&service.api, &email).await);
            unknown.push(time_of_log_in(&service.api, &new_email()).await);
        }
        let longer = superiority(&unknown, &known);
        let medians = [&known, &unknown].map(|times| median(times));
        assert!(
            (longer - 0.5).abs() < TOLERANCE,
            "unknown accounts take longer with a probability of {longer:.2}; medians: {medians:?}"
        );
    });
}
