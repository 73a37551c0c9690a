//! The runtime of services and tests, which share it because connections outlive a single test.

use std::sync::LazyLock;

use tokio::runtime::Runtime;

pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs an async test.
pub fn run<F: Future>(test: F) -> F::Output {
    RUNTIME.block_on(test)
}
