//! Reservations: products that are held for an order, and the rules for holding them.
//!
//! A product's document has the stock that can still be sold, and a list of *holds*, each with the
//! order that it belongs to. A hold is added by the same update that takes its units from the
//! stock, and removed by the same update that gives them back. So its presence proves that the
//! units are taken, and every step can be repeated: an update that has been applied does not match
//! again.
//!
//! A reservation of several products is not atomic. It is complete once all of its holds exist;
//! until then, the units that have been taken remain held, whatever the response says. The order
//! service decides what becomes of them, since only it knows whether another attempt is under way.

pub mod hold;
mod placed;
mod rules;

use std::time::SystemTime;

use crate::id::Id;
use crate::money::Amount;

pub use placed::{Placed, cursor_after, placed_at};
pub use rules::{Refusal, ShortItem, find_missing};

/// A product and the quantity to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub product: Id,
    pub quantity: i64,
}

/// Units of a product that are held for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub id: Id,
    pub quantity: i64,
    pub held_at: SystemTime,
}

/// What a reservation reads of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct ReservedProduct {
    pub id: Id,
    pub name: String,
    pub price: Amount,
    pub stock: i64,
    /// The hold of the reservation's order.
    pub hold: Option<Hold>,
}

/// A product that is held for an order.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldItem {
    pub product: Id,
    pub name: String,
    pub price: Amount,
    pub hold: Hold,
}

impl ReservedProduct {
    /// `None` if the order does not hold the product.
    pub fn into_held_item(self) -> Option<HeldItem> {
        let Self { id: product, name, price, stock: _, hold } = self;
        Some(HeldItem { product, name, price, hold: hold? })
    }
}
