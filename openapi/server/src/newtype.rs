//! Newtypes generated from a spec: what they have in common.
//!
//! Their content is private, so that a value satisfies its schema wherever it comes from:
//! `TryFrom`, `FromStr` and serde check it. A request has been validated as a whole before it is
//! deserialized, so its values are not checked once more: [`validated`] marks that part of a
//! thread's work.

use std::cell::Cell;
use std::ops::RangeBounds;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde::Serialize;
use serde_json::Value;

use crate::schema::{compile, compile_with, json_literal};

/// A value that its type does not allow. The message does not contain it, since it may be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{type_name} must be {expected}")]
pub struct InvalidValue {
    /// The name of the type.
    pub type_name: &'static str,
    /// The values that it allows, in words.
    pub expected: &'static str,
}

thread_local! {
    static IS_VALIDATED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the value that is being deserialized has been validated.
pub fn is_validated() -> bool {
    IS_VALIDATED.get()
}

/// Deserializes a value that has been validated.
pub(crate) fn validated<T>(deserialize: impl FnOnce() -> T) -> T {
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            IS_VALIDATED.set(self.0);
        }
    }
    let _reset = Reset(IS_VALIDATED.replace(true));
    deserialize()
}

/// Whether a string's length in characters is in the range.
pub fn has_length(text: &str, range: impl RangeBounds<u64>) -> bool {
    range.contains(&(text.chars().count() as u64))
}

/// Whether a list or map has a number of entries in the range.
pub fn has_count(count: usize, range: impl RangeBounds<u64>) -> bool {
    range.contains(&(count as u64))
}

/// A schema for the keywords that are not checked in Rust, compiled when it is first used.
pub struct LazySchema {
    text: &'static str,
    definitions: Option<&'static LazyDefinitions>,
    validator: OnceLock<Validator>,
}

impl LazySchema {
    /// `text` is a JSON Schema that the generator wrote.
    pub const fn new(text: &'static str) -> Self {
        Self { text, definitions: None, validator: OnceLock::new() }
    }

    /// Like [`new`](Self::new), for a schema that refers to components.
    pub const fn with_definitions(
        text: &'static str,
        definitions: &'static LazyDefinitions,
    ) -> Self {
        Self { text, definitions: Some(definitions), validator: OnceLock::new() }
    }

    /// Whether the JSON of a value satisfies the schema.
    ///
    /// # Panics
    /// If the text is not such a schema.
    pub fn allows(&self, value: &impl Serialize) -> bool {
        let validator = self.validator.get_or_init(|| {
            let schema = json_literal(self.text);
            match self.definitions {
                Some(definitions) => compile_with(&schema, definitions.components()),
                None => compile(&schema),
            }
        });
        serde_json::to_value(value).is_ok_and(|value| validator.is_valid(&value))
    }
}

/// The components that the schemas of newtypes refer to, parsed when they are first used.
pub struct LazyDefinitions {
    text: &'static str,
    components: OnceLock<Value>,
}

impl LazyDefinitions {
    /// `text` is a JSON object of JSON Schemas that the generator wrote.
    pub const fn new(text: &'static str) -> Self {
        Self { text, components: OnceLock::new() }
    }

    fn components(&self) -> &Value {
        self.components.get_or_init(|| json_literal(self.text))
    }
}

/// Implements what newtypes have in common: `newtype!(Tag: String, text, "Tag", "a string of at
/// most 8 characters", |value| …)`. Without the function, every value of the inner type is allowed.
///
/// `text` and `scalar` can be parsed and displayed; `secret` is text that is not displayed; `other`
/// is neither.
#[macro_export]
macro_rules! newtype {
    ($ty:ty: $inner:ty, $kind:ident, $name:literal, $expected:literal) => {
        impl ::std::convert::From<$inner> for $ty {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        $crate::newtype!(@common $ty, $inner);
        $crate::newtype!(@$kind $ty, $inner, $name, $expected);
    };
    ($ty:ty: $inner:ty, $kind:ident, $name:literal, $expected:literal, $is_valid:expr) => {
        impl ::std::convert::TryFrom<$inner> for $ty {
            type Error = $crate::InvalidValue;

            fn try_from(value: $inner) -> ::std::result::Result<Self, Self::Error> {
                let is_valid: fn(&$inner) -> bool = $is_valid;
                if is_valid(&value) {
                    Ok(Self(value))
                } else {
                    Err($crate::InvalidValue { type_name: $name, expected: $expected })
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $ty {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <$inner as ::serde::Deserialize>::deserialize(deserializer)?;
                if $crate::is_validated() {
                    return Ok(Self(value));
                }
                <Self as ::std::convert::TryFrom<$inner>>::try_from(value)
                    .map_err(::serde::de::Error::custom)
            }
        }

        $crate::newtype!(@common $ty, $inner);
        $crate::newtype!(@$kind $ty, $inner, $name, $expected);
    };
    (@common $ty:ty, $inner:ty) => {
        impl ::std::convert::From<$ty> for $inner {
            fn from(value: $ty) -> $inner {
                value.0
            }
        }

        impl ::std::ops::Deref for $ty {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

    };
    (@other $ty:ty, $inner:ty, $name:literal, $expected:literal) => {
        $crate::newtype!(@as_ref $ty, $inner);
    };
    (@secret $ty:ty, $inner:ty, $name:literal, $expected:literal) => {
        impl ::std::str::FromStr for $ty {
            type Err = <Self as ::std::convert::TryFrom<$inner>>::Error;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                <Self as ::std::convert::TryFrom<$inner>>::try_from(::std::convert::From::from(text))
            }
        }

        $crate::newtype!(@as_ref $ty, str);
    };
    (@text $ty:ty, $inner:ty, $name:literal, $expected:literal) => {
        $crate::newtype!(@secret $ty, $inner, $name, $expected);
        $crate::newtype!(@display $ty);
    };
    (@scalar $ty:ty, $inner:ty, $name:literal, $expected:literal) => {
        impl ::std::str::FromStr for $ty {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                let error = $crate::InvalidValue { type_name: $name, expected: $expected };
                let value = <$inner as ::std::str::FromStr>::from_str(text).map_err(|_| error)?;
                <Self as ::std::convert::TryFrom<$inner>>::try_from(value).map_err(|_| error)
            }
        }

        $crate::newtype!(@as_ref $ty, $inner);
        $crate::newtype!(@display $ty);
    };
    (@as_ref $ty:ty, $target:ty) => {
        impl ::std::convert::AsRef<$target> for $ty {
            fn as_ref(&self) -> &$target {
                &self.0
            }
        }
    };
    (@display $ty:ty) => {
        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

/// Implements `FromStr` and `Display` for an enum of strings: `string_enum!(Status, text, "Status",
/// "one of open, closed")`. One that is `secret` is not displayed.
#[macro_export]
macro_rules! string_enum {
    ($ty:ty, text, $name:literal, $expected:literal) => {
        $crate::string_enum!($ty, secret, $name, $expected);

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
    ($ty:ty, secret, $name:literal, $expected:literal) => {
        impl ::std::str::FromStr for $ty {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::InvalidValue> {
                let mut values = <$ty>::ALL.iter().copied();
                let value = values.find(|value| value.as_str() == text);
                value.ok_or($crate::InvalidValue { type_name: $name, expected: $expected })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize)]
    #[serde(transparent)]
    struct Code(String);

    newtype!(Code: String, text, "Code", "a string of 2 characters", |value| {
        CHECKS.set(CHECKS.get() + 1);
        has_length(value, 2..=2)
    });

    thread_local! {
        static CHECKS: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn values_are_checked_wherever_they_come_from() {
        assert_eq!("é2".parse(), Ok(Code("é2".to_owned())));
        let error = Code::try_from("secret".to_owned()).unwrap_err();
        assert_eq!(error.to_string(), "Code must be a string of 2 characters");
        assert_eq!("secret".parse::<Code>(), Err(error));
        let error = serde_json::from_str::<Code>(r#""secret""#).unwrap_err();
        assert!(error.to_string().starts_with("Code must be a string of 2"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn values_of_a_validated_request_are_not_checked_again() {
        let read = || serde_json::from_str::<Code>(r#""ab""#).unwrap();
        let before = CHECKS.get();
        assert_eq!(validated(read).to_string(), "ab");
        assert_eq!(CHECKS.get(), before);
        assert_eq!(String::from(read()), "ab");
        assert_eq!(CHECKS.get(), before + 1);
    }

    #[test]
    fn a_panic_does_not_leave_the_thread_without_checks() {
        let panicked = std::panic::catch_unwind(|| validated(|| panic!("expected")));
        assert!(panicked.is_err() && !is_validated());
    }

    #[test]
    fn a_schema_is_compiled_and_applied_to_the_json_of_a_value() {
        static SCHEMA: LazySchema = LazySchema::new(r#"{"uniqueItems":true}"#);
        assert!(SCHEMA.allows(&[1, 2]));
        assert!(!SCHEMA.allows(&[1, 1]));
    }
}
