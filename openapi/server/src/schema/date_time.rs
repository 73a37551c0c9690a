//! Times: `date-time` of RFC 3339, within the years 0 to 9999 in UTC as well.
//!
//! A time is stored and sent in UTC. With its offset, the first and the last day can be in another
//! year there, which RFC 3339 cannot write.
//!
//! The generator includes this file too, to check examples and defaults.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

/// The engine's `date-time`, which knows nothing of years in UTC.
static RFC_3339: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&json!({ "format": "date-time" })).ok()
});

pub(crate) fn is_date_time(text: &str) -> bool {
    let is_rfc_3339 = |validator: &Validator| validator.is_valid(&Value::from(text));
    RFC_3339.as_ref().is_some_and(is_rfc_3339) && is_year_in_range(text)
}

/// Whether the year of a `date-time` in UTC has four digits.
fn is_year_in_range(text: &str) -> bool {
    const OFFSET: usize = "+00:00".len();
    let Some((local, offset)) =
        text.len().checked_sub(OFFSET).and_then(|at| text.split_at_checked(at))
    else {
        return true;
    };
    let minutes = |time: &str| {
        let (hours, minutes) = time.split_once(':')?;
        Some(hours.parse::<u32>().ok()? * 60 + minutes.get(..2)?.parse::<u32>().ok()?)
    };
    let (Some(time), Some(shift)) =
        (local.get(11..).and_then(minutes), offset.get(1..).and_then(minutes))
    else {
        return true;
    };
    match (local.get(..10), offset.chars().next()) {
        (Some("0000-01-01"), Some('+')) => time >= shift,
        (Some("9999-12-31"), Some('-')) => time + shift < 24 * 60,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_date_time;

    #[test]
    fn accepts_times_of_the_years_0_to_9999_in_utc() {
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02t03:04:05.678z",
            "2026-01-02T03:04:05.678+01:30",
            "1990-12-31T15:59:60-08:00",
            "0000-01-01T00:00:00Z",
            "0000-01-01T00:00:00-23:59",
            "0000-01-01T01:30:00+01:30",
            "0000-01-02T00:00:00+23:59",
            "9999-12-31T23:59:59.999999999Z",
            "9999-12-31T00:00:00+23:59",
            "9999-12-31T22:29:59.9-01:30",
            "9999-12-30T23:59:59-23:59",
        ] {
            assert!(is_date_time(text), "{text}");
        }
    }

    #[test]
    fn rejects_times_of_other_years_in_utc() {
        for text in [
            "0000-01-01T00:00:00+00:01",
            "0000-01-01T01:29:59.999+01:30",
            "0000-01-01t23:58:00+23:59",
            "9999-12-31T22:30:00-01:30",
            "9999-12-31T23:59:00.5-00:01",
            "9999-12-31t00:01:00-23:59",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }

    #[test]
    fn rejects_what_rfc_3339_does_not_allow() {
        for text in ["", "2026-01-02", "2026-01-02 03:04:05Z", "10000-01-01T00:00:00Z", "äääZ"] {
            assert!(!is_date_time(text), "{text}");
        }
    }
}
