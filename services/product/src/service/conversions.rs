//! Converts reservations between the types of the spec and those of the service.

use mongodb::bson::oid::ObjectId;
use openapi_server::{DateTime, InvalidValue, Utc};

use crate::api;
use crate::id::{Id, InvalidId};
use crate::reservation::{HeldItem, Hold, Item, placed_at};

impl TryFrom<api::NewReservationItem> for Item {
    type Error = InvalidId;

    fn try_from(item: api::NewReservationItem) -> Result<Self, InvalidId> {
        let api::NewReservationItem { product_id, quantity } = item;
        Ok(Self { product: product_id.try_into()?, quantity: quantity.into() })
    }
}

pub fn reservation(order: Id, held: Vec<HeldItem>) -> Result<api::Reservation, InvalidValue> {
    let items = held.into_iter().map(api::HeldItem::try_from).collect::<Result<_, _>>()?;
    Ok(api::Reservation { order_id: order.try_into()?, items })
}

impl TryFrom<HeldItem> for api::HeldItem {
    type Error = InvalidValue;

    fn try_from(item: HeldItem) -> Result<Self, InvalidValue> {
        let HeldItem { product, name, price, hold } = item;
        let Hold { id, quantity, held_at } = hold;
        Ok(Self {
            product_id: product.try_into()?,
            hold_id: id.try_into()?,
            name: name.try_into()?,
            price: price.as_f64().try_into()?,
            quantity: quantity.try_into()?,
            held_at: DateTime::<Utc>::from(held_at).try_into()?,
        })
    }
}

pub fn summary(order: ObjectId) -> Result<api::ReservationSummary, InvalidValue> {
    let placed_at = DateTime::<Utc>::from(placed_at(order)).try_into()?;
    Ok(api::ReservationSummary { order_id: Id::from(order).try_into()?, placed_at })
}
