//! `/orders`, `/orders/{id}`, `/orders/user/{userId}` and `/orders/{id}/status`.

use serde_json::{Value, json};
use system::system::Service;

use crate::support::{
    NO_ID, collection, new_order, new_product, new_user, orders, products, run, users,
};

#[test]
fn an_order_copies_names_and_prices_and_adds_up_exactly() {
    run(async {
        let (user, cheap, dear) =
            (new_user().await, new_product(0.1).await, new_product(24.9).await);
        let items = json!([
            { "productId": cheap, "quantity": 3 },
            { "productId": dear, "quantity": 2 },
            { "productId": cheap, "quantity": 1.0 },
        ]);
        let placed = orders().post("/orders", json!({ "userId": user, "items": items })).await;
        let location = placed.headers["location"].to_str().unwrap().to_owned();
        let placed = placed.expect(201);
        assert_eq!(location, format!("/orders/{}", placed["id"].as_str().unwrap()));
        assert_eq!(placed["userId"], user);
        assert_eq!(placed["status"], "pending");
        assert_eq!(placed["totalAmount"], 50.2);
        assert_eq!(
            placed["items"][0],
            json!({ "productId": cheap, "productName": "Teapot", "price": 0.1, "quantity": 3 })
        );
        assert_eq!(placed["items"].as_array().unwrap().len(), 3);
        assert_eq!(orders().get(&location).await.expect(200), placed);

        // Later changes of the product do not reach the order.
        products()
            .put(&format!("/products/{cheap}"), json!({ "name": "Mug", "price": 9 }))
            .await
            .expect(200);
        products().delete(&format!("/products/{dear}")).await.expect(204);
        users().delete(&format!("/users/{user}")).await.expect(204);
        assert_eq!(orders().get(&location).await.expect(200), placed);
    });
}

#[test]
fn an_unknown_user_or_product_is_named_and_nothing_is_stored() {
    run(async {
        let (user, product) = (new_user().await, new_product(1.0).await);
        let order = |user: &str, product: &str| json!({ "userId": user, "items": [{ "productId": product, "quantity": 1 }] });
        let error = orders().post("/orders", order(NO_ID, &product)).await.expect(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "user", "id": NO_ID }));
        let error = orders().post("/orders", order(&user, NO_ID)).await.expect(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "product", "id": NO_ID }));
        let page = orders().get(&format!("/orders/user/{user}")).await.expect(200);
        assert_eq!(page, json!({ "orders": [] }));
    });
}

#[test]
fn a_total_that_json_cannot_carry_is_refused() {
    run(async {
        let user = new_user().await;
        for prices in [vec![1e17, 0.1], vec![f64::MAX, f64::MAX]] {
            let mut items = Vec::new();
            for price in prices {
                items.push(json!({ "productId": new_product(price).await, "quantity": 1 }));
            }
            let refused = orders().post("/orders", json!({ "userId": user, "items": items })).await;
            assert_eq!(refused.code(422), "UNPROCESSABLE");
        }
    });
}

#[test]
fn what_is_wrong_with_a_new_order_is_told() {
    run(async {
        let item = |quantity: Value| json!({ "productId": NO_ID, "quantity": quantity });
        let order = |items: Value| json!({ "userId": NO_ID, "items": items });
        for (body, expected) in [
            (json!({}), vec!["/items required", "/userId required"]),
            (json!({ "userId": "me", "items": {} }), vec!["/items type", "/userId pattern"]),
            (order(json!([])), vec!["/items minItems"]),
            (order(json!([{}])), vec!["/items/0/productId required", "/items/0/quantity required"]),
            (order(json!([item(json!(0))])), vec!["/items/0/quantity minimum"]),
            (order(json!([item(json!(1.5))])), vec!["/items/0/quantity type"]),
            (order(json!([item(json!("1"))])), vec!["/items/0/quantity type"]),
            (order(json!([item(json!(2_147_483_648_i64))])), vec!["/items/0/quantity maximum"]),
            (
                order(json!([{ "productId": NO_ID, "quantity": 1, "price": 1 }])),
                vec!["/items/0/price additionalProperties"],
            ),
            (order(vec![item(json!(1)); 101].into()), vec!["/items maxItems"]),
        ] {
            assert_eq!(
                orders().post("/orders", body.clone()).await.violations(),
                expected,
                "{body}"
            );
        }
    });
}

#[test]
fn a_users_orders_are_listed_newest_first_in_pages() {
    run(async {
        let (user, other, product) = (new_user().await, new_user().await, new_product(1.0).await);
        let mut placed = Vec::new();
        for _ in 0..5 {
            placed.push(new_order(&user, &[&product]).await);
            new_order(&other, &[&product]).await;
        }
        placed.reverse();
        let mut seen: Vec<Value> = Vec::new();
        let mut path = format!("/orders/user/{user}?limit=2");
        loop {
            let page = orders().get(&path).await.expect(200);
            seen.extend(page["orders"].as_array().unwrap().iter().map(|order| order["id"].clone()));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            path = format!("/orders/user/{user}?limit=2&cursor={cursor}");
        }
        assert_eq!(seen, placed);
        // Ids are hexadecimal numbers: their case does not matter.
        let page = orders().get(&format!("/orders/user/{}", user.to_uppercase())).await.expect(200);
        assert_eq!(page["orders"].as_array().unwrap().len(), 5);
        for (query, expected) in [("limit=0", "/limit minimum"), ("cursor=AAAA", "/cursor pattern")]
        {
            assert_eq!(
                orders().get(&format!("/orders/user/{user}?{query}")).await.violations(),
                [expected]
            );
        }
        assert_eq!(orders().get("/orders/user/me").await.violations(), ["/userId pattern"]);
        assert_eq!(orders().get("/orders/user/").await.code(404), "NOT_FOUND");
    });
}

#[test]
fn the_list_order_has_an_index() {
    run(async {
        let names = collection(Service::Order, "orders").await.list_index_names().await.unwrap();
        assert!(names.contains(&"userId_1_createdAt_-1__id_-1".to_owned()), "{names:?}");
    });
}

#[test]
fn a_status_goes_forward_only() {
    run(async {
        let (user, product) = (new_user().await, new_product(1.0).await);
        let legal = [
            ("pending", "processing"),
            ("pending", "completed"),
            ("pending", "cancelled"),
            ("processing", "completed"),
            ("processing", "cancelled"),
        ];
        let all = ["pending", "processing", "completed", "cancelled"];
        for from in all {
            for to in all {
                let path = format!("/orders/{}/status", new_order(&user, &[&product]).await);
                orders().put(&path, json!({ "status": from })).await.expect(200);
                let moved = orders().put(&path, json!({ "status": to })).await;
                if from == to || legal.contains(&(from, to)) {
                    assert_eq!(moved.expect(200)["status"], to);
                } else {
                    let error = moved.expect(409);
                    assert_eq!(error["error"]["details"], json!({ "from": from, "to": to }));
                    let order = orders().get(path.trim_end_matches("/status")).await.expect(200);
                    assert_eq!(order["status"], from);
                }
            }
        }
    });
}

#[test]
fn a_status_is_checked_and_unknown_orders_named() {
    run(async {
        let path = format!("/orders/{NO_ID}/status");
        for (body, expected) in [
            (json!({}), "/status required"),
            (json!({ "status": "shipped" }), "/status enum"),
            (json!({ "status": 1 }), "/status enum"),
            (json!({ "status": "pending", "x": 1 }), "/x additionalProperties"),
        ] {
            assert!(orders().put(&path, body).await.violations().contains(&expected.to_owned()));
        }
        for missing in [
            orders().put(&path, json!({ "status": "pending" })).await,
            orders().get(&format!("/orders/{NO_ID}")).await,
        ] {
            let error = missing.expect(404);
            assert_eq!(error["error"]["details"], json!({ "resource": "order", "id": NO_ID }));
        }
        assert_eq!(orders().get("/orders/1").await.violations(), ["/id pattern"]);
        assert_eq!(
            orders().put("/orders/1/status", json!({ "status": "pending" })).await.violations(),
            ["/id pattern"]
        );
    });
}
