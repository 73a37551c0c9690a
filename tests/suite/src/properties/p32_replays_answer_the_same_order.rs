use proptest::prelude::*;

use super::{check, order};
use crate::support::{
    new_key, new_product_with_stock, new_user, orders, post_with_key, reserving_orders, run,
};

// Feature: product-order-system, Property 32: Replays answer with the same order
#[test]
fn replays_answer_the_same_order() {
    let user = run(new_user());
    let quantities = prop::collection::vec(1i32..4, 1..4);
    let key = "[!-~]{1,200}";
    check((quantities, key, any::<bool>()), async |(quantities, key, reserves)| {
        let orders = if reserves { reserving_orders() } else { orders() };
        let key = format!("{key}{}", new_key());
        let product = new_product_with_stock(100).await;
        let items: Vec<_> =
            quantities.iter().map(|quantity| (product.clone(), *quantity)).collect();
        let placed = post_with_key(&orders, &key, &order(&user, &items)).await.assert_status(201);
        let replayed = post_with_key(&orders, &key, &order(&user, &items)).await;
        prop_assert!(replayed.headers.contains_key("idempotency-replayed"));
        prop_assert_eq!(replayed.assert_status(201), placed);
        // Any other request is rejected.
        let mut other = items.clone();
        other.push((product, 1));
        let rejected = post_with_key(&orders, &key, &order(&user, &other)).await;
        prop_assert_eq!(rejected.code(422), "IDEMPOTENCY_KEY_REUSED");
        Ok(())
    });
}
