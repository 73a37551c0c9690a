//! The role of a user, and the first administrator.

use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use serde_json::{Value, json};
use system::home::programs;
use system::services::{Service, generate_signing_key};

use crate::support::{Api, ServiceProcess, Token, mongo_uri, new_email, run};

const EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "correct horse battery";

fn start(uri: &str, email: &str, password: &str) -> ServiceProcess {
    let service = ServiceProcess::configure(Service::User).mongo_uri(uri);
    service.env("ADMIN_EMAIL", email).env("ADMIN_PASSWORD", password).start()
}

fn new_uri() -> String {
    mongo_uri(Service::User, &format!("_{}", ObjectId::new()))
}

async fn log_in(api: &Api, email: &str, password: &str) -> Value {
    api.post("/auth/login", json!({ "email": email, "password": password }))
        .await
        .assert_status(200)
}

/// The role of a session's user, in the profile and in the token.
async fn role(api: &Api, session: &Value) -> Value {
    let user = api.get(&format!("/users/{}", session["userId"].as_str().unwrap())).await;
    let user = user.assert_status(200);
    let token = Token::parse(session["token"].as_str().unwrap());
    assert_eq!(token.claims["role"], user["role"]);
    user["role"].clone()
}

#[test]
fn users_are_customers() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let email = new_email();
        let user = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        let user = service.api.post("/users", user).await.assert_status(201);
        assert_eq!(user["role"], "customer");
        let session = log_in(&service.api, &email, PASSWORD).await;
        assert_eq!(role(&service.api, &session).await, "customer");
        // So are users that were stored before there were roles.
        let users = service.collection("users").await;
        users
            .update_one(doc! {}, doc! { "$unset": { "role": "", "schemaVersion": "" } })
            .await
            .unwrap();
        assert_eq!(role(&service.api, &session).await, "customer");
    });
}

#[test]
fn clients_cannot_choose_a_role() {
    run(async {
        let service = ServiceProcess::start(Service::User);
        let user =
            json!({ "email": new_email(), "password": PASSWORD, "name": "Ada", "role": "admin" });
        let violations = service.api.post("/users", user).await.violations();
        assert_eq!(violations, ["/role additionalProperties"]);
    });
}

#[test]
fn first_administrator_is_made_once() {
    run(async {
        let uri = new_uri();
        let service = start(&uri, EMAIL, PASSWORD);
        let session = log_in(&service.api, EMAIL, PASSWORD).await;
        assert_eq!(role(&service.api, &session).await, "admin");
        assert!(!service.log().contains(PASSWORD));
        // Neither another password nor another address changes anything.
        let service = start(&uri, EMAIL, "another password");
        log_in(&service.api, EMAIL, PASSWORD).await;
        let service = start(&uri, "other@example.com", PASSWORD);
        let other = json!({ "email": "other@example.com", "password": PASSWORD });
        service.api.post("/auth/login", other).await.assert_status(401);
        // A deleted one does not come back.
        let path = format!("/users/{}", session["userId"].as_str().unwrap());
        service.api.delete(&path).await.assert_status(204);
        let service = start(&uri, EMAIL, PASSWORD);
        let credentials = json!({ "email": EMAIL, "password": PASSWORD });
        service.api.post("/auth/login", credentials).await.assert_status(401);
    });
}

#[test]
fn customer_with_the_address_does_not_become_administrator() {
    run(async {
        let uri = new_uri();
        let service = ServiceProcess::configure(Service::User).mongo_uri(&uri).start();
        let user = json!({ "email": EMAIL, "password": PASSWORD, "name": "Eve" });
        service.api.post("/users", user).await.assert_status(201);
        let service = start(&uri, EMAIL, "another password");
        let session = log_in(&service.api, EMAIL, PASSWORD).await;
        assert_eq!(role(&service.api, &session).await, "customer");
        service.wait_for_log(|line| {
            line["level"] == "WARN" && line["message"].as_str().unwrap().contains("ADMIN_EMAIL")
        });
    });
}

#[test]
fn replicas_that_start_simultaneously_make_one_administrator() {
    run(async {
        let uri = new_uri();
        let key = generate_signing_key(&programs()).unwrap();
        let mut replicas: Vec<ServiceProcess> = (0..3)
            .map(|_| {
                let service = ServiceProcess::configure(Service::User).mongo_uri(&uri);
                let service = service.env("JWT_SIGNING_KEY", &key).env("ADMIN_EMAIL", EMAIL);
                service.env("ADMIN_PASSWORD", PASSWORD).start_unhealthy()
            })
            .collect();
        for replica in &mut replicas {
            let port = replica.port;
            let healthy = || system::services::is_healthy(port);
            replica.process.wait_until(std::time::Duration::from_secs(30), healthy).unwrap();
            log_in(&replica.api, EMAIL, PASSWORD).await;
        }
        let users = replicas[0].collection("users").await;
        assert_eq!(users.count_documents(doc! { "role": "admin" }).await.unwrap(), 1);
    });
}
