//! Products, and their form in the database.
//!
//! Every function here takes its struct apart field by field, so that a new field does not compile
//! until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::{DateTime, Decimal128, Document, RawDocumentBuf, cstr, doc, rawdoc};

use crate::api;
use crate::cursor::Cursor;
use crate::decimal128;
use crate::document::{Fields, InvalidDocument, SCHEMA_VERSION_FIELD, insert_some, set_or_unset};
use crate::id::Id;
use crate::money::Amount;
use crate::page::PageItem;

/// The version of the documents that this version of the service writes.
pub const SCHEMA_VERSION: i32 = 1;

/// The field of the holds. It can be long, so whatever reads products either excludes it or selects
/// the hold of one order.
pub const HOLDS: &str = "holds";

/// What the database requires of a product, in MongoDB's `$jsonSchema`.
pub fn json_schema() -> Document {
    doc! {
        "bsonType": "object",
        "required": ["name", "price", "stock", "createdAt"],
        "properties": {
            "_id": { "bsonType": "objectId" },
            SCHEMA_VERSION_FIELD: { "bsonType": "number", "minimum": 1 },
            "name": { "bsonType": "string", "minLength": 1 },
            "description": { "bsonType": ["string", "null"] },
            "price": { "bsonType": "number", "minimum": 0, "exclusiveMinimum": true },
            "stock": { "bsonType": "number", "minimum": 0 },
            "createdAt": { "bsonType": "date" },
            // Not its items: each update would check thousands of them.
            HOLDS: { "bsonType": "array" },
        },
    }
}

pub struct Product {
    pub id: Id,
    pub details: ProductDetails,
    pub created_at: SystemTime,
}

/// The fields that clients write.
pub struct ProductDetails {
    pub name: String,
    pub description: Option<String>,
    pub price: Amount,
    pub stock: i64,
}

/// A change of some fields.
pub struct ProductPatch {
    pub name: Option<String>,
    /// `Some(None)` removes the description.
    pub description: Option<Option<String>>,
    pub price: Option<Amount>,
    pub stock: Option<i64>,
}

impl Product {
    pub fn to_document(&self) -> RawDocumentBuf {
        let Self { id, details, created_at } = self;
        let ProductDetails { name, description, price, stock } = details;
        let created_at = DateTime::from_system_time(*created_at);
        let mut document = rawdoc! {
            "_id": id.object_id(),
            "schemaVersion": SCHEMA_VERSION,
            "name": name.as_str(),
            "price": Decimal128::from(*price),
            "stock": *stock,
            "createdAt": created_at,
            "updatedAt": created_at,
        };
        if let Some(description) = description {
            document.append(cstr!("description"), description.as_str());
        }
        document
    }
}

impl PageItem for Product {
    type Response = api::Product;

    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let id = fields.id("_id")?;
        fields.schema_version(SCHEMA_VERSION)?;
        let name = fields.string("name")?.to_owned();
        let price = decimal128::amount(fields, "price")?;
        let stock = fields.integer("stock")?;
        let created_at = fields.time("createdAt")?;
        let description = fields.optional_string("description")?.map(str::to_owned);
        Ok(Self { id, details: ProductDetails { name, description, price, stock }, created_at })
    }

    fn cursor(&self) -> Option<Cursor> {
        Cursor::new(DateTime::from_system_time(self.created_at), self.id.object_id())
    }
}

impl ProductPatch {
    pub fn into_update(self) -> Document {
        let Self { name, description, price, stock } = self;
        let mut set = doc! { "updatedAt": DateTime::now() };
        insert_some(&mut set, "name", name);
        insert_some(&mut set, "price", price.map(Decimal128::from));
        insert_some(&mut set, "stock", stock);
        let mut unset = Document::new();
        set_or_unset(&mut set, &mut unset, "description", description);
        let mut update = doc! { "$set": set };
        // MongoDB before 5.0 rejects an empty `$unset`.
        if !unset.is_empty() {
            update.insert("$unset", unset);
        }
        update
    }
}
