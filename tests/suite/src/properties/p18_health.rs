//! Property 18 of the design.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use system::system::Service;

use super::check;
use super::late::{Gate, start_service};
use crate::support::{Api, free_ports};

// Feature: product-order-system, Property 18: Health check verifies database connectivity
#[test]
fn health() {
    let all: Vec<_> = Service::ALL
        .into_iter()
        .map(|service| {
            let gate = Gate::closed();
            gate.open();
            let ports = free_ports();
            start_service(service, ports, &gate.uri(service));
            (gate, Api { url: ports.url(service) })
        })
        .collect();
    crate::support::run(async {
        for (_, api) in &all {
            let deadline = Instant::now() + Duration::from_secs(20);
            while api.request(reqwest::Method::GET, "/health").send().await.is_err() {
                assert!(Instant::now() < deadline, "not up");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    });
    check((0..3usize, any::<bool>()), async |(index, connected)| {
        let (gate, api) = &all[index];
        if connected {
            gate.open()
        } else {
            gate.shut()
        };
        // The driver notices a database that is back within half a second.
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut answer = api.get("/health").await;
        while connected && answer.status != 200 && Instant::now() < deadline {
            answer = api.get("/health").await;
        }
        let ready = api.get("/health/ready").await.status;
        if connected {
            prop_assert_eq!(answer.expect(200), serde_json::json!({ "status": "healthy" }));
            prop_assert_eq!(ready, 200);
        } else {
            prop_assert_eq!(answer.code(503), "SERVICE_UNAVAILABLE");
            prop_assert_eq!(ready, 503);
        }
        // Whether the process lives is not the database's affair.
        prop_assert_eq!(api.get("/health/live").await.status, 200);
        Ok(())
    });
}
