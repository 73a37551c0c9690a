//! What only debug builds have, for tests of crashes: release builds ignore both variables.
//!
//! - `FAIL_POINTS`: the probability with which each fail point ends the process, as abruptly as
//!   SIGKILL does. There is one between any two steps of the protocol between orders and stock.
//! - `AUDIT_AGE`: seconds that replace the interval of the audit and the age of orders from which
//!   on it considers them, so that a test need not wait for twenty minutes.
//!
//! This depends on debug assertions, which release builds do not have, and not on a feature of the
//! crate: tests run the program in `target/debug`, which builds of the services alone and of the
//! whole workspace replace. If only the latter switched a feature on, a test would run whichever
//! was built last, and without fail points the soak test would pass without having tested what it
//! is for.

use std::time::Duration;

/// A fail point.
#[cfg(debug_assertions)]
pub fn fail_point(name: &str) {
    use std::sync::LazyLock;
    static PROBABILITY: LazyLock<f64> = LazyLock::new(|| read("FAIL_POINTS").unwrap_or_default());
    if *PROBABILITY > 0.0 && fastrand::f64() < *PROBABILITY {
        eprintln!("fail point: {name}");
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub fn fail_point(_: &str) {}

#[cfg(debug_assertions)]
pub fn audit_age() -> Option<Duration> {
    read("AUDIT_AGE").map(Duration::from_secs)
}

#[cfg(not(debug_assertions))]
pub fn audit_age() -> Option<Duration> {
    None
}

#[cfg(debug_assertions)]
fn read<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}
