//! What generated types refer to: their description for poem-openapi, and helpers of their serde
//! implementations.

use std::fmt;

use poem::http::StatusCode;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::{Map, Value};

pub use crate::schema::json_literal;
use crate::{json, typed};

/// What a generated module needs to describe itself to poem-openapi.
pub mod meta {
    pub use poem::http::Method;
    pub use poem_openapi::ParameterStyle;
    pub use poem_openapi::registry::{
        MetaApi, MetaDiscriminatorObject, MetaHeader, MetaMediaType, MetaOAuthFlow, MetaOAuthFlows,
        MetaOAuthScope, MetaOperation, MetaOperationParam, MetaParamIn, MetaPath, MetaRequest,
        MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, MetaSecurityScheme, MetaTag,
        Registry,
    };
    pub use poem_openapi::types::Type;
}

/// What poem-openapi derives the schema of a generated type from.
pub trait Described {
    /// The name of the schema, if it is a component; the spec has it inline otherwise.
    const COMPONENT: Option<&'static str>;

    /// The schema.
    fn schema() -> MetaSchema;

    /// Registers the types that the schema refers to.
    fn register_parts(_: &mut Registry) {}
}

/// Implements [`Type`](poem_openapi::types::Type) for a type that is [`Described`].
#[macro_export]
macro_rules! describe {
    ($ty:ty) => {
        impl $crate::meta::Type for $ty {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> ::std::borrow::Cow<'static, str> {
                stringify!($ty).into()
            }

            fn schema_ref() -> $crate::meta::MetaSchemaRef {
                $crate::schema_reference::<$ty>()
            }

            fn register(registry: &mut $crate::meta::Registry) {
                $crate::register_schema::<$ty>(registry);
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(::std::iter::once(self))
            }
        }
    };
}

/// A reference to the component of a type, or its schema if it is not a component.
pub fn schema_reference<T: Described>() -> MetaSchemaRef {
    match T::COMPONENT {
        Some(name) => MetaSchemaRef::Reference(name.to_owned()),
        None => MetaSchemaRef::Inline(Box::new(T::schema())),
    }
}

/// Registers a type and what it refers to.
pub fn register_schema<T: Described + Type>(registry: &mut Registry) {
    match T::COMPONENT {
        None => T::register_parts(registry),
        Some(name) => registry.create_schema::<T, _>(name.to_owned(), |registry| {
            T::register_parts(registry);
            T::schema()
        }),
    }
}

/// Replaces a password in `Debug` output, and for any other value that only requests have.
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The status with this code. An invalid code does not compile.
pub const fn status<const CODE: u16>() -> StatusCode {
    const {
        match StatusCode::from_u16(CODE) {
            Ok(status) => status,
            Err(_) => panic!("not an HTTP status"),
        }
    }
}

/// A default value of the spec.
///
/// # Panics
/// If the text is not such a value; the generator has checked it.
pub fn default_value<T: DeserializeOwned>(text: &str) -> T {
    let value = json::parse(text.as_bytes()).and_then(typed::from_value);
    value.expect("the generator has checked every default")
}

/// Distinguishes null (`Some(None)`) from an absent property (`None`).
///
/// # Errors
/// If the property is neither null nor a `T`.
pub fn double_option<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The object of a `oneOf` and the value of its discriminator.
///
/// # Errors
/// If the value is not an object, or its discriminator not a string.
pub fn deserialize_tagged<'de, D: Deserializer<'de>>(
    deserializer: D,
    property: &'static str,
) -> Result<(String, Map<String, Value>), D::Error> {
    let Value::Object(object) = typed::whole(deserializer)? else {
        return Err(D::Error::custom("expected an object"));
    };
    match object.get(property).and_then(Value::as_str) {
        Some(tag) => Ok((tag.to_owned(), object)),
        None => Err(D::Error::missing_field(property)),
    }
}

/// The variant of a `oneOf` that the discriminator selected.
///
/// # Errors
/// If the object is not of that variant's type.
pub fn deserialize_variant<T: DeserializeOwned, E: Error>(
    object: Map<String, Value>,
) -> Result<T, E> {
    typed::from_value(Value::Object(object)).map_err(E::custom)
}
