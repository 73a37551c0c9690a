//! The schemas of requests: JSON Schema 2020-12, as the generator translates them from the spec.

mod base64;
mod check;
mod date_time;
mod email;
mod multiple_of;
mod validator;

use std::sync::Arc;

use serde_json::{Value, json};

pub(crate) use check::Checker;
use check::{Definitions, Node};
pub use email::is_mailbox;
pub(crate) use validator::{compile, compile_with};

/// The schemas of a spec's requests, from which checkers are compiled once at start.
pub(crate) struct Schemas {
    document: Value,
    definitions: Arc<Definitions>,
}

impl Schemas {
    /// Parses the document that the generator wrote.
    ///
    /// # Panics
    /// If it is any other text: a stub and its schemas are built together.
    pub fn parse(text: &str) -> Self {
        let document = json_literal(text);
        let components = &document["$defs"];
        let definitions = components.as_object().into_iter().flatten();
        let definitions = definitions
            .map(|(name, schema)| (name.clone(), Node::new(schema, components)))
            .collect();
        Self { document, definitions: Arc::new(definitions) }
    }

    pub fn operation(&self, id: &str) -> OperationSchemas {
        let operation = &self.document["operations"][id];
        let each = |schemas: &Value| {
            let schemas = schemas.as_array().into_iter().flatten();
            schemas.map(|schema| self.checker(schema)).collect()
        };
        let body = Some(&operation["body"]).filter(|body| !body.is_null());
        OperationSchemas {
            parameters: each(&operation["parameters"]),
            body: body.map(|schema| self.checker(schema)),
            contents: each(&operation["contents"]),
        }
    }

    fn checker(&self, schema: &Value) -> Checker {
        let whole = compile(&json!({ "$defs": self.document["$defs"], "allOf": [schema] }));
        let root = Node::new(schema, &self.document["$defs"]);
        Checker::new(whole, root, &self.definitions)
    }
}

/// The checkers of an operation: one for each parameter, and one for the body, or for each media
/// type that it can have.
pub(crate) struct OperationSchemas {
    pub parameters: Vec<Checker>,
    pub body: Option<Checker>,
    pub contents: Vec<Checker>,
}

/// A JSON value from text that the generator wrote.
///
/// # Panics
/// If the text is not JSON.
pub fn json_literal(text: &str) -> Value {
    serde_json::from_str(text).expect("the generator writes JSON")
}
