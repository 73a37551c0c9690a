//! `/health/ready` asks whether the database takes writes, not only whether it
//! answers.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use system::system::Service;

use crate::started::Started;
use crate::support::run;

/// The heartbeats that are stored, and how many they were.
async fn beats(service: &Started) -> i64 {
    let stored = service.collection("heartbeats").await.find_one(doc! {}).await.unwrap();
    stored.map_or(0, |heartbeat| heartbeat.get_i64("beats").unwrap())
}

#[test]
fn readiness_fails_while_the_database_refuses_writes() {
    for service in Service::ALL.map(Started::new) {
        run(async {
            service.api.get("/health/ready").await.expect(200);
            // What a full disk does: reads work, writes do not.
            let database =
                service.collection("heartbeats").await.client().default_database().unwrap();
            let validate = |validator: Document| {
                database.run_command(doc! { "collMod": "heartbeats", "validator": validator })
            };
            validate(doc! { "at": { "$type": "string" } }).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1100)).await;
            assert_eq!(service.api.get("/health").await.status, 200);
            let answer = service.api.get("/health/ready").await;
            assert!(answer.headers.contains_key("retry-after"));
            assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
            validate(doc! {}).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1100)).await;
            service.api.get("/health/ready").await.expect(200);
        });
        let output = service.log();
        let logged = |line: &str| line.contains("the database does not take writes: ");
        assert!(output.lines().any(logged), "{output}");
    }
}

#[test]
fn simultaneous_probes_share_one_heartbeat_a_second() {
    let service = Started::new(Service::Product);
    run(async {
        service.api.get("/health/ready").await.expect(200);
        let (begin, first) = (Instant::now(), beats(&service).await);
        assert_eq!(first, 1);
        while begin.elapsed() < Duration::from_millis(2500) {
            for answer in join_all((0..20).map(|_| service.api.get("/health/ready"))).await {
                answer.expect(200);
            }
        }
        let (most, after) = (begin.elapsed().as_secs() as i64 + 1, beats(&service).await - first);
        assert!((1..=most).contains(&after), "{after} heartbeats in {:?}", begin.elapsed());
        // Without probes nothing is written.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(beats(&service).await, first + after);
    });
}
