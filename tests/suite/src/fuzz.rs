//! Contract fuzzing of the running services, with a modest number of examples
//! and a fixed seed. `cargo dev fuzz --examples 2000` does more.

use system::system::Service;

use crate::support::{LIVE, run};

#[test]
fn every_answer_is_as_its_spec_says() {
    let ports = LIVE.ports;
    let findings =
        run(system::fuzz::run(ports, &Service::ALL, 30)).unwrap_or_else(|stop| panic!("{stop}"));
    let (table, failed) = system::fuzz::table(&findings);
    println!("{table}");
    assert!(!failed, "{table}");
}
