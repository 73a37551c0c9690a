//! Numbers, which must be exact: a bound in a spec has to mean what it says.

use serde_json::Number;

/// Whether YAML's core schema takes a plain scalar for a number.
pub(super) fn looks_like_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_special = matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN");
    let first = unsigned.strip_prefix('.').unwrap_or(unsigned);
    let is_decimal = first.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    is_special || is_decimal || has_digits(text, "0x", 16) || has_digits(text, "0o", 8)
}

fn has_digits(text: &str, prefix: &str, radix: u32) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix))
}

/// Why a number of YAML has no representation in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InvalidNumber {
    NotDecimal,
    LeadingZeros,
    Inexact,
}

impl InvalidNumber {
    /// Completes the sentence that begins with the number.
    pub fn problem(self) -> &'static str {
        match self {
            Self::NotDecimal => "is not a decimal number",
            Self::LeadingZeros => "has leading zeros, which versions of YAML read differently",
            Self::Inexact => "is neither a 64-bit integer nor exact as a double",
        }
    }

    pub fn help(self) -> &'static str {
        match self {
            Self::NotDecimal => "write a finite number in decimal notation",
            Self::LeadingZeros => "remove the zeros, or put the value in quotes if it is a string",
            Self::Inexact => "write a number within the range and precision of a double",
        }
    }
}

/// The number as JSON represents it, unless that loses digits. YAML also allows `+1`, `.5` and
/// `1.`, which JSON does not.
pub(super) fn parse_number(text: &str) -> Result<Number, InvalidNumber> {
    let json = json_notation(text).ok_or(InvalidNumber::NotDecimal)?;
    let unsigned = json.trim_start_matches('-');
    if unsigned.starts_with('0') && unsigned[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return Err(InvalidNumber::LeadingZeros);
    }
    parse_exact(&json).ok_or(InvalidNumber::Inexact)
}

fn json_notation(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let exponent = unsigned.find(['e', 'E']).unwrap_or(unsigned.len());
    let (mantissa, exponent) = unsigned.split_at(exponent);
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if !is_digits(integer) || !is_digits(fraction) || (integer.len() + fraction.len() == 0) {
        return None;
    }
    let integer = if integer.is_empty() { "0" } else { integer };
    let point = if fraction.is_empty() && !mantissa.contains('.') { "" } else { "." };
    let fraction = if fraction.is_empty() && point == "." { "0" } else { fraction };
    Some(format!("{sign}{integer}{point}{fraction}{exponent}"))
}

fn parse_exact(text: &str) -> Option<Number> {
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
