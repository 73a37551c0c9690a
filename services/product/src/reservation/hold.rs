//! Holds in the database: the field `holds` of a product, and the statements that change it.
//!
//! Each statement is an element of the command `update`, and atomic for each product. Its condition
//! makes it safe to repeat, and to run beside any other.

use mongodb::bson::{
    Bson, DateTime, Document, RawArrayBuf, RawBsonRef, RawDocumentBuf, doc, rawdoc,
};

use super::{Hold, Item, Placed, ReservedProduct};
use crate::decimal128;
use crate::document::{Fields, InvalidDocument, SCHEMA_VERSION_FIELD, invalid};
use crate::id::Id;
use crate::product::{HOLDS, SCHEMA_VERSION};

/// The place of the last hold that a product can have.
const LAST_PLACE: &str = "holds.49999";

/// All fields of a product except its holds.
pub fn without_holds() -> Document {
    doc! { HOLDS: false }
}

/// What a reservation reads of a product: the only hold in `holds` is that of the order.
pub fn of_order(order: Id) -> Document {
    doc! {
        SCHEMA_VERSION_FIELD: true,
        "name": true,
        "price": true,
        "stock": true,
        HOLDS: { "$elemMatch": { "order": order.object_id() } },
    }
}

/// Matches the products that the order holds.
pub fn held_by(order: Id) -> Document {
    doc! { "holds.order": order.object_id() }
}

/// Matches products that have [`MAX_HOLDS`](crate::limits::MAX_HOLDS) holds.
pub fn is_full() -> Document {
    doc! { LAST_PLACE: { "$exists": true } }
}

impl Hold {
    pub fn new(quantity: i64) -> Self {
        // The database stores milliseconds.
        Self { id: Id::generate(), quantity, held_at: DateTime::now().to_system_time() }
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        Ok(Self {
            id: fields.id("id")?,
            quantity: fields.integer("quantity")?,
            held_at: fields.time("heldAt")?,
        })
    }
}

impl ReservedProduct {
    pub fn parse(fields: &mut Fields<'_>) -> Result<Self, InvalidDocument> {
        let id = fields.id("_id")?;
        fields.schema_version(SCHEMA_VERSION)?;
        Ok(Self {
            id,
            name: fields.string("name")?.to_owned(),
            price: decimal128::amount(fields, "price")?,
            stock: fields.integer("stock")?,
            hold: parse_hold(fields)?,
        })
    }
}

/// Reads the first hold; the projection [`of_order`] leaves no other.
fn parse_hold(fields: &mut Fields<'_>) -> Result<Option<Hold>, InvalidDocument> {
    let holds = match fields.value(HOLDS)? {
        None => return Ok(None),
        Some(RawBsonRef::Array(holds)) => holds,
        other => return Err(invalid(HOLDS, "an array", other)),
    };
    match holds.into_iter().next().transpose()? {
        None => Ok(None),
        Some(RawBsonRef::Document(hold)) => Hold::parse(&mut Fields::new(hold)).map(Some),
        other => Err(invalid(HOLDS, "an array of documents", other)),
    }
}

/// The stages that list the orders which hold products, in the order of their ids: one document for
/// each hold, so an order with several products occurs several times. Before the holds are
/// unfolded, they are reduced to the ids of their orders and those of other orders are left out: a
/// database may copy all of them for each. No stage collects more than `limit` documents.
pub fn list_orders(placed: Placed, limit: u32) -> Vec<Document> {
    let condition = placed.condition();
    let compare = |(operator, bound): (&String, &Bson)| {
        doc! { operator.as_str(): ["$$order", bound.clone()] }
    };
    let in_range: Vec<Document> = condition.iter().map(compare).collect();
    let orders = doc! { "$map": { "input": "$holds", "as": "hold", "in": "$$hold.order" } };
    vec![
        doc! { "$match": { HOLDS: { "$elemMatch": { "order": condition } } } },
        doc! { "$project": { "_id": false, "order": { "$filter": {
            "input": orders, "as": "order", "cond": { "$and": in_range },
        } } } },
        doc! { "$unwind": "$order" },
        doc! { "$sort": { "order": 1 } },
        doc! { "$limit": i64::from(limit) },
    ]
}

/// The statements that take the missing items and confirm the holds that were read. Adds the new
/// holds to the products. The reservation is complete if all statements match.
pub fn hold_all(
    order: Id,
    missing: &[Item],
    products: &mut [ReservedProduct],
) -> Vec<RawDocumentBuf> {
    let statement = |product: &mut ReservedProduct| {
        if let Some(item) = missing.iter().find(|item| item.product == product.id) {
            let hold = product.hold.insert(Hold::new(item.quantity));
            return Some(take(order, *item, hold));
        }
        Some(confirm(product.id, product.hold.as_ref()?))
    };
    products.iter_mut().filter_map(statement).collect()
}

/// Takes the item from the stock and holds it, unless the order holds the product already, too
/// little is in stock, or the product has [`MAX_HOLDS`](crate::limits::MAX_HOLDS) holds.
fn take(order: Id, item: Item, hold: &Hold) -> RawDocumentBuf {
    let Item { product, quantity } = item;
    let Hold { id, quantity: _, held_at } = hold;
    rawdoc! {
        "q": {
            "_id": product.object_id(),
            "stock": { "$gte": quantity },
            "holds.order": { "$ne": order.object_id() },
            "holds.49999": { "$exists": false },
        },
        "u": {
            "$inc": { "stock": -quantity },
            "$push": { "holds": {
                "id": id.object_id(),
                "order": order.object_id(),
                "quantity": quantity,
                "heldAt": DateTime::from_system_time(*held_at),
            } },
        },
    }
}

/// Matches if the product has the hold, and changes nothing. As a write, it is acknowledged only
/// when a majority has what was written before: so a hold that was read will not be lost in a
/// failover. In a sharded cluster this is true of each shard, and so of every hold.
fn confirm(product: Id, hold: &Hold) -> RawDocumentBuf {
    rawdoc! {
        "q": { "_id": product.object_id(), "holds": { "$elemMatch": { "id": hold.id.object_id() } } },
        "u": { "$inc": { "stock": 0_i64 } },
    }
}

/// Gives everything that is held for the order back to the stock.
pub fn release(order: Id) -> RawDocumentBuf {
    let order = order.object_id();
    let released = rawdoc! { "$filter": {
        "input": "$holds",
        "as": "hold",
        "cond": { "$eq": ["$$hold.order", order] },
    } };
    let kept = rawdoc! { "$filter": {
        "input": "$holds",
        "as": "hold",
        "cond": { "$ne": ["$$hold.order", order] },
    } };
    let units = rawdoc! { "$sum": {
        "$map": { "input": released, "as": "hold", "in": "$$hold.quantity" },
    } };
    rawdoc! {
        "q": { "holds.order": order },
        "u": [{ "$set": { "stock": { "$add": ["$stock", units] }, "holds": kept } }],
        "multi": true,
    }
}

/// Removes those of the holds that belong to the order, without giving anything back.
pub fn fulfil(order: Id, holds: &[Id]) -> RawDocumentBuf {
    let mut ids = RawArrayBuf::new();
    holds.iter().for_each(|id| ids.push(id.object_id()));
    let listed = rawdoc! { "order": order.object_id(), "id": { "$in": ids } };
    rawdoc! {
        "q": { "holds": { "$elemMatch": listed.clone() } },
        "u": { "$pull": { "holds": listed } },
        "multi": true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_HOLDS;
    use crate::money::Amount;

    #[test]
    fn holds_that_were_read_are_confirmed_beside_those_that_are_taken() {
        let product = |hold| ReservedProduct {
            id: Id::generate(),
            name: "Teapot".to_owned(),
            price: Amount::try_from(24.9).unwrap(),
            stock: 5,
            hold,
        };
        let held = Hold::new(2);
        let mut products = [product(None), product(Some(held.clone()))];
        let item = Item { product: products[0].id, quantity: 3 };
        let statements = hold_all(Id::generate(), &[item], &mut products);
        let [take, confirm] = &statements[..] else { panic!("{statements:?}") };
        assert!(take.get_document("u").unwrap().get("$push").unwrap().is_some(), "{take:?}");
        let condition = rawdoc! { "$elemMatch": { "id": held.id.object_id() } };
        let confirmed = confirm.get_document("q").unwrap();
        assert_eq!(confirmed.get_document("holds").unwrap(), condition.as_ref());
        assert_eq!(products[0].hold.as_ref().map(|hold| hold.quantity), Some(3));
        assert_eq!(products[1].hold, Some(held));
    }

    #[test]
    fn the_last_place_is_that_of_the_limit() {
        assert_eq!(LAST_PLACE, format!("{HOLDS}.{}", MAX_HOLDS - 1));
        let item = Item { product: Id::generate(), quantity: 1 };
        let take = take(Id::generate(), item, &Hold::new(1));
        let condition = take.get_document("q").unwrap();
        assert!(condition.get(LAST_PLACE).unwrap().is_some(), "{condition:?}");
    }
}
