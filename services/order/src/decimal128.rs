//! Amounts of money as BSON's `Decimal128`.
//!
//! Each service with prices has its own copy: they share an API, not code.

use mongodb::bson::{Decimal128, RawBsonRef};

use crate::document::{Fields, InvalidDocument, invalid};
use crate::money::{Amount, Decimal, InvalidAmount};

const COEFFICIENT_BITS: u32 = 113;
const EXPONENT_BIAS: i16 = 6176;

/// The powers of ten that a double represents exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Reads an amount that may be stored as any numeric type that represents it exactly.
pub fn amount(fields: &mut Fields<'_>, field: &'static str) -> Result<Amount, InvalidDocument> {
    let value = fields.scalar(field)?;
    let amount = match value {
        Some(RawBsonRef::Decimal128(decimal)) => Amount::try_from(decimal).ok(),
        Some(RawBsonRef::Double(double)) => Amount::try_from(double).ok(),
        Some(RawBsonRef::Int32(integer)) => Amount::try_from(f64::from(integer)).ok(),
        Some(RawBsonRef::Int64(integer)) => integer_to_amount(integer),
        _ => None,
    };
    amount.ok_or_else(|| invalid(field, "an amount", value))
}

fn integer_to_amount(integer: i64) -> Option<Amount> {
    let double = integer as f64;
    (double as i128 == i128::from(integer)).then(|| Amount::try_from(double).ok())?
}

impl From<Amount> for Decimal128 {
    /// Encodes the IEEE 754 layout: the exponent above 113 bits of coefficient
    /// (<https://github.com/mongodb/specifications/tree/master/source/bson-decimal128>).
    fn from(amount: Amount) -> Self {
        let Decimal { coefficient, exponent } = amount.to_decimal();
        let exponent = (exponent + EXPONENT_BIAS).cast_unsigned();
        let bits = u128::from(exponent) << COEFFICIENT_BITS | u128::from(coefficient);
        Self::from_bytes(bits.to_le_bytes())
    }
}

impl TryFrom<Decimal128> for Amount {
    type Error = InvalidAmount;

    fn try_from(decimal: Decimal128) -> Result<Self, InvalidAmount> {
        let amount = decode(decimal).and_then(to_f64_fast).or_else(|| to_f64_exact(decimal));
        amount.ok_or_else(|| InvalidAmount(decimal.to_string()))?.try_into()
    }
}

/// Returns `None` for coefficients beyond 64 bits. The sign and the marks of infinities and NaN
/// count as bits of the exponent, which is then beyond [`POWERS_OF_TEN`].
fn decode(decimal: Decimal128) -> Option<Decimal> {
    let bits = u128::from_le_bytes(decimal.bytes());
    let exponent = i16::try_from(bits >> COEFFICIENT_BITS).ok()? - EXPONENT_BIAS;
    let coefficient = u64::try_from(bits & ((1 << COEFFICIENT_BITS) - 1)).ok()?;
    Some(Decimal { coefficient, exponent })
}

/// Returns the nearest double if a single operation on two exact doubles computes it, which it
/// does except for very long amounts.
fn to_f64_fast(decimal: Decimal) -> Option<f64> {
    const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
    let Decimal { coefficient, exponent } = decimal;
    let power = POWERS_OF_TEN.get(usize::from(exponent.unsigned_abs()))?;
    let coefficient = (coefficient <= EXACT).then_some(coefficient as f64)?;
    Some(if exponent < 0 { coefficient / power } else { coefficient * power })
}

/// Returns the nearest double of any decimal, by way of its text.
fn to_f64_exact(decimal: Decimal128) -> Option<f64> {
    decimal.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use mongodb::bson::{Bson, RawDocumentBuf, doc};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rejects_decimals_that_are_not_amounts() {
        for decimal in ["-1", "NaN", "Infinity", "-Infinity", "1E+400"] {
            let decimal: Decimal128 = decimal.parse().unwrap();
            assert!(Amount::try_from(decimal).is_err(), "{decimal}");
        }
    }

    #[test]
    fn reads_decimals_of_other_programs() {
        for (text, amount) in
            [("74.70", 74.7), ("12345678901234567890.12", 12345678901234567890.12)]
        {
            let decimal: Decimal128 = text.parse().unwrap();
            assert_eq!(Amount::try_from(decimal).map(Amount::as_f64), Ok(amount));
        }
    }

    #[test]
    fn reads_usual_amounts_without_formatting_them() {
        let fast = |text: &str| decode(text.parse().unwrap()).and_then(to_f64_fast);
        for (text, amount) in [
            ("0", Some(0.0)),
            ("24.90", Some(24.9)),
            ("12E+22", Some(12e22)),
            ("12E+23", None),
            ("9007199254740992E-22", Some(9007199254740992e-22)),
            ("9007199254740993", None),
            ("18446744073709551616", None),
            ("-24.90", None),
        ] {
            assert_eq!(fast(text), amount, "{text}");
        }
    }

    #[test]
    fn reads_amounts_of_every_numeric_type_if_exact() {
        let read = |value: Bson| {
            let document = RawDocumentBuf::try_from(&doc! { "price": value }).unwrap();
            amount(&mut Fields::new(&document), "price").map(Amount::as_f64).ok()
        };
        assert_eq!(read(Decimal128::from_str("24.90").unwrap().into()), Some(24.9));
        assert_eq!(read(24.9.into()), Some(24.9));
        assert_eq!(read(24i32.into()), Some(24.0));
        assert_eq!(read(24i64.into()), Some(24.0));
        assert_eq!(read(((1i64 << 53) + 1).into()), None);
        assert_eq!(read(i64::MAX.into()), None);
        assert_eq!(read((-1i32).into()), None);
        assert_eq!(read("24".into()), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn stores_the_shortest_decimal_and_reads_it_back(
            bits in prop_oneof![
                any::<u64>().prop_map(|bits| bits >> 1),
                (1u64..10_000_000_000).prop_map(|cents| (cents as f64 / 100.0).to_bits()),
                prop::sample::select(vec![0.0f64, 5e-324, f64::MIN_POSITIVE, 1e22, 1e23, f64::MAX]).prop_map(f64::to_bits),
            ].prop_filter("an amount", |bits| f64::from_bits(*bits).is_finite())
        ) {
            let amount = Amount::try_from(f64::from_bits(bits)).unwrap();
            let stored = Decimal128::from(amount);
            let shortest = Decimal128::from_str(&format!("{:E}", amount.as_f64())).unwrap();
            prop_assert_eq!(stored, shortest);
            let read = Amount::try_from(shortest).unwrap();
            prop_assert_eq!(read.as_f64().to_bits(), bits);
        }
    }
}
