//! Strategies for the bodies of requests, from their schemas: a new field of a spec is covered
//! without changes here.

use openapi_server::ApiDescription;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// The strategy for a property whose schema does not say enough, by name.
pub type Special = fn(&str) -> Option<BoxedStrategy<Value>>;

/// Any objects that a component allows: with all properties that it requires, and some of the others.
pub fn object(
    description: &ApiDescription,
    component: &str,
    special: Special,
) -> impl Strategy<Value = Map<String, Value>> + use<> {
    let spec: Value = serde_json::from_str(description.spec_json).unwrap();
    let schema = &spec["components"]["schemas"][component];
    let properties = schema["properties"].as_object().unwrap();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let field = |(name, property): (&String, &Value)| {
        let value = special(name).unwrap_or_else(|| value(name, resolve(&spec, property)));
        let is_required = required.iter().any(|required| required == name);
        let value = if is_required {
            value.prop_map(Some).boxed()
        } else {
            prop::option::of(value).boxed()
        };
        (Just(name.clone()), value)
    };
    let fields: Vec<_> = properties.iter().map(field).collect();
    fields.prop_map(|fields| {
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    })
}

fn resolve<'a>(spec: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(target) => spec.pointer(&target[1..]).unwrap(),
        None => schema,
    }
}

fn value(name: &str, schema: &Value) -> BoxedStrategy<Value> {
    let strategy = non_null(schema);
    let strategy =
        strategy.unwrap_or_else(|| panic!("`{name}` needs a special strategy: {schema}"));
    if schema["nullable"] == true {
        prop_oneof![4 => strategy, 1 => Just(Value::Null)].boxed()
    } else {
        strategy
    }
}

/// `None` for schemas whose values are not easily generated.
fn non_null(schema: &Value) -> Option<BoxedStrategy<Value>> {
    let has = |keyword: &str| schema.get(keyword).is_some();
    if let Some(values) = schema["enum"].as_array() {
        return Some(prop::sample::select(values.clone()).boxed());
    }
    match schema["type"].as_str()? {
        "boolean" => Some(any::<bool>().prop_map(Value::from).boxed()),
        "integer" if !has("exclusiveMinimum") && !has("exclusiveMaximum") && !has("multipleOf") => {
            let minimum = schema["minimum"].as_i64().unwrap_or(i32::MIN.into());
            let maximum = schema["maximum"].as_i64().unwrap_or(i32::MAX.into());
            Some((minimum..=maximum).prop_map(Value::from).boxed())
        }
        "string" if !has("pattern") && !has("format") => {
            let minimum = schema["minLength"].as_u64().unwrap_or(0);
            let maximum = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
            let is_allowed =
                move |text: &String| (minimum..=maximum).contains(&(text.chars().count() as u64));
            let text = prop_oneof![1 => Just(String::new()), 9 => text()];
            Some(text.prop_filter("the length", is_allowed).prop_map(Value::from).boxed())
        }
        _ => None,
    }
}

/// Any non-empty string: every script, control characters, emoji.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(any::<char>(), 1..40).prop_map(String::from_iter),
        "\\PC{1,20}",
        prop::sample::select(vec![
            " ",
            "\0",
            "\u{202e}",
            "null",
            "👩‍👩‍👧‍👦",
            "\"}",
            "\u{feff}",
            "$where",
            "a.b"
        ])
        .prop_map(str::to_owned),
    ]
}
