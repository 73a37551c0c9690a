//! Orders that reserve stock, and requests with an idempotency key.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, doc};
use serde_json::{Value, json};

use crate::support::{
    Api, NO_ID, new_key, new_product, new_product_with_stock, new_user, orders, post_with_key,
    products, reserving_collection, reserving_orders, run, stock,
};

/// An order for these quantities.
fn order(user: &str, items: &[(&str, i64)]) -> Value {
    let item = |(id, quantity): &(&str, i64)| json!({ "productId": id, "quantity": quantity });
    json!({ "userId": user, "items": items.iter().map(item).collect::<Vec<_>>() })
}

async fn place(user: &str, items: &[(&str, i64)]) -> String {
    reserving_orders().post("/orders", order(user, items)).await.id(201)
}

async fn change(id: &str, status: &str) -> Value {
    let path = format!("/orders/{id}/status");
    reserving_orders().put(&path, json!({ "status": status })).await.assert_status(200)
}

/// Waits for the settler.
async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let start = Instant::now();
    while !condition().await {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn orders_take_stock_and_cancelled_ones_give_it_back() {
    run(async {
        let user = new_user().await;
        let tea = new_product_with_stock(10).await;
        // Lines of one product are one hold.
        let id = place(&user, &[(&tea, 3), (&tea, 2)]).await;
        assert_eq!(stock(&tea).await, 5);
        change(&id, "processing").await;
        assert_eq!(stock(&tea).await, 5);
        for _ in 0..2 {
            change(&id, "cancelled").await;
            assert_eq!(stock(&tea).await, 10);
        }
    });
}

#[test]
fn completed_orders_keep_their_stock() {
    run(async {
        let user = new_user().await;
        let tea = new_product_with_stock(10).await;
        let id = place(&user, &[(&tea, 4)]).await;
        change(&id, "completed").await;
        assert_eq!(stock(&tea).await, 6);
        let reservation = products().get(&format!("/reservations/{id}")).await;
        assert_eq!(reservation.code(404), "NOT_FOUND");
    });
}

#[test]
fn refused_orders_name_every_short_product_and_take_nothing() {
    run(async {
        let user = new_user().await;
        let enough = new_product_with_stock(5).await;
        let short = new_product_with_stock(2).await;
        let none = new_product_with_stock(0).await;
        let items = [(enough.as_str(), 5), (short.as_str(), 3), (none.as_str(), 1)];
        let refused = reserving_orders().post("/orders", order(&user, &items)).await;
        let error = refused.assert_status(409)["error"].clone();
        assert_eq!(error["code"], "OUT_OF_STOCK");
        let expected = json!([
            { "productId": short, "requested": 3, "available": 2 },
            { "productId": none, "requested": 1, "available": 0 },
        ]);
        assert_eq!(error["details"]["items"], expected);
        for (product, left) in [(&enough, 5), (&short, 2), (&none, 0)] {
            assert_eq!(stock(product).await, left);
        }
        let page = reserving_orders().get(&format!("/orders/user/{user}")).await;
        assert_eq!(page.assert_status(200), json!({ "orders": [] }));
    });
}

#[test]
fn orders_that_fail_for_other_reasons_take_nothing() {
    run(async {
        let user = new_user().await;
        let tea = new_product_with_stock(5).await;
        let vast = new_product(f64::MAX).await;
        for (user, items, status) in [
            (NO_ID, vec![(tea.as_str(), 1)], 404),
            (&user, vec![(tea.as_str(), 1), (NO_ID, 1)], 404),
            (&user, vec![(tea.as_str(), 1), (vast.as_str(), 2)], 422),
        ] {
            let failed = reserving_orders().post("/orders", order(user, &items)).await;
            failed.assert_status(status);
            assert_eq!(stock(&tea).await, 5, "{items:?}");
        }
    });
}

/// Both ways of placing orders.
fn both() -> [Api; 2] {
    [orders(), reserving_orders()]
}

#[test]
fn repeated_requests_are_answered_with_the_same_order() {
    run(async {
        for orders in both() {
            let (user, tea, key) = (new_user().await, new_product_with_stock(5).await, new_key());
            let body = order(&user, &[(&tea, 2)]);
            let first = post_with_key(&orders, &key, &body).await;
            assert!(!first.headers.contains_key("idempotency-replayed"));
            let first = first.assert_status(201);
            // Ids in another case are the same request.
            let again = order(&user.to_uppercase(), &[(&tea.to_uppercase(), 2)]);
            for body in [body, again] {
                let replayed = post_with_key(&orders, &key, &body).await;
                assert_eq!(replayed.headers["idempotency-replayed"], "true");
                assert!(replayed.headers.contains_key("location"));
                assert_eq!(replayed.assert_status(201), first);
            }
        }
    });
}

#[test]
fn replays_show_the_current_status_even_without_user_and_product() {
    run(async {
        for orders in both() {
            let (user, tea, key) = (new_user().await, new_product_with_stock(5).await, new_key());
            let body = order(&user, &[(&tea, 2)]);
            let id = post_with_key(&orders, &key, &body).await.id(201);
            let path = format!("/orders/{id}/status");
            orders.put(&path, json!({ "status": "cancelled" })).await.assert_status(200);
            products().delete(&format!("/products/{tea}")).await.assert_status(204);
            crate::support::users().delete(&format!("/users/{user}")).await.assert_status(204);
            let replayed = post_with_key(&orders, &key, &body).await.assert_status(201);
            assert_eq!((&replayed["id"], &replayed["status"]), (&json!(id), &json!("cancelled")));
        }
    });
}

#[test]
fn keys_of_other_requests_are_rejected_and_belong_to_the_user() {
    run(async {
        for orders in both() {
            let (user, tea, key) = (new_user().await, new_product_with_stock(9).await, new_key());
            let body = order(&user, &[(&tea, 2)]);
            let id = post_with_key(&orders, &key, &body).await.id(201);
            let other = order(&user, &[(&tea, 1)]);
            let rejected = post_with_key(&orders, &key, &other).await;
            assert_eq!(rejected.code(422), "IDEMPOTENCY_KEY_REUSED");
            let other = order(&new_user().await, &[(&tea, 2)]);
            assert_ne!(post_with_key(&orders, &key, &other).await.id(201), id);
        }
    });
}

#[test]
fn malformed_keys_are_rejected() {
    run(async {
        for orders in both() {
            let body = order(NO_ID, &[(NO_ID, 1)]);
            for key in ["with space", "", &"k".repeat(256)] {
                let rejected = post_with_key(&orders, key, &body).await;
                assert_eq!(rejected.violations(), ["/Idempotency-Key pattern"], "{key}");
            }
            post_with_key(&orders, &"~".repeat(255), &body).await.assert_status(404);
        }
    });
}

#[test]
fn failed_requests_do_not_keep_their_key() {
    run(async {
        for orders in both() {
            let (user, key) = (new_user().await, new_key());
            let missing = order(&user, &[(NO_ID, 1)]);
            post_with_key(&orders, &key, &missing).await.assert_status(404);
            let tea = new_product_with_stock(1).await;
            let body = order(&user, &[(&tea, 1)]);
            post_with_key(&orders, &key, &body).await.assert_status(201);
        }
        let (user, key, tea) = (new_user().await, new_key(), new_product_with_stock(0).await);
        let body = order(&user, &[(&tea, 1)]);
        let refused = post_with_key(&reserving_orders(), &key, &body).await;
        assert_eq!(refused.code(409), "OUT_OF_STOCK");
        let restock = products().put(&format!("/products/{tea}"), json!({ "stock": 1 })).await;
        restock.assert_status(200);
        post_with_key(&reserving_orders(), &key, &body).await.assert_status(201);
        assert_eq!(stock(&tea).await, 0);
    });
}

#[test]
fn simultaneous_orders_never_sell_more_than_there_is() {
    run(async {
        let (user, tea) = (new_user().await, new_product_with_stock(5).await);
        let body = order(&user, &[(&tea, 2)]);
        let place = async || reserving_orders().post("/orders", body.clone()).await.status;
        let statuses = join_all((0..12).map(|_| place())).await;
        let placed = statuses.iter().filter(|status| **status == 201).count();
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
        assert_eq!(stock(&tea).await, 5 - 2 * placed as i64);
        assert!((1..=2).contains(&placed), "{statuses:?}");
    });
}

/// An order as it is stored while it is being placed, due for the settler immediately.
async fn store_placing(user: &str, product: &str, quantity: i32) -> String {
    let id = ObjectId::new();
    let now = DateTime::now();
    let document = doc! {
        "_id": id,
        "userId": user,
        "lines": [{ "productId": product, "quantity": quantity }],
        "status": "placing",
        "createdAt": now,
        "updatedAt": now,
        "nextAttemptAt": now,
    };
    reserving_collection().await.insert_one(document).await.unwrap();
    id.to_hex()
}

#[test]
fn settler_abandons_orders_that_are_not_placed_in_time() {
    run(async {
        let (user, tea) = (new_user().await, new_product_with_stock(5).await);
        reserving_orders();
        let id = store_placing(&user, &tea, 2).await;
        let reservation = json!({ "items": [{ "productId": tea, "quantity": 2 }] });
        let path = format!("/reservations/{id}");
        products().put(&path, reservation).await.assert_status(200);
        eventually("the order is removed", async || {
            let filter = doc! { "_id": ObjectId::parse_str(&id).unwrap() };
            reserving_collection().await.find_one(filter).await.unwrap().is_none()
        })
        .await;
        assert_eq!(stock(&tea).await, 5);
    });
}

#[test]
fn settler_carries_out_settlements_that_are_due() {
    run(async {
        let (user, tea) = (new_user().await, new_product_with_stock(5).await);
        for (status, settlement, left) in [("cancelled", "release", 5), ("completed", "fulfil", 3)]
        {
            let id = place(&user, &[(&tea, 2)]).await;
            // As after a crash between the change of the status and the call.
            let filter = doc! { "_id": ObjectId::parse_str(&id).unwrap() };
            let set = doc! {
                "status": status,
                "settlement": settlement,
                "nextAttemptAt": DateTime::now(),
            };
            let stored = reserving_collection().await;
            stored.update_one(filter.clone(), doc! { "$set": set }).await.unwrap();
            eventually(status, async || {
                let found = stored.find_one(filter.clone()).await.unwrap().unwrap();
                !found.contains_key("settlement") && !found.contains_key("nextAttemptAt")
            })
            .await;
            assert_eq!(stock(&tea).await, left, "{status}");
            let reservation = products().get(&format!("/reservations/{id}")).await;
            assert_eq!(reservation.status, 404);
        }
    });
}
