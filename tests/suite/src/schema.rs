//! Validators of the stored documents, and their versions.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::{Collection, Database};
use serde_json::json;
use system::home::workspace;
use system::services::Service;

use crate::support::{
    NO_ID, ServiceProcess, insert_invalid, mongo_uri, new_email, object_id, report_skipped, run,
    timestamp,
};

/// The server's code for a document that its collection's validator refuses.
const DOCUMENT_VALIDATION_FAILURE: i32 = 121;

/// The resources of a service, and a document of each in the oldest form.
fn collection_of(service: Service) -> (&'static str, Document) {
    match service {
        Service::User => ("users", user()),
        Service::Product => ("products", product()),
        Service::Order => ("orders", order()),
    }
}

fn user() -> Document {
    let email = new_email();
    doc! {
        "_id": object_id(1), "email": &email, "emailKey": &email, "password": "none",
        "name": "Ada", "createdAt": timestamp(1),
    }
}

fn product() -> Document {
    doc! {
        "_id": object_id(1), "name": "Cup", "price": 1.5, "stock": 7_i32, "createdAt": timestamp(1),
    }
}

fn order() -> Document {
    let item = doc! { "productId": NO_ID, "productName": "Cup", "price": 1.5, "quantity": 2 };
    doc! {
        "_id": object_id(1), "userId": NO_ID, "items": [item], "totalAmount": 3,
        "status": "pending", "createdAt": timestamp(1),
    }
}

fn is_refused(result: Result<mongodb::results::InsertOneResult, mongodb::error::Error>) -> bool {
    let Err(error) = result else { return false };
    matches!(
        &*error.kind,
        ErrorKind::Write(WriteFailure::WriteError(error))
            if error.code == DOCUMENT_VALIDATION_FAILURE
    )
}

async fn database(service: &ServiceProcess) -> Database {
    let collection: Collection<Document> = service.collection("probe").await;
    collection.client().database(&collection.namespace().db)
}

/// Whether the database has validators.
async fn validates(database: &Database) -> bool {
    let validator = doc! { "$jsonSchema": { "required": ["a"] } };
    let created = database.create_collection("probe").validator(validator).await;
    let probe = database.collection::<Document>("probe");
    created.is_ok() && is_refused(probe.insert_one(doc! {}).await)
}

/// Without validators the caller skips its test.
async fn validates_or_skip(database: &Database) -> bool {
    let validates = validates(database).await;
    if !validates {
        report_skipped("the database has no validators".to_owned());
    }
    validates
}

#[test]
fn database_refuses_documents_that_no_service_could_read() {
    run(async {
        let broken = [
            (Service::User, doc! { "email": 1 }),
            (Service::User, doc! { "name": "" }),
            (Service::User, doc! { "role": "root" }),
            (Service::Product, doc! { "price": 0 }),
            (Service::Product, doc! { "stock": -1 }),
            (Service::Product, doc! { "createdAt": "today" }),
            (Service::Product, doc! { "schemaVersion": 0 }),
            (Service::Order, doc! { "status": "lost" }),
            (Service::Order, doc! { "items": "none" }),
            (Service::Order, doc! { "totalAmount": "3" }),
        ];
        for service in Service::ALL {
            let process = ServiceProcess::start(service);
            if !validates_or_skip(&database(&process).await).await {
                return;
            }
            let (name, valid) = collection_of(service);
            let collection = process.collection(name).await;
            for (_, changes) in broken.iter().filter(|(broken, _)| *broken == service) {
                let mut document = valid.clone();
                document.extend(changes.clone());
                assert!(is_refused(collection.insert_one(document).await), "{name}: {changes}");
            }
            for required in
                valid.keys().filter(|key| !["_id", "items", "totalAmount"].contains(&key.as_str()))
            {
                let mut document = valid.clone();
                document.remove(required);
                assert!(is_refused(collection.insert_one(document).await), "{name}: {required}");
            }
            collection.insert_one(valid).await.unwrap();
        }
    });
}

#[test]
fn validator_is_updated_at_start_and_spares_newer_documents() {
    run(async {
        let uri = mongo_uri(Service::Product, &format!("_{}", object_id(fastrand::u32(..))));
        let start = || ServiceProcess::configure(Service::Product).mongo_uri(&uri).start();
        let process = start();
        let database = database(&process).await;
        if !validates_or_skip(&database).await {
            return;
        }
        let relaxed = doc! { "collMod": "products", "validator": {}, "validationAction": "warn" };
        database.run_command(relaxed).await.unwrap();
        let products = database.collection::<Document>("products");
        let mut nameless = product();
        nameless.remove("name");
        products.insert_one(&nameless).await.unwrap();
        drop(process);

        let _process = start();
        nameless.insert("_id", object_id(2));
        assert!(is_refused(products.insert_one(&nameless).await));
        // An older document that is invalid can still be changed.
        let change = doc! { "$set": { "stock": 8 } };
        let filter = doc! { "_id": object_id(1) };
        assert_eq!(products.update_one(filter, change).await.unwrap().modified_count, 1);
        nameless.insert("schemaVersion", 99);
        products.insert_one(&nameless).await.unwrap();
    });
}

#[test]
fn service_warns_once_if_the_database_does_not_validate() {
    run(async {
        let process = ServiceProcess::start(Service::Product);
        let validates = validates(&database(&process).await).await;
        let warnings = process.log_lines_with("the database does not validate documents");
        assert_eq!(warnings.len(), usize::from(!validates), "{warnings:?}");
    });
}

#[test]
fn new_documents_have_the_version_of_the_service() {
    run(async {
        let users = ServiceProcess::start(Service::User);
        let body = json!({ "email": new_email(), "password": "long enough", "name": "Ada" });
        users.api.post("/users", body).await.assert_status(201);
        let products = ServiceProcess::start(Service::Product);
        let body = json!({ "name": "Cup", "price": 1, "stock": 1 });
        products.api.post("/products", body).await.assert_status(201);
        for (process, name, version) in [(&users, "users", 2), (&products, "products", 1)] {
            let stored = process.collection(name).await.find_one(doc! {}).await.unwrap().unwrap();
            assert_eq!(stored.get_i32("schemaVersion").unwrap(), version, "{name}");
        }
    });
}

#[test]
fn documents_of_a_newer_version_are_refused_and_not_changed() {
    run(async {
        for service in Service::ALL {
            let process = ServiceProcess::start(service);
            let (name, mut newer) = collection_of(service);
            newer.insert("schemaVersion", 99);
            let collection = process.collection(name).await;
            insert_invalid(&collection, newer.clone()).await;
            let path = format!("/{name}/{}", object_id(1));
            let mut responses = vec![process.api.get(&path).await];
            match service {
                Service::User => {
                    responses.push(process.api.put(&path, json!({ "name": "Eve" })).await);
                }
                Service::Product => {
                    responses.push(process.api.put(&path, json!({ "stock": 1 })).await);
                    let adjust = format!("{path}/stock-adjustments");
                    responses.push(process.api.post(&adjust, json!({ "delta": 1 })).await);
                    let items =
                        json!({ "items": [{ "productId": object_id(1).to_hex(), "quantity": 1 }] });
                    responses.push(process.api.put(&format!("/reservations/{NO_ID}"), items).await);
                    let page = process.api.get("/products").await.assert_status(200);
                    assert_eq!(page["products"], json!([]));
                }
                Service::Order => {
                    let status = json!({ "status": "cancelled" });
                    responses.push(process.api.put(&format!("{path}/status"), status).await);
                    let page = process.api.get(&format!("/orders/user/{NO_ID}")).await;
                    assert_eq!(page.assert_status(200)["orders"], json!([]));
                }
            }
            for response in responses {
                assert_eq!(response.code(500), "INTERNAL_ERROR");
            }
            let stored = collection.find_one(doc! {}).await.unwrap().unwrap();
            assert_eq!(stored, newer, "{name}");
            let line = process.wait_for_log(|line| line["status"] == 500);
            let error = line["error"].as_str().unwrap();
            assert!(error.contains("schemaVersion 99 is newer than"), "{error}");
        }
    });
}

#[test]
fn settler_leaves_orders_of_a_newer_version_alone() {
    run(async {
        let process = ServiceProcess::configure(Service::Order).env("STOCK", "reserved").start();
        let orders = process.collection("orders").await;
        let due =
            doc! { "settlement": "release", "status": "cancelled", "nextAttemptAt": timestamp(1) };
        let mut newer = order();
        newer.extend(due);
        newer.insert("schemaVersion", 99);
        insert_invalid(&orders, newer.clone()).await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert_eq!(orders.find_one(doc! {}).await.unwrap().unwrap(), newer);
        assert!(!process.log().contains("searching for due orders failed"));
    });
}

/// The arguments of the `updateMany` of a collection in the section on updates of the
/// documentation.
fn documented_upgrades(collection: &str) -> Vec<(Document, Document)> {
    let text = std::fs::read_to_string(workspace().join("docs/operations.md")).unwrap();
    let start = format!("db.{collection}.updateMany(");
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix(&start)?.strip_suffix(')'));
    let parse = |arguments: &str| -> Vec<Document> {
        serde_json::from_str(&format!("[{arguments}]")).unwrap()
    };
    lines.map(|line| <[Document; 2]>::try_from(parse(line)).unwrap().into()).collect()
}

#[test]
fn documents_from_before_versions_are_read_and_upgraded_as_documented() {
    run(async {
        let process = ServiceProcess::start(Service::User);
        let users = process.collection("users").await;
        users.insert_one(user()).await.unwrap();
        let path = format!("/users/{}", object_id(1));
        let read = process.api.get(&path).await.assert_status(200);
        assert_eq!(read["role"], "customer");
        let renamed = process.api.put(&path, json!({ "name": "Ada King" })).await;
        assert_eq!(renamed.assert_status(200)["role"], "customer");
        let upgrades = documented_upgrades("users");
        assert!(!upgrades.is_empty());
        for (filter, update) in upgrades {
            users.update_many(filter, update).await.unwrap();
        }
        let stored = users.find_one(doc! {}).await.unwrap().unwrap();
        assert_eq!(stored.get_i32("schemaVersion").unwrap(), 2);
        assert_eq!(stored.get_str("role").unwrap(), "customer");
        let mut expected = read;
        expected["name"] = json!("Ada King");
        assert_eq!(process.api.get(&path).await.assert_status(200), expected);
    });
}
