//! What the objects of an OpenAPI document are, by their place.

/// The kind of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Document,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Example,
    Link,
    Callback,
    SecurityScheme,
    Schema,
    Discriminator,
    /// The `mapping` of a discriminator, whose values are references or names of schemas.
    Mapping,
}

/// What a field of an object contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    One(Kind),
    List(Kind),
    Map(Kind),
}

/// The kinds that can be components, with their sections.
const SECTIONS: [(&str, Kind); 9] = [
    ("schemas", Kind::Schema),
    ("responses", Kind::Response),
    ("parameters", Kind::Parameter),
    ("examples", Kind::Example),
    ("requestBodies", Kind::RequestBody),
    ("headers", Kind::Header),
    ("securitySchemes", Kind::SecurityScheme),
    ("links", Kind::Link),
    ("callbacks", Kind::Callback),
];

impl Kind {
    pub fn of_section(name: &str) -> Option<Self> {
        SECTIONS.iter().find(|(section, _)| *section == name).map(|(_, kind)| *kind)
    }

    pub fn section(self) -> Option<&'static str> {
        SECTIONS.iter().find(|(_, kind)| *kind == self).map(|(section, _)| *section)
    }

    /// Whether a key in a map of such objects is an extension, whose value can be anything.
    pub fn is_extension(self, key: &str) -> bool {
        matches!(self, Self::PathItem | Self::Response) && key.starts_with("x-")
    }

    /// Whether a reference can be written in place of such an object.
    pub fn can_be_reference(self) -> bool {
        self == Self::PathItem || self.section().is_some()
    }

    /// What a field contains. `None` for values and text.
    pub fn content(self, key: &str) -> Option<Content> {
        use Content::{List, Map, One};
        Some(match (self, key) {
            (Self::Document, "paths") => Map(Self::PathItem),
            (Self::Document, "components") => One(Self::Components),
            (Self::Components, section) => Map(Self::of_section(section)?),
            (Self::PathItem | Self::Operation, "parameters") => List(Self::Parameter),
            (
                Self::PathItem,
                "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace",
            ) => One(Self::Operation),
            (Self::Operation, "requestBody") => One(Self::RequestBody),
            (Self::Operation, "responses") => Map(Self::Response),
            (Self::Operation, "callbacks") => Map(Self::Callback),
            (Self::Callback, expression) if !expression.starts_with("x-") => One(Self::PathItem),
            (Self::Parameter | Self::Header | Self::MediaType, "schema") => One(Self::Schema),
            (Self::Parameter | Self::Header | Self::MediaType, "examples") => Map(Self::Example),
            (Self::Parameter | Self::Header | Self::RequestBody | Self::Response, "content") => {
                Map(Self::MediaType)
            }
            (Self::Response | Self::Encoding, "headers") => Map(Self::Header),
            (Self::Response, "links") => Map(Self::Link),
            (Self::MediaType, "encoding") => Map(Self::Encoding),
            (Self::Schema, "properties") => Map(Self::Schema),
            (Self::Schema, "items" | "not" | "additionalProperties") => One(Self::Schema),
            (Self::Schema, "allOf" | "oneOf" | "anyOf") => List(Self::Schema),
            (Self::Schema, "discriminator") => One(Self::Discriminator),
            (Self::Discriminator, "mapping") => One(Self::Mapping),
            _ => return None,
        })
    }
}
