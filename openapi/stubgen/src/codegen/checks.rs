//! Whether a value of a newtype satisfies its schema, as an expression.
//!
//! Services make thousands of such values for a page, so the common keywords are checked in Rust.
//! The others are left to the `engine` that validates requests, with a schema of these keywords
//! alone.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::{Map, Number, Value, json};

use super::formats::format_type;
use super::{engine, simple_pattern};
use crate::model::{
    AdditionalProperties, ArrayConstraints, NumberConstraints, ObjectConstraints, Schema,
    SchemaKind, StringConstraints,
};
use crate::{naming, pattern};

/// An expression for whether `value`, a reference, satisfies the schema; `None` if every value of
/// its Rust type does. A part with a name checks itself.
pub(super) fn of(schema: &Schema) -> Option<TokenStream> {
    if naming::needs_type(schema) {
        return None;
    }
    let check =
        if engine::is_needed(schema) { engine::by_schema(schema) } else { of_kind(schema) }?;
    Some(if schema.nullable { quote!(value.as_ref().is_none_or(|value| #check)) } else { check })
}

fn of_kind(schema: &Schema) -> Option<TokenStream> {
    match &schema.kind {
        SchemaKind::String(string) => of_string(string),
        SchemaKind::Number(number) => of_number(number),
        SchemaKind::Array(array) => of_array(array),
        SchemaKind::Object(object) => of_map(object),
        SchemaKind::Reference(_)
        | SchemaKind::Any
        | SchemaKind::Boolean
        | SchemaKind::OneOf(_)
        | SchemaKind::AllOf(_)
        | SchemaKind::File
        | SchemaKind::Invalid => None,
    }
}

fn all<const N: usize>(checks: [Option<TokenStream>; N]) -> Option<TokenStream> {
    let checks: Vec<TokenStream> = checks.into_iter().flatten().collect();
    (!checks.is_empty()).then(|| quote!(#(#checks)&&*))
}

/// The range of a length or count. A minimum of zero is none.
fn range(min: Option<u64>, max: Option<u64>) -> Option<TokenStream> {
    let min = min.filter(|min| *min > 0).map(Literal::u64_unsuffixed);
    let max = max.map(Literal::u64_unsuffixed);
    match (min, max) {
        (None, None) => None,
        (min, None) => Some(quote!(#min..)),
        (min, max) => Some(quote!(#min..=#max)),
    }
}

fn of_string(string: &StringConstraints) -> Option<TokenStream> {
    let StringConstraints { format, pattern, min_length, max_length, enum_values: _ } = string;
    match (format_type(string), *format) {
        (Some(_), Some("date-time")) => return Some(quote!(openapi_server::is_rfc_3339(value))),
        (Some(_), _) => return None,
        (None, _) => {}
    }
    let length = range(*min_length, *max_length);
    let length = length.map(|range| quote!(openapi_server::has_length(value, #range)));
    let email = (*format == Some("email")).then(|| quote!(openapi_server::is_mailbox(value)));
    let mut keywords = Map::new();
    let simple = pattern.as_deref().and_then(simple_pattern::check);
    if let (Some(pattern), None) = (pattern, &simple) {
        keywords.insert("pattern".into(), json!(pattern::translate(pattern)));
    }
    // `password` is for user interfaces, and `binary` is any string.
    if let Some(format) = format.filter(|format| !["email", "password", "binary"].contains(format))
    {
        keywords.insert("format".into(), json!(format));
    }
    all([length, simple, email, engine::by_keywords(keywords)])
}

fn of_array(array: &ArrayConstraints) -> Option<TokenStream> {
    let ArrayConstraints { items, min_items, max_items, unique_items } = array;
    let mut keywords = Map::new();
    if *unique_items {
        keywords.insert("uniqueItems".into(), json!(true));
    }
    let items = of(items).map(|check| quote!(value.iter().all(|value| #check)));
    all([count(*min_items, *max_items), items, engine::by_keywords(keywords)])
}

/// An object without declared properties is a map.
fn of_map(object: &ObjectConstraints) -> Option<TokenStream> {
    let values = match &object.additional_properties {
        AdditionalProperties::Schema(values) => of(values),
        // Nothing is declared, and nothing else is allowed.
        AdditionalProperties::Forbidden => return Some(quote!(value.is_empty())),
        AdditionalProperties::Unspecified | AdditionalProperties::Allowed => None,
    };
    let values = values.map(|check| quote!(value.values().all(|value| #check)));
    all([count(object.min_properties, object.max_properties), values])
}

fn count(min: Option<u64>, max: Option<u64>) -> Option<TokenStream> {
    range(min, max).map(|range| quote!(openapi_server::has_count(value.len(), #range)))
}

fn of_number(number: &NumberConstraints) -> Option<TokenStream> {
    let mut keywords = Map::new();
    let comparisons = if number.integer {
        of_integer(number, &mut keywords)
    } else {
        of_float(number, &mut keywords)
    };
    if let Some(divisor) = &number.multiple_of {
        keywords.insert("multipleOf".into(), json!(divisor));
    }
    all([of_narrow_type(number), comparisons, engine::by_keywords(keywords)])
}

/// The range of an integer format whose Rust type is the wider `i64`.
fn of_narrow_type(number: &NumberConstraints) -> Option<TokenStream> {
    let is_narrow = !matches!(number.format, None | Some("int32" | "int64" | "uint64"));
    let (low, high) = number.range().filter(|_| number.integer && is_narrow)?;
    let (low, high) = (integer(low.as_i64()?), integer(high.as_i64()?));
    Some(quote!((#low..=#high).contains(value)))
}

/// The range of an integer. Bounds that its type cannot hold are left to the engine.
fn of_integer(
    number: &NumberConstraints,
    keywords: &mut Map<String, Value>,
) -> Option<TokenStream> {
    let fits = |bound: i64| match number.format {
        Some("int32") => i32::try_from(bound).is_ok(),
        Some("uint64") => bound >= 0,
        _ => true,
    };
    let bound = |bound: &Option<Number>, excluded: i64| {
        bound.as_ref()?.as_i64()?.checked_add(excluded).filter(|bound| fits(*bound))
    };
    let min = bound(&number.minimum, i64::from(number.exclusive_minimum));
    let max = bound(&number.maximum, -i64::from(number.exclusive_maximum));
    if min.is_none() {
        insert_minimum(number, keywords);
    }
    if max.is_none() {
        insert_maximum(number, keywords);
    }
    let (min, max) = (min.map(integer), max.map(integer));
    match (min, max) {
        (None, None) => None,
        (min, None) => Some(quote!((#min..).contains(value))),
        (min, max) => Some(quote!((#min..=#max).contains(value))),
    }
}

fn integer(value: i64) -> TokenStream {
    let digits = Literal::u64_unsuffixed(value.unsigned_abs());
    if value < 0 { quote!(-#digits) } else { quote!(#digits) }
}

/// The bounds of a double. Those that no double equals are left to the engine.
fn of_float(number: &NumberConstraints, keywords: &mut Map<String, Value>) -> Option<TokenStream> {
    let exact = |bound: &Option<Number>| {
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        let bound = bound.as_ref()?;
        let is_exact = bound.is_f64() || bound.as_i64()?.unsigned_abs() <= EXACT;
        bound.as_f64().filter(|_| is_exact).map(float)
    };
    let min = exact(&number.minimum);
    let max = exact(&number.maximum);
    if min.is_none() {
        insert_minimum(number, keywords);
    }
    if max.is_none() {
        insert_maximum(number, keywords);
    }
    let low = if number.exclusive_minimum { quote!(>) } else { quote!(>=) };
    let high = if number.exclusive_maximum { quote!(<) } else { quote!(<=) };
    let is_single = number.format == Some("float");
    all([
        Some(quote!(value.is_finite())),
        is_single.then(|| quote!(value.abs() <= f64::from(f32::MAX))),
        min.map(|min| quote!(*value #low #min)),
        max.map(|max| quote!(*value #high #max)),
    ])
}

fn float(value: f64) -> TokenStream {
    let digits = Literal::f64_unsuffixed(value.abs());
    if value < 0.0 { quote!(-#digits) } else { quote!(#digits) }
}

fn insert_minimum(number: &NumberConstraints, keywords: &mut Map<String, Value>) {
    let keyword = if number.exclusive_minimum { "exclusiveMinimum" } else { "minimum" };
    keywords.extend(number.minimum.as_ref().map(|bound| (keyword.to_owned(), json!(bound))));
}

fn insert_maximum(number: &NumberConstraints, keywords: &mut Map<String, Value>) {
    let keyword = if number.exclusive_maximum { "exclusiveMaximum" } else { "maximum" };
    keywords.extend(number.maximum.as_ref().map(|bound| (keyword.to_owned(), json!(bound))));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: NumberConstraints) -> String {
        of_number(&number).map(|check| check.to_string()).unwrap_or_default()
    }

    /// Written in Rust, they would not compile.
    #[test]
    fn bounds_that_the_type_cannot_hold_are_left_to_the_engine() {
        for bound in [json!(-4_000_000_000_i64), json!(u64::MAX), json!(0.5)] {
            let minimum = bound.as_number().cloned();
            let integer = NumberConstraints {
                integer: true,
                format: Some("int32"),
                minimum,
                ..NumberConstraints::default()
            };
            let check = check(integer);
            assert!(check.contains("LazySchema") && !check.contains("contains"), "{check}");
        }
        let exclusive = NumberConstraints {
            integer: true,
            minimum: Some(i64::MAX.into()),
            exclusive_minimum: true,
            ..NumberConstraints::default()
        };
        assert!(check(exclusive).contains("exclusiveMinimum"));
    }

    #[test]
    fn bounds_that_no_double_equals_are_left_to_the_engine() {
        let bounded = |maximum: u64| NumberConstraints {
            maximum: Some(maximum.into()),
            ..NumberConstraints::default()
        };
        assert_eq!(
            check(bounded(1 << 53)),
            "value . is_finite () && * value <= 9007199254740992.0"
        );
        assert!(check(bounded((1 << 53) + 1)).contains("LazySchema"));
    }
}
