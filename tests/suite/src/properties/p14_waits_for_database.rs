//! Property 14 of the design.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use system::database::accepts;
use system::system::healthy;

use super::check;
use super::late::{Gate, start_service};
use crate::support::free_ports;

// Feature: product-order-system, Property 14: Services wait for database connection before accepting requests
#[test]
fn waits_for_database() {
    // A real database behind a gate that opens late.
    let service = prop::sample::select(system::system::Service::ALL.to_vec());
    check((service, 0..700u64), async |(service, late)| {
        let gate = Gate::closed();
        let ports = free_ports();
        let port = ports.of(service);
        let running = start_service(service, ports, &gate.uri(service));
        let opens = Instant::now() + Duration::from_millis(late);
        while Instant::now() < opens {
            prop_assert!(!accepts(port), "the port is open before the database answers");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        gate.open();
        let deadline = Instant::now() + Duration::from_secs(10);
        while !tokio::task::spawn_blocking(move || healthy(port)).await.unwrap() {
            prop_assert!(Instant::now() < deadline, "not up ten seconds after its database");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        running.cancel();
        Ok(())
    });
}
