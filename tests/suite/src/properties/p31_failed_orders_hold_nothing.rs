use proptest::prelude::*;

use super::{check, order};
use crate::support::{
    NO_ID, new_key, new_product, new_product_with_stock, new_user, post_with_key, reserving_orders,
    run, stock,
};

/// Why an order fails.
#[derive(Debug, Clone, Copy)]
enum Fault {
    UnknownUser,
    UnknownProduct,
    OutOfStock,
    InexactTotal,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::UnknownUser),
        Just(Fault::UnknownProduct),
        Just(Fault::OutOfStock),
        Just(Fault::InexactTotal),
    ]
}

// Feature: product-order-system, Property 31: A failed order holds nothing once it is quiet
#[test]
fn failed_orders_hold_nothing() {
    let user = run(new_user());
    check((prop::collection::vec(1i32..4, 1..4), fault()), async |(quantities, fault)| {
        let mut items = Vec::new();
        for quantity in quantities {
            items.push((new_product_with_stock(5).await, quantity));
        }
        let available = items.clone();
        let status = match fault {
            Fault::UnknownUser => 404,
            Fault::UnknownProduct => {
                items.push((NO_ID.to_owned(), 1));
                404
            }
            Fault::OutOfStock => {
                items.push((new_product_with_stock(1).await, 2));
                409
            }
            Fault::InexactTotal => {
                items.push((new_product(f64::MAX).await, 2));
                422
            }
        };
        let user = if matches!(fault, Fault::UnknownUser) { NO_ID } else { &user };
        let response = post_with_key(&reserving_orders(), &new_key(), &order(user, &items)).await;
        prop_assert_eq!(response.status, status, "{}", response.body);
        for (product, _) in available {
            prop_assert_eq!(stock(&product).await, 5);
        }
        Ok(())
    });
}
