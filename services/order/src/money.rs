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
        self.to_short_decimal().unwrap_or_else(|| self.to_long_decimal())
    }

    /// The decimal of a price: up to 15 digits, up to four of them decimals. This is a tenth of the
    /// work of formatting it.
    ///
    /// Of all decimals with up to 15 digits, only one parses to the same double. A quotient of two
    /// integers that doubles represent exactly is rounded as the parser rounds: so if it is the
    /// amount, the decimal is found.
    fn to_short_decimal(self) -> Option<Decimal> {
        const FIFTEEN_DIGITS: f64 = 1e15;
        [1.0, 10.0, 100.0, 1_000.0, 10_000.0].into_iter().zip(0..).find_map(|(power, decimals)| {
            let coefficient = (self.0 * power + 0.5) as u64 as f64;
            let is_found = coefficient < FIFTEEN_DIGITS && coefficient / power == self.0;
            is_found
                .then(|| Decimal { coefficient: coefficient as u64, exponent: -decimals }.trim())
        })
    }

    fn to_long_decimal(self) -> Decimal {
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

impl Decimal {
    /// The same number without trailing zeros.
    fn trim(self) -> Self {
        let Self { mut coefficient, mut exponent } = self;
        while coefficient != 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            exponent += 1;
        }
        Self { coefficient, exponent }
    }
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
        for (amount, coefficient, exponent) in
            [(0.0, 0, 0), (0.1, 1, -1), (24.9, 249, -1), (1200.0, 12, 2), (1e22, 1, 22)]
        {
            let decimal = Amount::try_from(amount).unwrap().to_decimal();
            assert_eq!(decimal, Decimal { coefficient, exponent }, "{amount}");
        }
    }

    #[test]
    fn both_ways_find_the_same_decimal_of_prices() {
        for cents in (0..100_000_u64).chain(99_999_999_900_000..100_000_000_000_000) {
            let amount = Amount::try_from(cents as f64 / 100.0).unwrap();
            assert_eq!(amount.to_short_decimal(), Some(amount.to_long_decimal()), "{cents} cents");
        }
    }
}
