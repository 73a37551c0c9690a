//! Integers that are stored as any numeric type.

use mongodb::bson::{Decimal128, RawBsonRef};

/// Returns `None` for numbers that are not exactly an `i64`, and for other types.
pub fn to_integer(value: RawBsonRef<'_>) -> Option<i64> {
    match value {
        RawBsonRef::Int64(integer) => Some(integer),
        RawBsonRef::Int32(integer) => Some(integer.into()),
        RawBsonRef::Double(double) => double_to_integer(double),
        RawBsonRef::Decimal128(decimal) => decimal_to_integer(decimal),
        _ => None,
    }
}

fn double_to_integer(double: f64) -> Option<i64> {
    // Beyond 2^53, a double is also the nearest one to integers that differ from it.
    const EXACT: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;
    (double.fract() == 0.0 && double.abs() <= EXACT).then_some(double as i64)
}

/// Decodes the IEEE 754 layout: a sign, 14 bits of exponent, 113 bits of coefficient
/// (<https://github.com/mongodb/specifications/tree/master/source/bson-decimal128>).
fn decimal_to_integer(decimal: Decimal128) -> Option<i64> {
    const COEFFICIENT_BITS: u32 = 113;
    const EXPONENT_BIAS: i32 = 6176;
    let bits = u128::from_le_bytes(decimal.bytes());
    // Infinity, NaN, and non-canonical coefficients, which mean zero.
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
        to_integer(document.get("field").unwrap().unwrap())
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
}
