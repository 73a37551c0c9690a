//! The spec as the emitters need it: checked, with nothing left to look up but
//! component schemas by name. Whatever is in here is enforced by the stub.

use serde_json::{Number, Value};

use crate::diagnostic::Position;

/// A whole spec.
#[derive(Debug)]
pub(crate) struct Spec {
    pub title: String,
    pub version: String,
    pub description: Option<String>,
    pub tags: Vec<Tag>,
    pub operations: Vec<Operation>,
    /// Component schemas in the order of the file.
    pub schemas: Vec<Named>,
    /// The security schemes that some operation uses.
    pub security_schemes: Vec<SecurityScheme>,
}

#[derive(Debug)]
pub(crate) struct Tag {
    pub name: String,
    pub description: Option<String>,
}

/// A schema of `components/schemas`.
#[derive(Debug)]
pub(crate) struct Named {
    pub name: String,
    pub position: Position,
    pub schema: Schema,
}

impl Spec {
    /// A component schema by name. Readers have checked that references lead somewhere.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|named| named.name == name).map(|named| &named.schema)
    }

    /// The schema behind a reference, or the schema itself.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        match &schema.kind {
            Kind::Reference(name) => self.schema(name).unwrap_or(schema),
            _ => schema,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub id: String,
    /// Where the operationId stands.
    pub position: Position,
    /// Lower case, as in the spec.
    pub method: &'static str,
    pub path: String,
    pub tags: Vec<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub deprecated: bool,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub responses: Vec<Response>,
    /// Names of the security schemes that must all be satisfied.
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
    /// For arrays: one `name=value` for each item, instead of one comma-separated value.
    pub explode: bool,
    pub schema: Schema,
}

impl Parameter {
    /// Same place, same name: the same parameter.
    pub fn is(&self, other: &Self) -> bool {
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
    /// The headers whose values the implementation gives.
    pub fn own_headers(&self) -> Vec<&Header> {
        self.headers.iter().filter(|header| !header.is_supplied()).collect()
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
    /// Whether the run time sends this header with every response, so that the
    /// implementation has no say in it.
    pub fn is_supplied(&self) -> bool {
        self.name.eq_ignore_ascii_case("x-request-id")
    }
}

#[derive(Debug)]
pub(crate) struct SecurityScheme {
    pub name: String,
    pub description: Option<String>,
    pub kind: SecurityKind,
}

#[derive(Debug)]
pub(crate) enum SecurityKind {
    Bearer { format: Option<String> },
    ApiKey { location: Location, name: String },
}

/// One schema with `allOf` merged away.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub position: Position,
    pub title: Option<String>,
    pub description: Option<String>,
    pub nullable: bool,
    pub read_only: bool,
    pub write_only: bool,
    pub deprecated: bool,
    pub default: Option<Value>,
    pub example: Option<Value>,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// A component schema.
    Reference(String),
    /// No type: any JSON value.
    Any,
    Boolean,
    String(StringRules),
    /// Whole numbers and others; the flag says which.
    Number(NumberRules),
    Array(ArrayRules),
    Object(ObjectRules),
    OneOf(OneOf),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct StringRules {
    pub format: Option<&'static str>,
    pub pattern: Option<String>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    /// Empty: no `enum`. `null` among the values is kept in `Schema::nullable`.
    pub values: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct NumberRules {
    pub integer: bool,
    pub format: Option<&'static str>,
    pub minimum: Option<Number>,
    pub exclusive_minimum: bool,
    pub maximum: Option<Number>,
    pub exclusive_maximum: bool,
    pub multiple_of: Option<Number>,
}

#[derive(Debug, Clone)]
pub(crate) struct ArrayRules {
    pub items: Box<Schema>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ObjectRules {
    pub properties: Vec<Property>,
    pub additional: Additional,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub name: String,
    pub position: Position,
    pub required: bool,
    pub schema: Schema,
}

/// `additionalProperties`.
#[derive(Debug, Clone, Default)]
pub(crate) enum Additional {
    /// Not said, which means the same as `true`.
    #[default]
    Unsaid,
    Allowed,
    Forbidden,
    Each(Box<Schema>),
}

/// `oneOf` with a discriminator: each variant is a component.
#[derive(Debug, Clone)]
pub(crate) struct OneOf {
    pub property: String,
    pub variants: Vec<Variant>,
    /// Whether the spec spells the mapping out.
    pub mapped: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Variant {
    /// The discriminator's value.
    pub value: String,
    /// The component schema.
    pub schema: String,
}
