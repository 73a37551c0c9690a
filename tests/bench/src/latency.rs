//! Latencies and their quantiles.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The upper bound of the histogram in microseconds, which is above any timeout.
const LONGEST: u64 = 60_000_000;

/// A histogram of latencies with a precision of three digits.
#[derive(Debug, Clone)]
pub struct Latency(Histogram<u64>);

impl Default for Latency {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST, 3).expect("these bounds are valid"))
    }
}

impl Latency {
    pub fn record(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(LONGEST);
        self.0.saturating_record(micros.clamp(1, LONGEST));
    }

    pub fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("both have the same bounds");
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The latency in milliseconds that a share of the requests does not exceed.
    pub fn quantile_ms(&self, share: f64) -> Option<f64> {
        (self.count() > 0).then(|| self.0.value_at_quantile(share) as f64 / 1e3)
    }
}

/// The median; of an even number of values the mean of the two in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_recorded_latencies() {
        let mut latency = Latency::default();
        assert_eq!(latency.quantile_ms(0.5), None);
        for millis in 1..=100 {
            latency.record(Duration::from_millis(millis));
        }
        let near = |share, expected: f64| {
            let found = latency.quantile_ms(share).unwrap();
            assert!((found - expected).abs() <= expected * 2e-3, "{share}: {found}");
        };
        near(0.5, 50.0);
        near(0.99, 99.0);
        near(1.0, 100.0);
    }

    #[test]
    fn latencies_out_of_bounds_are_clamped() {
        let mut latency = Latency::default();
        latency.record(Duration::ZERO);
        latency.record(Duration::from_secs(3600));
        assert_eq!(latency.count(), 2);
        assert!(latency.quantile_ms(0.1).unwrap() <= 0.001);
        assert!((latency.quantile_ms(1.0).unwrap() - 60_000.0).abs() < 100.0);
    }

    #[test]
    fn histograms_add_up() {
        let mut one = Latency::default();
        let mut other = Latency::default();
        one.record(Duration::from_millis(1));
        other.record(Duration::from_millis(9));
        one.add(&other);
        assert_eq!(one.count(), 2);
        assert!(one.quantile_ms(1.0).unwrap() > 8.9);
    }

    #[test]
    fn median_is_the_middle_or_a_mean() {
        assert_eq!(median([]), None);
        assert_eq!(median([3.0, 1.0, 100.0]), Some(3.0));
        assert_eq!(median([4.0, 1.0]), Some(2.5));
    }
}
