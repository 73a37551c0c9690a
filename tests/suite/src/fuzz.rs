//! Contract fuzzing of the running services, with few examples and a fixed seed.
//! `cargo dev fuzz --examples 2000` does more.

use system::fuzz;
use system::services::Service;

use crate::support::{SYSTEM, run};

#[test]
fn responses_conform_to_their_spec() {
    let findings = run(fuzz::run(SYSTEM.ports, &Service::ALL, 30)).unwrap();
    let (table, failed) = fuzz::table(&findings);
    println!("{table}");
    assert!(!failed, "{table}");
}
