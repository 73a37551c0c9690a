use proptest::prelude::*;
use serde_json::json;

use super::{check, order};
use crate::support::{new_product_with_stock, new_user, products, reserving_orders, run, stock};

// Feature: product-order-system, Property 30: Completed orders never give their stock back
#[test]
fn completed_orders_keep_stock() {
    let user = run(new_user());
    let later = prop::collection::vec("(pending|processing|completed|cancelled)", 0..3);
    check((1i32..5, any::<bool>(), later), async |(quantity, is_processed, later)| {
        let product = new_product_with_stock(10).await;
        let body = order(&user, &[(product.clone(), quantity)]);
        let id = reserving_orders().post("/orders", body).await.id(201);
        let path = format!("/orders/{id}/status");
        let orders = reserving_orders();
        let change = |status: &str| orders.put(&path, json!({ "status": status }));
        if is_processed {
            change("processing").await.assert_status(200);
        }
        change("completed").await.assert_status(200);
        for status in later {
            change(&status).await;
        }
        prop_assert_eq!(stock(&product).await, 10 - i64::from(quantity));
        let reservation = products().get(&format!("/reservations/{id}")).await;
        prop_assert_eq!(reservation.status, 404);
        Ok(())
    });
}
