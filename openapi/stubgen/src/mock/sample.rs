//! Values that schemas allow, for responses without an example.

use std::cell::Cell;

use serde_json::{Map, Number, Value, json};

use super::pattern::{self, MAX_TEXT};
use crate::model::{
    Access, NumberConstraints, ObjectConstraints, Schema, SchemaKind, Spec, StringConstraints,
};

/// How deep optional properties are filled in.
const MAX_DEPTH: usize = 4;

/// How deep anything is filled in: a type that requires itself has no finite value.
const MAX_LEVELS: usize = 64;

/// How many schemas contribute to a sample. Beyond them, it has no optional properties and items;
/// at twice as many it ends.
const MAX_PARTS: usize = 1_000;

/// How many items a sample has at most.
const MAX_ITEMS: u64 = 100;

/// How many branches of each `oneOf` and `anyOf` are tried.
const MAX_BRANCHES: usize = 4;

/// A value of the schema's form. It need not satisfy patterns and compositions.
pub(super) fn sample(spec: &Spec, schema: &Schema) -> Value {
    Sampler { spec, known: Known::All, branch: 0, parts: Cell::new(0) }.value(schema, 0)
}

/// Values of the schema's form: with the examples of its parts, which can be invalid, without them,
/// and without what is optional; of the first branch of each composition, of the second, and so on.
pub(super) fn samples<'a>(spec: &'a Spec, schema: &'a Schema) -> impl Iterator<Item = Value> + 'a {
    [Known::All, Known::Types, Known::Required].into_iter().flat_map(move |known| {
        (0..MAX_BRANCHES).map(move |branch| {
            Sampler { spec, known, branch, parts: Cell::new(0) }.value(schema, 0)
        })
    })
}

/// What of a schema a sample is made from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    All,
    /// Neither examples nor defaults.
    Types,
    /// Nor what is optional.
    Required,
}

struct Sampler<'a> {
    spec: &'a Spec,
    known: Known,
    /// The branch of each composition, or the last one.
    branch: usize,
    /// How many schemas have contributed.
    parts: Cell<usize>,
}

impl Sampler<'_> {
    /// Whether optional parts are filled in.
    fn is_complete(&self, depth: usize) -> bool {
        self.known != Known::Required && depth < MAX_DEPTH && self.parts.get() < MAX_PARTS
    }

    fn branch_of<'b, T>(&self, branches: &'b [T]) -> Option<&'b T> {
        branches.get(self.branch).or(branches.last())
    }

    fn value(&self, schema: &Schema, depth: usize) -> Value {
        self.parts.set(self.parts.get() + 1);
        if self.parts.get() > 2 * MAX_PARTS || depth > MAX_LEVELS {
            return Value::Null;
        }
        let known = schema.example.as_ref().or(schema.default.as_ref());
        let known = known.filter(|_| self.known == Known::All);
        if let Some(known) = known.map(|spanned| &spanned.value).or(schema.values.first()) {
            return known.clone();
        }
        let own = match &schema.kind {
            SchemaKind::Reference(target) => {
                self.spec.schema(target).map_or(Value::Null, |target| self.value(target, depth))
            }
            SchemaKind::Any | SchemaKind::Invalid => Value::Null,
            SchemaKind::AllOf(branches) => branches
                .iter()
                .fold(Value::Null, |value, branch| merge(value, self.value(branch, depth))),
            SchemaKind::Boolean => json!(true),
            SchemaKind::String(string) => text(string),
            SchemaKind::File => json!(""),
            SchemaKind::Number(number) => self::number(number),
            SchemaKind::Array(array) => {
                let count = array.min_items.unwrap_or(u64::from(self.is_complete(depth)));
                let count = count.min(array.max_items.unwrap_or(count)).min(MAX_ITEMS);
                (0..count).map(|_| self.value(&array.items, depth + 1)).collect()
            }
            SchemaKind::Object(object) => Value::Object(self.object(object, depth)),
            SchemaKind::OneOf(one_of) => {
                let Some(variant) = self.branch_of(&one_of.variants) else { return Value::Null };
                let value = self.spec.schema(&variant.schema);
                let value = value.map_or(Value::Null, |target| self.value(target, depth));
                merge(value, json!({ (one_of.discriminator.as_str()): variant.value }))
            }
        };
        let composition = &schema.composition;
        let one = self.branch_of(&composition.one_of);
        let any = self.branch_of(&composition.any_of);
        let branches = composition.untyped.iter().chain(&composition.all_of).chain(one).chain(any);
        let value = branches.fold(own, |value, branch| merge(value, self.value(branch, depth)));
        let is_open = value.is_null() && !schema.nullable;
        if is_open && composition.is_empty() { json!({}) } else { value }
    }

    fn object(&self, object: &ObjectConstraints, depth: usize) -> Map<String, Value> {
        let is_sent = |access: Access| access != Access::WriteOnly;
        let properties = object.properties.iter().filter(|property| {
            is_sent(property.access)
                && (property.required || (self.is_complete(depth) && !property.recursive))
        });
        let values = properties
            .map(|property| (property.name.clone(), self.value(&property.schema, depth + 1)));
        values.collect()
    }
}

/// Objects have the properties of both; of other values, the second one remains unless it is null.
fn merge(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(mut first), Value::Object(second)) => {
            first.extend(second);
            Value::Object(first)
        }
        (first, Value::Null) => first,
        (_, second) => second,
    }
}

fn text(string: &StringConstraints) -> Value {
    if let Some(value) = string.enum_values.first() {
        return json!(value);
    }
    let text = match string.format {
        Some("date-time") => "2026-01-31T12:00:00Z",
        Some("date") => "2026-01-31",
        Some("time") => "12:00:00Z",
        Some("duration") => "P1D",
        Some("uuid") => "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        Some("email" | "idn-email") => "user@example.com",
        Some("hostname" | "idn-hostname") => "example.com",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some("uri" | "iri" | "uri-reference" | "iri-reference" | "uri-template") => {
            "https://example.com/"
        }
        Some("byte" | "base64url") => "YWJj",
        Some("json-pointer") => "/a",
        Some("relative-json-pointer") => "0",
        _ => return json!(of_length(string)),
    };
    json!(text)
}

/// A text of the length that matches the pattern, if a few attempts find one.
fn of_length(string: &StringConstraints) -> String {
    let min = usize::try_from(string.min_length.unwrap_or(0)).unwrap_or(usize::MAX).min(MAX_TEXT);
    let max = usize::try_from(string.max_length.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let plain = "string";
    let plain: String = plain.chars().cycle().take(plain.len().clamp(min, max)).collect();
    let Some(pattern) = string.pattern.as_deref().map(crate::pattern::translate) else {
        return plain;
    };
    let Ok(validator) = crate::validator::compile(&crate::json_schema::string(string)) else {
        return plain;
    };
    let repetitions = [0, 1, 2, 3].into_iter().chain(u32::try_from(min).ok());
    let texts = repetitions.filter_map(|more| pattern::matching(&pattern, more));
    let mut texts = std::iter::once(plain.clone()).chain(texts);
    texts.find(|text| validator.is_valid(&json!(text))).unwrap_or(plain)
}

fn number(number: &NumberConstraints) -> Value {
    if number.integer { json!(integer(number)) } else { float(number) }
}

/// In integers, since doubles beyond 2^53 are not exact.
fn integer(number: &NumberConstraints) -> i64 {
    // Beyond the integers of every format, a bound has no effect.
    const BEYOND: i128 = 1 << 64;
    let bound = |bound: &Option<Number>| {
        let bound = bound.as_ref()?;
        let bound = bound.as_i128().or(bound.as_f64().map(|bound| bound.ceil() as i128))?;
        Some(bound.clamp(-BEYOND, BEYOND))
    };
    let step = bound(&number.multiple_of).unwrap_or(1).max(1);
    let least = bound(&number.minimum).map(|low| low + i128::from(number.exclusive_minimum));
    let most = bound(&number.maximum).map(|high| high - i128::from(number.exclusive_maximum));
    let value = match (least, most) {
        (Some(least), _) => least + (-least).rem_euclid(step),
        (None, Some(most)) if most < step => most - most.rem_euclid(step),
        (None, _) => step,
    };
    i64::try_from(value).unwrap_or(0)
}

fn float(number: &NumberConstraints) -> Value {
    let bound = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
    let step = bound(&number.multiple_of).unwrap_or(1.0);
    let mut value = match (bound(&number.minimum), bound(&number.maximum)) {
        (Some(minimum), _) => (minimum / step).ceil() * step,
        (None, Some(maximum)) => (maximum.min(1.0) / step).floor() * step,
        (None, None) => step,
    };
    if number.exclusive_minimum && bound(&number.minimum) == Some(value) {
        value += step;
    }
    if number.exclusive_maximum && bound(&number.maximum) == Some(value) {
        value -= step;
    }
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample_of(minimum: Option<i64>, maximum: Option<i64>, step: i64) -> Value {
        number(&NumberConstraints {
            integer: true,
            minimum: minimum.map(Number::from),
            maximum: maximum.map(Number::from),
            multiple_of: Some(step.into()),
            ..NumberConstraints::default()
        })
    }

    #[test]
    fn integers_are_exact() {
        assert_eq!(sample_of(Some(i64::MIN), None, 1), json!(i64::MIN));
        assert_eq!(sample_of(Some(i64::MAX - 1), None, 1), json!(i64::MAX - 1));
        assert_eq!(sample_of(None, Some(i64::MIN + 1), 1), json!(i64::MIN + 1));
    }

    #[test]
    fn bounds_beyond_the_integers_do_not_overflow() {
        for bound in [-1e300, 1e300] {
            let bound = Number::from_f64(bound);
            number(&NumberConstraints {
                integer: true,
                minimum: bound.clone(),
                maximum: bound.clone(),
                exclusive_minimum: true,
                exclusive_maximum: true,
                multiple_of: Number::from_f64(1e300),
                ..NumberConstraints::default()
            });
        }
    }

    #[test]
    fn integers_are_multiples_in_their_range() {
        assert_eq!(sample_of(Some(5), None, 4), json!(8));
        assert_eq!(sample_of(Some(-5), None, 4), json!(-4));
        assert_eq!(sample_of(None, Some(-5), 4), json!(-8));
        assert_eq!(sample_of(None, Some(3), 4), json!(0));
        assert_eq!(sample_of(None, None, 4), json!(4));
    }
}
