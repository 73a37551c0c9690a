//! Reading and writing the fields of stored documents.
//!
//! Documents are parsed field by field instead of with serde, which takes some 10,000 instructions
//! for a document, most of them for BSON's own types; a page has up to a thousand documents.
//!
//! Other programs write to the database too, and MongoDB's shell stores every number as a double.
//! Therefore a number of any BSON type is accepted if it is exactly a value of the field. An error
//! names the field and the type found, never the value.
//!
//! Each service has its own copy: they share an API, not code.

mod integer;
mod version;
mod with_capacity;

use std::fmt;
use std::time::SystemTime;

use mongodb::bson::error::Error as BsonError;
use mongodb::bson::raw::RawIter;
use mongodb::bson::spec::ElementType;
use mongodb::bson::{Bson, Document, RawBsonRef, RawDocument};
use openapi_server::InvalidValue;

use crate::id::Id;
use integer::to_integer;
pub use version::{SCHEMA_VERSION_FIELD, is_known_version};
pub use with_capacity::with_capacity;

/// A document does not have the expected form.
#[derive(Debug, thiserror::Error)]
pub enum InvalidDocument {
    /// A field is missing, or its value has another type or is out of range.
    #[error("{field}: expected {expected}, found {found}")]
    Field { field: &'static str, expected: &'static str, found: FoundType },
    /// A response cannot have a value.
    #[error(transparent)]
    Value(#[from] InvalidValue),
    #[error(transparent)]
    Newer(#[from] version::NewerVersion),
    #[error("invalid BSON")]
    Bson(#[from] BsonError),
}

/// The type of a field's value; `None` if the field is missing.
#[derive(Debug)]
pub struct FoundType(Option<ElementType>);

impl fmt::Display for FoundType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(element_type) => write!(f, "{element_type:?}"),
            None => f.write_str("nothing"),
        }
    }
}

pub fn invalid(
    field: &'static str,
    expected: &'static str,
    found: Option<RawBsonRef<'_>>,
) -> InvalidDocument {
    let found = FoundType(found.map(|value| value.element_type()));
    InvalidDocument::Field { field, expected, found }
}

/// The document's id for messages.
pub fn printable_id(document: &RawDocument) -> String {
    match document.get_object_id("_id") {
        Ok(id) => id.to_hex(),
        Err(_) => "with an id that is not an ObjectId".to_owned(),
    }
}

/// Reads the fields of a document, and adds up an upper bound for the length of their JSON.
///
/// Reading them in the stored order takes one pass over the document; each field that is read out
/// of order, or is missing, takes one more.
pub struct Fields<'a> {
    document: &'a RawDocument,
    /// The elements behind the last one that was read.
    rest: RawIter<'a>,
    max_json_bytes: usize,
}

/// An upper bound for the length of a number, an id or a time as JSON.
const MAX_SCALAR_JSON_BYTES: usize = 26;

/// The milliseconds that RFC 3339 can represent: the years 0 to 9999.
const RFC_3339_RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

impl<'a> Fields<'a> {
    pub fn new(document: &'a RawDocument) -> Self {
        // Braces and a comma.
        Self { document, rest: document.iter_elements(), max_json_bytes: 3 }
    }

    /// An upper bound for the length of the JSON of the fields read so far.
    pub fn max_json_bytes(&self) -> usize {
        self.max_json_bytes
    }

    /// Adds the bound of a nested document.
    pub fn add_nested(&mut self, nested: &Fields<'_>) {
        self.max_json_bytes += nested.max_json_bytes;
    }

    /// Reads a field whose value is not counted.
    pub fn value(&mut self, field: &str) -> Result<Option<RawBsonRef<'a>>, InvalidDocument> {
        // The key with quotes, a colon and a comma, and the brackets of an array.
        self.max_json_bytes += field.len() + 6;
        if let Some(value) = self.find_in_rest(field)? {
            return Ok(Some(value));
        }
        self.rest = self.document.iter_elements();
        self.find_in_rest(field)
    }

    fn find_in_rest(&mut self, field: &str) -> Result<Option<RawBsonRef<'a>>, InvalidDocument> {
        for element in self.rest.by_ref() {
            let element = element?;
            if element.key() == field {
                return Ok(Some(element.value()?));
            }
        }
        Ok(None)
    }

    /// Reads a field that becomes a number, an id or a time in JSON.
    pub fn scalar(&mut self, field: &str) -> Result<Option<RawBsonRef<'a>>, InvalidDocument> {
        self.max_json_bytes += MAX_SCALAR_JSON_BYTES;
        self.value(field)
    }

    pub fn id(&mut self, field: &'static str) -> Result<Id, InvalidDocument> {
        match self.scalar(field)? {
            Some(RawBsonRef::ObjectId(id)) => Ok(id.into()),
            other => Err(invalid(field, "an ObjectId", other)),
        }
    }

    pub fn string(&mut self, field: &'static str) -> Result<&'a str, InvalidDocument> {
        self.truncated_string(field, |text| text)
    }

    /// Reads a string of which only the result of `truncate` becomes JSON.
    pub fn truncated_string(
        &mut self,
        field: &'static str,
        truncate: fn(&str) -> &str,
    ) -> Result<&'a str, InvalidDocument> {
        match self.value(field)? {
            Some(RawBsonRef::String(text)) => Ok(self.count(truncate(text))),
            other => Err(invalid(field, "a string", other)),
        }
    }

    /// Reads a string that may be null or missing.
    pub fn optional_string(
        &mut self,
        field: &'static str,
    ) -> Result<Option<&'a str>, InvalidDocument> {
        match self.value(field)? {
            Some(RawBsonRef::String(text)) => Ok(Some(self.count(text))),
            None | Some(RawBsonRef::Null | RawBsonRef::Undefined) => Ok(None),
            other => Err(invalid(field, "a string", other)),
        }
    }

    fn count<'t>(&mut self, text: &'t str) -> &'t str {
        self.max_json_bytes += max_json_bytes(text);
        text
    }

    pub fn time(&mut self, field: &'static str) -> Result<SystemTime, InvalidDocument> {
        match self.scalar(field)? {
            Some(RawBsonRef::DateTime(time))
                if RFC_3339_RANGE.contains(&time.timestamp_millis()) =>
            {
                Ok(time.to_system_time())
            }
            other => Err(invalid(field, "a date until the year 9999", other)),
        }
    }

    /// Reads an integer that may be stored as any numeric type.
    pub fn integer(&mut self, field: &'static str) -> Result<i64, InvalidDocument> {
        let value = self.scalar(field)?;
        value.and_then(to_integer).ok_or_else(|| invalid(field, "an integer", value))
    }
}

/// An upper bound for the length of a JSON string: an escaped character takes up to six bytes.
fn max_json_bytes(text: &str) -> usize {
    let escaped = text.bytes().filter(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\')).count();
    2 + text.len() + 5 * escaped
}

/// Inserts a field if it has a value.
pub fn insert_some(document: &mut Document, field: &str, value: Option<impl Into<Bson>>) {
    if let Some(value) = value {
        document.insert(field, value);
    }
}

/// Adds the change of a field that can be cleared: `None` keeps it, `Some(None)` removes it.
pub fn set_or_unset(
    set: &mut Document,
    unset: &mut Document,
    field: &str,
    change: Option<Option<impl Into<Bson>>>,
) {
    match change {
        None => {}
        Some(None) => {
            unset.insert(field, "");
        }
        Some(Some(value)) => {
            set.insert(field, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::oid::ObjectId;
    use mongodb::bson::{DateTime, doc, rawdoc};

    use super::*;

    #[test]
    fn errors_name_field_and_type_but_no_value() {
        let document = rawdoc! { "stock": "secret" };
        let error = Fields::new(&document).integer("stock").unwrap_err();
        assert_eq!(error.to_string(), "stock: expected an integer, found String");
        let error = Fields::new(&document).string("name").unwrap_err();
        assert_eq!(error.to_string(), "name: expected a string, found nothing");
    }

    #[test]
    fn reads_fields_in_any_order() {
        let document = rawdoc! { "a": "a", "b": "b", "c": "c" };
        let mut fields = Fields::new(&document);
        for name in ["b", "a", "a", "c", "b"] {
            assert_eq!(fields.string(name).unwrap(), name);
            assert!(fields.optional_string("missing").unwrap().is_none(), "after {name}");
            assert_eq!(fields.string(name).unwrap(), name, "after a missing field");
        }
    }

    #[test]
    fn rejects_dates_that_rfc_3339_cannot_represent() {
        for (millis, valid) in [(253_402_300_799_999, true), (253_402_300_800_000, false)] {
            let document = rawdoc! { "at": DateTime::from_millis(millis) };
            assert_eq!(Fields::new(&document).time("at").is_ok(), valid, "{millis}");
        }
    }

    #[test]
    fn several_fields_can_be_cleared_by_one_update() {
        let (mut set, mut unset) = (Document::new(), Document::new());
        set_or_unset(&mut set, &mut unset, "kept", None::<Option<&str>>);
        set_or_unset(&mut set, &mut unset, "name", Some(Some("Cup")));
        set_or_unset(&mut set, &mut unset, "description", Some(None::<&str>));
        set_or_unset(&mut set, &mut unset, "category", Some(None::<&str>));
        assert_eq!(set, doc! { "name": "Cup" });
        assert_eq!(unset, doc! { "description": "", "category": "" });
    }

    #[test]
    fn bounds_the_length_of_json_strings() {
        for text in ["", "Teapot", "a \"quoted\" \\ one", "\u{0}\n\u{1f}\u{7f}", "日本語 🫖"] {
            let bound = max_json_bytes(text);
            let escaped: usize = text
                .chars()
                .map(|char| match char {
                    '"' | '\\' | '\n' => 2,
                    '\u{0}'..='\u{1f}' => 6,
                    char => char.len_utf8(),
                })
                .sum();
            assert!(escaped + 2 <= bound, "{text:?}: {bound}");
        }
    }

    #[test]
    fn bounds_the_length_of_json_objects() {
        let time = DateTime::from_millis(1_767_323_045_678);
        let document = rawdoc! { "_id": ObjectId::new(), "name": "\u{1}\"", "stock": i64::MIN, "createdAt": time };
        let mut fields = Fields::new(&document);
        let id = fields.id("_id").unwrap();
        fields.string("name").unwrap();
        let stock = fields.integer("stock").unwrap();
        fields.time("createdAt").unwrap();
        let json = format!(
            r#"{{"id":"{id}","name":"\u0001\"","stock":{stock},"createdAt":"2026-01-02T03:04:05.678Z"}},"#
        );
        assert!(json.len() <= fields.max_json_bytes(), "{json}: {}", fields.max_json_bytes());
    }
}
