//! Products: how they are created from a request, stored, changed, and returned in a response.
//!
//! Every function here takes its struct apart field by field, or writes out all fields of its result,
//! so that a new field does not compile until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::{
    DateTime as BsonTime, Decimal128, Document, RawDocumentBuf, cstr, doc, rawdoc,
};
use openapi_server::{DateTime, InvalidValue, Utc};

use crate::api;
use crate::cursor::Cursor;
use crate::decimal128;
use crate::document::{Fields, InvalidDocument, SCHEMA_VERSION_FIELD, insert_some, set_or_unset};
use crate::id::Id;
use crate::money::{Amount, InvalidAmount};
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

impl TryFrom<api::NewProduct> for ProductDetails {
    type Error = InvalidAmount;

    fn try_from(new: api::NewProduct) -> Result<Self, InvalidAmount> {
        let api::NewProduct { name, description, price, stock } = new;
        Ok(Self {
            name: name.into(),
            description: description.map(Into::into),
            price: Amount::try_from(*price)?,
            stock: stock.into(),
        })
    }
}

impl Product {
    pub fn to_document(&self) -> RawDocumentBuf {
        let Self { id, details, created_at } = self;
        let ProductDetails { name, description, price, stock } = details;
        let created_at = BsonTime::from_system_time(*created_at);
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
        // Required fields come first, in the order in which they are stored: see `Fields`.
        let name = fields.string("name")?.to_owned();
        let price = decimal128::amount(fields, "price")?;
        let stock = fields.integer("stock")?;
        let created_at = fields.time("createdAt")?;
        let details = ProductDetails {
            name,
            description: fields.optional_string("description")?.map(str::to_owned),
            price,
            stock,
        };
        Ok(Self { id, details, created_at })
    }

    fn cursor(&self) -> Option<Cursor> {
        Cursor::new(BsonTime::from_system_time(self.created_at), self.id.object_id())
    }
}

/// The update of the document that a request asks for.
pub fn to_update(change: api::ProductUpdate) -> Result<Document, InvalidAmount> {
    let api::ProductUpdate { name, description, price, stock } = change;
    let price = price.map(|price| Amount::try_from(*price)).transpose()?;
    let mut set = doc! { "updatedAt": BsonTime::now() };
    let mut unset = Document::new();
    insert_some(&mut set, "name", name.map(String::from));
    insert_some(&mut set, "price", price.map(Decimal128::from));
    insert_some(&mut set, "stock", stock.map(i64::from));
    set_or_unset(&mut set, &mut unset, "description", description.map(Option::<String>::from));
    let mut update = doc! { "$set": set };
    // MongoDB before 5.0 rejects an empty `$unset`.
    if !unset.is_empty() {
        update.insert("$unset", unset);
    }
    Ok(update)
}

impl TryFrom<Product> for api::Product {
    type Error = InvalidValue;

    fn try_from(product: Product) -> Result<Self, InvalidValue> {
        let Product { id, details, created_at } = product;
        Ok(Self {
            id: id.try_into()?,
            name: details.name.try_into()?,
            description: details.description.map(Into::into),
            price: details.price.as_f64().try_into()?,
            stock: details.stock.try_into()?,
            created_at: DateTime::<Utc>::from(created_at).try_into()?,
        })
    }
}
