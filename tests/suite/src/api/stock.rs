//! `/products/{id}/stock-adjustments`, and how the stock and what is held of it stay apart.

use serde_json::{Value, json};
use system::services::Service;

use crate::support::{
    Access, NO_ID, Response, ServiceProcess, new_order_id, new_product_with_stock, products,
    release, reserve, run, stock,
};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] = &[("adjustStock", Access::secured([403, 403, 200, 403]))];

const MAX_STOCK: i64 = 9_007_199_254_740_991;

async fn adjust(product: &str, delta: impl Into<Value>) -> Response {
    let path = format!("/products/{product}/stock-adjustments");
    products().post(&path, json!({ "delta": delta.into() })).await
}

#[test]
fn adjustments_change_the_stock_by_a_difference() {
    run(async {
        let product = new_product_with_stock(3).await;
        let mut expected = products().get(&format!("/products/{product}")).await.body;
        for (delta, stock) in [(4, 7), (-7, 0), (0, 0), (2, 2)] {
            expected["stock"] = stock.into();
            assert_eq!(adjust(&product, delta).await.assert_status(200), expected, "{delta}");
        }
        assert_eq!(products().get(&format!("/products/{product}")).await.body, expected);
    });
}

#[test]
fn adjustments_cannot_take_more_than_the_stock() {
    run(async {
        let product = new_product_with_stock(3).await;
        let error = adjust(&product, -4).await.assert_status(409)["error"].clone();
        assert_eq!(error["code"], "OUT_OF_STOCK");
        let short = json!([{ "productId": product, "requested": 4, "available": 3 }]);
        assert_eq!(error["details"], json!({ "items": short }));
        assert_eq!(stock(&product).await, 3);
    });
}

#[test]
fn adjustments_cannot_raise_the_stock_above_its_maximum() {
    run(async {
        let product = new_product_with_stock(1).await;
        assert_eq!(adjust(&product, MAX_STOCK).await.code(409), "CONFLICT");
        assert_eq!(stock(&product).await, 1);
        adjust(&product, MAX_STOCK - 1).await.assert_status(200);
        assert_eq!(stock(&product).await, MAX_STOCK);
    });
}

#[test]
fn adjustments_report_unknown_products_and_violations() {
    run(async {
        let error = adjust(NO_ID, 1).await.assert_status(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "product", "id": NO_ID }));
        for (body, expected) in [
            (json!({}), "/delta required"),
            (json!({ "delta": 1.5 }), "/delta type"),
            (json!({ "delta": MAX_STOCK + 1 }), "/delta maximum"),
            (json!({ "delta": -MAX_STOCK - 1 }), "/delta minimum"),
            (json!({ "delta": 1, "reason": "" }), "/reason minLength"),
            (json!({ "delta": 1, "reason": "x".repeat(201) }), "/reason maxLength"),
            (json!({ "delta": 1, "stock": 1 }), "/stock additionalProperties"),
        ] {
            let path = format!("/products/{NO_ID}/stock-adjustments");
            assert_eq!(products().post(&path, body.clone()).await.violations(), [expected]);
        }
    });
}

#[test]
fn adjustments_are_logged_with_their_reason() {
    let service = ServiceProcess::start(Service::Product);
    let id = run(async {
        let product = json!({ "name": "Teapot", "price": 1, "stock": 1 });
        let id = service.api.post("/products", product).await.id(201);
        let path = format!("/products/{id}/stock-adjustments");
        let body = json!({ "delta": 24, "reason": "Delivery \"4711\"" });
        service.api.post(&path, body).await.assert_status(200);
        let refused = json!({ "delta": -26, "reason": "Breakage" });
        service.api.post(&path, refused).await.assert_status(409);
        id
    });
    let lines = service.log_lines_with("stock adjusted");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["product"], id);
    assert_eq!(lines[0]["delta"], 24);
    assert_eq!(lines[0]["reason"], "Delivery \"4711\"");
}

#[test]
fn an_absolute_stock_leaves_what_is_held() {
    run(async {
        let product = new_product_with_stock(5).await;
        let order = new_order_id();
        reserve(&order, &[(&product, 3)]).await.assert_status(200);
        let path = format!("/products/{product}");
        products().put(&path, json!({ "stock": 10 })).await.assert_status(200);
        reserve(&order, &[(&product, 3)]).await.assert_status(200);
        assert_eq!(stock(&product).await, 10);
        release(&order).await.assert_status(204);
        assert_eq!(stock(&product).await, 13);
    });
}

#[test]
fn stock_that_is_given_back_can_exceed_the_maximum() {
    run(async {
        let product = new_product_with_stock(2).await;
        let order = new_order_id();
        reserve(&order, &[(&product, 2)]).await.assert_status(200);
        adjust(&product, MAX_STOCK).await.assert_status(200);
        release(&order).await.assert_status(204);
        assert_eq!(stock(&product).await, MAX_STOCK + 2);
        assert_eq!(adjust(&product, 1).await.code(409), "CONFLICT");
        adjust(&product, -2).await.assert_status(200);
        assert_eq!(stock(&product).await, MAX_STOCK);
    });
}
