//! The total of an order.

use std::str::FromStr;

use bigdecimal::BigDecimal;

use crate::money::{Amount, Decimal};

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the total has more digits than a JSON number can represent")]
pub struct Inexact;

/// Adds up prices times quantities in decimal arithmetic. Fails unless a double represents exactly
/// the sum.
pub fn total(items: impl Iterator<Item = (Amount, i32)>) -> Result<Amount, Inexact> {
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
    use super::*;

    fn sum(items: &[(f64, i32)]) -> Result<f64, Inexact> {
        let items =
            items.iter().map(|(price, quantity)| (Amount::try_from(*price).unwrap(), *quantity));
        total(items).map(Amount::as_f64)
    }

    #[test]
    fn adds_up_in_decimal_arithmetic() {
        assert_eq!(sum(&[(0.1, 3)]), Ok(0.3));
        assert_eq!(sum(&[(0.1, 1), (0.2, 1)]), Ok(0.3));
        assert_eq!(sum(&[(24.9, 3), (1e-3, 2)]), Ok(74.702));
    }

    #[test]
    fn rejects_sums_that_no_double_represents() {
        assert_eq!(sum(&[(f64::MAX, 2)]), Err(Inexact));
        assert_eq!(sum(&[(1e17, 1), (0.1, 1)]), Err(Inexact));
        assert_eq!(sum(&[(1e300, 1), (5e-324, 1)]), Err(Inexact));
    }
}
