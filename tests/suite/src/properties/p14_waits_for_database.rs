use std::time::{Duration, Instant};

use openapi_server::Shutdown;
use proptest::prelude::*;
use system::ports::is_listening;
use system::services::{Ports, Service, is_healthy};

use super::check;
use crate::support::{TcpProxy, spawn_service};

// Feature: product-order-system, Property 14: Services wait for database connection before
// accepting requests
#[test]
fn services_wait_for_the_database() {
    // A real database behind a proxy that opens late.
    let service = prop::sample::select(Service::ALL.to_vec());
    check((service, 0..700u64), async |(service, late)| {
        let proxy = TcpProxy::closed();
        let ports = Ports::free().unwrap();
        let port = ports.of(service);
        let shutdown = Shutdown::new();
        // The driver notices the database sooner than by default.
        let options = "serverSelectionTimeoutMS=300&heartbeatFrequencyMS=500";
        let uri = format!("{}&{options}", proxy.uri(service, "_proxy"));
        spawn_service(service, ports, &uri, false, shutdown.clone());
        let opens = Instant::now() + Duration::from_millis(late);
        while Instant::now() < opens {
            prop_assert!(!is_listening(port), "the port is open before the database responses");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        proxy.open();
        let deadline = Instant::now() + Duration::from_secs(10);
        while !tokio::task::spawn_blocking(move || is_healthy(port)).await.unwrap() {
            prop_assert!(Instant::now() < deadline, "not healthy ten seconds after its database");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        shutdown.cancel();
        Ok(())
    });
}
