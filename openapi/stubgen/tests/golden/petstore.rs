// Generated from petstore.yaml. Do not edit; edit the spec.

use std::future::Future;
use openapi_server::meta::*;
/// The API as its spec describes it.
pub static DESCRIPTION: openapi_server::ApiDescription = openapi_server::ApiDescription {
    name: "petstore",
    title: "Pet Store",
    version: "1.2.3",
    spec_yaml: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/petstore.yaml")),
    spec_json: include_str!(concat!(env!("OUT_DIR"), "/petstore.json")),
};
/// The JSON Schemas that requests are validated against.
const SCHEMAS: &str = include_str!(concat!(env!("OUT_DIR"), "/petstore.schemas.json"));
/// Its maximum is an integer that a double cannot represent.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct PetId(pub i64);
impl From<i64> for PetId {
    fn from(value: i64) -> Self {
        Self(value)
    }
}
impl PetId {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "integer",
            description: Some(
                "Its maximum is an integer that a double cannot represent.",
            ),
            format: Some("int64"),
            minimum: Some(1.0),
            maximum: Some(9007199254740992.0),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(PetId, component "PetId", []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Tag(pub String);
impl From<String> for Tag {
    fn from(value: String) -> Self {
        Self(value)
    }
}
impl Tag {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            max_length: Some(8),
            pattern: Some("^[a-z]+$".to_owned()),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Tag, component "Tag", []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Label(pub Tag);
impl From<Tag> for Label {
    fn from(value: Tag) -> Self {
        Self(value)
    }
}
impl Label {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "",
            all_of: Vec::from([<Tag as Type>::schema_ref()]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Label, component "Label", [Tag]);
/// Named texts
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Notes(pub std::collections::BTreeMap<String, Option<String>>);
impl From<std::collections::BTreeMap<String, Option<String>>> for Notes {
    fn from(value: std::collections::BTreeMap<String, Option<String>>) -> Self {
        Self(value)
    }
}
impl Notes {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            description: Some("Named texts"),
            additional_properties: Some(
                Box::new(
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            nullable: true,
                            max_length: Some(10),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ),
            min_properties: Some(1),
            max_properties: Some(2),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Notes, component "Notes", []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Animal {
    /// Assigned by the server
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Not described in the spec.
    pub kind: AnimalKind,
    /// Not described in the spec.
    pub name: String,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub pin: Option<String>,
}
impl Animal {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            required: Vec::from(["kind", "name"]),
            properties: Vec::from([
                (
                    "id",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            description: Some("Assigned by the server"),
                            read_only: true,
                            format: Some("int64"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("kind", <AnimalKind as Type>::schema_ref()),
                (
                    "name",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            min_length: Some(1),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "pin",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            write_only: true,
                            format: Some("password"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Animal, component "Animal", [AnimalKind]);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum AnimalKind {
    /// `cat`
    #[serde(rename = "cat")]
    Cat,
    /// `dog`
    #[serde(rename = "dog")]
    Dog,
}
impl AnimalKind {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[Self::Cat, Self::Dog];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cat => "cat",
            Self::Dog => "dog",
        }
    }
}
impl AnimalKind {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            enum_items: Vec::from(["cat".into(), "dog".into()]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(AnimalKind, inline, []);
/// A cat is an animal
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cat {
    /// Assigned by the server
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Not described in the spec.
    pub kind: CatKind,
    /// Not described in the spec.
    pub name: String,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub pin: Option<String>,
    /// Not described in the spec.
    pub lives: i64,
}
impl Cat {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            description: Some("A cat is an animal"),
            required: Vec::from(["kind", "name", "lives"]),
            properties: Vec::from([
                (
                    "id",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            description: Some("Assigned by the server"),
                            read_only: true,
                            format: Some("int64"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("kind", <CatKind as Type>::schema_ref()),
                (
                    "name",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            min_length: Some(1),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "pin",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            write_only: true,
                            format: Some("password"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "lives",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            minimum: Some(0.0),
                            maximum: Some(9.0),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Cat, component "Cat", [CatKind]);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum CatKind {
    /// `cat`
    #[serde(rename = "cat")]
    Cat,
    /// `dog`
    #[serde(rename = "dog")]
    Dog,
}
impl CatKind {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[Self::Cat, Self::Dog];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cat => "cat",
            Self::Dog => "dog",
        }
    }
}
impl CatKind {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            enum_items: Vec::from(["cat".into(), "dog".into()]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(CatKind, inline, []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Dog {
    /// Assigned by the server
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Not described in the spec.
    pub kind: DogKind,
    /// Not described in the spec.
    pub name: String,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub pin: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tricks: Option<Vec<Tag>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub puppies: Option<Vec<Pet>>,
}
impl Dog {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            required: Vec::from(["kind", "name"]),
            properties: Vec::from([
                (
                    "id",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            description: Some("Assigned by the server"),
                            read_only: true,
                            format: Some("int64"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("kind", <DogKind as Type>::schema_ref()),
                (
                    "name",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            min_length: Some(1),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "pin",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            write_only: true,
                            format: Some("password"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "tricks",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(Box::new(<Tag as Type>::schema_ref())),
                            max_items: Some(2),
                            unique_items: Some(true),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "puppies",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(Box::new(<Pet as Type>::schema_ref())),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Dog, component "Dog", [DogKind, Tag, Pet]);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum DogKind {
    /// `cat`
    #[serde(rename = "cat")]
    Cat,
    /// `dog`
    #[serde(rename = "dog")]
    Dog,
}
impl DogKind {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[Self::Cat, Self::Dog];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cat => "cat",
            Self::Dog => "dog",
        }
    }
}
impl DogKind {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            enum_items: Vec::from(["cat".into(), "dog".into()]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(DogKind, inline, []);
/// A cat or a dog
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Pet {
    /// `kind` is `cat`.
    Cat(Cat),
    /// `kind` is `dog`.
    Dog(Dog),
}
impl<'de> serde::Deserialize<'de> for Pet {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let (tag, value) = openapi_server::deserialize_tagged(deserializer, "kind")?;
        match tag.as_str() {
            "cat" => openapi_server::deserialize_variant(value).map(Self::Cat),
            "dog" => openapi_server::deserialize_variant(value).map(Self::Dog),
            _ => Err(serde::de::Error::unknown_variant(&tag, &["cat", "dog"])),
        }
    }
}
impl Pet {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "",
            description: Some("A cat or a dog"),
            one_of: Vec::from([
                <Cat as Type>::schema_ref(),
                <Dog as Type>::schema_ref(),
            ]),
            discriminator: Some(MetaDiscriminatorObject {
                property_name: "kind",
                mapping: Vec::from([
                    ("cat".to_owned(), "#/components/schemas/Cat".to_owned()),
                    ("dog".to_owned(), "#/components/schemas/Dog".to_owned()),
                ]),
            }),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Pet, component "Pet", [Cat, Dog]);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PresentColour {
    /// `red`
    #[serde(rename = "red")]
    Red,
    /// `light-blue`
    #[serde(rename = "light-blue")]
    LightBlue,
}
impl PresentColour {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[Self::Red, Self::LightBlue];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::LightBlue => "light-blue",
        }
    }
}
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Colour(pub Option<PresentColour>);
impl From<Option<PresentColour>> for Colour {
    fn from(value: Option<PresentColour>) -> Self {
        Self(value)
    }
}
impl Colour {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            nullable: true,
            enum_items: Vec::from([
                "red".into(),
                "light-blue".into(),
                openapi_server::json_literal("null"),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Colour, component "Colour", []);
/// Contains itself, through an array and directly
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Tree {
    /// Not described in the spec.
    pub value: i32,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<Vec<Tree>>,
    /// A tree within the tree
    #[serde(
        default,
        deserialize_with = "openapi_server::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub graft: Option<std::boxed::Box<Option<Tree>>>,
}
impl Tree {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            description: Some("Contains itself, through an array and directly"),
            required: Vec::from(["value"]),
            properties: Vec::from([
                (
                    "value",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            format: Some("int32"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "children",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(Box::new(<Tree as Type>::schema_ref())),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "graft",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "",
                            description: Some("A tree within the tree"),
                            nullable: true,
                            all_of: Vec::from([<Tree as Type>::schema_ref()]),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Tree, component "Tree", [Tree, Tree]);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Everything {
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub small: Option<i32>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub big: Option<i64>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub even: Option<i64>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single: Option<f64>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<bool>,
    /// Not described in the spec.
    #[serde(
        default,
        deserialize_with = "openapi_server::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub maybe: Option<Option<String>>,
    /// Not described in the spec.
    #[serde(
        default,
        deserialize_with = "openapi_server::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub colour: Option<Colour>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Not described in the spec.
    #[serde(
        default,
        deserialize_with = "openapi_server::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub friend: Option<Option<EverythingFriend>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<EverythingReserved>,
    /// Not described in the spec.
    #[serde(default = "Everything::default_level")]
    pub level: i32,
    /// Not described in the spec.
    #[serde(default = "Everything::default_rank")]
    pub rank: i64,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<String>,
    /// Any JSON value
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anything: Option<openapi_server::Value>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<openapi_server::Object>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<openapi_server::Object>,
    /// Not described in the spec.
    #[serde(rename = "type")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nested: Option<EverythingNested>,
    /// Contains itself, through an array and directly
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<Tree>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<Vec<f64>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moments: Option<Vec<String>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pets: Option<Vec<Pet>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<EverythingScores>,
    /// Every way in which a property becomes readOnly or writeOnly
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
}
impl Everything {
    fn default_level() -> i32 {
        openapi_server::default_value("3")
    }
    fn default_rank() -> i64 {
        openapi_server::default_value("10")
    }
}
impl Everything {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            title: Some("Everything".to_owned()),
            properties: Vec::from([
                (
                    "text",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            example: Some(openapi_server::json_literal("\"abc\"")),
                            min_length: Some(2),
                            max_length: Some(3),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "code",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            pattern: Some("^A[0-9]$".to_owned()),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "email",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            format: Some("email"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "when",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            format: Some("date-time"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "day",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            format: Some("date"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "id",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            format: Some("uuid"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "home",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            format: Some("uri"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "small",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            format: Some("int32"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "big",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            format: Some("int64"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "even",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            multiple_of: Some(2.0),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "price",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "number",
                            format: Some("double"),
                            minimum: Some(0.0),
                            multiple_of: Some(0.01),
                            exclusive_minimum: Some(true),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "ratio",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "number",
                            format: Some("float"),
                            minimum: Some(-1.0),
                            maximum: Some(1.0),
                            exclusive_maximum: Some(true),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "single",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "number",
                            format: Some("float"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "flag",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "boolean",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "maybe",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            nullable: true,
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("colour", <Colour as Type>::schema_ref()),
                ("label", <Label as Type>::schema_ref()),
                ("friend", <EverythingFriend as Type>::schema_ref()),
                ("reserved", <EverythingReserved as Type>::schema_ref()),
                (
                    "level",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            default: Some(openapi_server::json_literal("3")),
                            format: Some("int32"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "rank",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "integer",
                            default: Some(openapi_server::json_literal("10")),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "word",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            pattern: Some("\\bab".to_owned()),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "classes",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            pattern: Some("^\\d\\s\\w$".to_owned()),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "anything",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "",
                            description: Some("Any JSON value"),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "free",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "object",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "open",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "object",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "type",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("nested", <EverythingNested as Type>::schema_ref()),
                ("tree", <Tree as Type>::schema_ref()),
                (
                    "prices",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(
                                Box::new(
                                    MetaSchemaRef::Inline(
                                        Box::new(MetaSchema {
                                            ty: "number",
                                            multiple_of: Some(0.01),
                                            ..MetaSchema::ANY
                                        }),
                                    ),
                                ),
                            ),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "labels",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(
                                Box::new(
                                    MetaSchemaRef::Inline(
                                        Box::new(MetaSchema {
                                            ty: "string",
                                            pattern: Some("^[a-z]+( [a-z]+)*$".to_owned()),
                                            ..MetaSchema::ANY
                                        }),
                                    ),
                                ),
                            ),
                            unique_items: Some(true),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "moments",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(
                                Box::new(
                                    MetaSchemaRef::Inline(
                                        Box::new(MetaSchema {
                                            ty: "string",
                                            format: Some("date-time"),
                                            ..MetaSchema::ANY
                                        }),
                                    ),
                                ),
                            ),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "pets",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(Box::new(<Pet as Type>::schema_ref())),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("scores", <EverythingScores as Type>::schema_ref()),
                ("access", <Access as Type>::schema_ref()),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(
    Everything, component "Everything", [Colour, Label, EverythingFriend,
    EverythingReserved, EverythingNested, Tree, Pet, EverythingScores, Access]
);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum EverythingFriend {
    /// `kind` is `cat`.
    Cat(Cat),
    /// `kind` is `dog`.
    Dog(Dog),
}
impl<'de> serde::Deserialize<'de> for EverythingFriend {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let (tag, value) = openapi_server::deserialize_tagged(deserializer, "kind")?;
        match tag.as_str() {
            "cat" => openapi_server::deserialize_variant(value).map(Self::Cat),
            "dog" => openapi_server::deserialize_variant(value).map(Self::Dog),
            _ => Err(serde::de::Error::unknown_variant(&tag, &["cat", "dog"])),
        }
    }
}
impl EverythingFriend {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "",
            nullable: true,
            one_of: Vec::from([
                <Cat as Type>::schema_ref(),
                <Dog as Type>::schema_ref(),
            ]),
            discriminator: Some(MetaDiscriminatorObject {
                property_name: "kind",
                mapping: Vec::from([
                    ("cat".to_owned(), "#/components/schemas/Cat".to_owned()),
                    ("dog".to_owned(), "#/components/schemas/Dog".to_owned()),
                ]),
            }),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(EverythingFriend, inline, [Cat, Dog]);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum EverythingReserved {
    /// `ok`
    #[serde(rename = "ok")]
    Ok,
    /// `none`
    #[serde(rename = "none")]
    None,
    /// `some`
    #[serde(rename = "some")]
    Some,
    /// `err`
    #[serde(rename = "err")]
    Err,
    /// `self`
    #[serde(rename = "self")]
    Self_,
    /// `box`
    #[serde(rename = "box")]
    Box,
    /// `type`
    #[serde(rename = "type")]
    Type,
    /// `Type`
    #[serde(rename = "Type")]
    Type2,
    /// `default`
    #[serde(rename = "default")]
    Default,
}
impl EverythingReserved {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[
        Self::Ok,
        Self::None,
        Self::Some,
        Self::Err,
        Self::Self_,
        Self::Box,
        Self::Type,
        Self::Type2,
        Self::Default,
    ];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::None => "none",
            Self::Some => "some",
            Self::Err => "err",
            Self::Self_ => "self",
            Self::Box => "box",
            Self::Type => "type",
            Self::Type2 => "Type",
            Self::Default => "default",
        }
    }
}
impl EverythingReserved {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            enum_items: Vec::from([
                "ok".into(),
                "none".into(),
                "some".into(),
                "err".into(),
                "self".into(),
                "box".into(),
                "type".into(),
                "Type".into(),
                "default".into(),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(EverythingReserved, inline, []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EverythingNested {
    /// Not described in the spec.
    #[serde(rename = "deep-value")]
    pub deep_value: Vec<EverythingNestedDeepValueItem>,
}
impl EverythingNested {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            required: Vec::from(["deep-value"]),
            properties: Vec::from([
                (
                    "deep-value",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(
                                Box::new(
                                    <EverythingNestedDeepValueItem as Type>::schema_ref(),
                                ),
                            ),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(EverythingNested, inline, [EverythingNestedDeepValueItem]);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum EverythingNestedDeepValueItem {
    /// `a`
    #[serde(rename = "a")]
    A,
    /// `b`
    #[serde(rename = "b")]
    B,
}
impl EverythingNestedDeepValueItem {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[Self::A, Self::B];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}
impl EverythingNestedDeepValueItem {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            enum_items: Vec::from(["a".into(), "b".into()]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(EverythingNestedDeepValueItem, inline, []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EverythingScores {
    /// Not described in the spec.
    pub total: f64,
    /// Properties that the spec does not declare.
    #[serde(flatten)]
    pub additional_properties: std::collections::BTreeMap<String, f64>,
}
impl EverythingScores {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            required: Vec::from(["total"]),
            properties: Vec::from([
                (
                    "total",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "number",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            additional_properties: Some(
                Box::new(
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "number",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(EverythingScores, inline, []);
/// Not described in the spec.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);
impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}
/// Redacted, because the value is a password.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
impl Secret {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            write_only: true,
            format: Some("password"),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Secret, component "Secret", []);
/// Another name of a secret
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Alias(pub Secret);
impl From<Secret> for Alias {
    fn from(value: Secret) -> Self {
        Self(value)
    }
}
impl Alias {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "",
            description: Some("Another name of a secret"),
            all_of: Vec::from([<Secret as Type>::schema_ref()]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Alias, component "Alias", [Secret]);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Assigned(pub i64);
impl From<i64> for Assigned {
    fn from(value: i64) -> Self {
        Self(value)
    }
}
impl Assigned {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "integer",
            read_only: true,
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Assigned, component "Assigned", []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Account {
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Assigned>,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub key: Option<Secret>,
}
impl Account {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            properties: Vec::from([
                ("id", <Assigned as Type>::schema_ref()),
                ("key", <Secret as Type>::schema_ref()),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Account, component "Account", [Assigned, Secret]);
/// Every way in which a property becomes readOnly or writeOnly
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Access {
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Assigned>,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub key: Option<Secret>,
    /// Another name of a secret
    #[serde(default, skip_serializing)]
    pub alias: Option<Alias>,
    /// Not described in the spec.
    #[serde(
        default,
        deserialize_with = "openapi_server::double_option",
        skip_serializing
    )]
    pub pin: Option<Option<String>>,
    /// Not described in the spec.
    #[serde(default = "Access::default_mode", skip_serializing)]
    pub mode: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub keys: Option<Vec<Alias>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub named: Option<std::collections::BTreeMap<String, Secret>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<Assigned>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner: Option<AccessInner>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<AccessAccountsItem>>,
}
impl Access {
    fn default_mode() -> Option<String> {
        Some(openapi_server::default_value("\"fast\""))
    }
}
impl Access {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            description: Some(
                "Every way in which a property becomes readOnly or writeOnly",
            ),
            properties: Vec::from([
                ("id", <Assigned as Type>::schema_ref()),
                ("key", <Secret as Type>::schema_ref()),
                ("alias", <Alias as Type>::schema_ref()),
                (
                    "pin",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            nullable: true,
                            write_only: true,
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "mode",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            default: Some(openapi_server::json_literal("\"fast\"")),
                            write_only: true,
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "keys",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(Box::new(<Alias as Type>::schema_ref())),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "named",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "object",
                            additional_properties: Some(
                                Box::new(<Secret as Type>::schema_ref()),
                            ),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "ids",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(Box::new(<Assigned as Type>::schema_ref())),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("inner", <AccessInner as Type>::schema_ref()),
                (
                    "accounts",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(
                                Box::new(<AccessAccountsItem as Type>::schema_ref()),
                            ),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(
    Access, component "Access", [Assigned, Secret, Alias, Alias, Secret, Assigned,
    AccessInner, AccessAccountsItem]
);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AccessInner {
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Assigned>,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub key: Option<Secret>,
    /// Not described in the spec.
    pub name: String,
}
impl AccessInner {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            required: Vec::from(["id", "key", "name"]),
            properties: Vec::from([
                ("id", <Assigned as Type>::schema_ref()),
                ("key", <Secret as Type>::schema_ref()),
                (
                    "name",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(AccessInner, inline, [Assigned, Secret]);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AccessAccountsItem {
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Assigned>,
    /// Not described in the spec.
    #[serde(default, skip_serializing)]
    pub key: Option<Secret>,
}
impl AccessAccountsItem {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            properties: Vec::from([
                ("id", <Assigned as Type>::schema_ref()),
                ("key", <Secret as Type>::schema_ref()),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(AccessAccountsItem, inline, [Assigned, Secret]);
/// The error envelope
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Error(pub openapi_server::ErrorBody);
impl Error {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            description: Some("The error envelope"),
            required: Vec::from(["error"]),
            properties: Vec::from([("error", <ErrorDetail as Type>::schema_ref())]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Error, component "Error", [ErrorDetail]);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ErrorDetail {
    /// A machine-readable code
    pub code: ErrorCode,
    /// Not described in the spec.
    pub message: String,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<ErrorDetails>,
}
impl ErrorDetail {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            required: Vec::from(["code", "message"]),
            properties: Vec::from([
                ("code", <ErrorCode as Type>::schema_ref()),
                (
                    "message",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                ("details", <ErrorDetails as Type>::schema_ref()),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(
    ErrorDetail, component "ErrorDetail", [ErrorCode, ErrorDetails]
);
/// A machine-readable code
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ErrorCode {
    /// `VALIDATION_ERROR`
    #[serde(rename = "VALIDATION_ERROR")]
    ValidationError,
    /// `UNAUTHORIZED`
    #[serde(rename = "UNAUTHORIZED")]
    Unauthorized,
    /// `NOT_FOUND`
    #[serde(rename = "NOT_FOUND")]
    NotFound,
    /// `METHOD_NOT_ALLOWED`
    #[serde(rename = "METHOD_NOT_ALLOWED")]
    MethodNotAllowed,
    /// `REQUEST_TIMEOUT`
    #[serde(rename = "REQUEST_TIMEOUT")]
    RequestTimeout,
    /// `CONFLICT`
    #[serde(rename = "CONFLICT")]
    Conflict,
    /// `PAYLOAD_TOO_LARGE`
    #[serde(rename = "PAYLOAD_TOO_LARGE")]
    PayloadTooLarge,
    /// `UNSUPPORTED_MEDIA_TYPE`
    #[serde(rename = "UNSUPPORTED_MEDIA_TYPE")]
    UnsupportedMediaType,
    /// `INTERNAL_ERROR`
    #[serde(rename = "INTERNAL_ERROR")]
    InternalError,
    /// `SERVICE_UNAVAILABLE`
    #[serde(rename = "SERVICE_UNAVAILABLE")]
    ServiceUnavailable,
}
impl ErrorCode {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[
        Self::ValidationError,
        Self::Unauthorized,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::InternalError,
        Self::ServiceUnavailable,
    ];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ValidationError => "VALIDATION_ERROR",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::Conflict => "CONFLICT",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::InternalError => "INTERNAL_ERROR",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
        }
    }
}
impl ErrorCode {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            description: Some("A machine-readable code"),
            enum_items: Vec::from([
                "VALIDATION_ERROR".into(),
                "UNAUTHORIZED".into(),
                "NOT_FOUND".into(),
                "METHOD_NOT_ALLOWED".into(),
                "REQUEST_TIMEOUT".into(),
                "CONFLICT".into(),
                "PAYLOAD_TOO_LARGE".into(),
                "UNSUPPORTED_MEDIA_TYPE".into(),
                "INTERNAL_ERROR".into(),
                "SERVICE_UNAVAILABLE".into(),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(ErrorCode, component "ErrorCode", []);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ErrorDetails {
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<Violation>>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Not described in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}
impl ErrorDetails {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            properties: Vec::from([
                (
                    "fields",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "array",
                            items: Some(Box::new(<Violation as Type>::schema_ref())),
                            max_items: Some(100),
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "resource",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "id",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(ErrorDetails, component "ErrorDetails", [Violation]);
/// Not described in the spec.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Violation {
    /// Not described in the spec.
    #[serde(rename = "in")]
    pub r#in: ViolationIn,
    /// Not described in the spec.
    pub message: String,
    /// Not described in the spec.
    pub pointer: String,
    /// Not described in the spec.
    pub rule: String,
}
impl Violation {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "object",
            required: Vec::from(["in", "message", "pointer", "rule"]),
            properties: Vec::from([
                ("in", <ViolationIn as Type>::schema_ref()),
                (
                    "message",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "pointer",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
                (
                    "rule",
                    MetaSchemaRef::Inline(
                        Box::new(MetaSchema {
                            ty: "string",
                            ..MetaSchema::ANY
                        }),
                    ),
                ),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(Violation, component "Violation", [ViolationIn]);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ViolationIn {
    /// `body`
    #[serde(rename = "body")]
    Body,
    /// `path`
    #[serde(rename = "path")]
    Path,
    /// `query`
    #[serde(rename = "query")]
    Query,
    /// `header`
    #[serde(rename = "header")]
    Header,
}
impl ViolationIn {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[
        Self::Body,
        Self::Path,
        Self::Query,
        Self::Header,
    ];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}
impl ViolationIn {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            enum_items: Vec::from([
                "body".into(),
                "path".into(),
                "query".into(),
                "header".into(),
            ]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(ViolationIn, inline, []);
/// Not described in the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ListPetsOrder {
    /// `newest-first`
    #[serde(rename = "newest-first")]
    NewestFirst,
    /// `oldest-first`
    #[serde(rename = "oldest-first")]
    OldestFirst,
}
impl ListPetsOrder {
    /// Every value, in the order of the spec.
    pub const ALL: &'static [Self] = &[Self::NewestFirst, Self::OldestFirst];
    /// The value as written in the spec.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewestFirst => "newest-first",
            Self::OldestFirst => "oldest-first",
        }
    }
}
impl ListPetsOrder {
    fn described() -> MetaSchema {
        MetaSchema {
            ty: "string",
            default: Some(openapi_server::json_literal("\"newest-first\"")),
            enum_items: Vec::from(["newest-first".into(), "oldest-first".into()]),
            ..MetaSchema::ANY
        }
    }
}
openapi_server::describe!(ListPetsOrder, inline, []);
/// The responses of `listPets`.
#[derive(Debug, Clone, PartialEq)]
pub enum ListPetsResponse {
    /// 200 — Some pets
    Ok {
        /// The response body.
        body: Vec<Pet>,
        /// The header `X-Total`. The total number of pets
        x_total: i32,
        /// The header `X-Next`.
        x_next: Option<Tag>,
    },
    /// 400 — The request is invalid
    BadRequest(Error),
    /// 500 — Internal server error
    InternalServerError {
        /// The response body.
        body: Error,
        /// The header `Retry-After`. Seconds until the next attempt
        retry_after: Option<i64>,
    },
}
impl ListPetsResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::Ok { body, x_total, x_next } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<200>(),
                    &body,
                );
                openapi_server::insert_header(&mut response, "x-total", &x_total);
                if let Some(value) = x_next {
                    openapi_server::insert_header(&mut response, "x-next", &value);
                }
                response
            }
            Self::BadRequest(body) => {
                openapi_server::json_response(openapi_server::status::<400>(), &body)
            }
            Self::InternalServerError { body, retry_after } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<500>(),
                    &body,
                );
                if let Some(value) = retry_after {
                    openapi_server::insert_header(&mut response, "retry-after", &value);
                }
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "Some pets",
                    status: Some(200u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "array",
                                    items: Some(Box::new(<Pet as Type>::schema_ref())),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                        MetaHeader {
                            name: "X-Total".to_owned(),
                            description: Some("The total number of pets".to_owned()),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    format: Some("int32"),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                        MetaHeader {
                            name: "X-Next".to_owned(),
                            description: None,
                            required: false,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    max_length: Some(8),
                                    pattern: Some("^[a-z]+$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(400u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Internal server error",
                    status: Some(500u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "Retry-After".to_owned(),
                            description: Some(
                                "Seconds until the next attempt".to_owned(),
                            ),
                            required: false,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Pet as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
    }
}
/// The responses of `createPet`.
#[derive(Debug, Clone, PartialEq)]
pub enum CreatePetResponse {
    /// 201 — Registered
    Created {
        /// The response body.
        body: Pet,
        /// The header `Location`. The path of the pet
        location: String,
    },
    /// 400 — The request is invalid
    BadRequest(Error),
    /// 401 — Credentials are missing or invalid
    Unauthorized {
        /// The response body.
        body: Error,
        /// The header `WWW-Authenticate`. The authentication scheme
        www_authenticate: String,
    },
    /// 409 — The request is invalid
    Conflict(Error),
    /// 500 — Internal server error
    InternalServerError {
        /// The response body.
        body: Error,
        /// The header `Retry-After`. Seconds until the next attempt
        retry_after: Option<i64>,
    },
}
impl CreatePetResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::Created { body, location } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<201>(),
                    &body,
                );
                openapi_server::insert_header(&mut response, "location", &location);
                response
            }
            Self::BadRequest(body) => {
                openapi_server::json_response(openapi_server::status::<400>(), &body)
            }
            Self::Unauthorized { body, www_authenticate } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<401>(),
                    &body,
                );
                openapi_server::insert_header(
                    &mut response,
                    "www-authenticate",
                    &www_authenticate,
                );
                response
            }
            Self::Conflict(body) => {
                openapi_server::json_response(openapi_server::status::<409>(), &body)
            }
            Self::InternalServerError { body, retry_after } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<500>(),
                    &body,
                );
                if let Some(value) = retry_after {
                    openapi_server::insert_header(&mut response, "retry-after", &value);
                }
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "Registered",
                    status: Some(201u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Pet as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "Location".to_owned(),
                            description: Some("The path of the pet".to_owned()),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(400u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Credentials are missing or invalid",
                    status: Some(401u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "WWW-Authenticate".to_owned(),
                            description: Some("The authentication scheme".to_owned()),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(409u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Internal server error",
                    status: Some(500u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "Retry-After".to_owned(),
                            description: Some(
                                "Seconds until the next attempt".to_owned(),
                            ),
                            required: false,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Pet as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
    }
}
/// The responses of `getPet`.
#[derive(Debug, Clone, PartialEq)]
pub enum GetPetResponse {
    /// 200 — The pet
    Ok(Pet),
    /// 400 — The request is invalid
    BadRequest(Error),
    /// 404 — The request is invalid
    NotFound(Error),
    /// 500 — Internal server error
    InternalServerError {
        /// The response body.
        body: Error,
        /// The header `Retry-After`. Seconds until the next attempt
        retry_after: Option<i64>,
    },
}
impl GetPetResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::Ok(body) => {
                openapi_server::json_response(openapi_server::status::<200>(), &body)
            }
            Self::BadRequest(body) => {
                openapi_server::json_response(openapi_server::status::<400>(), &body)
            }
            Self::NotFound(body) => {
                openapi_server::json_response(openapi_server::status::<404>(), &body)
            }
            Self::InternalServerError { body, retry_after } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<500>(),
                    &body,
                );
                if let Some(value) = retry_after {
                    openapi_server::insert_header(&mut response, "retry-after", &value);
                }
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "The pet",
                    status: Some(200u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Pet as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(400u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(404u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Internal server error",
                    status: Some(500u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "Retry-After".to_owned(),
                            description: Some(
                                "Seconds until the next attempt".to_owned(),
                            ),
                            required: false,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Pet as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
    }
}
/// The responses of `replaceNotes`.
#[derive(Debug, Clone, PartialEq)]
pub enum ReplaceNotesResponse {
    /// 200 — The stored notes
    Ok(Notes),
    /// 400 — The request is invalid
    BadRequest(Error),
    /// 401 — Credentials are missing or invalid
    Unauthorized {
        /// The response body.
        body: Error,
        /// The header `WWW-Authenticate`. The authentication scheme
        www_authenticate: String,
    },
    /// 500 — Internal server error
    InternalServerError {
        /// The response body.
        body: Error,
        /// The header `Retry-After`. Seconds until the next attempt
        retry_after: Option<i64>,
    },
}
impl ReplaceNotesResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::Ok(body) => {
                openapi_server::json_response(openapi_server::status::<200>(), &body)
            }
            Self::BadRequest(body) => {
                openapi_server::json_response(openapi_server::status::<400>(), &body)
            }
            Self::Unauthorized { body, www_authenticate } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<401>(),
                    &body,
                );
                openapi_server::insert_header(
                    &mut response,
                    "www-authenticate",
                    &www_authenticate,
                );
                response
            }
            Self::InternalServerError { body, retry_after } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<500>(),
                    &body,
                );
                if let Some(value) = retry_after {
                    openapi_server::insert_header(&mut response, "retry-after", &value);
                }
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "The stored notes",
                    status: Some(200u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Notes as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(400u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Credentials are missing or invalid",
                    status: Some(401u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "WWW-Authenticate".to_owned(),
                            description: Some("The authentication scheme".to_owned()),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Internal server error",
                    status: Some(500u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "Retry-After".to_owned(),
                            description: Some(
                                "Seconds until the next attempt".to_owned(),
                            ),
                            required: false,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Notes as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
    }
}
/// The responses of `removePet`.
#[derive(Debug, Clone, PartialEq)]
pub enum RemovePetResponse {
    /// 204 — Removed
    NoContent,
    /// 401 — Credentials are missing or invalid
    Unauthorized {
        /// The response body.
        body: Error,
        /// The header `WWW-Authenticate`. The authentication scheme
        www_authenticate: String,
    },
    /// 500 — Internal server error
    InternalServerError {
        /// The response body.
        body: Error,
        /// The header `Retry-After`. Seconds until the next attempt
        retry_after: Option<i64>,
    },
}
impl RemovePetResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::NoContent => {
                openapi_server::empty_response(openapi_server::status::<204>())
            }
            Self::Unauthorized { body, www_authenticate } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<401>(),
                    &body,
                );
                openapi_server::insert_header(
                    &mut response,
                    "www-authenticate",
                    &www_authenticate,
                );
                response
            }
            Self::InternalServerError { body, retry_after } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<500>(),
                    &body,
                );
                if let Some(value) = retry_after {
                    openapi_server::insert_header(&mut response, "retry-after", &value);
                }
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "Removed",
                    status: Some(204u16),
                    status_range: None,
                    content: Vec::from([]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "x-request-id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Credentials are missing or invalid",
                    status: Some(401u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "WWW-Authenticate".to_owned(),
                            description: Some("The authentication scheme".to_owned()),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Internal server error",
                    status: Some(500u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "Retry-After".to_owned(),
                            description: Some(
                                "Seconds until the next attempt".to_owned(),
                            ),
                            required: false,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
    }
}
/// The responses of `ping`.
#[derive(Debug, Clone, PartialEq)]
pub enum PingResponse {
    /// 204 — The received values
    NoContent {
        /// The header `X-Count`.
        x_count: i64,
        /// The header `X-Depth`.
        x_depth: i32,
    },
}
impl PingResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::NoContent { x_count, x_depth } => {
                let mut response = openapi_server::empty_response(
                    openapi_server::status::<204>(),
                );
                openapi_server::insert_header(&mut response, "x-count", &x_count);
                openapi_server::insert_header(&mut response, "x-depth", &x_depth);
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "The received values",
                    status: Some(204u16),
                    status_range: None,
                    content: Vec::from([]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Count".to_owned(),
                            description: None,
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                        MetaHeader {
                            name: "X-Depth".to_owned(),
                            description: None,
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    format: Some("int32"),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(_registry: &mut Registry) {}
}
/// The responses of `pingGuarded`.
#[derive(Debug, Clone, PartialEq)]
pub enum PingGuardedResponse {
    /// 204 — The key is valid
    NoContent,
    /// 401 — Credentials are missing or invalid
    Unauthorized {
        /// The response body.
        body: Error,
        /// The header `WWW-Authenticate`. The authentication scheme
        www_authenticate: String,
    },
}
impl PingGuardedResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::NoContent => {
                openapi_server::empty_response(openapi_server::status::<204>())
            }
            Self::Unauthorized { body, www_authenticate } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<401>(),
                    &body,
                );
                openapi_server::insert_header(
                    &mut response,
                    "www-authenticate",
                    &www_authenticate,
                );
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "The key is valid",
                    status: Some(204u16),
                    status_range: None,
                    content: Vec::from([]),
                    headers: Vec::from([]),
                },
                MetaResponse {
                    description: "Credentials are missing or invalid",
                    status: Some(401u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "WWW-Authenticate".to_owned(),
                            description: Some("The authentication scheme".to_owned()),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Error as Type>::register(registry);
    }
}
/// The responses of `getLabel`.
#[derive(Debug, Clone, PartialEq)]
pub enum GetLabelResponse {
    /// 200 — The decoded text
    Ok(String),
    /// 400 — The request is invalid
    BadRequest(Error),
}
impl GetLabelResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::Ok(body) => {
                openapi_server::json_response(openapi_server::status::<200>(), &body)
            }
            Self::BadRequest(body) => {
                openapi_server::json_response(openapi_server::status::<400>(), &body)
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "The decoded text",
                    status: Some(200u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                    headers: Vec::from([]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(400u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Error as Type>::register(registry);
    }
}
/// The responses of `echo`.
#[derive(Debug, Clone, PartialEq)]
pub enum EchoResponse {
    /// 200 — The received body
    Ok(Everything),
    /// 400 — The request is invalid
    BadRequest(Error),
    /// 500 — Internal server error
    InternalServerError {
        /// The response body.
        body: Error,
        /// The header `Retry-After`. Seconds until the next attempt
        retry_after: Option<i64>,
    },
}
impl EchoResponse {
    fn into_response(self) -> openapi_server::Response {
        match self {
            Self::Ok(body) => {
                openapi_server::json_response(openapi_server::status::<200>(), &body)
            }
            Self::BadRequest(body) => {
                openapi_server::json_response(openapi_server::status::<400>(), &body)
            }
            Self::InternalServerError { body, retry_after } => {
                let mut response = openapi_server::json_response(
                    openapi_server::status::<500>(),
                    &body,
                );
                if let Some(value) = retry_after {
                    openapi_server::insert_header(&mut response, "retry-after", &value);
                }
                response
            }
        }
    }
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: Vec::from([
                MetaResponse {
                    description: "The received body",
                    status: Some(200u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Everything as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([]),
                },
                MetaResponse {
                    description: "The request is invalid",
                    status: Some(400u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "X-Request-Id".to_owned(),
                            description: Some(
                                "The request id, the client's if it sent one".to_owned(),
                            ),
                            required: true,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "string",
                                    pattern: Some("^[-_.A-Za-z0-9]{1,128}$".to_owned()),
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
                MetaResponse {
                    description: "Internal server error",
                    status: Some(500u16),
                    status_range: None,
                    content: Vec::from([
                        MetaMediaType {
                            content_type: openapi_server::JSON,
                            schema: <Error as Type>::schema_ref(),
                        },
                    ]),
                    headers: Vec::from([
                        MetaHeader {
                            name: "Retry-After".to_owned(),
                            description: Some(
                                "Seconds until the next attempt".to_owned(),
                            ),
                            required: false,
                            deprecated: false,
                            schema: MetaSchemaRef::Inline(
                                Box::new(MetaSchema {
                                    ty: "integer",
                                    ..MetaSchema::ANY
                                }),
                            ),
                        },
                    ]),
                },
            ]),
        }
    }
    fn register(registry: &mut Registry) {
        <Everything as Type>::register(registry);
        <Error as Type>::register(registry);
        <Error as Type>::register(registry);
    }
}
/// A store of pets.
///
/// A second paragraph, and two code blocks that must not become doc tests:
///
///    this is not Rust
///
/// ```text
/// nor is this
/// ```
///
/// An unclosed HTML tag, \<!--\<script>, is text.
pub trait PetStore: Send + Sync + 'static {
    /// The error of every operation. Its HTTP response is defined by this conversion; a
    /// status that the operation does not declare is sent as 500.
    type Error: Into<openapi_server::ApiError> + Send;
    /// The principal that this scheme authenticates.
    type BearerAuth: Send;
    /// An access token.
    ///
    /// Called with the token of the `Authorization: Bearer …` header.
    fn bearer_auth(
        &self,
        credential: &str,
    ) -> impl Future<Output = Result<Self::BearerAuth, Self::Error>> + Send;
    /// The principal that this scheme authenticates.
    type AdminKey: Send;
    /// Not described in the spec.
    ///
    /// Called with the value of `X-Admin-Key`.
    fn admin_key(
        &self,
        credential: &str,
    ) -> impl Future<Output = Result<Self::AdminKey, Self::Error>> + Send;
    /// The principal that this scheme authenticates.
    type QueryKey: Send;
    /// Not described in the spec.
    ///
    /// Called with the value of `key`.
    fn query_key(
        &self,
        credential: &str,
    ) -> impl Future<Output = Result<Self::QueryKey, Self::Error>> + Send;
    /// List pets
    ///
    /// `GET /pets`
    fn list_pets(
        &self,
        limit: i32,
        tag: Option<Vec<Tag>>,
        ids: Option<Vec<i64>>,
        sold: bool,
        max_weight: Option<f64>,
        order: ListPetsOrder,
        x_trace: Option<String>,
    ) -> impl Future<Output = Result<ListPetsResponse, Self::Error>> + Send;
    /// Register a pet
    ///
    /// The other properties depend on the kind.
    ///
    /// `POST /pets`
    fn create_pet(
        &self,
        bearer_auth: Self::BearerAuth,
        body: Pet,
    ) -> impl Future<Output = Result<CreatePetResponse, Self::Error>> + Send;
    /// `GET /pets/{id}`
    fn get_pet(
        &self,
        id: PetId,
    ) -> impl Future<Output = Result<GetPetResponse, Self::Error>> + Send;
    /// `PUT /pets/{id}`
    fn replace_notes(
        &self,
        bearer_auth: Self::BearerAuth,
        id: PetId,
        body: Option<Notes>,
    ) -> impl Future<Output = Result<ReplaceNotesResponse, Self::Error>> + Send;
    /// `DELETE /pets/{id}`
    fn remove_pet(
        &self,
        bearer_auth: Self::BearerAuth,
        admin_key: Self::AdminKey,
        id: PetId,
    ) -> impl Future<Output = Result<RemovePetResponse, Self::Error>> + Send;
    /// `GET /ping`
    fn ping(
        &self,
        x_colours: Option<Vec<Tag>>,
        depth: i32,
    ) -> impl Future<Output = Result<PingResponse, Self::Error>> + Send;
    /// `GET /ping/guarded`
    fn ping_guarded(
        &self,
        query_key: Self::QueryKey,
    ) -> impl Future<Output = Result<PingGuardedResponse, Self::Error>> + Send;
    /// `GET /labels/{text}`
    fn get_label(
        &self,
        text: String,
    ) -> impl Future<Output = Result<GetLabelResponse, Self::Error>> + Send;
    /// `POST /echo`
    fn echo(
        &self,
        body: Everything,
    ) -> impl Future<Output = Result<EchoResponse, Self::Error>> + Send;
}
/// Serves an implementation of [`PetStore`].
pub struct PetStoreServer<A>(pub A);
impl<A: PetStore> poem_openapi::OpenApi for PetStoreServer<A> {
    fn meta() -> Vec<MetaApi> {
        Vec::from([
            MetaApi {
                paths: Vec::from([
                    MetaPath {
                        path: "/pets".to_owned(),
                        operations: Vec::from([
                            MetaOperation {
                                method: Method::GET,
                                tags: Vec::from(["pets"]),
                                summary: Some("List pets"),
                                description: None,
                                external_docs: None,
                                params: Vec::from([
                                    MetaOperationParam {
                                        name: "limit".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "integer",
                                                default: Some(openapi_server::json_literal("20")),
                                                format: Some("int32"),
                                                minimum: Some(1.0),
                                                maximum: Some(100.0),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Query,
                                        description: Some("The maximum number of pets".to_owned()),
                                        required: false,
                                        deprecated: false,
                                        explode: true,
                                        style: None,
                                    },
                                    MetaOperationParam {
                                        name: "tag".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "array",
                                                items: Some(Box::new(<Tag as Type>::schema_ref())),
                                                max_items: Some(3),
                                                unique_items: Some(true),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Query,
                                        description: Some("Repeat it for several tags.".to_owned()),
                                        required: false,
                                        deprecated: false,
                                        explode: true,
                                        style: None,
                                    },
                                    MetaOperationParam {
                                        name: "ids".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "array",
                                                items: Some(
                                                    Box::new(
                                                        MetaSchemaRef::Inline(
                                                            Box::new(MetaSchema {
                                                                ty: "integer",
                                                                format: Some("int64"),
                                                                minimum: Some(1.0),
                                                                ..MetaSchema::ANY
                                                            }),
                                                        ),
                                                    ),
                                                ),
                                                min_items: Some(1),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Query,
                                        description: None,
                                        required: false,
                                        deprecated: false,
                                        explode: false,
                                        style: None,
                                    },
                                    MetaOperationParam {
                                        name: "sold".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "boolean",
                                                default: Some(openapi_server::json_literal("false")),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Query,
                                        description: None,
                                        required: false,
                                        deprecated: false,
                                        explode: true,
                                        style: None,
                                    },
                                    MetaOperationParam {
                                        name: "maxWeight".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "number",
                                                minimum: Some(0.0),
                                                multiple_of: Some(0.01),
                                                exclusive_minimum: Some(true),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Query,
                                        description: None,
                                        required: false,
                                        deprecated: true,
                                        explode: true,
                                        style: None,
                                    },
                                    MetaOperationParam {
                                        name: "order".to_owned(),
                                        schema: <ListPetsOrder as Type>::schema_ref(),
                                        in_type: MetaParamIn::Query,
                                        description: None,
                                        required: false,
                                        deprecated: false,
                                        explode: true,
                                        style: None,
                                    },
                                    MetaOperationParam {
                                        name: "X-Trace".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "string",
                                                min_length: Some(2),
                                                max_length: Some(4),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Header,
                                        description: None,
                                        required: false,
                                        deprecated: false,
                                        explode: false,
                                        style: None,
                                    },
                                ]),
                                request: None,
                                responses: ListPetsResponse::meta(),
                                deprecated: false,
                                security: Vec::new(),
                                operation_id: Some("listPets"),
                                code_samples: Vec::new(),
                            },
                            MetaOperation {
                                method: Method::POST,
                                tags: Vec::from(["pets"]),
                                summary: Some("Register a pet"),
                                description: Some(
                                    "The other properties depend on the kind.",
                                ),
                                external_docs: None,
                                params: Vec::from([]),
                                request: Some(MetaRequest {
                                    description: Some("The pet"),
                                    content: Vec::from([
                                        MetaMediaType {
                                            content_type: openapi_server::JSON,
                                            schema: <Pet as Type>::schema_ref(),
                                        },
                                    ]),
                                    required: true,
                                }),
                                responses: CreatePetResponse::meta(),
                                deprecated: false,
                                security: Vec::from([
                                    std::collections::HashMap::from([
                                        ("bearerAuth", Vec::new()),
                                    ]),
                                ]),
                                operation_id: Some("createPet"),
                                code_samples: Vec::new(),
                            },
                        ]),
                    },
                    MetaPath {
                        path: "/pets/{id}".to_owned(),
                        operations: Vec::from([
                            MetaOperation {
                                method: Method::GET,
                                tags: Vec::from([]),
                                summary: None,
                                description: None,
                                external_docs: None,
                                params: Vec::from([
                                    MetaOperationParam {
                                        name: "id".to_owned(),
                                        schema: <PetId as Type>::schema_ref(),
                                        in_type: MetaParamIn::Path,
                                        description: Some("The id of the pet".to_owned()),
                                        required: true,
                                        deprecated: false,
                                        explode: false,
                                        style: None,
                                    },
                                ]),
                                request: None,
                                responses: GetPetResponse::meta(),
                                deprecated: false,
                                security: Vec::new(),
                                operation_id: Some("getPet"),
                                code_samples: Vec::new(),
                            },
                            MetaOperation {
                                method: Method::PUT,
                                tags: Vec::from([]),
                                summary: None,
                                description: None,
                                external_docs: None,
                                params: Vec::from([
                                    MetaOperationParam {
                                        name: "id".to_owned(),
                                        schema: <PetId as Type>::schema_ref(),
                                        in_type: MetaParamIn::Path,
                                        description: Some(
                                            "Overrides the parameter of the path".to_owned(),
                                        ),
                                        required: true,
                                        deprecated: false,
                                        explode: false,
                                        style: None,
                                    },
                                ]),
                                request: Some(MetaRequest {
                                    description: Some("New notes"),
                                    content: Vec::from([
                                        MetaMediaType {
                                            content_type: openapi_server::JSON,
                                            schema: <Notes as Type>::schema_ref(),
                                        },
                                    ]),
                                    required: false,
                                }),
                                responses: ReplaceNotesResponse::meta(),
                                deprecated: false,
                                security: Vec::from([
                                    std::collections::HashMap::from([
                                        ("bearerAuth", Vec::new()),
                                    ]),
                                ]),
                                operation_id: Some("replaceNotes"),
                                code_samples: Vec::new(),
                            },
                            MetaOperation {
                                method: Method::DELETE,
                                tags: Vec::from([]),
                                summary: None,
                                description: None,
                                external_docs: None,
                                params: Vec::from([
                                    MetaOperationParam {
                                        name: "id".to_owned(),
                                        schema: <PetId as Type>::schema_ref(),
                                        in_type: MetaParamIn::Path,
                                        description: Some("The id of the pet".to_owned()),
                                        required: true,
                                        deprecated: false,
                                        explode: false,
                                        style: None,
                                    },
                                ]),
                                request: None,
                                responses: RemovePetResponse::meta(),
                                deprecated: true,
                                security: Vec::from([
                                    std::collections::HashMap::from([
                                        ("bearerAuth", Vec::new()),
                                        ("adminKey", Vec::new()),
                                    ]),
                                ]),
                                operation_id: Some("removePet"),
                                code_samples: Vec::new(),
                            },
                        ]),
                    },
                    MetaPath {
                        path: "/ping".to_owned(),
                        operations: Vec::from([
                            MetaOperation {
                                method: Method::GET,
                                tags: Vec::from([]),
                                summary: None,
                                description: None,
                                external_docs: None,
                                params: Vec::from([
                                    MetaOperationParam {
                                        name: "X-Colours".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "array",
                                                items: Some(Box::new(<Tag as Type>::schema_ref())),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Header,
                                        description: None,
                                        required: false,
                                        deprecated: false,
                                        explode: false,
                                        style: None,
                                    },
                                    MetaOperationParam {
                                        name: "depth".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "integer",
                                                default: Some(openapi_server::json_literal("10")),
                                                format: Some("int32"),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Query,
                                        description: None,
                                        required: false,
                                        deprecated: false,
                                        explode: true,
                                        style: None,
                                    },
                                ]),
                                request: None,
                                responses: PingResponse::meta(),
                                deprecated: false,
                                security: Vec::new(),
                                operation_id: Some("ping"),
                                code_samples: Vec::new(),
                            },
                        ]),
                    },
                    MetaPath {
                        path: "/ping/guarded".to_owned(),
                        operations: Vec::from([
                            MetaOperation {
                                method: Method::GET,
                                tags: Vec::from([]),
                                summary: None,
                                description: None,
                                external_docs: None,
                                params: Vec::from([]),
                                request: None,
                                responses: PingGuardedResponse::meta(),
                                deprecated: false,
                                security: Vec::from([
                                    std::collections::HashMap::from([("queryKey", Vec::new())]),
                                ]),
                                operation_id: Some("pingGuarded"),
                                code_samples: Vec::new(),
                            },
                        ]),
                    },
                    MetaPath {
                        path: "/labels/{text}".to_owned(),
                        operations: Vec::from([
                            MetaOperation {
                                method: Method::GET,
                                tags: Vec::from([]),
                                summary: None,
                                description: None,
                                external_docs: None,
                                params: Vec::from([
                                    MetaOperationParam {
                                        name: "text".to_owned(),
                                        schema: MetaSchemaRef::Inline(
                                            Box::new(MetaSchema {
                                                ty: "string",
                                                max_length: Some(10),
                                                ..MetaSchema::ANY
                                            }),
                                        ),
                                        in_type: MetaParamIn::Path,
                                        description: None,
                                        required: true,
                                        deprecated: false,
                                        explode: false,
                                        style: None,
                                    },
                                ]),
                                request: None,
                                responses: GetLabelResponse::meta(),
                                deprecated: false,
                                security: Vec::new(),
                                operation_id: Some("getLabel"),
                                code_samples: Vec::new(),
                            },
                        ]),
                    },
                    MetaPath {
                        path: "/echo".to_owned(),
                        operations: Vec::from([
                            MetaOperation {
                                method: Method::POST,
                                tags: Vec::from([]),
                                summary: None,
                                description: None,
                                external_docs: None,
                                params: Vec::from([]),
                                request: Some(MetaRequest {
                                    description: None,
                                    content: Vec::from([
                                        MetaMediaType {
                                            content_type: openapi_server::JSON,
                                            schema: <Everything as Type>::schema_ref(),
                                        },
                                    ]),
                                    required: true,
                                }),
                                responses: EchoResponse::meta(),
                                deprecated: false,
                                security: Vec::new(),
                                operation_id: Some("echo"),
                                code_samples: Vec::new(),
                            },
                        ]),
                    },
                ]),
            },
        ])
    }
    fn register(registry: &mut Registry) {
        registry
            .create_tag(MetaTag {
                name: "pets",
                description: Some("Everything about pets"),
                external_docs: None,
            });
        registry
            .create_tag(MetaTag {
                name: "admin",
                description: None,
                external_docs: None,
            });
        registry
            .create_security_scheme(
                "bearerAuth",
                MetaSecurityScheme {
                    ty: "http",
                    name: None,
                    key_in: None,
                    scheme: Some("bearer"),
                    bearer_format: Some("JWT"),
                    description: Some("An access token."),
                    flows: None,
                    openid_connect_url: None,
                },
            );
        registry
            .create_security_scheme(
                "adminKey",
                MetaSecurityScheme {
                    ty: "apiKey",
                    name: Some("X-Admin-Key"),
                    key_in: Some("header"),
                    scheme: None,
                    bearer_format: None,
                    description: None,
                    flows: None,
                    openid_connect_url: None,
                },
            );
        registry
            .create_security_scheme(
                "queryKey",
                MetaSecurityScheme {
                    ty: "apiKey",
                    name: Some("key"),
                    key_in: Some("query"),
                    scheme: None,
                    bearer_format: None,
                    description: None,
                    flows: None,
                    openid_connect_url: None,
                },
            );
        ListPetsResponse::register(registry);
        CreatePetResponse::register(registry);
        GetPetResponse::register(registry);
        ReplaceNotesResponse::register(registry);
        RemovePetResponse::register(registry);
        PingResponse::register(registry);
        PingGuardedResponse::register(registry);
        GetLabelResponse::register(registry);
        EchoResponse::register(registry);
        <Tag as Type>::register(registry);
        <ListPetsOrder as Type>::register(registry);
        <Pet as Type>::register(registry);
        <PetId as Type>::register(registry);
        <PetId as Type>::register(registry);
        <Notes as Type>::register(registry);
        <PetId as Type>::register(registry);
        <Tag as Type>::register(registry);
        <Everything as Type>::register(registry);
    }
    fn add_routes(self, routes: &mut openapi_server::RouteTable) {
        let mut routes = openapi_server::ApiRoutes::new(routes, self.0, SCHEMAS);
        routes
            .add(
                &LIST_PETS,
                |api, mut context| async move {
                    let mut request = context.read().await?;
                    let limit = request.parameter(0)?;
                    let tag = request.parameter(1)?;
                    let ids = request.parameter(2)?;
                    let sold = request.parameter(3)?;
                    let max_weight = request.parameter(4)?;
                    let order = request.parameter(5)?;
                    let x_trace = request.parameter(6)?;
                    match api
                        .list_pets(limit, tag, ids, sold, max_weight, order, x_trace)
                        .await
                    {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &CREATE_PET,
                |api, mut context| async move {
                    let bearer_auth = api
                        .bearer_auth(&context.bearer_token()?)
                        .await
                        .map_err(|error| context.declared(error))?;
                    let mut request = context.read().await?;
                    let body = request.body()?;
                    match api.create_pet(bearer_auth, body).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &GET_PET,
                |api, mut context| async move {
                    let mut request = context.read().await?;
                    let id = request.parameter(0)?;
                    match api.get_pet(id).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &REPLACE_NOTES,
                |api, mut context| async move {
                    let bearer_auth = api
                        .bearer_auth(&context.bearer_token()?)
                        .await
                        .map_err(|error| context.declared(error))?;
                    let mut request = context.read().await?;
                    let id = request.parameter(0)?;
                    let body = request.body()?;
                    match api.replace_notes(bearer_auth, id, body).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &REMOVE_PET,
                |api, mut context| async move {
                    let bearer_auth = api
                        .bearer_auth(&context.bearer_token()?)
                        .await
                        .map_err(|error| context.declared(error))?;
                    let admin_key = api
                        .admin_key(
                            &context
                                .api_key(openapi_server::Location::Header, "X-Admin-Key")?,
                        )
                        .await
                        .map_err(|error| context.declared(error))?;
                    let mut request = context.read().await?;
                    let id = request.parameter(0)?;
                    match api.remove_pet(bearer_auth, admin_key, id).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &PING,
                |api, mut context| async move {
                    let mut request = context.read().await?;
                    let x_colours = request.parameter(0)?;
                    let depth = request.parameter(1)?;
                    match api.ping(x_colours, depth).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &PING_GUARDED,
                |api, mut context| async move {
                    let query_key = api
                        .query_key(
                            &context.api_key(openapi_server::Location::Query, "key")?,
                        )
                        .await
                        .map_err(|error| context.declared(error))?;
                    context.read().await?;
                    match api.ping_guarded(query_key).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &GET_LABEL,
                |api, mut context| async move {
                    let mut request = context.read().await?;
                    let text = request.parameter(0)?;
                    match api.get_label(text).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
        routes
            .add(
                &ECHO,
                |api, mut context| async move {
                    let mut request = context.read().await?;
                    let body = request.body()?;
                    match api.echo(body).await {
                        Ok(response) => Ok(response.into_response()),
                        Err(error) => Err(context.declared(error)),
                    }
                },
            );
    }
}
static LIST_PETS: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "listPets",
    method: openapi_server::Method::GET,
    path: "/pets",
    parameters: &[
        openapi_server::ParameterSpec {
            name: "limit",
            location: openapi_server::Location::Query,
            required: false,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::Number,
            default: Some("20"),
        },
        openapi_server::ParameterSpec {
            name: "tag",
            location: openapi_server::Location::Query,
            required: false,
            values: openapi_server::ArrayStyle::Repeated,
            text: openapi_server::PrimitiveType::String,
            default: None,
        },
        openapi_server::ParameterSpec {
            name: "ids",
            location: openapi_server::Location::Query,
            required: false,
            values: openapi_server::ArrayStyle::Commas,
            text: openapi_server::PrimitiveType::Number,
            default: None,
        },
        openapi_server::ParameterSpec {
            name: "sold",
            location: openapi_server::Location::Query,
            required: false,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::Boolean,
            default: Some("false"),
        },
        openapi_server::ParameterSpec {
            name: "maxWeight",
            location: openapi_server::Location::Query,
            required: false,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::Number,
            default: None,
        },
        openapi_server::ParameterSpec {
            name: "order",
            location: openapi_server::Location::Query,
            required: false,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::String,
            default: Some("\"newest-first\""),
        },
        openapi_server::ParameterSpec {
            name: "X-Trace",
            location: openapi_server::Location::Header,
            required: false,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::String,
            default: None,
        },
    ],
    query_keys: &[],
    body: openapi_server::BodySpec::None,
    statuses: &[
        openapi_server::status::<200>(),
        openapi_server::status::<400>(),
        openapi_server::status::<500>(),
    ],
};
static CREATE_PET: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "createPet",
    method: openapi_server::Method::POST,
    path: "/pets",
    parameters: &[],
    query_keys: &[],
    body: openapi_server::BodySpec::Required,
    statuses: &[
        openapi_server::status::<201>(),
        openapi_server::status::<400>(),
        openapi_server::status::<401>(),
        openapi_server::status::<409>(),
        openapi_server::status::<500>(),
    ],
};
static GET_PET: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "getPet",
    method: openapi_server::Method::GET,
    path: "/pets/{id}",
    parameters: &[
        openapi_server::ParameterSpec {
            name: "id",
            location: openapi_server::Location::Path,
            required: true,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::Number,
            default: None,
        },
    ],
    query_keys: &[],
    body: openapi_server::BodySpec::None,
    statuses: &[
        openapi_server::status::<200>(),
        openapi_server::status::<400>(),
        openapi_server::status::<404>(),
        openapi_server::status::<500>(),
    ],
};
static REPLACE_NOTES: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "replaceNotes",
    method: openapi_server::Method::PUT,
    path: "/pets/{id}",
    parameters: &[
        openapi_server::ParameterSpec {
            name: "id",
            location: openapi_server::Location::Path,
            required: true,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::Number,
            default: None,
        },
    ],
    query_keys: &[],
    body: openapi_server::BodySpec::Optional,
    statuses: &[
        openapi_server::status::<200>(),
        openapi_server::status::<400>(),
        openapi_server::status::<401>(),
        openapi_server::status::<500>(),
    ],
};
static REMOVE_PET: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "removePet",
    method: openapi_server::Method::DELETE,
    path: "/pets/{id}",
    parameters: &[
        openapi_server::ParameterSpec {
            name: "id",
            location: openapi_server::Location::Path,
            required: true,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::Number,
            default: None,
        },
    ],
    query_keys: &[],
    body: openapi_server::BodySpec::None,
    statuses: &[
        openapi_server::status::<204>(),
        openapi_server::status::<401>(),
        openapi_server::status::<500>(),
    ],
};
static PING: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "ping",
    method: openapi_server::Method::GET,
    path: "/ping",
    parameters: &[
        openapi_server::ParameterSpec {
            name: "X-Colours",
            location: openapi_server::Location::Header,
            required: false,
            values: openapi_server::ArrayStyle::Commas,
            text: openapi_server::PrimitiveType::String,
            default: None,
        },
        openapi_server::ParameterSpec {
            name: "depth",
            location: openapi_server::Location::Query,
            required: false,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::Number,
            default: Some("10"),
        },
    ],
    query_keys: &[],
    body: openapi_server::BodySpec::None,
    statuses: &[openapi_server::status::<204>()],
};
static PING_GUARDED: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "pingGuarded",
    method: openapi_server::Method::GET,
    path: "/ping/guarded",
    parameters: &[],
    query_keys: &["key"],
    body: openapi_server::BodySpec::None,
    statuses: &[openapi_server::status::<204>(), openapi_server::status::<401>()],
};
static GET_LABEL: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "getLabel",
    method: openapi_server::Method::GET,
    path: "/labels/{text}",
    parameters: &[
        openapi_server::ParameterSpec {
            name: "text",
            location: openapi_server::Location::Path,
            required: true,
            values: openapi_server::ArrayStyle::Single,
            text: openapi_server::PrimitiveType::String,
            default: None,
        },
    ],
    query_keys: &[],
    body: openapi_server::BodySpec::None,
    statuses: &[openapi_server::status::<200>(), openapi_server::status::<400>()],
};
static ECHO: openapi_server::OperationSpec = openapi_server::OperationSpec {
    id: "echo",
    method: openapi_server::Method::POST,
    path: "/echo",
    parameters: &[],
    query_keys: &[],
    body: openapi_server::BodySpec::Required,
    statuses: &[
        openapi_server::status::<200>(),
        openapi_server::status::<400>(),
        openapi_server::status::<500>(),
    ],
};
