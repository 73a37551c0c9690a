//! Orders, and their form in the database.
//!
//! Every function here takes its struct apart field by field, so that a new field does not compile
//! until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::raw::cstr;
use mongodb::bson::{DateTime, Decimal128, RawArrayBuf, RawBsonRef, RawDocumentBuf, rawdoc};

use crate::api::{self, OrderStatus};
use crate::cursor::Cursor;
use crate::decimal128;
use crate::document::{Fields, InvalidDocument, invalid, with_capacity};
use crate::id::Id;
use crate::money::Amount;
use crate::page::PageItem;
use crate::rules::lines::{OrderItem, truncate_name};

/// The version of the documents that this version of the service writes.
pub const SCHEMA_VERSION: i32 = 1;

/// What the document of an item has besides the product's name.
const ITEM_BYTES: usize = 128;

pub struct Order {
    pub id: Id,
    pub details: OrderDetails,
    pub status: OrderStatus,
    pub created_at: SystemTime,
}

/// The identity that a client has given to its request, and what the request was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The value of `Idempotency-Key`.
    pub key: String,
    pub fingerprint: String,
}

impl RequestKey {
    pub fn append_to(&self, document: &mut RawDocumentBuf) {
        let Self { key, fingerprint } = self;
        document.append(cstr!("idempotencyKey"), key.as_str());
        document.append(cstr!("fingerprint"), fingerprint.as_str());
    }
}

/// What a client orders.
pub struct OrderDetails {
    pub user_id: Id,
    pub items: Vec<OrderItem>,
    /// The exact sum of the items.
    pub total_amount: Amount,
}

impl Order {
    pub fn to_document(&self, updated_at: SystemTime) -> RawDocumentBuf {
        let Self { id, details, status, created_at } = self;
        let OrderDetails { user_id, items, total_amount } = details;
        rawdoc! {
            "_id": id.object_id(),
            "schemaVersion": SCHEMA_VERSION,
            "userId": user_id.to_string(),
            "items": item_documents(items),
            "totalAmount": Decimal128::from(*total_amount),
            "status": status.as_str(),
            "createdAt": DateTime::from_system_time(*created_at),
            "updatedAt": DateTime::from_system_time(updated_at),
        }
    }

    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let id = fields.id("_id")?;
        fields.schema_version(SCHEMA_VERSION)?;
        let details = OrderDetails {
            user_id: parse_id(fields, "userId")?,
            items: parse_array(fields, "items", OrderItem::parse)?,
            total_amount: decimal128::amount(fields, "totalAmount")?,
        };
        let status = parse_status(fields)?;
        Ok(Self { id, details, status, created_at: fields.time("createdAt")? })
    }
}

fn item_documents(items: &[OrderItem]) -> RawArrayBuf {
    let mut documents = RawArrayBuf::new();
    for item in items {
        documents.push(item.to_document());
    }
    documents
}

impl PageItem for api::Order {
    fn parse(fields: &mut Fields<'_>) -> Result<(Self, Option<Cursor>), InvalidDocument> {
        let order = Order::parse(fields)?;
        let created_at = DateTime::from_system_time(order.created_at);
        let cursor = Cursor::new(created_at, order.id.object_id());
        Ok((order.try_into()?, cursor))
    }
}

impl OrderItem {
    fn to_document(&self) -> RawDocumentBuf {
        let Self { product_id, product_name, price, quantity } = self;
        let mut document = with_capacity(product_name.len() + ITEM_BYTES);
        document.append(cstr!("productId"), product_id.to_string());
        document.append(cstr!("productName"), product_name.as_str());
        document.append(cstr!("price"), Decimal128::from(*price));
        document.append(cstr!("quantity"), *quantity);
        document
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let product_id = parse_id(fields, "productId")?;
        // Orders from before the limit may contain longer names.
        let product_name = fields.truncated_string("productName", truncate_name)?.to_owned();
        let price = decimal128::amount(fields, "price")?;
        let quantity = parse_quantity(fields)?;
        Ok(Self { product_id, product_name, price, quantity })
    }
}

/// Reads an array of documents.
pub fn parse_array<T>(
    fields: &mut Fields<'_>,
    field: &'static str,
    parse: fn(&mut Fields<'_>) -> Result<T, InvalidDocument>,
) -> Result<Vec<T>, InvalidDocument> {
    let documents = match fields.value(field)? {
        Some(RawBsonRef::Array(documents)) => documents,
        other => return Err(invalid(field, "an array", other)),
    };
    let mut items = Vec::new();
    for document in documents {
        match document? {
            RawBsonRef::Document(document) => {
                let mut item = Fields::new(document);
                items.push(parse(&mut item)?);
                fields.add_nested(&item);
            }
            other => return Err(invalid(field, "documents", Some(other))),
        }
    }
    Ok(items)
}

pub fn parse_quantity(fields: &mut Fields<'_>) -> Result<i32, InvalidDocument> {
    let quantity = fields.integer("quantity")?;
    i32::try_from(quantity)
        .map_err(|_| invalid("quantity", "a 32-bit integer", Some(RawBsonRef::Int64(quantity))))
}

/// Reads the id of a resource of another service, which is stored as a string.
pub fn parse_id(fields: &mut Fields<'_>, field: &'static str) -> Result<Id, InvalidDocument> {
    match fields.scalar(field)? {
        Some(RawBsonRef::String(text)) => {
            text.parse().map_err(|_| invalid(field, "an id", Some(RawBsonRef::String(text))))
        }
        other => Err(invalid(field, "a string", other)),
    }
}

fn parse_status(fields: &mut Fields<'_>) -> Result<OrderStatus, InvalidDocument> {
    let text = fields.string("status")?;
    text.parse().map_err(|_| invalid("status", "a status", Some(RawBsonRef::String(text))))
}
