//! The correctness properties of the design, a file and a proptest each. `PROPTEST_CASES` raises
//! the number of cases from 100, and makes them random.

mod from_spec;
mod inputs;
mod p01_user_round_trip;
mod p02_product_round_trip;
mod p03_order_round_trip;
mod p04_valid_registration;
mod p05_valid_product;
mod p06_login_token;
mod p07_duplicate_email;
mod p08_unknown_product;
mod p09_order_checks_user;
mod p10_order_checks_products;
mod p11_pending_status;
mod p12_unknown_user_rejected;
mod p13_unknown_product_rejected;
mod p14_waits_for_database;
mod p15_backoff;
mod p16_failed_upstream;
mod p17_environment;
mod p18_health;
mod p19_error_logs;
mod p20_invalid_requests;
mod p21_internal_errors;
mod p22_request_logs;
mod p23_structured_logs;
mod p24_no_oversell;
mod p25_repeated_reservation;
mod p26_short_items;
mod p27_given_back_once;
mod p28_one_order_for_each_key;
mod p29_cancelled_orders_give_back_once;
mod p30_completed_orders_keep_stock;
mod p31_failed_orders_hold_nothing;
mod p32_replays_answer_the_same_order;
mod p33_placing_orders_are_invisible;
mod processes;

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use self::inputs::Basket;
use crate::support::{Api, Response, new_user, orders, products, reserving_orders, run, users};

/// At least the number of cases that the design requires.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let is_set = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if is_set { default.cases.max(100) } else { 100 };
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 16, ..default }
}

/// Runs a property on values of a strategy.
fn check<S: Strategy>(strategy: S, property: impl AsyncFn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: Debug,
{
    // By default the cases are the same in each run, so that builds do not fail at random.
    let mut runner = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => TestRunner::new(config()),
        None => {
            TestRunner::new_with_rng(config(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        }
    };
    let outcome = runner.run(&strategy, |value| run(property(value)));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

async fn register(email: &str, password: &str, name: &str) -> Value {
    users()
        .post("/users", json!({ "email": email, "password": password, "name": name }))
        .await
        .assert_status(201)
}

/// The body of an order.
fn order(user: &str, items: &[(String, i32)]) -> Value {
    let item = |(id, quantity): &(String, i32)| json!({ "productId": id, "quantity": quantity });
    json!({ "userId": user, "items": items.iter().map(item).collect::<Vec<_>>() })
}

/// The two ways of placing orders, each with the stock that a basket needs.
fn both_ways() -> [(Api, i64); 2] {
    [(orders(), 0), (reserving_orders(), 200_000)]
}

/// Creates the products of a basket, all with the same name, and orders them. Returns the response
/// and the expected items: id, price, quantity.
async fn place(
    orders: &Api,
    stock: i64,
    basket: &Basket,
    name: &str,
) -> (Response, Vec<(String, f64, i32)>) {
    let user = new_user().await;
    let mut ids = Vec::new();
    for price in basket.prices() {
        ids.push(
            products()
                .post("/products", json!({ "name": name, "price": price, "stock": stock }))
                .await
                .id(201),
        );
    }
    let prices = basket.prices();
    let items: Vec<_> = basket
        .items
        .iter()
        .map(|(index, quantity)| (ids[*index].clone(), prices[*index], *quantity))
        .collect();
    let wanted: Vec<_> = items.iter().map(|(id, _, quantity)| (id.clone(), *quantity)).collect();
    (orders.post("/orders", order(&user, &wanted)).await, items)
}

#[test]
fn each_property_has_exactly_one_test() {
    let folder = system::home::workspace().join("tests/suite/src/properties");
    let mut tags = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let found: Vec<_> =
            text.match_indices("// Feature: product-order-system, Property ").collect();
        assert_eq!(found.len(), text.matches("#[test]").count(), "{:?}", file.path());
        for (at, tag) in found {
            let number = text[at + tag.len()..].split(':').next().unwrap().parse::<u32>().unwrap();
            let name = file.file_name().into_string().unwrap();
            assert!(name.starts_with(&format!("p{number:02}_")), "{name} holds property {number}");
            tags.push(number);
        }
    }
    tags.sort_unstable();
    assert!(tags.len() >= 23, "{tags:?}");
    assert_eq!(tags, properties_of_the_design());
}

/// The numbers of the properties that the design lists.
fn properties_of_the_design() -> Vec<u32> {
    let design = system::home::workspace().join("docs/design.md");
    let text = std::fs::read_to_string(design).unwrap();
    let (_, section) = text.split_once("## Correctness properties").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let number = |row: &str| row.strip_prefix("| ")?.split(' ').next()?.parse().ok();
    section.lines().filter_map(number).collect()
}
