//! Orders in every state, as the order flow and the settler see them: also those that are being
//! placed and those that were abandoned, which no client sees.
//!
//! Besides the fields of an order, a document has:
//!
//! | field | meaning |
//! | --- | --- |
//! | `lines` | while it is placing: what was ordered |
//! | `idempotencyKey`, `fingerprint` | the client's key and what it was used for, as long as the document exists |
//! | `holds` | once it is placed: the ids of its holds in the product service |
//! | `settlement` | `release` or `fulfil` while the product service does not know its end yet |
//! | `nextAttemptAt`, `attempts` | while the settler has something to do: when, and how often it has tried |

mod placing;

use std::time::SystemTime;

use mongodb::bson::{Document, RawBsonRef, doc};

use crate::document::{Fields, InvalidDocument, SCHEMA_VERSION_FIELD, invalid};
use crate::id::Id;
use crate::order::{Order, SCHEMA_VERSION};
use crate::rules::settlement::{Settlement, StoredStatus, Task, task};

pub use placing::{PlacingOrder, placed_document};

/// What the database requires of an order in any state, in MongoDB's `$jsonSchema`.
pub fn json_schema() -> Document {
    let objects = doc! { "bsonType": "array", "items": { "bsonType": "object" } };
    let statuses: Vec<&str> = StoredStatus::all().map(StoredStatus::as_str).collect();
    doc! {
        "bsonType": "object",
        "required": ["userId", "status", "createdAt"],
        "properties": {
            "_id": { "bsonType": "objectId" },
            SCHEMA_VERSION_FIELD: { "bsonType": "number", "minimum": 1 },
            "userId": { "bsonType": "string" },
            "status": { "enum": statuses },
            "createdAt": { "bsonType": "date" },
            "items": objects.clone(),
            "lines": objects,
            "totalAmount": { "bsonType": "number", "minimum": 0, "exclusiveMinimum": true },
            "idempotencyKey": { "bsonType": "string" },
            "fingerprint": { "bsonType": "string" },
            "holds": { "bsonType": "array", "items": { "bsonType": "objectId" } },
            "settlement": { "bsonType": "string" },
            "nextAttemptAt": { "bsonType": "date" },
            "attempts": { "bsonType": "number" },
        },
    }
}

/// A stored order with the request that it answers.
pub struct Record {
    pub state: State,
    /// `None` without a key.
    pub fingerprint: Option<String>,
}

pub enum State {
    Placing(PlacingOrder),
    Abandoned(Id),
    Visible(Order),
}

impl State {
    pub fn status(&self) -> StoredStatus {
        match self {
            Self::Placing(_) => StoredStatus::Placing,
            Self::Abandoned(_) => StoredStatus::Abandoned,
            Self::Visible(order) => StoredStatus::Visible(order.status),
        }
    }
}

impl Record {
    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        fields.schema_version(SCHEMA_VERSION)?;
        let state = match parse_status(fields)? {
            StoredStatus::Placing => State::Placing(PlacingOrder::parse(fields)?),
            StoredStatus::Abandoned => State::Abandoned(fields.id("_id")?),
            StoredStatus::Visible(_) => State::Visible(Order::parse(fields)?),
        };
        Ok(Self { state, fingerprint: fields.optional_string("fingerprint")?.map(str::to_owned) })
    }
}

/// An order for which the settler may have something to do.
#[derive(Debug)]
pub struct DueOrder {
    pub id: Id,
    /// As stored; whoever replaces it has claimed the order.
    pub next_attempt_at: SystemTime,
    pub attempts: u32,
}

impl DueOrder {
    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        // A count that cannot be read is the highest, so that it does not hold up other orders.
        let attempts = match fields.scalar("attempts")? {
            None => 0,
            Some(_) => fields.integer("attempts").unwrap_or(i64::MAX),
        };
        Ok(Self {
            id: fields.id("_id")?,
            next_attempt_at: fields.time("nextAttemptAt")?,
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        })
    }
}

/// What is due for an order, after its status was changed or the settler has claimed it.
#[derive(Debug)]
pub struct Work {
    pub id: Id,
    pub task: Task,
}

impl Work {
    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let (status, settlement) = parse_standing(fields)?;
        let holds = parse_holds(fields)?;
        Ok(Self { id: fields.id("_id")?, task: task(status, settlement, &holds) })
    }
}

/// The status of an order and the settlement that is due.
pub fn parse_standing(
    fields: &mut Fields<'_>,
) -> Result<(StoredStatus, Option<Settlement>), InvalidDocument> {
    fields.schema_version(SCHEMA_VERSION)?;
    let status = parse_status(fields)?;
    let settlement = match fields.optional_string("settlement")? {
        None => None,
        Some(text) => Some(Settlement::parse(text).ok_or_else(|| {
            invalid("settlement", "a settlement", Some(RawBsonRef::String(text)))
        })?),
    };
    Ok((status, settlement))
}

fn parse_status(fields: &mut Fields<'_>) -> Result<StoredStatus, InvalidDocument> {
    let text = fields.string("status")?;
    StoredStatus::parse(text)
        .ok_or_else(|| invalid("status", "a status", Some(RawBsonRef::String(text))))
}

fn parse_holds(fields: &mut Fields<'_>) -> Result<Vec<Id>, InvalidDocument> {
    let holds = match fields.value("holds")? {
        None => return Ok(Vec::new()),
        Some(RawBsonRef::Array(holds)) => holds,
        other => return Err(invalid("holds", "an array", other)),
    };
    let parse = |hold| match hold {
        RawBsonRef::ObjectId(id) => Ok(id.into()),
        other => Err(invalid("holds", "ObjectIds", Some(other))),
    };
    holds.into_iter().map(|hold| parse(hold?)).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mongodb::bson::{DateTime, rawdoc};

    use super::*;
    use crate::order::RequestKey;
    use crate::rules::lines::Line;

    fn id(number: u8) -> Id {
        format!("{number:024x}").parse().unwrap()
    }

    #[test]
    fn placing_orders_are_read_back() {
        let now = DateTime::from_millis(1_767_323_045_678).to_system_time();
        let order = PlacingOrder {
            id: id(1),
            user_id: id(2),
            lines: vec![Line { product_id: id(3), quantity: 4 }],
            request_key: Some(RequestKey {
                key: "key".to_owned(),
                fingerprint: "print".to_owned(),
            }),
            created_at: now,
        };
        let document = order.to_document(Duration::from_secs(30));
        let record = Record::parse(&mut Fields::new(&document)).unwrap();
        let State::Placing(read) = record.state else { panic!("another state") };
        assert_eq!((read, record.fingerprint.as_deref()), (order, Some("print")));
        let due = DueOrder::parse(&mut Fields::new(&document)).unwrap();
        assert_eq!((due.id, due.attempts), (id(1), 0));
        assert_eq!(due.next_attempt_at, now + Duration::from_secs(30));
        assert_eq!(Work::parse(&mut Fields::new(&document)).unwrap().task, Task::Abandon);
    }

    #[test]
    fn fulfilment_removes_the_holds_of_a_completed_order() {
        let document = rawdoc! {
            "_id": id(1).object_id(),
            "status": "completed",
            "settlement": "fulfil",
            "holds": [id(5).object_id(), id(6).object_id()],
        };
        let work = Work::parse(&mut Fields::new(&document)).unwrap();
        assert_eq!(work.task, Task::Fulfil(vec![id(5), id(6)]));
    }
}
