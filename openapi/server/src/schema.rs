//! What generated types lean on: their description for poem-openapi, and the
//! few helpers of their serde implementations.

use std::sync::Arc;

use jsonschema::{PatternOptions, Validator};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::{Map, Value, json};

use crate::check::{Checker, Definitions, Node};
use crate::typed;

/// Everything a generated module needs to describe itself to poem-openapi.
pub mod meta {
    pub use poem::http::Method;
    pub use poem_openapi::registry::{
        MetaApi, MetaDiscriminatorObject, MetaHeader, MetaMediaType, MetaOperation,
        MetaOperationParam, MetaParamIn, MetaPath, MetaRequest, MetaResponse, MetaResponses,
        MetaSchema, MetaSchemaRef, MetaSecurityScheme, MetaTag, Registry,
    };
    pub use poem_openapi::types::Type;
}

/// Implements [`poem_openapi::types::Type`] for a generated type from its
/// `described()`, as a component with a name or inline. The list names the
/// types that the description refers to.
#[macro_export]
macro_rules! describe {
    ($ty:ident, component $name:literal, [$($uses:ty),*]) => {
        $crate::describe!(@type $ty, MetaSchemaRef::Reference($name.to_owned()), |registry: &mut Registry| {
            registry.create_schema::<$ty, _>($name.to_owned(), |registry| {
                let _ = &registry;
                $(<$uses as Type>::register(registry);)*
                <$ty>::described()
            });
        });
    };
    ($ty:ident, inline, [$($uses:ty),*]) => {
        $crate::describe!(@type $ty, MetaSchemaRef::Inline(Box::new(<$ty>::described())), |registry: &mut Registry| {
            let _ = &registry;
            $(<$uses as Type>::register(registry);)*
        });
    };
    (@type $ty:ident, $reference:expr, $register:expr) => {
        impl Type for $ty {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($ty).into()
            }

            fn schema_ref() -> MetaSchemaRef {
                $reference
            }

            fn register(registry: &mut Registry) {
                ($register)(registry)
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }
    };
}

/// The schemas of a spec's requests, from which checkers are compiled once.
pub struct Schemas {
    document: Value,
    definitions: Arc<Definitions>,
}

impl Schemas {
    /// Parses what the generator wrote.
    ///
    /// # Panics
    /// On anything else: the stub and its schemas are built together.
    pub fn parse(text: &str) -> Self {
        let document: Value = serde_json::from_str(text).expect("the generator writes JSON");
        let definitions = document["$defs"].as_object().into_iter().flatten();
        let definitions =
            definitions.map(|(name, schema)| (name.clone(), Node::new(schema))).collect();
        Self { document, definitions: Arc::new(definitions) }
    }

    /// The checkers of an operation: one for each parameter, and the body's.
    pub(crate) fn operation(&self, id: &str) -> (Vec<Checker>, Option<Checker>) {
        let operation = &self.document["operations"][id];
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let body = Some(&operation["body"]).filter(|body| !body.is_null());
        (
            parameters.map(|schema| self.checker(schema)).collect(),
            body.map(|schema| self.checker(schema)),
        )
    }

    fn checker(&self, schema: &Value) -> Checker {
        let whole = compile(&json!({ "$defs": self.document["$defs"], "allOf": [schema] }));
        Checker::new(whole, schema, &self.definitions)
    }
}

/// Compiles a schema that the generator wrote.
///
/// # Panics
/// On one that does not compile: the generator has compiled every pattern and
/// resolved every reference.
pub(crate) fn compile(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        // Linear in the input, so that no pattern can be made slow by a request.
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("email", crate::email::is_mailbox)
        .with_keyword("multipleOf", crate::multiple_of::keyword)
        .build(schema)
        .expect("the generator has compiled every pattern and resolved every reference")
}

/// A JSON value from text that the generator wrote.
///
/// # Panics
/// On anything that is not JSON.
pub fn json_literal(text: &str) -> Value {
    serde_json::from_str(text).expect("the generator writes JSON")
}

/// A default of the spec.
///
/// # Panics
/// On a text that is no such value; the generator has checked it.
pub fn default_value<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the generator has checked every default")
}

/// Tells a null from an absent property: `Some(None)` and `None`.
///
/// # Errors
/// Those of the value.
pub fn double_option<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The object of a oneOf and the value of its discriminator.
///
/// # Errors
/// If it is no object or the discriminator is no string.
pub fn deserialize_tagged<'de, D: Deserializer<'de>>(
    deserializer: D,
    property: &'static str,
) -> Result<(String, Map<String, Value>), D::Error> {
    let Value::Object(object) = typed::whole(deserializer)? else {
        return Err(D::Error::custom("must be an object"));
    };
    match object.get(property).and_then(Value::as_str) {
        Some(tag) => Ok((tag.to_owned(), object)),
        None => Err(D::Error::missing_field(property)),
    }
}

/// One variant of a oneOf.
///
/// # Errors
/// Those of the variant.
pub fn deserialize_variant<T: DeserializeOwned, E: Error>(
    object: Map<String, Value>,
) -> Result<T, E> {
    typed::read(Value::Object(object)).map_err(E::custom)
}
