//! `/users`, `/users/{id}` and `/auth/login`.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use system::system::Service;

use crate::support::{JWT_SECRET, NO_ID, collection, new_email, new_user, run, users};

fn user(email: &str) -> Value {
    json!({ "email": email, "password": "long enough", "name": "Ada Lovelace" })
}

#[test]
fn a_user_is_registered_and_read_back_without_the_password() {
    run(async {
        let email = new_email();
        let created = users().post("/users", user(&email)).await;
        let location = created.headers["location"].to_str().unwrap().to_owned();
        let created = created.expect(201);
        assert_eq!(location, format!("/users/{}", created["id"].as_str().unwrap()));
        assert_eq!(
            (created["email"].as_str(), created["name"].as_str()),
            (Some(email.as_str()), Some("Ada Lovelace"))
        );
        let keys: Vec<&String> = created.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["createdAt", "email", "id", "name"]);
        let time = created["createdAt"].as_str().unwrap();
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        assert_eq!(users().get(&location).await.expect(200), created);
    });
}

#[test]
fn a_password_is_stored_as_an_argon2id_hash_of_the_stated_cost() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.expect(201);
        let filter = mongodb::bson::doc! { "email": &email };
        let stored =
            collection(Service::User, "users").await.find_one(filter).await.unwrap().unwrap();
        let hash = stored.get_str("password").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    });
}

#[test]
fn an_address_is_registered_once_in_whatever_case() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.expect(201);
        for again in [email.clone(), email.to_uppercase()] {
            assert_eq!(users().post("/users", user(&again)).await.code(409), "CONFLICT");
        }
    });
}

#[test]
fn what_is_wrong_with_a_new_user_is_told() {
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
fn a_profile_changes_in_the_fields_that_are_given() {
    run(async {
        let id = new_user().await;
        let path = format!("/users/{id}");
        let before = users().get(&path).await.expect(200);
        let after = users().put(&path, json!({ "name": "Ada King" })).await.expect(200);
        let mut expected = before.clone();
        expected["name"] = json!("Ada King");
        assert_eq!(after, expected);
        assert_eq!(users().get(&path).await.expect(200), expected);

        let email = new_email();
        let after = users()
            .put(&path, json!({ "email": email, "password": "another one" }))
            .await
            .expect(200);
        assert_eq!(after["email"], email);
        let login = |password: &str| json!({ "email": email, "password": password });
        users().post("/auth/login", login("another one")).await.expect(200);
        users().post("/auth/login", login("long enough")).await.expect(401);
    });
}

#[test]
fn a_profile_cannot_become_wrong() {
    run(async {
        let (id, other) = (new_user().await, new_user().await);
        let path = format!("/users/{id}");
        assert_eq!(users().put(&path, json!({})).await.violations(), [" minProperties"]);
        assert_eq!(users().put(&path, json!({ "name": null })).await.violations(), ["/name type"]);
        assert_eq!(
            users().put(&path, json!({ "id": NO_ID })).await.violations(),
            ["/id additionalProperties"]
        );
        let taken = users().get(&format!("/users/{other}")).await.expect(200)["email"].clone();
        let taken = taken.as_str().unwrap().to_uppercase();
        assert_eq!(users().put(&path, json!({ "email": taken })).await.code(409), "CONFLICT");
        // One's own address in other case is no conflict.
        let own = users().get(&path).await.expect(200)["email"].as_str().unwrap().to_uppercase();
        assert_eq!(users().put(&path, json!({ "email": own })).await.expect(200)["email"], own);
    });
}

#[test]
fn a_deleted_user_is_gone_and_the_address_free() {
    run(async {
        let email = new_email();
        let path = format!("/users/{}", users().post("/users", user(&email)).await.id(201));
        assert_eq!(users().delete(&path).await.expect(204), Value::Null);
        for gone in [
            users().get(&path).await,
            users().delete(&path).await,
            users().put(&path, json!({ "name": "x" })).await,
        ] {
            assert_eq!(gone.code(404), "NOT_FOUND");
        }
        users().post("/users", user(&email)).await.expect(201);
    });
}

#[test]
fn ids_are_checked_and_unknown_ones_named() {
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
        let error = users().get(&format!("/users/{NO_ID}")).await.expect(404);
        assert_eq!(error["error"]["details"], json!({ "resource": "user", "id": NO_ID }));
    });
}

#[test]
fn a_user_signs_in_in_any_case_and_gets_a_token_for_an_hour() {
    run(async {
        let email = new_email();
        let id = users().post("/users", user(&email)).await.id(201);
        let credentials = json!({ "email": email.to_uppercase(), "password": "long enough" });
        let session = users().post("/auth/login", credentials).await.expect(200);
        assert_eq!(session["userId"], id);
        let token = session["token"].as_str().unwrap();
        let key = DecodingKey::from_secret(JWT_SECRET);
        let claims = jsonwebtoken::decode::<Value>(token, &key, &Validation::new(Algorithm::HS256))
            .unwrap()
            .claims;
        assert_eq!(claims["sub"], id);
        let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
        assert!((1..=3600).contains(&lifetime), "{lifetime} s");
    });
}

#[test]
fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.expect(201);
        let wrong = users()
            .post("/auth/login", json!({ "email": email, "password": "wrong one" }))
            .await
            .expect(401);
        let unknown = json!({ "email": new_email(), "password": "wrong one" });
        assert_eq!(users().post("/auth/login", unknown).await.expect(401), wrong);
        assert_eq!(wrong["error"]["code"], "UNAUTHORIZED");
        for body in [
            json!({}),
            json!({ "email": "", "password": "" }),
            json!({ "email": 1, "password": 2 }),
        ] {
            assert_eq!(users().post("/auth/login", body).await.violations().len(), 2);
        }
    });
}

#[test]
fn no_cache_keeps_the_answer_to_a_login() {
    run(async {
        let email = new_email();
        users().post("/users", user(&email)).await.expect(201);
        for (password, status) in [("long enough", 200), ("wrong one", 401)] {
            let credentials = json!({ "email": email, "password": password });
            let answer = users().post("/auth/login", credentials).await;
            assert_eq!(answer.headers["cache-control"], "no-store");
            answer.expect(status);
        }
    });
}
