//! The total of an order.

use std::str::FromStr;

use bigdecimal::BigDecimal;

use crate::money::{Amount, Decimal};

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the total has more digits than a JSON number can represent")]
pub struct Inexact;

/// Adds up prices times quantities in decimal arithmetic. Fails unless a double represents exactly
/// the sum.
pub fn total(items: impl Iterator<Item = (Amount, i32)> + Clone) -> Result<Amount, Inexact> {
    short_total(items.clone()).map_or_else(|| long_total(items), Ok)
}

/// The total of usual prices: up to 15 digits, up to four of them decimals. Needs no allocations,
/// whereas [`long_total`] makes six for each item.
///
/// Of all decimals with up to 15 digits, only one parses to the same double, which is the quotient.
fn short_total(mut items: impl Iterator<Item = (Amount, i32)>) -> Option<Amount> {
    const DECIMALS: i16 = 4;
    const ONE: u64 = 10_u64.pow(DECIMALS as u32);
    const FIFTEEN_DIGITS: u64 = 10_u64.pow(15);
    let sum = items.try_fold(0_u64, |sum, (price, quantity)| {
        let Decimal { coefficient, exponent } = price.to_decimal();
        let power = 10_u64.checked_pow(u32::try_from(exponent + DECIMALS).ok()?)?;
        let quantity = u64::try_from(quantity).ok()?;
        sum.checked_add(coefficient.checked_mul(power)?.checked_mul(quantity)?)
    })?;
    (sum < FIFTEEN_DIGITS).then(|| Amount::try_from(sum as f64 / ONE as f64).ok())?
}

fn long_total(items: impl Iterator<Item = (Amount, i32)>) -> Result<Amount, Inexact> {
    let sum: BigDecimal =
        items.map(|(price, quantity)| to_big_decimal(price) * BigDecimal::from(quantity)).sum();
    let nearest = f64::from_str(&sum.to_string()).map_err(|_| Inexact)?;
    let total = Amount::try_from(nearest).map_err(|_| Inexact)?;
    if to_big_decimal(total) == sum { Ok(total) } else { Err(Inexact) }
}

fn to_big_decimal(amount: Amount) -> BigDecimal {
    let Decimal { coefficient, exponent } = amount.to_decimal();
    BigDecimal::new(coefficient.into(), (-exponent).into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amounts(items: &[(f64, i32)]) -> impl Iterator<Item = (Amount, i32)> + Clone {
        items.iter().map(|(price, quantity)| (Amount::try_from(*price).unwrap(), *quantity))
    }

    fn sum(items: &[(f64, i32)]) -> Result<f64, Inexact> {
        total(amounts(items)).map(Amount::as_f64)
    }

    #[test]
    fn adds_up_in_decimal_arithmetic() {
        assert_eq!(sum(&[(0.1, 3)]), Ok(0.3));
        assert_eq!(sum(&[(0.1, 1), (0.2, 1)]), Ok(0.3));
        assert_eq!(sum(&[(24.9, 3), (1e-3, 2)]), Ok(74.702));
        assert_eq!(sum(&[(1e-5, 3), (1e17, 1)]), Err(Inexact));
        assert_eq!(sum(&[(1e-5, 3)]), Ok(3e-5));
    }

    #[test]
    fn rejects_sums_that_no_double_represents() {
        assert_eq!(sum(&[(f64::MAX, 2)]), Err(Inexact));
        assert_eq!(sum(&[(1e17, 1), (0.1, 1)]), Err(Inexact));
        assert_eq!(sum(&[(1e300, 1), (5e-324, 1)]), Err(Inexact));
    }

    #[test]
    fn usual_totals_need_no_big_decimals() {
        let short = |items: &[(f64, i32)]| short_total(amounts(items)).map(Amount::as_f64);
        assert_eq!(short(&[(24.9, 3), (0.0001, 1)]), Some(74.7001));
        assert_eq!(short(&[(99_999_999_999.999_9, 1)]), Some(99_999_999_999.999_9));
        assert_eq!(short(&[(99_999_999_999.999_9, 2)]), None);
        assert_eq!(short(&[(0.00001, 1)]), None);
    }

    /// Prices with up to six decimals, most of them short.
    fn price() -> impl Strategy<Value = f64> {
        (1..10_000_000_000_u64, 0..=6_i32).prop_map(|(digits, decimals)| {
            format!("{digits}e-{decimals}").parse().expect("a number")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn both_ways_find_the_same_total(
            items in prop::collection::vec((price(), 1..=i32::MAX), 1..5)
        ) {
            if let Some(short) = short_total(amounts(&items)) {
                prop_assert_eq!(Ok(short), long_total(amounts(&items)));
            }
        }
    }
}
