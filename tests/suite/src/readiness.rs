//! `/health/ready` checks that the database accepts writes, not only that it responds.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use system::services::Service;

use crate::support::{ServiceProcess, run};

/// The number of heartbeats so far, which the stored one counts.
async fn beats(service: &ServiceProcess) -> i64 {
    let stored = service.collection("heartbeats").await.find_one(doc! {}).await.unwrap();
    stored.map_or(0, |heartbeat| heartbeat.get_i64("beats").unwrap())
}

#[test]
fn readiness_fails_while_the_database_refuses_writes() {
    for service in Service::ALL.map(ServiceProcess::start) {
        run(async {
            service.api.get("/health/ready").await.assert_status(200);
            // Like a full disk: reads succeed, writes fail.
            let database =
                service.collection("heartbeats").await.client().default_database().unwrap();
            let validate = |validator: Document| {
                database.run_command(doc! { "collMod": "heartbeats", "validator": validator })
            };
            validate(doc! { "at": { "$type": "string" } }).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1100)).await;
            assert_eq!(service.api.get("/health").await.status, 200);
            let response = service.api.get("/health/ready").await;
            assert!(response.headers.contains_key("retry-after"));
            assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
            validate(doc! {}).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1100)).await;
            service.api.get("/health/ready").await.assert_status(200);
        });
        let output = service.log();
        let logged = |line: &str| line.contains("the database does not accept writes: ");
        assert!(output.lines().any(logged), "{output}");
    }
}

#[test]
fn simultaneous_probes_share_one_heartbeat_a_second() {
    let service = ServiceProcess::start(Service::Product);
    run(async {
        service.api.get("/health/ready").await.assert_status(200);
        let begin = Instant::now();
        let first = beats(&service).await;
        assert_eq!(first, 1);
        while begin.elapsed() < Duration::from_millis(2500) {
            for response in join_all((0..20).map(|_| service.api.get("/health/ready"))).await {
                response.assert_status(200);
            }
        }
        let most = begin.elapsed().as_secs() as i64 + 1;
        let after = beats(&service).await - first;
        assert!((1..=most).contains(&after), "{after} heartbeats in {:?}", begin.elapsed());
        // Without probes there are no heartbeats.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(beats(&service).await, first + after);
    });
}
