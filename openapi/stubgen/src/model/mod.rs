//! The spec as the later stages need it: references are resolvable, `allOf` is merged, and every
//! value here is enforced by the generated server.

mod schema;

pub(crate) use schema::{
    AdditionalProperties, ArrayConstraints, NamedSchema, NumberConstraints, ObjectConstraints,
    OneOf, OneOfVariant, Property, Schema, SchemaKind, StringConstraints,
};

use crate::diagnostic::Position;

#[derive(Debug)]
pub(crate) struct Spec {
    pub title: String,
    pub version: String,
    pub description: Option<String>,
    pub tags: Vec<Tag>,
    /// Operations in the order of the file, so those of one path are adjacent.
    pub operations: Vec<Operation>,
    /// Component schemas in the order of the file.
    pub schemas: Vec<NamedSchema>,
    /// The security schemes, each required by some operation.
    pub security_schemes: Vec<SecurityScheme>,
}

#[derive(Debug)]
pub(crate) struct Tag {
    pub name: String,
    pub description: Option<String>,
}

impl Spec {
    /// A component schema by name. The parser has checked that every reference has a target.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|named| named.name == name).map(|named| &named.schema)
    }

    /// The target of a reference, or the schema itself.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        match &schema.kind {
            SchemaKind::Reference(name) => self.schema(name).unwrap_or(schema),
            _ => schema,
        }
    }

    /// Every schema of the spec, nested ones included.
    pub fn all_schemas(&self) -> Vec<&Schema> {
        let mut all = Vec::new();
        for named in &self.schemas {
            named.schema.collect_nested(&mut all);
        }
        for operation in &self.operations {
            let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
            let body = operation.body.iter().map(|body| &body.schema);
            for schema in parameters.chain(body) {
                schema.collect_nested(&mut all);
            }
            for response in &operation.responses {
                let headers = response.headers.iter().map(|header| &header.schema);
                for schema in response.schema.iter().chain(headers) {
                    schema.collect_nested(&mut all);
                }
            }
        }
        all
    }
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub id: String,
    /// The position of the operationId.
    pub position: Position,
    /// In lower case, as in the spec.
    pub method: &'static str,
    pub path: String,
    pub tags: Vec<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub deprecated: bool,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub responses: Vec<Response>,
    /// Names of the security schemes, all of which must be satisfied.
    pub security: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub name: String,
    pub position: Position,
    pub location: Location,
    pub description: Option<String>,
    pub required: bool,
    pub deprecated: bool,
    /// For arrays: `name=value` once per item instead of one comma-separated value.
    pub explode: bool,
    pub schema: Schema,
}

impl Parameter {
    /// Location and name identify a parameter.
    pub fn has_same_key(&self, other: &Self) -> bool {
        self.location == other.location && self.name == other.name
    }
}

#[derive(Debug)]
pub(crate) struct Body {
    pub description: Option<String>,
    pub required: bool,
    pub schema: Schema,
}

#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub status: u16,
    pub position: Position,
    pub description: String,
    pub headers: Vec<Header>,
    pub schema: Option<Schema>,
}

impl Response {
    /// The headers that the implementation sets.
    pub fn handler_headers(&self) -> Vec<&Header> {
        self.headers.iter().filter(|header| !header.is_set_by_runtime()).collect()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub name: String,
    pub description: Option<String>,
    pub required: bool,
    pub deprecated: bool,
    pub schema: Schema,
}

impl Header {
    /// Whether `openapi-server` sends this header with every response.
    pub fn is_set_by_runtime(&self) -> bool {
        self.name.eq_ignore_ascii_case("x-request-id")
    }
}

#[derive(Debug)]
pub(crate) struct SecurityScheme {
    pub name: String,
    pub description: Option<String>,
    pub kind: SecuritySchemeKind,
}

#[derive(Debug)]
pub(crate) enum SecuritySchemeKind {
    Bearer { format: Option<String> },
    ApiKey { location: Location, name: String },
}
