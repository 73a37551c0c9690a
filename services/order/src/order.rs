//! Orders, and their form in the database.
//!
//! Every function here takes its struct apart field by field, so that a new field does not compile
//! until each of them handles it.

use std::time::SystemTime;

use mongodb::bson::{
    DateTime, Decimal128, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf, rawdoc,
};

use crate::api::OrderStatus;
use crate::cursor::Cursor;
use crate::decimal128;
use crate::document::{self, InvalidDocument, invalid};
use crate::id::Id;
use crate::money::Amount;
use crate::page::{PageItem, max_json_bytes};
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
    fn parse(document: &RawDocument) -> Result<Self, InvalidDocument> {
        let details = OrderDetails {
            user_id: parse_id(document, "userId")?,
            items: parse_items(document)?,
            total_amount: decimal128::amount(document, "totalAmount")?,
        };
        let id = document::id(document, "_id")?;
        let status = parse_status(document)?;
        let created_at = document::date(document, "createdAt")?.to_system_time();
        Ok(Self { id, details, status, created_at })
    }

    fn cursor(&self) -> Option<Cursor> {
        Cursor::new(DateTime::from_system_time(self.created_at), self.id.object_id())
    }

    fn max_json_bytes(&self) -> usize {
        // Keys, punctuation, two ids, the status, the time, a number of up to 24 characters.
        const FIXED: usize = 256;
        let OrderDetails { user_id: _, items, total_amount: _ } = &self.details;
        FIXED + items.iter().map(OrderItem::max_json_bytes).sum::<usize>()
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

    fn parse(document: &RawDocument) -> Result<Self, InvalidDocument> {
        let quantity = document::integer(document, "quantity")?;
        Ok(Self {
            product_id: parse_id(document, "productId")?,
            // Orders from before the limit may contain longer names.
            product_name: truncate_name(document::string(document, "productName")?).to_owned(),
            price: decimal128::amount(document, "price")?,
            quantity: i32::try_from(quantity).map_err(|_| {
                invalid("quantity", "a 32-bit integer", Some(RawBsonRef::Int64(quantity)))
            })?,
        })
    }

    fn max_json_bytes(&self) -> usize {
        // Keys, punctuation, the id, and two numbers of up to 24 characters.
        const FIXED: usize = 144;
        let Self { product_id: _, product_name, price: _, quantity: _ } = self;
        FIXED + max_json_bytes(product_name)
    }
}

fn parse_items(document: &RawDocument) -> Result<Vec<OrderItem>, InvalidDocument> {
    let items = match document.get("items")? {
        Some(RawBsonRef::Array(items)) => items,
        other => return Err(invalid("items", "an array", other)),
    };
    let parse = |item| match item {
        RawBsonRef::Document(item) => OrderItem::parse(item),
        other => Err(invalid("items", "documents", Some(other))),
    };
    items.into_iter().map(|item| parse(item?)).collect()
}

/// Reads the id of a resource of another service, which is stored as a string.
fn parse_id(document: &RawDocument, field: &'static str) -> Result<Id, InvalidDocument> {
    let text = document::string(document, field)?;
    text.parse().map_err(|_| invalid(field, "an id", Some(RawBsonRef::String(text))))
}

fn parse_status(document: &RawDocument) -> Result<OrderStatus, InvalidDocument> {
    let text = document::string(document, "status")?;
    let status = OrderStatus::ALL.iter().copied().find(|status| status.as_str() == text);
    status.ok_or_else(|| invalid("status", "a status", Some(RawBsonRef::String(text))))
}
