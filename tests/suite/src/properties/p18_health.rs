use std::time::{Duration, Instant};

use openapi_server::Shutdown;
use proptest::prelude::*;
use system::services::{Ports, Service};

use super::check;
use crate::support::{Api, TcpProxy, run, spawn_service};

/// A service whose database is behind a proxy.
fn start(service: Service) -> (TcpProxy, Api) {
    let proxy = TcpProxy::forwarding();
    let ports = Ports::free().unwrap();
    // The driver notices changes sooner than by default.
    let options = "serverSelectionTimeoutMS=300&heartbeatFrequencyMS=500";
    let uri = format!("{}&{options}", proxy.uri(service, "_proxy"));
    spawn_service(service, ports, &uri, false, Shutdown::new());
    (proxy, Api { url: ports.url(service) })
}

// Feature: product-order-system, Property 18: Health check verifies database connectivity
#[test]
fn health_reflects_the_database() {
    let all = Service::ALL.map(start);
    run(async {
        for (_, api) in &all {
            let deadline = Instant::now() + Duration::from_secs(20);
            while api.request(reqwest::Method::GET, "/health").send().await.is_err() {
                assert!(Instant::now() < deadline, "the service does not start");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    });
    check((0..3usize, any::<bool>()), async |(index, connected)| {
        let (proxy, api) = &all[index];
        if connected {
            proxy.open();
        } else {
            proxy.close();
        }
        // The driver notices a recovered database within half a second.
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut response = api.get("/health").await;
        while connected && response.status != 200 && Instant::now() < deadline {
            response = api.get("/health").await;
        }
        let ready = api.get("/health/ready").await.status;
        if connected {
            prop_assert_eq!(
                response.assert_status(200),
                serde_json::json!({ "status": "healthy" })
            );
            prop_assert_eq!(ready, 200);
        } else {
            prop_assert_eq!(response.code(503), "SERVICE_UNAVAILABLE");
            prop_assert_eq!(ready, 503);
        }
        // Liveness does not depend on the database.
        prop_assert_eq!(api.get("/health/live").await.status, 200);
        Ok(())
    });
}
