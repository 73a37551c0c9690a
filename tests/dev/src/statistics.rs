//! Comparison of measured times.

use std::time::Duration;

/// The probability that a time of `left` is longer than one of `right`, where equal ones count half
/// (the statistic of Mann and Whitney): about 0.5 if both have the same distribution, whatever it
/// is, and 0 or 1 if they do not overlap. Unlike a difference of means it is not moved by a few
/// outliers.
pub fn superiority(left: &[Duration], right: &[Duration]) -> f64 {
    let score = |left: &Duration, right: &Duration| match left.cmp(right) {
        std::cmp::Ordering::Less => 0.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Greater => 1.0,
    };
    let scores = left.iter().map(|left| right.iter().map(|right| score(left, right)).sum::<f64>());
    scores.sum::<f64>() / (left.len() * right.len()) as f64
}

/// The median of the times; zero if there are none.
pub fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(times: &[u64]) -> Vec<Duration> {
        times.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn superiority_compares_every_pair() {
        let [low, high] = [milliseconds(&[1, 2, 3]), milliseconds(&[4, 5])];
        assert_eq!((superiority(&low, &high), superiority(&high, &low)), (0.0, 1.0));
        assert_eq!(superiority(&low, &low), 0.5);
        assert_eq!(superiority(&milliseconds(&[2, 9]), &low), (1.5 + 3.0) / 6.0);
    }

    #[test]
    fn median_ignores_outliers() {
        assert_eq!(median(&milliseconds(&[9, 1, 900])), Duration::from_millis(9));
        assert_eq!(median(&[]), Duration::ZERO);
    }
}
