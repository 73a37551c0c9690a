use futures_util::future::join_all;
use proptest::prelude::*;
use serde_json::json;

use super::{check, order};
use crate::support::{new_product_with_stock, new_user, reserving_orders, run, stock};

// Feature: product-order-system, Property 29: Cancelled orders give their stock back exactly once
#[test]
fn cancelled_orders_give_back_once() {
    let user = run(new_user());
    check((1i32..5, 1i32..5, 1usize..4), async |(first, second, cancellations)| {
        let product = new_product_with_stock(10).await;
        let mut ids = Vec::new();
        for quantity in [first, second] {
            let body = order(&user, &[(product.clone(), quantity)]);
            ids.push(reserving_orders().post("/orders", body).await.id(201));
        }
        let path = format!("/orders/{}/status", ids[0]);
        let orders = reserving_orders();
        let cancel = || orders.put(&path, json!({ "status": "cancelled" }));
        for response in join_all((0..cancellations).map(|_| cancel())).await {
            response.assert_status(200);
        }
        // The other order still holds its quantity.
        prop_assert_eq!(stock(&product).await, 10 - i64::from(second));
        Ok(())
    });
}
