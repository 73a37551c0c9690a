//! Amounts of money: JSON numbers in the API, decimals everywhere else.
//!
//! A JSON number is a double, and a double represents the shortest decimal that parses to it: 0.1
//! is exactly one tenth. Amounts are calculated with and stored as those decimals, so that sums are
//! exact in the services as well as in the database.
//!
//! Each service with prices has its own copy: they share an API, not code.

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an amount; expected a finite number that is not negative")]
pub struct InvalidAmount(pub String);

/// A finite amount that is not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount(f64);

impl Amount {
    pub fn as_f64(self) -> f64 {
        self.0
    }

    /// Returns the shortest decimal that parses to the same double. It has up to 17 digits and an
    /// exponent from -340 to 308.
    pub fn to_decimal(self) -> Decimal {
        // Rust formats the shortest digits that parse to the same double: 2.49e1.
        let text = format!("{:e}", self.0);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let digit = |byte: u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
        let coefficient = digits.bytes().filter_map(digit).fold(0, |sum, next| sum * 10 + next);
        let exponent: i16 = exponent.parse().unwrap_or_default();
        Decimal { coefficient, exponent: exponent - decimals as i16 }
    }
}

impl TryFrom<f64> for Amount {
    type Error = InvalidAmount;

    fn try_from(amount: f64) -> Result<Self, InvalidAmount> {
        if amount.is_finite() && amount.is_sign_positive() {
            Ok(Self(amount))
        } else {
            Err(InvalidAmount(amount.to_string()))
        }
    }
}

/// `coefficient × 10^exponent`.
#[derive(Debug, PartialEq, Eq)]
pub struct Decimal {
    pub coefficient: u64,
    pub exponent: i16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_numbers_that_are_not_amounts() {
        for amount in [f64::NAN, f64::INFINITY, -0.1] {
            assert!(Amount::try_from(amount).is_err(), "{amount}");
        }
    }

    #[test]
    fn decimals_are_the_shortest() {
        for (amount, coefficient, exponent) in [(0.1, 1, -1), (24.9, 249, -1), (1e22, 1, 22)] {
            let decimal = Amount::try_from(amount).unwrap().to_decimal();
            assert_eq!(decimal, Decimal { coefficient, exponent }, "{amount}");
        }
    }
}
