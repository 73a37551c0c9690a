//! The keyword `multipleOf`, exact in decimals and at constant cost. jsonschema's implementation
//! divides big fractions: 100 µs for each `1e308`, of which a body can contain 10,000.

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Number, Value};

/// Compiles the keyword for a validator.
pub(super) fn keyword<'a>(
    _: &'a Map<String, Value>,
    limit: &'a Value,
    _: Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    let divisor = limit.as_number().and_then(Decimal::new).filter(|divisor| divisor.digits > 0);
    match divisor {
        Some(divisor) => {
            let message = format!("must be a multiple of {limit}");
            Ok(Box::new(MultipleOf { divisor, message }))
        }
        None => Err(ValidationError::custom("multipleOf must be greater than 0")),
    }
}

struct MultipleOf {
    divisor: Decimal,
    message: String,
}

impl<'i> Keyword<'i> for MultipleOf {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            Err(ValidationError::custom(self.message.clone()))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let Some(number) = instance.as_number() else { return true };
        Decimal::new(number).is_some_and(|value| value.is_multiple_of(&self.divisor))
    }
}

/// The absolute value of a number: `digits` times ten to the `exponent`.
struct Decimal {
    /// At most a `u64` or the 17 digits of a double, so that the product of two fits.
    digits: u128,
    exponent: i32,
}

impl Decimal {
    /// A double is taken as the shortest decimal that parses to it.
    fn new(number: &Number) -> Option<Self> {
        if let Some(whole) = number.as_u64().or(number.as_i64().map(i64::unsigned_abs)) {
            return Some(Self { digits: whole.into(), exponent: 0 });
        }
        let text = format!("{:e}", number.as_f64()?.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let places = i32::try_from(fraction.len()).ok()?;
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            exponent: exponent.parse::<i32>().ok()? - places,
        })
    }

    fn is_multiple_of(&self, divisor: &Self) -> bool {
        match u32::try_from(self.exponent - divisor.exponent) {
            Ok(shift) => {
                let power = power_of_ten(shift, divisor.digits);
                ((self.digits % divisor.digits) * power).is_multiple_of(divisor.digits)
            }
            Err(_) => {
                let shift = self.exponent.abs_diff(divisor.exponent);
                let divisor =
                    10_u128.checked_pow(shift).and_then(|ten| ten.checked_mul(divisor.digits));
                // A divisor that overflows is greater than the value.
                divisor.map_or(self.digits == 0, |divisor| self.digits.is_multiple_of(divisor))
            }
        }
    }
}

/// Ten to the `exponent`, modulo `modulus`, by squaring; 1 if the exponent is 0.
fn power_of_ten(mut exponent: u32, modulus: u128) -> u128 {
    let mut base = 10;
    let mut power = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            power = power * base % modulus;
        }
        base = base * base % modulus;
        exponent /= 2;
    }
    power
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_multiple(value: &str, divisor: &str) -> bool {
        let [value, divisor] = [value, divisor]
            .map(|text| Decimal::new(&serde_json::from_str(text).unwrap()).unwrap());
        value.is_multiple_of(&divisor)
    }

    #[test]
    fn divisors_are_greater_than_0() {
        for (divisor, is_valid) in [(json!(1e-9), true), (json!(0), false), (json!(0.0), false)] {
            let schema = Map::new();
            let keyword = keyword(&schema, &divisor, Location::new());
            assert_eq!(keyword.is_ok(), is_valid, "{divisor}");
        }
    }

    #[test]
    fn accepts_multiples_of_decimals() {
        for (value, divisor) in [
            ("0", "7"),
            ("0.0", "0.01"),
            ("0.07", "0.01"),
            ("-19.99", "0.01"),
            ("1e15", "0.01"),
            ("1e308", "0.01"),
            ("4.35", "0.05"),
            ("18446744073709551615", "5"),
            ("9007199254740993", "3"),
            ("1e20", "16"),
            ("7.5", "2.5"),
            ("1e-7", "1e-7"),
            ("1e4", "16"),
        ] {
            assert!(is_multiple(value, divisor), "{value} {divisor}");
        }
    }

    #[test]
    fn rejects_other_numbers_of_any_magnitude() {
        for (value, divisor) in [
            ("0.075", "0.01"),
            ("1e-300", "0.01"),
            ("5e-324", "1"),
            ("1e308", "3"),
            ("1e308", "123456789012345678"),
            ("1e3", "16"),
            ("18446744073709551615", "2"),
            ("9007199254740993", "2"),
            ("0.1", "0.3"),
            ("7", "1e300"),
        ] {
            assert!(!is_multiple(value, divisor), "{value} {divisor}");
        }
    }
}
