//! Products: how a request creates and changes them, how they are stored, and how they are read for
//! a response.
//!
//! The types are those of the spec, which hold only what it allows. Every function here takes a
//! request apart field by field, or writes out all fields of a response, so that a new field does
//! not compile until each of them handles it.

use mongodb::bson::{DateTime as BsonTime, Decimal128, Document, RawDocumentBuf, cstr, doc};
use openapi_server::{DateTime, Utc};

use crate::api;
use crate::cursor::Cursor;
use crate::decimal128;
use crate::document::{
    Fields, InvalidDocument, SCHEMA_VERSION_FIELD, insert_some, set_or_unset, with_capacity,
};
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

/// What the document of a new product has besides its texts.
const MAX_OTHER_BYTES: usize = 256;

/// The document of a new product.
pub fn to_document(
    id: Id,
    created_at: BsonTime,
    new: api::NewProduct,
) -> Result<RawDocumentBuf, InvalidAmount> {
    let api::NewProduct { name, description, price, stock } = new;
    let text_bytes = name.len() + description.as_ref().map_or(0, |text| text.len());
    let mut document = with_capacity(text_bytes + MAX_OTHER_BYTES);
    document.append(cstr!("_id"), id.object_id());
    document.append(cstr!("schemaVersion"), SCHEMA_VERSION);
    document.append(cstr!("name"), name.as_str());
    document.append(cstr!("price"), Decimal128::from(Amount::try_from(*price)?));
    document.append(cstr!("stock"), i64::from(stock));
    document.append(cstr!("createdAt"), created_at);
    if let Some(description) = description {
        document.append(cstr!("description"), description.as_str());
    }
    document.append(cstr!("updatedAt"), created_at);
    Ok(document)
}

/// Reads a product as responses contain it.
pub fn parse(fields: &mut Fields<'_>) -> Result<api::Product, InvalidDocument> {
    let (product, _) = PageItem::parse(fields)?;
    Ok(product)
}

impl PageItem for api::Product {
    fn parse(fields: &mut Fields<'_>) -> Result<(Self, Option<Cursor>), InvalidDocument> {
        let id = fields.id("_id")?;
        fields.schema_version(SCHEMA_VERSION)?;
        let product = Self {
            id: id.try_into()?,
            // Required fields come first, in the order in which they are stored: see `Fields`.
            name: fields.string("name")?.to_owned().try_into()?,
            price: decimal128::amount(fields, "price")?.as_f64().try_into()?,
            stock: fields.integer("stock")?.try_into()?,
            created_at: DateTime::<Utc>::from(fields.time("createdAt")?).try_into()?,
            description: fields.optional_string("description")?.map(|text| text.to_owned().into()),
        };
        let created_at = BsonTime::from_millis(product.created_at.timestamp_millis());
        Ok((product, Cursor::new(created_at, id.object_id())))
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
