//! `/users`, `/users/{id}` and `/auth/login`.

use serde_json::{Value, json};
use system::services::Service;

use crate::support::{Access, NO_ID, collection, new_email, new_user, run, users};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] = &[
    ("createUser", Access::open(201)),
    ("listUsers", Access::secured([403, 403, 200, 403])),
    ("getUser", Access::secured([200, 404, 200, 200])),
    ("updateUser", Access::secured([200, 404, 200, 403])),
    ("deleteUser", Access::secured([204, 404, 204, 403])),
];

fn user(email: &str) -> Value {
    json!({ "email": email, "password": "long enough", "name": "Ada Lovelace" })
}

#[test]
fn created_users_are_read_back_without_password() {
    run(async {
        let email = new_email();
        let created = users().post("/users", user(&email)).await;
        let location = created.headers["location"].to_str().unwrap().to_owned();
        let created = created.assert_status(201);
        assert_eq!(location, format!("/users/{}", created["id"].as_str().unwrap()));
        assert_eq!(
            (created["email"].as_str(), created["name"].as_str()),
            (Some(email.as_str()), Some("Ada Lovelace"))
        );
        let keys: Vec<&String> = created.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["createdAt", "email", "id", "name", "role"]);
        let time = created["createdAt"].as_str().unwrap();
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        assert_eq!(users().get(&location).await.assert_status(200), created);
    });
}

#[test]
fn passwords_are_stored_as_argon2id_hashes() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.assert_status(201);
        let filter = mongodb::bson::doc! { "email": &email };
        let stored =
            collection(Service::User, "users").await.find_one(filter).await.unwrap().unwrap();
        let hash = stored.get_str("password").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    });
}

#[test]
fn emails_are_unique_regardless_of_case() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.assert_status(201);
        for again in [email.clone(), email.to_uppercase()] {
            assert_eq!(users().post("/users", user(&again)).await.code(409), "CONFLICT", "{again}");
        }
    });
}

#[test]
fn create_user_reports_all_violations() {
    run(async {
        for (body, expected) in [
            (json!({}), vec!["/email required", "/name required", "/password required"]),
            (
                json!({ "email": "x", "password": "short", "name": "" }),
                vec!["/email format", "/name minLength", "/password minLength"],
            ),
            (
                json!({ "email": 1, "password": null, "name": [] }),
                vec!["/email type", "/name type", "/password type"],
            ),
            (
                json!({ "email": "a@b.cd", "password": "12345678", "name": "A", "role": "admin" }),
                vec!["/role additionalProperties"],
            ),
            (
                json!({ "email": format!("{}@b.cd", "a".repeat(250)), "password": "12345678", "name": "A" }),
                vec!["/email format", "/email maxLength"],
            ),
        ] {
            assert_eq!(users().post("/users", body.clone()).await.violations(), expected, "{body}");
        }
        // Eight characters, not bytes.
        let body = json!({ "email": new_email(), "password": "ööööööö", "name": "A" });
        assert_eq!(users().post("/users", body).await.violations(), ["/password minLength"]);
    });
}

#[test]
fn update_user_changes_only_given_fields() {
    run(async {
        let id = new_user().await;
        let path = format!("/users/{id}");
        let before = users().get(&path).await.assert_status(200);
        let after = users().put(&path, json!({ "name": "Ada King" })).await.assert_status(200);
        let mut expected = before.clone();
        expected["name"] = json!("Ada King");
        assert_eq!(after, expected);
        assert_eq!(users().get(&path).await.assert_status(200), expected);

        let email = new_email();
        let after = users()
            .put(&path, json!({ "email": email, "password": "another one" }))
            .await
            .assert_status(200);
        assert_eq!(after["email"], email);
        let login = |password: &str| json!({ "email": email, "password": password });
        users().post("/auth/login", login("another one")).await.assert_status(200);
        users().post("/auth/login", login("long enough")).await.assert_status(401);
    });
}

#[test]
fn update_user_rejects_invalid_changes() {
    run(async {
        let id = new_user().await;
        let other = new_user().await;
        let path = format!("/users/{id}");
        assert_eq!(users().put(&path, json!({})).await.violations(), [" minProperties"]);
        assert_eq!(users().put(&path, json!({ "name": null })).await.violations(), ["/name type"]);
        assert_eq!(
            users().put(&path, json!({ "id": NO_ID })).await.violations(),
            ["/id additionalProperties"]
        );
        let taken =
            users().get(&format!("/users/{other}")).await.assert_status(200)["email"].clone();
        let taken = taken.as_str().unwrap().to_uppercase();
        assert_eq!(users().put(&path, json!({ "email": taken })).await.code(409), "CONFLICT");
        // The user's own address in another case does not conflict.
        let own =
            users().get(&path).await.assert_status(200)["email"].as_str().unwrap().to_uppercase();
        assert_eq!(
            users().put(&path, json!({ "email": own })).await.assert_status(200)["email"],
            own
        );
    });
}

#[test]
fn deleted_users_are_not_found_and_free_their_email() {
    run(async {
        let email = new_email();
        let path = format!("/users/{}", users().post("/users", user(&email)).await.id(201));
        assert_eq!(users().delete(&path).await.assert_status(204), Value::Null);
        for gone in [
            users().get(&path).await,
            users().delete(&path).await,
            users().put(&path, json!({ "name": "x" })).await,
        ] {
            assert_eq!(gone.code(404), "NOT_FOUND");
        }
        users().post("/users", user(&email)).await.assert_status(201);
    });
}

#[test]
fn get_user_rejects_invalid_and_unknown_ids() {
    run(async {
        for id in [
            "1",
            "zzzzzzzzzzzzzzzzzzzzzzzz",
            "ffffffffffffffffffffffff0",
            "%00",
            "ffffffffffffffffffffffff%20",
        ] {
            assert_eq!(
                users().get(&format!("/users/{id}")).await.violations(),
                ["/id pattern"],
                "{id}"
            );
        }
        let error = users().get(&format!("/users/{NO_ID}")).await.assert_status(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "user", "id": NO_ID }));
    });
}

#[test]
fn login_ignores_case() {
    run(async {
        let email = new_email();
        let id = users().post("/users", user(&email)).await.id(201);
        let credentials = json!({ "email": email.to_uppercase(), "password": "long enough" });
        let session = users().post("/auth/login", credentials).await.assert_status(200);
        assert_eq!(session["userId"], id);
    });
}

#[test]
fn wrong_passwords_and_unknown_emails_get_the_same_response() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.assert_status(201);
        let wrong = users()
            .post("/auth/login", json!({ "email": email, "password": "wrong one" }))
            .await
            .assert_status(401);
        let unknown = json!({ "email": new_email(), "password": "wrong one" });
        assert_eq!(users().post("/auth/login", unknown).await.assert_status(401), wrong);
        assert_eq!(wrong["error"]["code"], "UNAUTHORIZED");
        for body in [
            json!({}),
            json!({ "email": "", "password": "" }),
            json!({ "email": 1, "password": 2 }),
        ] {
            let violations = users().post("/auth/login", body.clone()).await.violations();
            assert_eq!(violations.len(), 2, "{body}");
        }
    });
}

#[test]
fn login_responses_are_not_cached() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.assert_status(201);
        for (password, status) in [("long enough", 200), ("wrong one", 401)] {
            let credentials = json!({ "email": email, "password": password });
            let response = users().post("/auth/login", credentials).await;
            assert_eq!(response.headers["cache-control"], "no-store", "{status}");
            response.assert_status(status);
        }
    });
}
