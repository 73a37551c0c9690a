//! Reading stored documents. By hand: serde spends some 10,000 instructions on a
//! document, most on BSON's own types, and a page has up to a thousand of these.
//!
//! Other programs write into the database too, and MongoDB's shell stores every
//! number as a double. So a number of any BSON type is read if it is exactly a
//! value of the field. What cannot be read is reported with its place and its
//! type; values never appear in an error.
//!
//! Each service has its own copy: they share an API, not code.

use std::fmt;

use mongodb::bson::error::Error as BsonError;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::spec::ElementType;
use mongodb::bson::{DateTime, Decimal128, RawBsonRef, RawDocument};

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Invalid {
    /// A field has a value of another type, or one that the type cannot hold.
    #[error("{field}: expected {expected}, found {found}")]
    Field {
        /// Its name.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: Found,
    },
    /// It is not valid BSON.
    #[error("invalid BSON")]
    Bson(#[from] BsonError),
}

/// The type of what a document has in a field.
#[derive(Debug)]
pub struct Found(Option<ElementType>);

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(of_type) => write!(f, "{of_type:?}"),
            None => f.write_str("nothing"),
        }
    }
}

/// The error for a field that is not what is expected.
pub fn invalid(
    field: &'static str,
    expected: &'static str,
    found: Option<RawBsonRef<'_>>,
) -> Invalid {
    let found = Found(found.map(|value| value.element_type()));
    Invalid::Field { field, expected, found }
}

/// The document's id, for messages.
pub fn printable_id(document: &RawDocument) -> String {
    match document.get_object_id("_id") {
        Ok(id) => id.to_hex(),
        Err(_) => "with an id that is not an ObjectId".to_owned(),
    }
}

/// A field that must be an ObjectId.
///
/// # Errors
/// If it is something else.
pub fn object_id(document: &RawDocument, field: &'static str) -> Result<ObjectId, Invalid> {
    match document.get(field)? {
        Some(RawBsonRef::ObjectId(id)) => Ok(id),
        other => Err(invalid(field, "an ObjectId", other)),
    }
}

/// A field that must be a string.
///
/// # Errors
/// If it is something else.
pub fn string<'a>(document: &'a RawDocument, field: &'static str) -> Result<&'a str, Invalid> {
    match document.get(field)? {
        Some(RawBsonRef::String(text)) => Ok(text),
        other => Err(invalid(field, "a string", other)),
    }
}

/// A field that may be a string, or null or missing.
///
/// # Errors
/// If it is something else.
pub fn optional_string<'a>(
    document: &'a RawDocument,
    field: &'static str,
) -> Result<Option<&'a str>, Invalid> {
    match document.get(field)? {
        Some(RawBsonRef::String(text)) => Ok(Some(text)),
        None | Some(RawBsonRef::Null | RawBsonRef::Undefined) => Ok(None),
        other => Err(invalid(field, "a string", other)),
    }
}

/// The first and the last millisecond that RFC 3339 has a text for: the years 0 to 9999.
const RFC_3339_RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// A field that must be a date, of a year that RFC 3339 can name.
///
/// # Errors
/// If it is something else.
pub fn date(document: &RawDocument, field: &'static str) -> Result<DateTime, Invalid> {
    match document.get(field)? {
        Some(RawBsonRef::DateTime(date)) if RFC_3339_RANGE.contains(&date.timestamp_millis()) => {
            Ok(date)
        }
        other => Err(invalid(field, "a date until the year 9999", other)),
    }
}

/// A field that must be a whole number, of any numeric type.
///
/// # Errors
/// If it is something else, or not whole.
pub fn integer(document: &RawDocument, field: &'static str) -> Result<i64, Invalid> {
    let value = document.get(field)?;
    let integer = match value {
        Some(RawBsonRef::Int64(integer)) => Some(integer),
        Some(RawBsonRef::Int32(integer)) => Some(integer.into()),
        Some(RawBsonRef::Double(double)) => integer_of_double(double),
        Some(RawBsonRef::Decimal128(decimal)) => integer_of_decimal(decimal),
        _ => None,
    };
    integer.ok_or_else(|| invalid(field, "an integer", value))
}

fn integer_of_double(double: f64) -> Option<i64> {
    // Beyond 2^53 a double is also the nearest to integers that it does not equal.
    const EXACT: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;
    (double.fract() == 0.0 && double.abs() <= EXACT).then_some(double as i64)
}

/// As IEEE 754 lays it out: a sign, 14 bits of exponent, 113 of coefficient
/// (<https://github.com/mongodb/specifications/tree/master/source/bson-decimal128>).
fn integer_of_decimal(decimal: Decimal128) -> Option<i64> {
    const COEFFICIENT_BITS: u32 = 113;
    const EXPONENT_BIAS: i32 = 6176;
    let bits = u128::from_le_bytes(decimal.bytes());
    // Infinity, not a number, and coefficients that are not canonical, which mean zero.
    if (bits >> 125) & 0b11 == 0b11 {
        return None;
    }
    let coefficient = i128::try_from(bits & ((1 << COEFFICIENT_BITS) - 1)).ok()?;
    let exponent = ((bits >> COEFFICIENT_BITS) & 0x3fff) as i32 - EXPONENT_BIAS;
    if coefficient == 0 {
        return Some(0);
    }
    let power = 10i128.checked_pow(exponent.unsigned_abs())?;
    let whole = match exponent {
        0.. => coefficient.checked_mul(power)?,
        _ if coefficient % power == 0 => coefficient / power,
        _ => return None,
    };
    i64::try_from(if bits >> 127 == 1 { -whole } else { whole }).ok()
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{Bson, RawDocumentBuf, doc};

    use super::*;

    fn read(value: impl Into<Bson>) -> Option<i64> {
        let document = RawDocumentBuf::try_from(&doc! { "field": value.into() }).unwrap();
        integer(&document, "field").ok()
    }

    fn decimal(text: &str) -> Decimal128 {
        text.parse().unwrap()
    }

    #[test]
    fn reads_whole_numbers_of_every_type() {
        for value in [7i32.into(), 7i64.into(), 7.0.into(), Bson::Decimal128(decimal("7.00"))] {
            assert_eq!(read(value.clone()), Some(7), "{value:?}");
        }
        for (text, expected) in
            [("0E+6000", 0), ("70E-1", 7), ("-7E+2", -700), ("9223372036854775807", i64::MAX)]
        {
            assert_eq!(read(decimal(text)), Some(expected), "{text}");
        }
    }

    #[test]
    fn rejects_numbers_that_are_not_exactly_whole() {
        for value in [7.5, f64::NAN, f64::INFINITY, 9_007_199_254_740_994.0] {
            assert_eq!(read(value), None, "{value}");
        }
        for text in ["7.5", "NaN", "Infinity", "9223372036854775808", "1E+6000", "1E-6000"] {
            assert_eq!(read(decimal(text)), None, "{text}");
        }
        assert_eq!(read("7"), None);
    }

    #[test]
    fn errors_name_field_and_type_but_no_value() {
        let document = RawDocumentBuf::try_from(&doc! { "stock": "secret" }).unwrap();
        let error = integer(&document, "stock").unwrap_err();
        assert_eq!(error.to_string(), "stock: expected an integer, found String");
        let error = string(&document, "name").unwrap_err();
        assert_eq!(error.to_string(), "name: expected a string, found nothing");
    }

    #[test]
    fn rejects_dates_without_a_text() {
        for (millis, valid) in [(253_402_300_799_999, true), (253_402_300_800_000, false)] {
            let date_field = doc! { "at": DateTime::from_millis(millis) };
            let document = RawDocumentBuf::try_from(&date_field).unwrap();
            assert_eq!(date(&document, "at").is_ok(), valid, "{millis}");
        }
    }
}
