//! `enum`. A value that the rest of the schema excludes has no effect; it gets a warning.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostics, Result, Span, error_at};
use crate::model::{Schema, SchemaKind, StringConstraints};
use crate::yaml::Entry;
use crate::{json_schema, validator};

/// The values of a schema with another type than string.
pub(super) fn parse_values(
    entry: &Entry,
    schema: &mut Schema,
    diagnostics: &Diagnostics,
) -> Result<()> {
    let kind = schema.kind.clone();
    let values = parse_list(entry, schema, diagnostics, &|value| is_of_kind(&kind, value))?;
    schema.values = values.into_iter().map(|(value, _)| value).collect();
    Ok(())
}

/// The values of a schema without `type`. If all are strings, its type is string.
pub(super) fn parse_untyped(
    entry: &Entry,
    schema: &mut Schema,
    diagnostics: &Diagnostics,
) -> Result<()> {
    let has_null = entry.value.items()?.iter().any(|item| item.json().is_ok_and(|v| v.is_null()));
    if schema.nullable && !has_null {
        let message = "`nullable` has no effect on an enum without null";
        diagnostics.warning(entry.span, message, "add null to the list");
    }
    schema.nullable = has_null;
    let values = parse_list(entry, schema, diagnostics, &|_| true)?;
    let is_bare = schema.composition.is_empty() && matches!(schema.kind, SchemaKind::Any);
    let strings: Option<Vec<String>> =
        values.iter().map(|(value, _)| value.as_str().map(str::to_owned)).collect();
    match strings.filter(|_| is_bare) {
        Some(enum_values) if !enum_values.is_empty() => {
            let string = StringConstraints { enum_values, ..StringConstraints::default() };
            schema.kind = SchemaKind::String(string);
        }
        _ => {
            schema.values = values.into_iter().map(|(value, _)| value).collect();
            schema.values.extend(has_null.then_some(Value::Null));
            schema.nullable = false;
        }
    }
    Ok(())
}

/// The values of a string.
pub(super) fn parse_strings(
    entry: &Entry,
    schema: &mut Schema,
    string: &StringConstraints,
    diagnostics: &Diagnostics,
) -> Result<Vec<String>> {
    let translated = json_schema::string(string);
    let validator = validator::compile(&translated).ok().filter(|_| translated != json!({}));
    let is_allowed = |value: &Value| {
        value.is_string() && validator.as_ref().is_none_or(|validator| validator.is_valid(value))
    };
    let values = parse_list(entry, schema, diagnostics, &is_allowed)?;
    Ok(values.iter().filter_map(|(value, _)| value.as_str().map(str::to_owned)).collect())
}

/// The distinct values that the schema allows. Null, which is not among them, is allowed only if
/// the list has it.
fn parse_list(
    entry: &Entry,
    schema: &mut Schema,
    diagnostics: &Diagnostics,
    is_allowed: &dyn Fn(&Value) -> bool,
) -> Result<Vec<(Value, Span)>> {
    let items = entry.value.items()?;
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    let mut has_null = false;
    for item in items {
        let Some(value) = diagnostics.ok(item.json()) else { continue };
        if !seen.insert(value.to_string()) {
            let message = format!("duplicate enum value {value}");
            diagnostics.warning(item.span, message, "remove one of the two");
        } else if value.is_null() && schema.nullable {
            has_null = true;
        } else if is_allowed(&value) {
            values.push((value, item.span));
        } else {
            let message = format!("the rest of the schema excludes the enum value {value}");
            let help = "remove the value, or correct the schema; a string needs quotes";
            diagnostics.warning(item.span, message, help);
        }
    }
    if items.is_empty() {
        return error_at(entry.value.span, "an enum without values", "list at least one value");
    }
    if values.is_empty() && !has_null {
        let message = "no value is valid: the rest of the schema excludes the whole enum";
        let help = match schema.kind {
            SchemaKind::Array(_) => "move `enum` to `items`",
            _ => "correct the values or the schema",
        };
        diagnostics.warning(entry.span, message, help);
        schema.composition.all_of.push(Schema::without_values(entry.span));
    }
    if schema.nullable && !has_null {
        let message = "`nullable` has no effect on an enum without null";
        diagnostics.warning(entry.span, message, "add null to the list");
        schema.nullable = false;
    }
    Ok(values)
}

/// Whether a value has the type, which is not string: `parse_strings` knows what a string allows.
fn is_of_kind(kind: &SchemaKind, value: &Value) -> bool {
    match kind {
        SchemaKind::Boolean => value.is_boolean(),
        SchemaKind::Number(number) if number.integer => {
            value.as_f64().is_some_and(|value| value.fract() == 0.0)
        }
        SchemaKind::Number(_) => value.is_number(),
        SchemaKind::Array(_) => value.is_array(),
        SchemaKind::Object(_) => value.is_object(),
        _ => true,
    }
}
