use proptest::prelude::*;

use super::inputs::{basket, name};
use super::{both_ways, check, place};

// Feature: product-order-system, Property 3: Order data persistence round trip
#[test]
fn orders_are_read_back_as_placed() {
    check((basket(), name()), async |(basket, name)| {
        for (orders, stock) in both_ways() {
            let (placed, items) = place(&orders, stock, &basket, &name).await;
            let order = placed.assert_status(201);
            let path = format!("/orders/{}", order["id"].as_str().unwrap());
            let read = orders.get(&path).await.assert_status(200);
            prop_assert_eq!(&read, &order);
            let found = read["items"].as_array().unwrap();
            prop_assert_eq!(found.len(), items.len());
            for (found, (product, price, quantity)) in found.iter().zip(&items) {
                prop_assert_eq!(found["productId"].as_str(), Some(product.as_str()));
                prop_assert_eq!(found["productName"].as_str(), Some(name.as_str()));
                prop_assert_eq!(found["price"].as_f64(), Some(*price));
                prop_assert_eq!(found["quantity"].as_i64(), Some(i64::from(*quantity)));
            }
            prop_assert_eq!(read["totalAmount"].as_f64(), Some(basket.total()));
        }
        Ok(())
    });
}
