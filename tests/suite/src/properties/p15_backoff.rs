use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;
use user_service::{DatabaseError, with_retries};

use super::config;

// Feature: product-order-system, Property 15: Database connection failures trigger exponential
// backoff retry
#[test]
fn retries_back_off_exponentially() {
    let seconds = [1, 2, 4, 8, 16, 30, 30, 30, 30];
    // The number of failures before a success, and the duration of each attempt.
    proptest!(config(), |(failures in 0usize..14, slow in 0u64..5_000)| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let start = Instant::now();
            let mut attempts = Vec::new();
            let outcome = with_retries(|| {
                attempts.push(start.elapsed());
                let fails = attempts.len() <= failures;
                async move {
                    tokio::time::sleep(Duration::from_millis(slow)).await;
                    if fails { Err(DatabaseError::Timeout(Duration::ZERO)) } else { Ok(()) }
                }
            })
            .await;
            prop_assert_eq!(outcome.is_ok(), failures < 10);
            prop_assert_eq!(attempts.len(), failures.min(9) + 1);
            for (pair, delay) in attempts.windows(2).zip(seconds) {
                let waited = pair[1] - pair[0] - Duration::from_millis(slow);
                // The clock has a resolution of a millisecond.
                prop_assert!(waited.abs_diff(Duration::from_secs(delay)) <= Duration::from_millis(2), "{waited:?}");
            }
            Ok(())
        })?;
    });
}
