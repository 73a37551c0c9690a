//! The form of times in responses: RFC 3339 in UTC with milliseconds, or with more digits where
//! these are not zero. chrono would leave out a fraction that is zero, so that equal fields have
//! different lengths and order as text.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use serde::ser::Error;
use serde::{Serialize, Serializer};

/// Whether RFC 3339 can write a time in UTC: its years have four digits.
pub fn is_rfc_3339(time: &DateTime<Utc>) -> bool {
    (0..=9999).contains(&time.year())
}

/// A time, or a list, map or option of times.
pub trait SerializeTimes {
    /// Serializes all times in their form.
    ///
    /// # Errors
    /// If one of them is not in the years 0 to 9999; the serializer's.
    fn serialize_times<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl SerializeTimes for DateTime<Utc> {
    fn serialize_times<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !is_rfc_3339(self) {
            return Err(S::Error::custom("a time must be in the years 0 to 9999"));
        }
        let is_whole = self.nanosecond().is_multiple_of(1_000_000);
        let digits = if is_whole { SecondsFormat::Millis } else { SecondsFormat::AutoSi };
        serializer.serialize_str(&self.to_rfc3339_opts(digits, true))
    }
}

impl<T: SerializeTimes> SerializeTimes for Option<T> {
    fn serialize_times<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Times).serialize(serializer)
    }
}

impl<T: SerializeTimes> SerializeTimes for Vec<T> {
    fn serialize_times<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Times))
    }
}

impl<T: SerializeTimes> SerializeTimes for BTreeMap<String, T> {
    fn serialize_times<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (name, Times(value))))
    }
}

/// Times in their form.
pub struct Times<'a, T>(pub &'a T);

impl<T: SerializeTimes> Serialize for Times<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_times(serializer)
    }
}

/// [`SerializeTimes`] as a function, for serde's attribute `serialize_with`.
///
/// # Errors
/// Those of [`SerializeTimes`].
pub fn serialize_times<T: SerializeTimes, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.serialize_times(serializer)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::Times;

    #[test]
    fn a_time_that_rfc_3339_cannot_write_is_an_error() {
        let json = |seconds| {
            let time: DateTime<Utc> = DateTime::from_timestamp(seconds, 0).unwrap();
            serde_json::to_string(&Times(&time)).ok()
        };
        assert_eq!(json(253_402_300_799).as_deref(), Some(r#""9999-12-31T23:59:59.000Z""#));
        assert_eq!(json(253_402_300_800), None);
        assert_eq!(json(-62_167_219_200).as_deref(), Some(r#""0000-01-01T00:00:00.000Z""#));
        assert_eq!(json(-62_167_219_201), None);
    }
}
