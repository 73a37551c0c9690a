//! Contract fuzzing of the running services, with few examples and a fixed seed.
//! `cargo dev fuzz --examples 2000` does more.

use system::fuzz;
use system::services::{Ports, Service};

use crate::support::{SYSTEM, reserving_ports, run};

fn assert_conforming(ports: Ports, services: &[Service]) {
    let findings = run(fuzz::run(ports, services, 30)).unwrap();
    let (table, failed) = fuzz::table(&findings);
    println!("{table}");
    assert!(!failed, "{table}");
}

#[test]
fn responses_conform_to_their_spec() {
    assert_conforming(SYSTEM.ports, &Service::ALL);
}

#[test]
fn responses_conform_to_their_spec_when_stock_is_reserved() {
    assert_conforming(reserving_ports(), &[Service::Order]);
}
