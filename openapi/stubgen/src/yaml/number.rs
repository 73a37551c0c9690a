//! Numbers, which must be exact: a bound in a spec has to mean what it says.

use serde_json::Number;

/// Whether YAML's core schema takes a plain scalar for a number.
pub(super) fn looks_like_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_special = matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN");
    let first = unsigned.strip_prefix('.').unwrap_or(unsigned);
    let is_decimal = first.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    is_special || is_decimal || unsigned.starts_with("0x") || unsigned.starts_with("0o")
}

/// The number as JSON represents it, unless that loses digits.
pub(super) fn parse_exact(text: &str) -> Option<Number> {
    let number = serde_json::from_str::<Number>(text).ok()?;
    (Decimal::parse(text)? == Decimal::parse(&number.to_string())?).then_some(number)
}

/// A decimal number in normal form: equal numbers are equal values.
#[derive(PartialEq)]
struct Decimal {
    negative: bool,
    /// Without leading and trailing zeros; empty for zero.
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-');
        let negative = unsigned.is_some();
        let unsigned = unsigned.unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{integer}{fraction}");
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let trailing_zeros = i64::try_from(significant.len() - digits.len()).ok()?;
        let fraction_digits = i64::try_from(fraction.len()).ok()?;
        let exponent = exponent.checked_sub(fraction_digits)?.checked_add(trailing_zeros)?;
        Some(Self { negative, digits: digits.to_owned(), exponent })
    }
}
