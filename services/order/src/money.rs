//! Amounts of money: JSON numbers outside, decimals inside.
//!
//! A JSON number is a double, and a double stands for the shortest decimal
//! that reads as it: 0.1 is one tenth. Amounts are stored and added up as
//! those decimals, and a sum goes out only if the double that goes out stands
//! for exactly that sum.
//!
//! Each service has its own copy: they share an API, not code.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use mongodb::bson::{Decimal128, RawBsonRef, RawDocument};

use crate::document::{Invalid, invalid};

/// Why an amount cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The exact sum has more digits than a double stands for.
    #[error("The exact total cannot be carried by a JSON number")]
    NotExact,
    /// Not an amount at all; it did not come from here.
    #[error("{0} is no amount")]
    NotAmount(String),
}

/// A finite amount that is not negative. In BSON it is a decimal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount(f64);

impl Amount {
    /// As a JSON number.
    pub fn as_f64(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Amount {
    type Error = Error;

    fn try_from(amount: f64) -> Result<Self, Error> {
        if amount.is_finite() && amount.is_sign_positive() {
            Ok(Self(amount))
        } else {
            Err(Error::NotAmount(amount.to_string()))
        }
    }
}

/// The exact sum of prices times quantities.
///
/// # Errors
/// If no double stands for exactly that sum.
pub fn total(items: impl Iterator<Item = (Amount, i32)>) -> Result<Amount, Error> {
    let sum: BigDecimal = items
        .map(|(price, quantity)| Decimal::from(price).big() * BigDecimal::from(quantity))
        .sum();
    let nearest = f64::from_str(&sum.to_string()).map_err(|_| Error::NotExact)?;
    let total = Amount::try_from(nearest).map_err(|_| Error::NotExact)?;
    if Decimal::from(total).big() == sum { Ok(total) } else { Err(Error::NotExact) }
}

/// `coefficient × 10^exponent`.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    coefficient: u64,
    exponent: i16,
}

impl From<Amount> for Decimal {
    /// The shortest decimal, which has 17 digits at most and an exponent
    /// between -340 and 308.
    fn from(Amount(amount): Amount) -> Self {
        // Rust prints the shortest digits that read as the same double: 2.49e1.
        let text = format!("{amount:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let figure = |byte: u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
        let coefficient = digits.bytes().filter_map(figure).fold(0, |sum, next| sum * 10 + next);
        let exponent: i16 = exponent.parse().unwrap_or_default();
        Self { coefficient, exponent: exponent - decimals as i16 }
    }
}

impl Decimal {
    fn big(self) -> BigDecimal {
        BigDecimal::new(self.coefficient.into(), (-self.exponent).into())
    }

    /// Of decimals that are no amounts there is none here.
    fn from_bson(decimal: Decimal128) -> Option<Self> {
        let bits = u128::from_le_bytes(decimal.bytes());
        let exponent = i16::try_from(bits >> COEFFICIENT_BITS).ok()? - EXPONENT_BIAS;
        let coefficient = u64::try_from(bits & ((1 << COEFFICIENT_BITS) - 1)).ok()?;
        Some(Self { coefficient, exponent })
    }

    /// The nearest double, if one operation on two doubles that are exact
    /// finds it, as it does for all but very long amounts.
    fn quickly(&self) -> Option<f64> {
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        let power = POWERS_OF_TEN.get(usize::from(self.exponent.unsigned_abs()))?;
        let coefficient = (self.coefficient <= EXACT).then_some(self.coefficient as f64)?;
        Some(if self.exponent < 0 { coefficient / power } else { coefficient * power })
    }
}

const COEFFICIENT_BITS: u32 = 113;
const EXPONENT_BIAS: i16 = 6176;

/// All that a double holds exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

impl From<Amount> for Decimal128 {
    /// As IEEE 754 lays it out: the exponent above 113 bits of coefficient
    /// (<https://github.com/mongodb/specifications/tree/master/source/bson-decimal128>).
    fn from(amount: Amount) -> Self {
        let Decimal { coefficient, exponent } = amount.into();
        let exponent = (exponent + EXPONENT_BIAS).cast_unsigned();
        let bits = u128::from(exponent) << COEFFICIENT_BITS | u128::from(coefficient);
        Self::from_bytes(bits.to_le_bytes())
    }
}

impl TryFrom<Decimal128> for Amount {
    type Error = Error;

    fn try_from(decimal: Decimal128) -> Result<Self, Error> {
        let quickly = Decimal::from_bson(decimal).and_then(|decimal| decimal.quickly());
        let slowly = || decimal.to_string().parse::<f64>().ok();
        let amount =
            quickly.or_else(slowly).ok_or_else(|| Error::NotAmount(decimal.to_string()))?;
        Self::try_from(amount)
    }
}

/// A field that must be an amount, as a number of any type that is exactly one.
///
/// # Errors
/// If it is something else.
pub fn amount(document: &RawDocument, field: &'static str) -> Result<Amount, Invalid> {
    let value = document.get(field)?;
    let amount = match value {
        Some(RawBsonRef::Decimal128(decimal)) => Amount::try_from(decimal).ok(),
        Some(RawBsonRef::Double(double)) => Amount::try_from(double).ok(),
        Some(RawBsonRef::Int32(integer)) => Amount::try_from(f64::from(integer)).ok(),
        Some(RawBsonRef::Int64(integer)) => amount_of_integer(integer),
        _ => None,
    };
    amount.ok_or_else(|| invalid(field, "an amount", value))
}

fn amount_of_integer(integer: i64) -> Option<Amount> {
    let double = integer as f64;
    (double as i128 == i128::from(integer)).then(|| Amount::try_from(double).ok())?
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{Bson, RawDocumentBuf, doc};
    use proptest::prelude::*;

    use super::*;

    fn sum(items: &[(f64, i32)]) -> Result<f64, Error> {
        let items = items.iter().map(|(price, quantity)| (Amount(*price), *quantity));
        total(items).map(Amount::as_f64)
    }

    #[test]
    fn three_times_a_tenth_is_three_tenths() {
        assert_eq!(sum(&[(0.1, 3)]), Ok(0.3));
        assert_eq!(sum(&[(0.1, 1), (0.2, 1)]), Ok(0.3));
        assert_eq!(sum(&[(24.9, 3), (1e-3, 2)]), Ok(74.702));
    }

    #[test]
    fn a_sum_that_no_double_stands_for_is_refused() {
        assert_eq!(sum(&[(f64::MAX, 2)]), Err(Error::NotExact));
        assert_eq!(sum(&[(1e17, 1), (0.1, 1)]), Err(Error::NotExact));
        assert_eq!(sum(&[(1e300, 1), (5e-324, 1)]), Err(Error::NotExact));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for amount in [f64::NAN, f64::INFINITY, -0.1] {
            assert!(Amount::try_from(amount).is_err(), "{amount}");
        }
        for decimal in ["-1", "NaN", "Infinity", "1E+400"] {
            let decimal: Decimal128 = decimal.parse().unwrap();
            assert!(Amount::try_from(decimal).is_err(), "{decimal}");
        }
    }

    #[test]
    fn decimals_of_other_programs_are_read() {
        for (text, amount) in
            [("74.70", 74.7), ("12345678901234567890.12", 12345678901234567890.12)]
        {
            let decimal: Decimal128 = text.parse().unwrap();
            assert_eq!(Amount::try_from(decimal), Ok(Amount(amount)));
        }
    }

    #[test]
    fn reads_amounts_of_every_numeric_type_if_exact() {
        let read = |value: Bson| {
            let document = RawDocumentBuf::try_from(&doc! { "price": value }).unwrap();
            amount(&document, "price").map(Amount::as_f64).ok()
        };
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
        fn an_amount_is_stored_as_its_shortest_decimal_and_comes_back(
            bits in prop_oneof![
                any::<u64>().prop_map(|bits| bits >> 1),
                (1u64..10_000_000_000).prop_map(|cents| (cents as f64 / 100.0).to_bits()),
                prop::sample::select(vec![0.0f64, 5e-324, f64::MIN_POSITIVE, 1e22, 1e23, f64::MAX]).prop_map(f64::to_bits),
            ].prop_filter("an amount", |bits| f64::from_bits(*bits).is_finite())
        ) {
            let amount = Amount(f64::from_bits(bits));
            let stored = Decimal128::from(amount);
            let shortest = Decimal128::from_str(&format!("{:E}", amount.0)).unwrap();
            prop_assert_eq!(stored, shortest);
            let read = Amount::try_from(shortest).unwrap();
            prop_assert_eq!(read.0.to_bits(), bits);
        }
    }
}
