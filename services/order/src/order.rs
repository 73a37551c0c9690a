//! Orders, and their form in the database.
//!
//! Every function here takes its struct apart field by field, so that a new field does not compile
//! until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::{DateTime, Decimal128, RawArrayBuf, RawBsonRef, RawDocumentBuf, rawdoc};

use crate::api::OrderStatus;
use crate::cursor::Cursor;
use crate::decimal128;
use crate::document::{Fields, InvalidDocument, invalid};
use crate::id::Id;
use crate::money::Amount;
use crate::page::PageItem;
use crate::rules::lines::{OrderItem, truncate_name};

pub struct Order {
    pub id: Id,
    pub details: OrderDetails,
    pub status: OrderStatus,
    pub created_at: SystemTime,
}

/// What a client orders.
pub struct OrderDetails {
    pub user_id: Id,
    pub items: Vec<OrderItem>,
    /// The exact sum of the items.
    pub total_amount: Amount,
}

impl Order {
    pub fn to_document(&self) -> RawDocumentBuf {
        let Self { id, details, status, created_at } = self;
        let OrderDetails { user_id, items, total_amount } = details;
        let created_at = DateTime::from_system_time(*created_at);
        let mut item_documents = RawArrayBuf::new();
        for item in items {
            item_documents.push(item.to_document());
        }
        rawdoc! {
            "_id": id.object_id(),
            "userId": user_id.to_string(),
            "items": item_documents,
            "totalAmount": Decimal128::from(*total_amount),
            "status": status.as_str(),
            "createdAt": created_at,
            "updatedAt": created_at,
        }
    }
}

impl PageItem for Order {
    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let id = fields.id("_id")?;
        let details = OrderDetails {
            user_id: parse_id(fields, "userId")?,
            items: parse_items(fields)?,
            total_amount: decimal128::amount(fields, "totalAmount")?,
        };
        let status = parse_status(fields)?;
        Ok(Self { id, details, status, created_at: fields.time("createdAt")? })
    }

    fn cursor(&self) -> Option<Cursor> {
        Cursor::new(DateTime::from_system_time(self.created_at), self.id.object_id())
    }
}

impl OrderItem {
    fn to_document(&self) -> RawDocumentBuf {
        let Self { product_id, product_name, price, quantity } = self;
        rawdoc! {
            "productId": product_id.to_string(),
            "productName": product_name.as_str(),
            "price": Decimal128::from(*price),
            "quantity": *quantity,
        }
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let product_id = parse_id(fields, "productId")?;
        // Orders from before the limit may contain longer names.
        let product_name = fields.truncated_string("productName", truncate_name)?.to_owned();
        let price = decimal128::amount(fields, "price")?;
        let quantity = fields.integer("quantity")?;
        let quantity = i32::try_from(quantity).map_err(|_| {
            invalid("quantity", "a 32-bit integer", Some(RawBsonRef::Int64(quantity)))
        })?;
        Ok(Self { product_id, product_name, price, quantity })
    }
}

fn parse_items(fields: &mut Fields<'_>) -> Result<Vec<OrderItem>, InvalidDocument> {
    let documents = match fields.value("items")? {
        Some(RawBsonRef::Array(documents)) => documents,
        other => return Err(invalid("items", "an array", other)),
    };
    let mut items = Vec::new();
    for document in documents {
        match document? {
            RawBsonRef::Document(document) => {
                let mut item = Fields::new(document);
                items.push(OrderItem::parse(&mut item)?);
                fields.add_nested(&item);
            }
            other => return Err(invalid("items", "documents", Some(other))),
        }
    }
    Ok(items)
}

/// Reads the id of a resource of another service, which is stored as a string.
fn parse_id(fields: &mut Fields<'_>, field: &'static str) -> Result<Id, InvalidDocument> {
    match fields.scalar(field)? {
        Some(RawBsonRef::String(text)) => {
            text.parse().map_err(|_| invalid(field, "an id", Some(RawBsonRef::String(text))))
        }
        other => Err(invalid(field, "a string", other)),
    }
}

fn parse_status(fields: &mut Fields<'_>) -> Result<OrderStatus, InvalidDocument> {
    let text = fields.string("status")?;
    let status = OrderStatus::ALL.iter().copied().find(|status| status.as_str() == text);
    status.ok_or_else(|| invalid("status", "a status", Some(RawBsonRef::String(text))))
}
