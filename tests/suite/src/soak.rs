//! The soak test at a modest size; `cargo dev soak` runs it at any.

use std::time::Duration;

use system::database::Source;
use system::soak::{self, Options};

use crate::support::run;

#[test]
fn all_stock_is_accounted_for_although_processes_are_killed() {
    let kill_interval = Duration::from_millis(1_500);
    let options = Options { orders: 150, kill_interval, fail_points: 0.01 };
    let report = run(soak::run(&Source::find().unwrap(), options)).unwrap();
    assert!(report.is_correct(), "{}", report.table());
}
