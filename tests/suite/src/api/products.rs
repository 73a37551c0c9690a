//! `/products` and `/products/{id}`.

use mongodb::bson::Bson;
use serde_json::{Value, json};
use system::services::Service;

use crate::support::{Access, NO_ID, Response, collection, new_product, products, run};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] = &[
    ("listProducts", Access::open(200)),
    ("getProduct", Access::open(200)),
    ("createProduct", Access::secured([403, 403, 201, 403])),
    ("updateProduct", Access::secured([403, 403, 200, 403])),
    ("deleteProduct", Access::secured([403, 403, 204, 403])),
];

fn product() -> Value {
    json!({ "name": "Teapot", "description": "Short and stout.", "price": 24.9, "stock": 12 })
}

#[test]
fn created_products_are_read_back() {
    run(async {
        let created = products().post("/products", product()).await;
        let location = created.headers["location"].to_str().unwrap().to_owned();
        let mut created = created.assert_status(201);
        assert_eq!(products().get(&location).await.assert_status(200), created);
        let fields = created.as_object_mut().unwrap();
        assert_eq!(
            location,
            format!("/products/{}", fields.remove("id").unwrap().as_str().unwrap())
        );
        assert_eq!(fields.remove("createdAt").unwrap().as_str().unwrap().len(), 24);
        assert_eq!(created, product());
    });
}

#[test]
fn prices_are_stored_as_decimals() {
    run(async {
        let id = new_product(0.1).await;
        let filter =
            mongodb::bson::doc! { "_id": id.parse::<mongodb::bson::oid::ObjectId>().unwrap() };
        let stored =
            collection(Service::Product, "products").await.find_one(filter).await.unwrap().unwrap();
        assert_eq!(stored.get("price"), Some(&Bson::Decimal128("0.1".parse().unwrap())));
    });
}

#[test]
fn products_without_description_have_none() {
    run(async {
        let created = products()
            .post("/products", json!({ "name": "Cup", "price": 1, "stock": 0.0 }))
            .await
            .assert_status(201);
        assert!(created.get("description").is_none());
        assert_eq!((created["price"].as_f64(), created["stock"].as_i64()), (Some(1.0), Some(0)));
        let empty = json!({ "name": "Cup", "price": 1, "stock": 5.0, "description": "" });
        assert_eq!(products().post("/products", empty).await.assert_status(201)["description"], "");
    });
}

#[test]
fn create_product_reports_all_violations() {
    run(async {
        for (body, expected) in [
            (json!({}), vec!["/name required", "/price required", "/stock required"]),
            (
                json!({ "name": "", "price": 0, "stock": -1 }),
                vec!["/name minLength", "/price exclusiveMinimum", "/stock minimum"],
            ),
            (
                json!({ "name": 1, "price": "1", "stock": 1.5 }),
                vec!["/name type", "/price type", "/stock type"],
            ),
            (
                json!({ "name": "a", "price": 1, "stock": 1, "description": null }),
                vec!["/description type"],
            ),
            (
                json!({ "name": "a", "price": -0.01, "stock": 9_007_199_254_740_992_i64 }),
                vec!["/price exclusiveMinimum", "/stock maximum"],
            ),
            (
                json!({ "name": "a", "price": 1, "stock": 1, "id": NO_ID }),
                vec!["/id additionalProperties"],
            ),
        ] {
            assert_eq!(
                products().post("/products", body.clone()).await.violations(),
                expected,
                "{body}"
            );
        }
    });
}

#[test]
fn update_product_changes_only_given_fields() {
    run(async {
        let id = products().post("/products", product()).await.id(201);
        let path = format!("/products/{id}");
        let mut expected = products().get(&path).await.assert_status(200);
        for (field, value) in [
            ("price", json!(0.3)),
            ("name", json!("Pot")),
            ("stock", json!(0)),
            ("description", json!("")),
        ] {
            expected[field] = value.clone();
            let updated = products().put(&path, json!({ field: value })).await.assert_status(200);
            assert_eq!(updated, expected, "{field}");
        }
        assert_eq!(products().get(&path).await.assert_status(200), expected);
        assert_eq!(products().put(&path, json!({})).await.violations(), [" minProperties"]);
        assert_eq!(
            products().put(&path, json!({ "price": 0 })).await.violations(),
            ["/price exclusiveMinimum"]
        );
        assert_eq!(products().get(&path).await.assert_status(200), expected);
    });
}

#[test]
fn null_removes_the_description() {
    run(async {
        let mut expected = products().post("/products", product()).await.assert_status(201);
        let path = format!("/products/{}", expected["id"].as_str().unwrap());
        expected.as_object_mut().unwrap().remove("description");
        // Removing it again has no effect.
        for _ in 0..2 {
            let changed = products().put(&path, json!({ "description": null })).await;
            assert_eq!(changed.assert_status(200), expected);
            assert_eq!(products().get(&path).await.assert_status(200), expected);
        }
        let change = json!({ "description": null, "name": null });
        assert_eq!(products().put(&path, change).await.violations(), ["/name type"]);
    });
}

#[test]
fn deleted_products_are_not_found() {
    run(async {
        let path = format!("/products/{}", new_product(1.0).await);
        products().delete(&path).await.assert_status(204);
        for gone in [
            products().get(&path).await,
            products().delete(&path).await,
            products().put(&path, json!({ "stock": 1 })).await,
        ] {
            let error = gone.assert_status(404);
            assert_eq!(error["error"]["details"]["resource"], "product");
        }
        assert_eq!(products().get("/products/1").await.violations(), ["/id pattern"]);
    });
}

fn ids(page: &Value) -> Vec<String> {
    page["products"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn products_are_listed_newest_first_in_stable_pages() {
    run(async {
        let mut made = Vec::new();
        for _ in 0..7 {
            made.push(new_product(1.0).await);
        }
        made.reverse();
        // Other tests create products meanwhile, which are listed before these.
        let mut seen = Vec::new();
        let mut path = "/products?limit=3".to_owned();
        let mut pages = 0;
        while !made.iter().all(|id| seen.contains(id)) {
            let page = products().get(&path).await.assert_status(200);
            assert!(ids(&page).len() <= 3);
            seen.extend(ids(&page));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            path = format!("/products?limit=3&cursor={cursor}");
            // New products do not shift the pages after them.
            new_product(2.0).await;
            pages += 1;
            assert!(pages < 1000);
        }
        let ours: Vec<&String> = seen.iter().filter(|id| made.contains(id)).collect();
        assert_eq!(ours, made.iter().collect::<Vec<_>>());
    });
}

#[test]
fn list_products_reports_invalid_limits_and_cursors() {
    run(async {
        let list =
            async |query: &str| -> Response { products().get(&format!("/products?{query}")).await };
        for (query, expected) in [
            ("limit=0", "/limit minimum"),
            ("limit=1001", "/limit maximum"),
            ("limit=ten", "/limit type"),
            ("cursor=", "/cursor pattern"),
            ("cursor=AAAA", "/cursor pattern"),
        ] {
            let violations = list(query).await.violations();
            assert!(violations.contains(&expected.to_owned()), "{query}: {violations:?}");
        }
        list("limit=1000").await.assert_status(200);
        list("").await.assert_status(200);
    });
}

#[test]
fn product_list_has_an_index() {
    run(async {
        let names =
            collection(Service::Product, "products").await.list_index_names().await.unwrap();
        assert!(names.contains(&"createdAt_-1__id_-1".to_owned()), "{names:?}");
    });
}
