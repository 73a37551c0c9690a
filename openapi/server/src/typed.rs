//! JSON values to generated types, moving each part of a value once.
//!
//! The type of a `oneOf` has to read its discriminator before it knows which variant to
//! deserialize, so it needs the whole object first. serde_json's deserializer would copy it, and
//! nested `oneOf`s would copy their content once for each level: 30 ms for a body of 64 KiB. This
//! deserializer passes the object itself.

use std::cell::Cell;
use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

/// The newtype name that requests the value itself. No type of a spec can have this name.
const WHOLE: &str = "$openapi_server::whole";

thread_local! {
    /// Passes the value from `deserialize_newtype_struct` to the visitor that requested it.
    static PASSED: Cell<Option<Value>> = const { Cell::new(None) };
}

/// Deserializes a value that satisfies the schema of its type.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Typed(value))
}

/// The value itself, or a copy if the deserializer is not the one of this module.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    deserializer.deserialize_newtype_struct(WHOLE, WholeVisitor)
}

struct WholeVisitor;

impl<'de> Visitor<'de> for WholeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(PASSED.take().unwrap_or_default())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, copied: D) -> Result<Value, D::Error> {
        Value::deserialize(copied)
    }
}

struct Typed(Value);

impl<'de> Deserializer<'de> for Typed {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(object) => visitor.visit_map(Entries::new(object)),
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name != WHOLE {
            return visitor.visit_newtype_struct(self);
        }
        PASSED.set(Some(self.0));
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Typed(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries {
    rest: serde_json::map::IntoIter,
    value: Option<Value>,
}

impl Entries {
    fn new(object: Map<String, Value>) -> Self {
        Self { rest: object.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        let name: StringDeserializer<Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(Typed(value)),
            None => Err(Error::custom("value requested before its key")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn newtypes_have_the_value_of_what_they_wrap() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Name(String);

        #[derive(serde::Deserialize)]
        struct Pet {
            name: Name,
            #[serde(deserialize_with = "whole")]
            tags: Value,
        }

        let pet: Pet = from_value(json!({ "name": "Rex", "tags": [1, null] })).unwrap();
        assert_eq!((pet.name, pet.tags), (Name("Rex".to_owned()), json!([1, null])));
    }

    /// Without its length, a list would grow by copying.
    #[test]
    fn a_list_is_allocated_once() {
        let items: Vec<String> = from_value(json!(["a", "b", "c"])).unwrap();
        assert_eq!((items.len(), items.capacity()), (3, 3));
    }
}
