//! Contract fuzzing of the running services, with few examples and a fixed seed.
//! `cargo dev fuzz --examples 2000` does more.

use system::fuzz;
use system::services::{Ports, Service};

use crate::support::{SYSTEM, reserving_ports, run};

/// The table of findings, and whether a check failed.
fn fuzz(ports: Ports, services: &[Service]) -> (String, bool) {
    fuzz::table(&run(fuzz::run(ports, services, 30)).unwrap())
}

#[test]
fn responses_conform_to_their_spec() {
    let (table, failed) = fuzz(SYSTEM.ports, &Service::ALL);
    println!("{table}");
    assert!(!failed, "{table}");
}

#[test]
fn responses_conform_to_their_spec_when_stock_is_reserved() {
    let (table, failed) = fuzz(reserving_ports(), &[Service::Order]);
    println!("{table}");
    assert!(!failed, "{table}");
}
