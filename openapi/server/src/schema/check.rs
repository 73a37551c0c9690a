//! Checks values against schemas and reports what is wrong with them.
//!
//! # Two passes
//!
//! A body of 64 KiB can violate its schema in 20,000 places. Checking must not cost more than the
//! body's length suggests, and the response should not be longer than the request. So there are
//! two passes:
//!
//! 1. The compiled [`Validator`] of the whole schema decides whether the value is valid. Most
//!    values are, and for them nothing else happens. The validator could also list the errors, but
//!    it collects all of them before it returns the first.
//! 2. An invalid value is walked next to its schema. The walk adds [violations](crate::Violation)
//!    to the [`Report`] until that is full, and then stops.
//!
//! # How the walk divides a schema
//!
//! JSON Schema distinguishes *applicators*, keywords that apply subschemas (`properties`, `items`,
//! `allOf`, `$ref` …), from *assertions*, which concern the value itself (`type`, `pattern`,
//! `required` …). A [`Node`] follows the applicators. The assertions of each level are compiled
//! into a separate validator, so this module implements none of them, and cannot disagree with
//! the first pass on what they mean. What it has to know is only the applicators that the generator
//! writes, among them the `if` and `then` of a `oneOf` with a discriminator: the walk reports the
//! violations of the variant that the discriminator selects, instead of "matches no variant". An
//! `anyOf`, a `not` or a `oneOf` without a discriminator is an assertion: which of its branches the
//! client meant is unknown.
//!
//! # Cost
//!
//! Each part of a value is visited at most once by each pass, with every schema that applies to it.
//! The [`Path`] of the current value is a list on the stack; it becomes a JSON pointer only for
//! values that are reported. Benchmarks (`benches/requests`) and tests (`petstore/tests/cost.rs`)
//! measure the worst bodies.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::validator::compile_with;
use crate::violation::{Path, Report};

/// A schema with everything that it refers to, compiled once at start.
pub(crate) struct Checker {
    whole: Validator,
    root: Node,
    definitions: Arc<Definitions>,
}

/// The component schemas by name.
pub(super) type Definitions = BTreeMap<String, Node>;

impl Checker {
    pub(super) fn new(whole: Validator, root: Node, definitions: &Arc<Definitions>) -> Self {
        Self { whole, root, definitions: Arc::clone(definitions) }
    }

    pub fn is_valid(&self, value: &Value) -> bool {
        self.whole.is_valid(value)
    }

    /// Adds the violations of a value to the report, until that is full.
    pub fn check(&self, value: &Value, path: &Path<'_>, report: &mut Report) {
        if !self.whole.is_valid(value) {
            self.walk(&self.root, value, path, report);
        }
    }

    fn walk(&self, node: &Node, value: &Value, path: &Path<'_>, report: &mut Report) {
        if report.is_full() {
            return;
        }
        match node {
            Node::Reference(name) => {
                if let Some(target) = self.definitions.get(name) {
                    self.walk(target, value, path, report);
                }
            }
            Node::Never => report.read_only(path),
            Node::Level(level) => self.level(level, value, path, report),
        }
    }

    fn level(&self, level: &Level, value: &Value, path: &Path<'_>, report: &mut Report) {
        if level.condition.as_ref().is_some_and(|condition| !condition.is_valid(value)) {
            return;
        }
        if !level.assertions.is_valid(value) {
            level.assertions.iter_errors(value).for_each(|error| report.error(&error, path));
        }
        for branch in &level.all_of {
            self.walk(branch, value, path, report);
        }
        match value {
            Value::Object(object) => self.object(level, object, path, report),
            Value::Array(items) => self.array(level, items, path, report),
            _ => {}
        }
    }

    fn array(&self, level: &Level, items: &[Value], path: &Path<'_>, report: &mut Report) {
        let Some(node) = &level.items else { return };
        for (index, item) in items.iter().enumerate() {
            if report.is_full() {
                return;
            }
            self.walk(node, item, &path.item(index), report);
        }
    }

    fn object(
        &self,
        level: &Level,
        object: &Map<String, Value>,
        path: &Path<'_>,
        report: &mut Report,
    ) {
        for (name, value) in object {
            if report.is_full() {
                return;
            }
            let path = path.property(name);
            match (level.properties.get(name), &level.additional) {
                (Some(node), _) | (None, AdditionalProperties::Schema(node)) => {
                    self.walk(node, value, &path, report);
                }
                (None, AdditionalProperties::Forbidden) => report.unknown_property(&path),
                (None, AdditionalProperties::Allowed) => {}
            }
        }
    }
}

/// A schema as the walk sees it.
pub(super) enum Node {
    /// A component by name.
    Reference(String),
    /// The schema `false`, which the generator writes for read-only properties.
    Never,
    Level(Box<Level>),
}

/// A schema object, divided into assertions and applicators.
pub(super) struct Level {
    /// `if`: the level applies only to values that satisfy it.
    condition: Option<Validator>,
    assertions: Validator,
    /// The branches of `allOf`, and `then`.
    all_of: Vec<Node>,
    properties: BTreeMap<String, Node>,
    additional: AdditionalProperties,
    items: Option<Node>,
}

enum AdditionalProperties {
    Allowed,
    Forbidden,
    Schema(Node),
}

impl Node {
    /// `components` are the schemas that references lead to.
    pub fn new(schema: &Value, components: &Value) -> Self {
        let keywords = match schema {
            Value::Bool(false) => return Self::Never,
            Value::Object(keywords) => keywords,
            _ => &Map::new(),
        };
        match keywords.get("$ref").and_then(Value::as_str) {
            Some(name) => Self::Reference(name.trim_start_matches("#/$defs/").to_owned()),
            None => Self::Level(Box::new(Level::new(keywords, components))),
        }
    }
}

impl Level {
    fn new(keywords: &Map<String, Value>, components: &Value) -> Self {
        let assertions = keywords.iter().filter(|(name, _)| !is_applicator(name, keywords));
        let assertions = assertions.map(|(name, value)| (name.clone(), value.clone())).collect();
        let branches = branches(keywords).filter(|_| is_applicator("allOf", keywords));
        let node = |schema: &Value| Node::new(schema, components);
        let then = keywords.get("then").map(node);
        let properties = keywords.get("properties").and_then(Value::as_object);
        let properties = properties.into_iter().flatten();
        Self {
            condition: keywords.get("if").map(|schema| compile_with(schema, components)),
            assertions: compile_with(&Value::Object(assertions), components),
            all_of: branches.map(node).chain(then).collect(),
            properties: properties.map(|(name, schema)| (name.clone(), node(schema))).collect(),
            additional: match keywords.get("additionalProperties") {
                None | Some(Value::Bool(true)) => AdditionalProperties::Allowed,
                Some(Value::Bool(false)) => AdditionalProperties::Forbidden,
                Some(schema) => AdditionalProperties::Schema(node(schema)),
            },
            items: keywords.get("items").map(node),
        }
    }
}

/// Whether the walk follows a keyword. It does not follow an `allOf` whose branches are assertions
/// only, such as the range of an integer format.
fn is_applicator(name: &str, keywords: &Map<String, Value>) -> bool {
    match name {
        "$ref" | "properties" | "additionalProperties" | "items" | "if" | "then" => true,
        "allOf" => branches(keywords)
            .filter_map(Value::as_object)
            .any(|branch| branch.keys().any(|name| is_applicator(name, branch))),
        _ => false,
    }
}

fn branches(keywords: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    keywords.get("allOf").and_then(Value::as_array).into_iter().flatten()
}
