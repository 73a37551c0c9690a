use futures_util::future::join_all;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::support::{new_order_id, new_product_with_stock, reserve, stock};

// Feature: product-order-system, Property 26: Out-of-stock errors name exactly the short items
#[test]
fn out_of_stock_errors_name_exactly_the_short_items() {
    let items = prop::collection::vec((0..6_i64, 1..6_i64), 1..9);
    check(items, async |items| {
        let ids = join_all(items.iter().map(|(stock, _)| new_product_with_stock(*stock))).await;
        let wanted = ids.iter().map(String::as_str).zip(&items);
        let request: Vec<(&str, i64)> = wanted.map(|(id, (_, quantity))| (id, *quantity)).collect();
        let short: Vec<Value> = ids
            .iter()
            .zip(&items)
            .filter(|(_, (stock, quantity))| stock < quantity)
            .map(|(id, (stock, quantity))| {
                json!({ "productId": id, "requested": quantity, "available": stock })
            })
            .collect();
        let response = reserve(&new_order_id(), &request).await;
        let taken = if short.is_empty() {
            response.assert_status(200);
            true
        } else {
            let error = response.assert_status(409)["error"].clone();
            prop_assert_eq!(&error["code"], "OUT_OF_STOCK");
            prop_assert_eq!(&error["details"]["items"], &Value::Array(short));
            false
        };
        for (id, (initial, quantity)) in ids.iter().zip(&items) {
            let expected = if taken { initial - quantity } else { *initial };
            prop_assert_eq!(stock(id).await, expected);
        }
        Ok(())
    });
}
