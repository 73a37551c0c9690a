//! The form of times in responses: RFC 3339 in UTC with milliseconds, or with more digits where
//! these are not zero. chrono would leave out a fraction that is zero, so that equal fields have
//! different lengths and order as text.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde::{Serialize, Serializer};

/// A time, or a list, map or option of times.
pub trait SerializeTimes {
    /// Serializes all times in their form.
    ///
    /// # Errors
    /// The serializer's.
    fn serialize_times<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl SerializeTimes for DateTime<Utc> {
    fn serialize_times<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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

/// The same for an attribute of serde.
///
/// # Errors
/// The serializer's.
pub fn serialize_times<T: SerializeTimes, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.serialize_times(serializer)
}
