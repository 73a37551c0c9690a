use futures_util::future::{join, join_all};
use proptest::prelude::*;
use serde_json::json;

use super::check;
use crate::support::{
    fulfil, held, hold_ids, new_order_id, new_product_with_stock, products, release, reserve, stock,
};

/// What becomes of an order once its reservation has been answered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Kept,
    Released,
    Fulfilled,
}

/// An order with a quantity of each product, 0 for none. Its requests are sent several times.
#[derive(Debug, Clone)]
struct Order {
    quantities: [i64; PRODUCTS],
    end: End,
    repeats: usize,
}

const PRODUCTS: usize = 2;

fn order() -> impl Strategy<Value = Order> {
    let quantities = (0..4_i64, 0..4_i64).prop_map(<[i64; PRODUCTS]>::from);
    let quantities = quantities.prop_filter("an item", |it| it.iter().sum::<i64>() > 0);
    let end = prop::sample::select(vec![End::Kept, End::Released, End::Fulfilled]);
    (quantities, end, 1..=2_usize).prop_map(|(quantities, end, repeats)| Order {
        quantities,
        end,
        repeats,
    })
}

/// Reserves and ends an order; returns what it fulfilled of each product.
async fn run_order(id: &str, order: &Order, ids: &[String]) -> [i64; PRODUCTS] {
    let wanted = ids.iter().map(String::as_str).zip(order.quantities);
    let items: Vec<(&str, i64)> = wanted.filter(|(_, quantity)| *quantity > 0).collect();
    let mut answers = join_all((0..order.repeats).map(|_| reserve(id, &items))).await;
    let answer = answers.swap_remove(0);
    match order.end {
        End::Kept => [0; PRODUCTS],
        End::Released => {
            // A repeated request may arrive while the reservation is released.
            let releases = join_all((0..order.repeats).map(|_| release(id)));
            join(releases, reserve(id, &items)).await;
            [0; PRODUCTS]
        }
        End::Fulfilled if answer.status == 200 => {
            let holds = hold_ids(&answer.body);
            let fulfilments = join_all((0..order.repeats).map(|_| fulfil(id, &holds)));
            join(fulfilments, reserve(id, &items)).await;
            order.quantities
        }
        End::Fulfilled => [0; PRODUCTS],
    }
}

/// Changes the stock; returns the difference if it was accepted.
async fn adjust(product: &str, delta: i64) -> i64 {
    let path = format!("/products/{product}/stock-adjustments");
    let response = products().post(&path, json!({ "delta": delta })).await;
    if response.status == 200 { delta } else { 0 }
}

// Feature: product-order-system, Property 24: Nothing is sold twice and nothing is lost
#[test]
fn stock_held_and_fulfilled_units_add_up() {
    let stocks = [0..9_i64, 0..9_i64];
    let orders = prop::collection::vec(order(), 1..6);
    let adjustments = prop::collection::vec((0..PRODUCTS, -4..5_i64), 0..4);
    check((stocks, orders, adjustments), async |(stocks, orders, adjustments)| {
        let ids = join_all(stocks.map(new_product_with_stock)).await;
        let names: Vec<String> = orders.iter().map(|_| new_order_id()).collect();
        let sales = names.iter().zip(&orders).map(|(name, order)| run_order(name, order, &ids));
        let changes =
            adjustments.iter().map(async |(at, delta)| (*at, adjust(&ids[*at], *delta).await));
        let (sales, changes) = join(join_all(sales), join_all(changes)).await;
        for (at, id) in ids.iter().enumerate() {
            let added: i64 = changes.iter().filter(|it| it.0 == at).map(|it| it.1).sum();
            let fulfilled: i64 = sales.iter().map(|sold| sold[at]).sum();
            let held: i64 = join_all(names.iter().map(|name| held(name, id))).await.iter().sum();
            let left = stock(id).await;
            prop_assert!(left >= 0, "{left} in stock");
            prop_assert_eq!(stocks[at] + added, left + held + fulfilled);
        }
        Ok(())
    });
}
