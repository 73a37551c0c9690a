//! Which items of a reservation have yet to be taken, and why they cannot be.

use super::{Item, ReservedProduct};
use crate::id::Id;

/// Why a reservation is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    UnknownProduct(Id),
    /// The order holds another quantity of the product.
    OtherQuantity(Id),
    /// Every item of which too little is in stock.
    OutOfStock(Vec<ShortItem>),
}

/// An item of which too little is in stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortItem {
    pub product: Id,
    pub requested: i64,
    pub available: i64,
}

/// Returns the items that are not held yet, all of which are in stock. `products` are those of the
/// items that exist, in any order.
pub fn find_missing(items: &[Item], products: &[ReservedProduct]) -> Result<Vec<Item>, Refusal> {
    let mut missing = Vec::new();
    let mut short = Vec::new();
    for item in items {
        let product = products.iter().find(|product| product.id == item.product);
        let product = product.ok_or(Refusal::UnknownProduct(item.product))?;
        match &product.hold {
            Some(hold) if hold.quantity == item.quantity => {}
            Some(_) => return Err(Refusal::OtherQuantity(item.product)),
            None if product.stock >= item.quantity => missing.push(*item),
            None => short.push(ShortItem {
                product: item.product,
                requested: item.quantity,
                available: product.stock.max(0),
            }),
        }
    }
    if short.is_empty() { Ok(missing) } else { Err(Refusal::OutOfStock(short)) }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::super::Hold;
    use super::*;
    use crate::money::Amount;

    fn id(number: u8) -> Id {
        format!("{number:024x}").parse().unwrap()
    }

    fn item(number: u8, quantity: i64) -> Item {
        Item { product: id(number), quantity }
    }

    fn product(number: u8, stock: i64, held: Option<i64>) -> ReservedProduct {
        let hold = |quantity| Hold { id: id(99), quantity, held_at: SystemTime::UNIX_EPOCH };
        ReservedProduct {
            id: id(number),
            name: "Teapot".to_owned(),
            price: Amount::try_from(24.9).unwrap(),
            stock,
            hold: held.map(hold),
        }
    }

    #[test]
    fn only_items_without_a_hold_are_missing() {
        let products = [product(1, 0, Some(2)), product(2, 3, None), product(3, 9, None)];
        let items = [item(3, 1), item(1, 2), item(2, 3)];
        assert_eq!(find_missing(&items, &products), Ok(vec![item(3, 1), item(2, 3)]));
        assert_eq!(find_missing(&items[1..2], &products), Ok(vec![]));
    }

    #[test]
    fn names_every_short_item_and_no_other() {
        let products = [product(1, 2, None), product(2, 0, None), product(3, -1, None)];
        let items = [item(1, 3), item(2, 1), item(3, 1)];
        let short =
            |number, requested, available| ShortItem { product: id(number), requested, available };
        let expected = vec![short(1, 3, 2), short(2, 1, 0), short(3, 1, 0)];
        assert_eq!(find_missing(&items, &products), Err(Refusal::OutOfStock(expected)));
        let items = [item(1, 2), item(2, 1)];
        let expected = vec![short(2, 1, 0)];
        assert_eq!(find_missing(&items, &products), Err(Refusal::OutOfStock(expected)));
    }

    #[test]
    fn a_hold_of_another_quantity_is_a_conflict() {
        let products = [product(1, 9, Some(2))];
        let refusal = Refusal::OtherQuantity(id(1));
        for quantity in [1, 3] {
            assert_eq!(find_missing(&[item(1, quantity)], &products).as_ref(), Err(&refusal));
        }
    }

    #[test]
    fn unknown_products_and_conflicts_come_before_short_items() {
        let products = [product(1, 0, None), product(2, 0, Some(1))];
        let unknown = [item(1, 1), item(7, 1)];
        assert_eq!(find_missing(&unknown, &products), Err(Refusal::UnknownProduct(id(7))));
        let conflict = [item(1, 1), item(2, 2)];
        assert_eq!(find_missing(&conflict, &products), Err(Refusal::OtherQuantity(id(2))));
    }
}
