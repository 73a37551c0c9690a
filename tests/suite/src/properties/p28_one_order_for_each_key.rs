use futures_util::future::join_all;
use proptest::prelude::*;

use super::{check, order};
use crate::support::{
    new_key, new_product_with_stock, new_user, orders, post_with_key, reserving_orders, run, stock,
};

// Feature: product-order-system, Property 28: Requests with one idempotency key place one order
#[test]
fn simultaneous_requests_with_one_key_place_one_order() {
    let user = run(new_user());
    check((1usize..5, 1i32..4, any::<bool>()), async |(requests, quantity, reserves)| {
        let orders = if reserves { reserving_orders() } else { orders() };
        let (product, key) = (new_product_with_stock(20).await, new_key());
        let body = order(&user, &[(product.clone(), quantity)]);
        let send = || post_with_key(&orders, &key, &body);
        let mut placed = Vec::new();
        let mut replayed = 0;
        for response in join_all((0..requests).map(|_| send())).await {
            // A request may be asked to try again while another one is in progress.
            prop_assert!([201, 503].contains(&response.status), "{}", response.body);
            if response.status == 201 {
                replayed += usize::from(response.headers.contains_key("idempotency-replayed"));
                placed.push(response.body["id"].clone());
            }
        }
        prop_assert!(!placed.is_empty());
        prop_assert!(placed.iter().all(|id| *id == placed[0]));
        prop_assert!(placed.len() - replayed <= 1);
        let taken = if reserves { i64::from(quantity) } else { 0 };
        prop_assert_eq!(stock(&product).await, 20 - taken);
        Ok(())
    });
}
