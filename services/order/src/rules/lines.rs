//! The lines of a new order: which products they refer to, and what they become in the order.

use std::collections::BTreeMap;

use crate::id::Id;
use crate::limits::MAX_PRODUCT_NAME_CHARS;
use crate::money::Amount;

/// A line of a new order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub product_id: Id,
    pub quantity: i32,
}

/// What an order copies of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductSnapshot {
    pub name: String,
    pub price: Amount,
}

/// A line of an order, with the product's name and price when the order was placed.
#[derive(Debug)]
pub struct OrderItem {
    pub product_id: Id,
    pub product_name: String,
    pub price: Amount,
    pub quantity: i32,
}

/// No snapshot was given of this product, to which a line refers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingProduct(pub Id);

/// Merges lines of the same product: returns each product once, in the order of its first line.
pub fn distinct_products(lines: &[Line]) -> Vec<Id> {
    let mut products = Vec::new();
    for Line { product_id, quantity: _ } in lines {
        if !products.contains(product_id) {
            products.push(*product_id);
        }
    }
    products
}

/// A product and the quantity of all lines with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductQuantity {
    pub product_id: Id,
    pub quantity: i64,
}

/// Merges lines of the same product, and adds up their quantities.
pub fn merge(lines: &[Line]) -> Vec<ProductQuantity> {
    let mut merged: Vec<ProductQuantity> = Vec::new();
    for Line { product_id, quantity } in lines {
        let quantity = i64::from(*quantity);
        match merged.iter_mut().find(|other| other.product_id == *product_id) {
            Some(other) => other.quantity += quantity,
            None => merged.push(ProductQuantity { product_id: *product_id, quantity }),
        }
    }
    merged
}

/// Copies the names and prices of the products into the lines. Lines of the same product remain
/// separate items, in the order in which they were given.
pub fn to_items(
    lines: &[Line],
    products: &BTreeMap<Id, ProductSnapshot>,
) -> Result<Vec<OrderItem>, MissingProduct> {
    let to_item = |line: &Line| {
        let Line { product_id, quantity } = *line;
        let product = products.get(&product_id).ok_or(MissingProduct(product_id))?;
        let ProductSnapshot { name, price } = product.clone();
        Ok(OrderItem { product_id, product_name: name, price, quantity })
    };
    lines.iter().map(to_item).collect()
}

/// Truncates a name to `MAX_PRODUCT_NAME_CHARS` characters.
pub fn truncate_name(name: &str) -> &str {
    if name.len() <= MAX_PRODUCT_NAME_CHARS {
        return name;
    }
    let end = name.char_indices().nth(MAX_PRODUCT_NAME_CHARS).map(|(end, _)| end);
    &name[..end.unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Id {
        format!("{number:024x}").parse().unwrap()
    }

    #[test]
    fn merged_lines_add_up_quantities() {
        let merged = merge(&[
            Line { product_id: id(1), quantity: i32::MAX },
            Line { product_id: id(2), quantity: 1 },
            Line { product_id: id(1), quantity: i32::MAX },
        ]);
        let expected = [(id(1), 2 * i64::from(i32::MAX)), (id(2), 1)];
        let expected =
            expected.map(|(product_id, quantity)| ProductQuantity { product_id, quantity });
        assert_eq!(merged, expected);
    }

    fn lines(products: &[u8]) -> Vec<Line> {
        let line = |(number, quantity): (&u8, i32)| Line { product_id: id(*number), quantity };
        products.iter().zip(1..).map(line).collect()
    }

    fn product(name: &str) -> ProductSnapshot {
        ProductSnapshot { name: name.to_owned(), price: 0.5.try_into().unwrap() }
    }

    #[test]
    fn merges_lines_of_the_same_product() {
        assert_eq!(distinct_products(&lines(&[2, 1, 2, 1, 3])), [id(2), id(1), id(3)]);
        assert_eq!(distinct_products(&[]), []);
    }

    #[test]
    fn items_keep_the_order_and_number_of_the_lines() {
        let products = BTreeMap::from([(id(1), product("Cup")), (id(2), product("Pot"))]);
        let items = to_items(&lines(&[2, 1, 2]), &products).unwrap();
        let items: Vec<_> =
            items.iter().map(|item| (item.product_name.as_str(), item.quantity)).collect();
        assert_eq!(items, [("Pot", 1), ("Cup", 2), ("Pot", 3)]);
    }

    #[test]
    fn names_the_missing_product() {
        let products = BTreeMap::from([(id(1), product("Cup"))]);
        assert_eq!(to_items(&lines(&[1, 2]), &products).err(), Some(MissingProduct(id(2))));
    }

    #[test]
    fn truncates_long_names_between_characters() {
        for (character, length) in [("a", 201), ("ä", 101), ("ä", 65_000), ("🫖", 16_250)] {
            let name = character.repeat(length);
            let expected = character.repeat(length.min(MAX_PRODUCT_NAME_CHARS));
            assert_eq!(truncate_name(&name), expected, "{length} times {character}");
        }
    }
}
