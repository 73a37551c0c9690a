use futures_util::future::join_all;
use proptest::prelude::*;

use super::check;
use crate::support::{new_order_id, new_product_with_stock, reservation, reserve, stock};

// Feature: product-order-system, Property 25: A repeated reservation answers the same
#[test]
fn repeated_reservations_hold_once_and_answer_the_same() {
    let quantities = prop::collection::vec((1..5_i64, 0..5_i64), 1..6);
    check((quantities, 1..5_usize), async |(quantities, requests)| {
        let create = |(quantity, rest): &(i64, i64)| new_product_with_stock(quantity + rest);
        let ids = join_all(quantities.iter().map(create)).await;
        let wanted = ids.iter().map(String::as_str).zip(&quantities);
        let items: Vec<(&str, i64)> = wanted.map(|(id, (quantity, _))| (id, *quantity)).collect();
        let order = new_order_id();
        let mut answers = join_all((0..requests).map(|_| reserve(&order, &items))).await;
        answers.push(reserve(&order, &items).await);
        let mut bodies: Vec<_> = answers.into_iter().map(|it| it.assert_status(200)).collect();
        for (id, (_, rest)) in ids.iter().zip(&quantities) {
            prop_assert_eq!(stock(id).await, *rest);
        }
        let last = bodies.pop().unwrap();
        prop_assert!(bodies.iter().all(|body| *body == last), "{bodies:?}");
        let mut read = reservation(&order).await.assert_status(200);
        let place =
            |item: &serde_json::Value| items.iter().position(|(id, _)| item["productId"] == *id);
        read["items"].as_array_mut().unwrap().sort_by_key(place);
        prop_assert_eq!(read, last);
        Ok(())
    });
}
