//! `/orders`, `/orders/{id}`, `/orders/user/{userId}` and `/orders/{id}/status`.

use serde_json::{Value, json};
use system::services::Service;

use crate::support::{
    Access, NO_ID, collection, new_order, new_product, new_user, orders, products, run, users,
};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] = &[
    ("createOrder", Access::secured([201, 403, 201, 403])),
    ("getOrder", Access::secured([200, 404, 200, 403])),
    ("listOrdersByUser", Access::secured([200, 403, 200, 403])),
    ("updateOrderStatus", Access::secured([200, 404, 200, 403])),
];

#[test]
fn orders_copy_names_and_prices_and_have_exact_totals() {
    run(async {
        let user = new_user().await;
        let cheap = new_product(0.1).await;
        let dear = new_product(24.9).await;
        let items = json!([
            { "productId": cheap, "quantity": 3 },
            { "productId": dear, "quantity": 2 },
            { "productId": cheap, "quantity": 1.0 },
        ]);
        let placed = orders().post("/orders", json!({ "userId": user, "items": items })).await;
        let location = placed.headers["location"].to_str().unwrap().to_owned();
        let placed = placed.assert_status(201);
        assert_eq!(location, format!("/orders/{}", placed["id"].as_str().unwrap()));
        assert_eq!(placed["userId"], user);
        assert_eq!(placed["status"], "pending");
        assert_eq!(placed["totalAmount"], 50.2);
        assert_eq!(
            placed["items"][0],
            json!({ "productId": cheap, "productName": "Teapot", "price": 0.1, "quantity": 3 })
        );
        assert_eq!(placed["items"].as_array().unwrap().len(), 3);
        assert_eq!(orders().get(&location).await.assert_status(200), placed);

        // Later changes of the product do not affect the order.
        products()
            .put(&format!("/products/{cheap}"), json!({ "name": "Mug", "price": 9 }))
            .await
            .assert_status(200);
        products().delete(&format!("/products/{dear}")).await.assert_status(204);
        users().delete(&format!("/users/{user}")).await.assert_status(204);
        assert_eq!(orders().get(&location).await.assert_status(200), placed);
    });
}

#[test]
fn unknown_users_and_products_are_named_and_nothing_is_stored() {
    run(async {
        let user = new_user().await;
        let product = new_product(1.0).await;
        let order = |user: &str, product: &str| json!({ "userId": user, "items": [{ "productId": product, "quantity": 1 }] });
        let error = orders().post("/orders", order(NO_ID, &product)).await.assert_status(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "user", "id": NO_ID }));
        let error = orders().post("/orders", order(&user, NO_ID)).await.assert_status(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "product", "id": NO_ID }));
        let page = orders().get(&format!("/orders/user/{user}")).await.assert_status(200);
        assert_eq!(page, json!({ "orders": [] }));
    });
}

#[test]
fn totals_that_json_cannot_represent_are_rejected() {
    run(async {
        let user = new_user().await;
        for prices in [vec![1e17, 0.1], vec![f64::MAX, f64::MAX]] {
            let mut items = Vec::new();
            for price in prices {
                items.push(json!({ "productId": new_product(price).await, "quantity": 1 }));
            }
            let rejected =
                orders().post("/orders", json!({ "userId": user, "items": items })).await;
            assert_eq!(rejected.code(422), "UNPROCESSABLE");
        }
    });
}

#[test]
fn create_order_reports_all_violations() {
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
fn orders_of_a_user_are_listed_newest_first() {
    run(async {
        let user = new_user().await;
        let other = new_user().await;
        let product = new_product(1.0).await;
        let mut placed = Vec::new();
        for _ in 0..5 {
            placed.push(new_order(&user, &[&product]).await);
            new_order(&other, &[&product]).await;
        }
        placed.reverse();
        let mut seen: Vec<Value> = Vec::new();
        let mut path = format!("/orders/user/{user}?limit=2");
        loop {
            let page = orders().get(&path).await.assert_status(200);
            seen.extend(page["orders"].as_array().unwrap().iter().map(|order| order["id"].clone()));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            path = format!("/orders/user/{user}?limit=2&cursor={cursor}");
        }
        assert_eq!(seen, placed);
        // The case of ids does not matter.
        let page =
            orders().get(&format!("/orders/user/{}", user.to_uppercase())).await.assert_status(200);
        assert_eq!(page["orders"].as_array().unwrap().len(), 5);
        for (query, expected) in [("limit=0", "/limit minimum"), ("cursor=AAAA", "/cursor pattern")]
        {
            assert_eq!(
                orders().get(&format!("/orders/user/{user}?{query}")).await.violations(),
                [expected],
                "{query}"
            );
        }
        assert_eq!(orders().get("/orders/user/me").await.violations(), ["/userId pattern"]);
        assert_eq!(orders().get("/orders/user/").await.code(404), "NOT_FOUND");
    });
}

#[test]
fn order_list_has_an_index() {
    run(async {
        let names = collection(Service::Order, "orders").await.list_index_names().await.unwrap();
        assert!(names.contains(&"userId_1_createdAt_-1__id_-1".to_owned()), "{names:?}");
    });
}

#[test]
fn only_forward_status_transitions_are_accepted() {
    run(async {
        let user = new_user().await;
        let product = new_product(1.0).await;
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
                orders().put(&path, json!({ "status": from })).await.assert_status(200);
                let moved = orders().put(&path, json!({ "status": to })).await;
                if from == to || legal.contains(&(from, to)) {
                    assert_eq!(moved.assert_status(200)["status"], to, "from {from}");
                } else {
                    let error = moved.assert_status(409);
                    assert_eq!(error["error"]["details"], json!({ "from": from, "to": to }));
                    let order =
                        orders().get(path.trim_end_matches("/status")).await.assert_status(200);
                    assert_eq!(order["status"], from, "to {to}");
                }
            }
        }
    });
}

#[test]
fn update_status_reports_violations_and_unknown_orders() {
    run(async {
        let path = format!("/orders/{NO_ID}/status");
        for (body, expected) in [
            (json!({}), "/status required"),
            (json!({ "status": "shipped" }), "/status enum"),
            (json!({ "status": 1 }), "/status enum"),
            (json!({ "status": "pending", "x": 1 }), "/x additionalProperties"),
        ] {
            let violations = orders().put(&path, body.clone()).await.violations();
            assert!(violations.contains(&expected.to_owned()), "{body}: {violations:?}");
        }
        for missing in [
            orders().put(&path, json!({ "status": "pending" })).await,
            orders().get(&format!("/orders/{NO_ID}")).await,
        ] {
            let error = missing.assert_status(404);
            assert_eq!(error["error"]["details"], json!({ "resource": "order", "id": NO_ID }));
        }
        assert_eq!(orders().get("/orders/1").await.violations(), ["/id pattern"]);
        assert_eq!(
            orders().put("/orders/1/status", json!({ "status": "pending" })).await.violations(),
            ["/id pattern"]
        );
    });
}
