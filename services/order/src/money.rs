//! Amounts of money: JSON numbers outside, decimals inside.
//!
//! A JSON number is a double, and a double stands for the shortest decimal
//! that reads as it: 0.1 is one tenth. Prices become decimals at once, sums
//! are made with decimals, and a sum goes out only if the double that goes out
//! stands for exactly that sum.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use mongodb::bson::Decimal128;

/// Why an amount cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The exact sum has more digits than a double stands for.
    #[error("The exact total cannot be carried by a JSON number")]
    NotExact,
    /// Not an amount at all; it did not come from here.
    #[error("{0} is no amount")]
    NotDecimal(String),
}

/// The exact sum of prices times quantities, as a double.
///
/// # Errors
/// If no double stands for exactly that sum.
pub fn total(items: impl Iterator<Item = (f64, i32)>) -> Result<f64, Error> {
    let mut sum = BigDecimal::from(0);
    for (price, quantity) in items {
        sum += decimal(price)? * BigDecimal::from(quantity);
    }
    let nearest: f64 = sum.to_string().parse().map_err(|_| Error::NotExact)?;
    if nearest.is_finite() && decimal(nearest)? == sum { Ok(nearest) } else { Err(Error::NotExact) }
}

fn decimal(amount: f64) -> Result<BigDecimal, Error> {
    BigDecimal::from_str(&shortest(amount)).map_err(|_| Error::NotDecimal(amount.to_string()))
}

/// Rust prints the shortest decimal that reads as the same double.
fn shortest(amount: f64) -> String {
    format!("{amount:E}")
}

/// An amount as BSON stores it.
///
/// # Errors
/// For infinities, which are no amounts.
pub fn store(amount: f64) -> Result<Decimal128, Error> {
    Decimal128::from_str(&shortest(amount)).map_err(|_| Error::NotDecimal(amount.to_string()))
}

/// The amount that [`store`] stored.
///
/// # Errors
/// For a decimal that did not come from there and is no number.
pub fn load(amount: Decimal128) -> Result<f64, Error> {
    let text = amount.to_string();
    text.parse().ok().filter(|amount: &f64| amount.is_finite()).ok_or(Error::NotDecimal(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_times_a_tenth_is_three_tenths() {
        assert_eq!(total([(0.1, 3)].into_iter()), Ok(0.3));
        assert_eq!(total([(0.1, 1), (0.2, 1)].into_iter()), Ok(0.3));
        assert_eq!(total([(24.9, 3), (1e-3, 2)].into_iter()), Ok(74.702));
    }

    #[test]
    fn a_sum_that_no_double_stands_for_is_refused() {
        assert_eq!(total([(f64::MAX, 2)].into_iter()), Err(Error::NotExact));
        assert_eq!(total([(1e17, 1), (0.1, 1)].into_iter()), Err(Error::NotExact));
        assert_eq!(total([(1e300, 1), (5e-324, 1)].into_iter()), Err(Error::NotExact));
    }

    #[test]
    fn every_amount_comes_back_from_bson() {
        for amount in [0.1, 74.7, 1e300, f64::MAX, 5e-324] {
            assert_eq!(load(store(amount).unwrap()).unwrap().to_bits(), amount.to_bits());
        }
    }
}
