//! The generator on broken specs: the fixture is mutated at random, and
//! whatever comes of it is either Rust or a refusal with a place. It never
//! panics and never hangs.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

const SPEC: &str = include_str!("../petstore/petstore.yaml");

/// What one mutation does to the node that it hits.
#[derive(Debug, Clone)]
enum Mutation {
    /// Takes it out.
    Drop,
    /// Puts a copy of it beside it.
    Duplicate,
    /// Puts another node of the spec in its place.
    Graft(usize),
    /// Puts a value of another type in its place.
    Retype(Value),
    /// Gives it another key.
    Rename(String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let scalars = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON", |number| number.is_finite()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!({ "$ref": "#/components/schemas/Pet" })),
        prop::sample::select(vec![
            "object", "array", "string", "number", "int32", "double", "(", "true"
        ])
        .prop_map(Value::from),
    ];
    let names = prop_oneof![
        "[a-zA-Z$/{}_ -]{0,10}",
        prop::sample::select(vec![
            "type", "allOf", "oneOf", "enum", "default", "nullable", "minimum", "required",
            "Error", "200"
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        Just(Mutation::Drop),
        Just(Mutation::Duplicate),
        any::<usize>().prop_map(Mutation::Graft),
        scalars.prop_map(Mutation::Retype),
        names.prop_map(Mutation::Rename),
    ]
}

/// The pointers of all nodes.
fn pointers(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| {
                pointers(
                    value,
                    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")),
                    out,
                )
            });
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| pointers(value, format!("{path}/{index}"), out));
        }
        _ => {}
    }
    if !path.is_empty() {
        out.push(path);
    }
}

fn apply(spec: &mut Value, at: usize, mutation: Mutation) {
    let mut all = Vec::new();
    pointers(spec, String::new(), &mut all);
    let Some(pointer) = all.get(at % all.len().max(1)).cloned() else { return };
    let graft = match mutation {
        Mutation::Graft(from) => spec.pointer(&all[from % all.len()]).cloned(),
        _ => None,
    };
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match spec.pointer_mut(parent).unwrap() {
        Value::Object(map) => change_entry(map, &key, mutation, graft),
        Value::Array(items) => {
            let index: usize = key.parse().unwrap();
            match mutation {
                Mutation::Drop => drop(items.remove(index)),
                Mutation::Duplicate | Mutation::Rename(_) => {
                    items.insert(index, items[index].clone())
                }
                Mutation::Graft(_) => items[index] = graft.unwrap(),
                Mutation::Retype(value) => items[index] = value,
            }
        }
        _ => {}
    }
}

fn change_entry(map: &mut Map<String, Value>, key: &str, mutation: Mutation, graft: Option<Value>) {
    let old = map.get(key).cloned().unwrap();
    match mutation {
        Mutation::Drop => drop(map.remove(key)),
        Mutation::Duplicate => drop(map.insert(format!("{key}2"), old)),
        Mutation::Graft(_) => drop(map.insert(key.to_owned(), graft.unwrap())),
        Mutation::Retype(value) => drop(map.insert(key.to_owned(), value)),
        Mutation::Rename(name) => {
            map.remove(key);
            map.insert(name, old);
        }
    }
}

/// Rust, or a refusal inside the text.
fn check(text: &str) -> Result<(), TestCaseError> {
    match openapi_stubgen::stub("spec.yaml", text) {
        Ok(stub) => {
            let parsed = syn::parse_file(&stub.rust);
            prop_assert!(parsed.is_ok(), "not Rust: {:?}", parsed.err());
        }
        Err(refusal) => {
            prop_assert!(!refusal.message.contains("bug"), "{refusal}\n{text}");
            // YAML knows two characters that end a line.
            let lines = text.matches(['\n', '\r']).count() + 2;
            prop_assert!(
                (1..=lines).contains(&refusal.position.line) && refusal.position.column >= 1,
                "{refusal}"
            );
        }
    }
    Ok(())
}

/// The same cases each time, so that nobody's build fails by chance; others
/// each time, and more, if `PROPTEST_CASES` is set.
fn runner(cases: u32) -> TestRunner {
    let config = Config { failure_persistence: None, ..Config::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => TestRunner::new(Config { cases: config.cases.max(cases), ..config }),
        None => {
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            TestRunner::new_with_rng(Config { cases, ..config }, rng)
        }
    }
}

#[test]
fn ten_thousand_broken_specs() {
    let spec: Value =
        serde_json::from_str(&openapi_stubgen::stub("s.yaml", SPEC).unwrap().spec_json).unwrap();
    let strategy = prop::collection::vec((any::<usize>(), mutation()), 1..4);
    let mut runner = runner(10_000);
    runner
        .run(&strategy, |mutations| {
            let mut spec = spec.clone();
            mutations.into_iter().for_each(|(at, mutation)| apply(&mut spec, at, mutation));
            check(&spec.to_string())
        })
        .unwrap();
}

#[test]
fn any_text_at_all() {
    let cut = (any::<prop::sample::Index>(), ".{0,6}").prop_map(|(at, insert)| {
        let mut at = at.index(SPEC.len());
        while !SPEC.is_char_boundary(at) {
            at -= 1;
        }
        format!("{}{insert}{}", &SPEC[..at], &SPEC[(at + 1).min(SPEC.len())..])
    });
    let strategy = prop_oneof![cut, ".{0,200}", "[-:{}\\[\\]?&*!|>'\"#\n a-z]{0,80}"];
    let mut runner = runner(2_000);
    runner.run(&strategy, |text| check(&text)).unwrap();
}
