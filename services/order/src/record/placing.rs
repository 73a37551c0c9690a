//! Orders that are being placed, and the document that they become.

use std::time::{Duration, SystemTime};

use mongodb::bson::raw::cstr;
use mongodb::bson::{DateTime, RawArrayBuf, RawDocumentBuf, rawdoc};

use crate::document::{Fields, InvalidDocument, with_capacity};
use crate::id::Id;
use crate::order::{Order, RequestKey, SCHEMA_VERSION, parse_array, parse_id, parse_quantity};
use crate::rules::lines::Line;
use crate::rules::settlement::StoredStatus;

/// At least the length of a line's document.
const LINE_BYTES: usize = 64;

/// An order that is being placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacingOrder {
    pub id: Id,
    pub user_id: Id,
    pub lines: Vec<Line>,
    pub request_key: Option<RequestKey>,
    pub created_at: SystemTime,
}

impl PlacingOrder {
    /// The document of a new order. The settler abandons it unless it is placed within `patience`.
    pub fn to_document(&self, patience: Duration) -> RawDocumentBuf {
        let Self { id, user_id, lines, request_key, created_at } = self;
        let mut line_documents = RawArrayBuf::new();
        for Line { product_id, quantity } in lines {
            let mut document = with_capacity(LINE_BYTES);
            document.append(cstr!("productId"), product_id.to_string());
            document.append(cstr!("quantity"), *quantity);
            line_documents.push(document);
        }
        let next_attempt_at = DateTime::from_system_time(*created_at + patience);
        let created_at = DateTime::from_system_time(*created_at);
        let mut document = rawdoc! {
            "_id": id.object_id(),
            "schemaVersion": SCHEMA_VERSION,
            "userId": user_id.to_string(),
            "lines": line_documents,
            "status": StoredStatus::Placing.as_str(),
            "createdAt": created_at,
            "updatedAt": created_at,
            "nextAttemptAt": next_attempt_at,
        };
        if let Some(request_key) = request_key {
            request_key.append_to(&mut document);
        }
        document
    }

    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        Ok(Self {
            id: fields.id("_id")?,
            user_id: parse_id(fields, "userId")?,
            lines: parse_array(fields, "lines", parse_line)?,
            created_at: fields.time("createdAt")?,
            request_key: parse_request_key(fields)?,
        })
    }
}

/// The document of an order that takes the place of that of `placing`.
pub fn placed_document(
    order: &Order,
    placing: &PlacingOrder,
    holds: &[Id],
    updated_at: SystemTime,
) -> RawDocumentBuf {
    let mut document = order.to_document(updated_at);
    if let Some(request_key) = &placing.request_key {
        request_key.append_to(&mut document);
    }
    let mut ids = RawArrayBuf::new();
    holds.iter().for_each(|hold| ids.push(hold.object_id()));
    document.append(cstr!("holds"), ids);
    document
}

fn parse_request_key(fields: &mut Fields<'_>) -> Result<Option<RequestKey>, InvalidDocument> {
    let Some(key) = fields.optional_string("idempotencyKey")? else { return Ok(None) };
    let fingerprint = fields.string("fingerprint")?;
    Ok(Some(RequestKey { key: key.to_owned(), fingerprint: fingerprint.to_owned() }))
}

fn parse_line(fields: &mut Fields<'_>) -> Result<Line, InvalidDocument> {
    Ok(Line { product_id: parse_id(fields, "productId")?, quantity: parse_quantity(fields)? })
}

#[cfg(test)]
mod tests {
    use mongodb::bson::Decimal128;

    use super::*;
    use crate::api::OrderStatus;
    use crate::order::OrderDetails;
    use crate::rules::lines::OrderItem;

    fn id(number: u8) -> Id {
        format!("{number:024x}").parse().unwrap()
    }

    fn placing(created_at: SystemTime) -> PlacingOrder {
        PlacingOrder {
            id: id(1),
            user_id: id(2),
            lines: vec![Line { product_id: id(3), quantity: 4 }],
            request_key: Some(RequestKey {
                key: "key".to_owned(),
                fingerprint: "print".to_owned(),
            }),
            created_at,
        }
    }

    #[test]
    fn placed_orders_keep_their_key_and_holds_and_nothing_is_due() {
        let created_at = DateTime::from_millis(1_767_323_045_678).to_system_time();
        let updated_at = created_at + Duration::from_secs(1);
        let placing = placing(created_at);
        let item = OrderItem {
            product_id: id(3),
            product_name: "Teapot".to_owned(),
            price: 24.9.try_into().unwrap(),
            quantity: 4,
        };
        let total_amount = 99.6.try_into().unwrap();
        let details = OrderDetails { user_id: id(2), items: vec![item], total_amount };
        let order = Order { id: id(1), details, status: OrderStatus::Pending, created_at };
        let document = placed_document(&order, &placing, &[id(5)], updated_at);
        let expected = rawdoc! {
            "_id": id(1).object_id(),
            "schemaVersion": SCHEMA_VERSION,
            "userId": id(2).to_string(),
            "items": [{
                "productId": id(3).to_string(),
                "productName": "Teapot",
                "price": Decimal128::from(order.details.items[0].price),
                "quantity": 4,
            }],
            "totalAmount": Decimal128::from(total_amount),
            "status": "pending",
            "createdAt": DateTime::from_system_time(created_at),
            "updatedAt": DateTime::from_system_time(updated_at),
            "idempotencyKey": "key",
            "fingerprint": "print",
            "holds": [id(5).object_id()],
        };
        assert_eq!(document, expected);
    }
}
