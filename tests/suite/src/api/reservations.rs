//! `/reservations/{orderId}` and `/reservations/{orderId}/fulfilment`.

use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use serde_json::{Value, json};
use system::services::Service;

use crate::support::{
    Access, NO_ID, collection, fulfil, held, hold_ids, new_order_id, new_product_with_stock,
    products, release, reservation, reserve, run, stock, timestamp,
};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] = &[
    ("getReservation", Access::secured([403, 403, 200, 200])),
    ("reserveProducts", Access::secured([403, 403, 403, 200])),
    ("releaseReservation", Access::secured([403, 403, 403, 204])),
    ("fulfilReservation", Access::secured([403, 403, 403, 204])),
];

#[test]
fn reserved_products_are_taken_from_the_stock_and_read_back() {
    run(async {
        let first = new_product_with_stock(5).await;
        let second = new_product_with_stock(1).await;
        let order = new_order_id();
        let items = [(second.as_str(), 1), (first.as_str(), 3)];
        let mut reserved = reserve(&order.to_uppercase(), &items).await.assert_status(200);
        assert_eq!((stock(&first).await, stock(&second).await), (2, 0));
        assert_eq!(reservation(&order).await.assert_status(200)["items"][1], reserved["items"][0]);
        assert_eq!(reserved["orderId"], order);
        // The items are in the order of the request.
        for (item, (product, quantity)) in
            reserved["items"].as_array_mut().unwrap().iter_mut().zip(items)
        {
            let fields = item.as_object_mut().unwrap();
            assert_eq!(fields.remove("holdId").unwrap().as_str().unwrap().len(), 24);
            assert_eq!(fields.remove("heldAt").unwrap().as_str().unwrap().len(), 24);
            let expected = json!({ "productId": product, "name": "Teapot", "price": 24.9, "quantity": quantity });
            assert_eq!(*item, expected);
        }
    });
}

#[test]
fn short_items_are_all_named_and_nothing_is_taken() {
    run(async {
        let [plenty, few, none] = [
            new_product_with_stock(9).await,
            new_product_with_stock(2).await,
            new_product_with_stock(0).await,
        ];
        let order = new_order_id();
        let refused = reserve(&order, &[(&few, 3), (&plenty, 3), (&none, 1)]).await;
        let error = refused.assert_status(409)["error"].clone();
        assert_eq!(error["code"], "OUT_OF_STOCK");
        let expected = json!([
            { "productId": few, "requested": 3, "available": 2 },
            { "productId": none, "requested": 1, "available": 0 },
        ]);
        assert_eq!(error["details"], json!({ "items": expected }));
        assert_eq!((stock(&plenty).await, stock(&few).await), (9, 2));
        let error = reservation(&order).await.assert_status(404);
        let details = json!({ "resource": "reservation", "id": order });
        assert_eq!(error["error"]["details"], details);
    });
}

#[test]
fn unknown_products_are_named() {
    run(async {
        let product = new_product_with_stock(0).await;
        let error = reserve(&new_order_id(), &[(&product, 1), (NO_ID, 1)]).await.assert_status(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "product", "id": NO_ID }));
    });
}

#[test]
fn items_have_distinct_products() {
    run(async {
        let product = new_product_with_stock(9).await;
        let items = [(product.as_str(), 1), (&product.to_uppercase(), 1)];
        let error = reserve(&new_order_id(), &items).await.assert_status(422)["error"].clone();
        assert_eq!(error["code"], "UNPROCESSABLE");
        assert_eq!(error["details"], json!({ "resource": "product", "id": product }));
        assert_eq!(stock(&product).await, 9);
    });
}

#[test]
fn another_quantity_is_a_conflict_and_changes_nothing() {
    run(async {
        let product = new_product_with_stock(9).await;
        let order = new_order_id();
        reserve(&order, &[(&product, 3)]).await.assert_status(200);
        for quantity in [2, 4] {
            let error =
                reserve(&order, &[(&product, quantity)]).await.assert_status(409)["error"].clone();
            assert_eq!(error["code"], "CONFLICT");
            assert_eq!(error["details"], json!({ "resource": "product", "id": product }));
        }
        assert_eq!((stock(&product).await, held(&order, &product).await), (6, 3));
    });
}

#[test]
fn further_items_can_be_added_to_a_reservation() {
    run(async {
        let first = new_product_with_stock(1).await;
        let second = new_product_with_stock(1).await;
        let order = new_order_id();
        let one = reserve(&order, &[(&first, 1)]).await.assert_status(200);
        let both = reserve(&order, &[(&second, 1), (&first, 1)]).await.assert_status(200);
        assert_eq!(both["items"][1], one["items"][0]);
        reserve(&order, &[(&second, 1)]).await.assert_status(200);
        assert_eq!(hold_ids(&reservation(&order).await.body).len(), 2);
    });
}

#[test]
fn released_products_return_to_the_stock() {
    run(async {
        let product = new_product_with_stock(4).await;
        let [order, other] = [new_order_id(), new_order_id()];
        reserve(&order, &[(&product, 3)]).await.assert_status(200);
        reserve(&other, &[(&product, 1)]).await.assert_status(200);
        for _ in 0..2 {
            release(&order).await.assert_status(204);
            assert_eq!(stock(&product).await, 3);
            reservation(&order).await.assert_status(404);
        }
        assert_eq!(held(&other, &product).await, 1);
    });
}

#[test]
fn fulfilment_removes_only_the_named_holds_of_the_order() {
    run(async {
        let [first, second] = [new_product_with_stock(5).await, new_product_with_stock(5).await];
        let [order, other] = [new_order_id(), new_order_id()];
        let ours = reserve(&order, &[(&first, 1), (&second, 2)]).await.assert_status(200);
        let theirs = reserve(&other, &[(&first, 3)]).await.assert_status(200);
        let named = [hold_ids(&ours)[0].clone(), hold_ids(&theirs)[0].clone(), NO_ID.to_owned()];
        for _ in 0..2 {
            fulfil(&order, &named).await.assert_status(204);
            assert_eq!((held(&order, &first).await, held(&order, &second).await), (0, 2));
            assert_eq!(held(&other, &first).await, 3);
            assert_eq!((stock(&first).await, stock(&second).await), (1, 3));
        }
    });
}

#[test]
fn late_fulfilments_keep_holds_that_were_made_afterwards() {
    run(async {
        let product = new_product_with_stock(5).await;
        let order = new_order_id();
        let sold = hold_ids(&reserve(&order, &[(&product, 2)]).await.assert_status(200));
        fulfil(&order, &sold).await.assert_status(204);
        // A delayed request of the same order arrives, and after it a repeated fulfilment.
        let stray = hold_ids(&reserve(&order, &[(&product, 2)]).await.assert_status(200));
        assert_ne!(stray, sold);
        fulfil(&order, &sold).await.assert_status(204);
        assert_eq!(held(&order, &product).await, 2);
        release(&order).await.assert_status(204);
        assert_eq!(stock(&product).await, 3);
    });
}

#[test]
fn deleting_a_product_deletes_its_holds() {
    run(async {
        let [kept, deleted] = [new_product_with_stock(2).await, new_product_with_stock(2).await];
        let order = new_order_id();
        let items = [(kept.as_str(), 1), (deleted.as_str(), 1)];
        let holds = hold_ids(&reserve(&order, &items).await.assert_status(200));
        products().delete(&format!("/products/{deleted}")).await.assert_status(204);
        assert_eq!(hold_ids(&reservation(&order).await.assert_status(200)), holds[..1]);
        let error = reserve(&order, &items).await.assert_status(404);
        assert_eq!(error["error"]["details"]["id"], deleted);
        fulfil(&order, &holds[1..]).await.assert_status(204);
        release(&order).await.assert_status(204);
        assert_eq!(stock(&kept).await, 2);
    });
}

#[test]
fn products_do_not_show_their_holds() {
    run(async {
        let product = new_product_with_stock(9).await;
        let path = format!("/products/{product}");
        let before = products().get(&path).await.assert_status(200);
        reserve(&new_order_id(), &[(&product, 2)]).await.assert_status(200);
        let mut expected = before.clone();
        expected["stock"] = 7.into();
        assert_eq!(products().get(&path).await.assert_status(200), expected);
        let updated = products().put(&path, json!({ "name": "Teapot" })).await;
        assert_eq!(updated.assert_status(200), expected);
        let path = format!("{path}/stock-adjustments");
        let adjusted = products().post(&path, json!({ "delta": 0 })).await;
        assert_eq!(adjusted.assert_status(200), expected);
        let page = products().get("/products").await.assert_status(200);
        assert!(page["products"].as_array().unwrap().contains(&expected), "{page}");
    });
}

#[test]
fn too_many_holds_of_a_product_are_refused() {
    run(async {
        let id = ObjectId::new();
        let product = id.to_hex();
        let stored = collection(Service::Product, "products").await;
        // All places but one are taken.
        let full = doc! {
            "_id": id, "name": "Teapot", "price": 1_i32, "stock": 9_i64, "createdAt": timestamp(1),
            "holds": vec![doc! {}; 49_999],
        };
        stored.insert_one(full).await.unwrap();
        let [last, refused] = [new_order_id(), new_order_id()];
        reserve(&last, &[(&product, 1)]).await.assert_status(200);
        let error = reserve(&refused, &[(&product, 1)]).await.assert_status(409)["error"].clone();
        assert_eq!(error["code"], "TOO_MANY_HOLDS");
        assert_eq!(error["details"], json!({ "resource": "product", "id": product }));
        assert_eq!(stock(&product).await, 8);
        // Short items are named nevertheless, and who holds the product still does.
        assert_eq!(reserve(&refused, &[(&product, 9)]).await.code(409), "OUT_OF_STOCK");
        reserve(&last, &[(&product, 1)]).await.assert_status(200);
        release(&last).await.assert_status(204);
        reserve(&refused, &[(&product, 1)]).await.assert_status(200);
        stored.delete_one(doc! { "_id": id }).await.unwrap();
    });
}

#[test]
fn reservations_and_fulfilments_report_all_violations() {
    run(async {
        let path = format!("/reservations/{NO_ID}");
        let item = |quantity: Value| json!({ "productId": NO_ID, "quantity": quantity });
        let items = |items: Vec<Value>| json!({ "items": items });
        for (body, expected) in [
            (json!({}), "/items required"),
            (items(vec![]), "/items minItems"),
            (items(vec![item(json!(0))]), "/items/0/quantity minimum"),
            (items(vec![item(json!(214_748_364_701_i64))]), "/items/0/quantity maximum"),
            (items(vec![item(json!("1"))]), "/items/0/quantity type"),
            (items(vec![item(json!(1)); 101]), "/items maxItems"),
        ] {
            let response = products().put(&path, body.clone()).await;
            assert_eq!(response.violations(), [expected], "{body}");
        }
        for (holds, expected) in [
            (json!([]), "/holds minItems"),
            (json!(["me"]), "/holds/0 pattern"),
            (json!(vec![NO_ID; 101]), "/holds maxItems"),
        ] {
            let body = json!({ "holds": holds });
            let response = products().post(&format!("{path}/fulfilment"), body).await;
            assert_eq!(response.violations(), [expected]);
        }
        assert_eq!(reservation("me").await.violations(), ["/orderId pattern"]);
    });
}

#[test]
fn holds_have_an_index() {
    run(async {
        let names =
            collection(Service::Product, "products").await.list_index_names().await.unwrap();
        assert!(names.contains(&"holds.order_1".to_owned()), "{names:?}");
    });
}
