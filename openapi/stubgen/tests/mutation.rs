//! Robustness: for a randomly mutated petstore spec, the generator returns either valid Rust or a
//! diagnostic with a position in the file. It never panics and never hangs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{env, thread};

use openapi_stubgen::Span;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

const SPEC: &str = include_str!("../../petstore/petstore.yaml");

/// A change of one node.
#[derive(Debug, Clone)]
enum Mutation {
    Remove,
    Duplicate,
    /// Replaces the node with another node of the spec.
    Graft(usize),
    /// Replaces the node with a value of another type.
    Retype(Value),
    /// Changes the key of the node.
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
    prop_oneof![
        Just(Mutation::Remove),
        Just(Mutation::Duplicate),
        any::<usize>().prop_map(Mutation::Graft),
        scalars.prop_map(Mutation::Retype),
        name().prop_map(Mutation::Rename),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z$/{}_ -]{0,10}",
        prop::sample::select(vec![
            "type", "allOf", "oneOf", "enum", "default", "nullable", "minimum", "required",
            "Error", "200"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Appends the JSON pointers of all nodes, inner ones first.
fn collect_pointers(value: &Value, path: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let token = key.replace('~', "~0").replace('/', "~1");
                collect_pointers(value, format!("{path}/{token}"), pointers);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect_pointers(value, format!("{path}/{index}"), pointers);
            }
        }
        _ => {}
    }
    if !path.is_empty() {
        pointers.push(path);
    }
}

fn mutate(spec: &mut Value, index: usize, mutation: Mutation) {
    let mut pointers = Vec::new();
    collect_pointers(spec, String::new(), &mut pointers);
    let Some(pointer) = pointers.get(index % pointers.len().max(1)) else { return };
    // A graft replaces the node with a value from the spec itself.
    let mutation = match mutation {
        Mutation::Graft(source) => {
            let graft = spec.pointer(&pointers[source % pointers.len()]);
            Mutation::Retype(graft.unwrap().clone())
        }
        other => other,
    };
    let (parent, token) = pointer.rsplit_once('/').unwrap();
    let key = token.replace("~1", "/").replace("~0", "~");
    match spec.pointer_mut(parent).unwrap() {
        Value::Object(map) => mutate_entry(map, &key, mutation),
        Value::Array(items) => mutate_item(items, key.parse().unwrap(), mutation),
        _ => {}
    }
}

fn mutate_entry(map: &mut Map<String, Value>, key: &str, mutation: Mutation) {
    let old = map.remove(key).unwrap();
    match mutation {
        Mutation::Remove => {}
        Mutation::Duplicate => {
            map.insert(format!("{key}2"), old.clone());
            map.insert(key.to_owned(), old);
        }
        Mutation::Retype(value) => {
            map.insert(key.to_owned(), value);
        }
        Mutation::Rename(name) => {
            map.insert(name, old);
        }
        Mutation::Graft(_) => unreachable!("`mutate` turns it into `Retype`"),
    }
}

fn mutate_item(items: &mut Vec<Value>, index: usize, mutation: Mutation) {
    match mutation {
        Mutation::Remove => {
            items.remove(index);
        }
        Mutation::Duplicate | Mutation::Rename(_) => items.insert(index, items[index].clone()),
        Mutation::Retype(value) => items[index] = value,
        Mutation::Graft(_) => unreachable!("`mutate` turns it into `Retype`"),
    }
}

fn assert_rust_or_diagnostic(text: &str) -> Result<(), TestCaseError> {
    match openapi_stubgen::generate_from_str("spec.yaml", text) {
        Ok(generated) => {
            let parsed = syn::parse_file(&generated.rust);
            prop_assert!(parsed.is_ok(), "invalid Rust: {:?}", parsed.err());
        }
        Err(report) => {
            prop_assert!(report.errors() > 0, "no error\n{text}");
            // Either character ends a line in YAML.
            let lines = text.matches(['\n', '\r']).count() + 2;
            for diagnostic in report.diagnostics() {
                prop_assert!(!diagnostic.message.contains("internal error"), "{report}\n{text}");
                let Span { start, end, .. } = diagnostic.span;
                prop_assert!(
                    (1..=lines).contains(&start.line) && start.column >= 1 && start <= end,
                    "{report}"
                );
            }
        }
    }
    Ok(())
}

/// The number of threads, each with its share of the cases.
const THREADS: u8 = 4;

/// Runs a test with many values on several threads, since a debug build takes minutes otherwise.
///
/// The cases are the same every time, so that a build does not fail by chance. With
/// `PROPTEST_CASES` set, there are more, with a random seed.
fn run_cases<S: Strategy>(
    cases: u32,
    strategy: impl Fn() -> S + Sync,
    test: impl Fn(S::Value) -> Result<(), TestCaseError> + Sync,
) {
    let run = |seed: u8| {
        let config = Config { failure_persistence: None, ..Config::default() };
        let share = |cases: u32| cases.div_ceil(THREADS.into());
        let mut runner = if env::var_os("PROPTEST_CASES").is_some() {
            TestRunner::new(Config { cases: share(config.cases.max(cases)), ..config })
        } else {
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            TestRunner::new_with_rng(Config { cases: share(cases), ..config }, rng)
        };
        runner.run(&strategy(), &test).unwrap();
    };
    thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || run(seed));
        }
    });
}

#[test]
fn mutated_specs_give_rust_or_a_diagnostic() {
    let generated = openapi_stubgen::generate_from_str("spec.yaml", SPEC).unwrap();
    let spec: Value = serde_json::from_str(&generated.spec_json).unwrap();
    let strategy = || prop::collection::vec((any::<usize>(), mutation()), 1..4);
    run_cases(10_000, strategy, |mutations| {
        let mut spec = spec.clone();
        mutations.into_iter().for_each(|(index, mutation)| mutate(&mut spec, index, mutation));
        assert_rust_or_diagnostic(&spec.to_string())
    });
}

#[test]
fn arbitrary_text_gives_rust_or_a_diagnostic() {
    let strategy = || {
        let spliced = (any::<prop::sample::Index>(), ".{0,6}").prop_map(|(at, insert)| {
            let mut at = at.index(SPEC.len());
            while !SPEC.is_char_boundary(at) {
                at -= 1;
            }
            format!("{}{insert}{}", &SPEC[..at], &SPEC[(at + 1).min(SPEC.len())..])
        });
        prop_oneof![spliced, ".{0,200}", "[-:{}\\[\\]?&*!|>'\"#\n a-z]{0,80}"]
    };
    run_cases(2_000, strategy, |text| assert_rust_or_diagnostic(&text));
}
