//! Checks a value against a schema and reports what is wrong with it, at a
//! cost that grows with the value and never faster.
//!
//! Two things do that. The compiled [`Validator`] of the whole schema says
//! whether a value is valid, which is all that most requests need. It can also
//! list every error, but makes all of them before it hands out the first: a
//! body of 64 KiB can have 20,000. So an invalid value is walked a second time
//! here, next to its schema, until the report is full. The rules that concern
//! a value itself (`type`, `pattern`, `required` …) are left to a validator of
//! that one level; the walk only follows the keywords that lead to other
//! values: `properties`, `additionalProperties`, `items`, `allOf`, `$ref`, and
//! the `if` and `then` by which the generator writes a `oneOf`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::violation::{Path, Report};

/// A schema with everything that it refers to, compiled once at start.
pub(crate) struct Checker {
    whole: Validator,
    root: Node,
    definitions: Arc<Definitions>,
}

/// The component schemas by name.
pub(crate) type Definitions = BTreeMap<String, Node>;

impl Checker {
    pub fn new(whole: Validator, schema: &Value, definitions: &Arc<Definitions>) -> Self {
        Self { whole, root: Node::new(schema), definitions: Arc::clone(definitions) }
    }

    /// Adds what is wrong with a value to the report, as far as it has room.
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
            Node::NotAllowed => report.read_only(path),
            Node::Level(level) => self.level(level, value, path, report),
        }
    }

    fn level(&self, level: &Level, value: &Value, path: &Path<'_>, report: &mut Report) {
        if level.condition.as_ref().is_some_and(|condition| !condition.is_valid(value)) {
            return;
        }
        if !level.own.is_valid(value) {
            level.own.iter_errors(value).for_each(|error| report.error(&error, path));
        }
        for branch in &level.all_of {
            self.walk(branch, value, path, report);
        }
        match value {
            Value::Object(object) => self.object(level, object, path, report),
            Value::Array(items) => {
                let Some(node) = &level.items else { return };
                for (index, item) in items.iter().enumerate() {
                    if report.is_full() {
                        return;
                    }
                    self.walk(node, item, &path.item(index), report);
                }
            }
            _ => {}
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
                (Some(node), _) | (None, Additional::Checked(node)) => {
                    self.walk(node, value, &path, report);
                }
                (None, Additional::Forbidden) => report.unknown_property(&path),
                (None, Additional::Allowed) => {}
            }
        }
    }
}

/// A schema as the walk sees it.
pub(crate) enum Node {
    /// A component by name.
    Reference(String),
    /// `false`: the generator writes it for properties that a request may not set.
    NotAllowed,
    Level(Box<Level>),
}

/// One level of a schema.
pub(crate) struct Level {
    /// `if`: the level only holds for values that satisfy it.
    condition: Option<Validator>,
    /// The rules that concern the value itself.
    own: Validator,
    all_of: Vec<Node>,
    properties: BTreeMap<String, Node>,
    additional: Additional,
    items: Option<Node>,
}

enum Additional {
    Allowed,
    Forbidden,
    Checked(Node),
}

impl Node {
    pub fn new(schema: &Value) -> Self {
        let empty = Map::new();
        let keywords = match schema {
            Value::Bool(false) => return Self::NotAllowed,
            other => other.as_object().unwrap_or(&empty),
        };
        if let Some(name) = keywords.get("$ref").and_then(Value::as_str) {
            return Self::Reference(name.trim_start_matches("#/$defs/").to_owned());
        }
        let then = keywords.get("then").map(Self::new);
        let branches = keywords.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let branches = branches.filter(|_| leads_on("allOf", keywords));
        let properties =
            keywords.get("properties").and_then(Value::as_object).into_iter().flatten();
        let own = keywords.iter().filter(|(name, _)| !leads_on(name, keywords));
        let own = own.map(|(name, value)| (name.clone(), value.clone())).collect();
        Self::Level(Box::new(Level {
            condition: keywords.get("if").map(crate::schema::compile),
            own: crate::schema::compile(&Value::Object(own)),
            all_of: branches.map(Self::new).chain(then).collect(),
            properties: properties
                .map(|(name, schema)| (name.clone(), Self::new(schema)))
                .collect(),
            additional: match keywords.get("additionalProperties") {
                None | Some(Value::Bool(true)) => Additional::Allowed,
                Some(Value::Bool(false)) => Additional::Forbidden,
                Some(schema) => Additional::Checked(Self::new(schema)),
            },
            items: keywords.get("items").map(Self::new),
        }))
    }
}

/// Whether a keyword leads to other values or schemas. An `allOf` whose
/// branches only have rules for the value itself, such as the range of an
/// integer format, does not.
fn leads_on(name: &str, keywords: &Map<String, Value>) -> bool {
    match name {
        "$ref" | "properties" | "additionalProperties" | "items" | "if" | "then" => true,
        "allOf" => {
            let branches = keywords.get("allOf").and_then(Value::as_array).into_iter().flatten();
            let branches = branches.filter_map(Value::as_object);
            branches.into_iter().any(|branch| branch.keys().any(|name| leads_on(name, branch)))
        }
        _ => false,
    }
}
