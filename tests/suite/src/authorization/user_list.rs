//! `GET /users`, for administrators.

use mongodb::bson::{Bson, Document, doc};
use reqwest::Method;
use serde_json::{Value, json};
use system::services::Service;

use super::stack::{ADMIN_EMAIL, PASSWORD};
use crate::support::{Response, ServiceProcess, object_id, run, timestamp, users};

/// A user service whose administrator is signed in.
struct UserService {
    process: ServiceProcess,
    token: String,
}

impl UserService {
    async fn start() -> Self {
        let service_key = format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
        let process = ServiceProcess::configure(Service::User)
            .env("AUTH", "required")
            .env("SERVICE_KEY", &service_key)
            .env("ADMIN_EMAIL", ADMIN_EMAIL)
            .env("ADMIN_PASSWORD", PASSWORD)
            .start();
        let credentials = json!({ "email": ADMIN_EMAIL, "password": PASSWORD });
        let session = process.api.post("/auth/login", credentials).await.assert_status(200);
        let token = session["token"].as_str().unwrap().to_owned();
        Self { process, token }
    }

    async fn store(&self, users: impl IntoIterator<Item = Document>) {
        let collection = self.process.collection("users").await;
        // Some cannot be read.
        collection.insert_many(users).bypass_document_validation(true).await.unwrap();
    }

    async fn list(&self, query: &str) -> Response {
        let request = self.process.api.request(Method::GET, &format!("/users?{query}"));
        let request = request.header("authorization", format!("Bearer {}", self.token));
        self.process.api.send(request).await
    }

    /// The addresses on each page of the list.
    async fn pages(&self, limit: usize) -> Vec<Vec<String>> {
        let mut pages: Vec<Vec<String>> = Vec::new();
        let mut query = format!("limit={limit}");
        loop {
            let page = self.list(&query).await.assert_status(200);
            pages.push(emails(&page));
            let Some(cursor) = page["nextCursor"].as_str() else { return pages };
            query = format!("limit={limit}&cursor={cursor}");
            assert!(pages.len() < 100, "the list does not end");
        }
    }
}

fn emails(page: &Value) -> Vec<String> {
    let users = page["users"].as_array().unwrap().iter();
    users.map(|user| user["email"].as_str().unwrap().to_owned()).collect()
}

fn user(number: u32, email: &str, changes: Document) -> Document {
    let created = timestamp(number.into());
    let mut user = doc! {
        "_id": object_id(number), "email": email, "emailKey": email.to_lowercase(),
        "password": "a secret hash", "name": "Ada", "createdAt": created,
    };
    user.extend(changes);
    user
}

#[test]
fn users_are_listed_by_address_without_case() {
    run(async {
        let service = UserService::start().await;
        let stored =
            ["zoe@example.com", "Bob@Example.com", "bo@example.com", "\"a b\"@example.com"];
        service.store((0..).zip(stored).map(|(number, email)| user(number, email, doc! {}))).await;
        let expected = [stored[3], ADMIN_EMAIL, stored[2], stored[1], stored[0]];
        for limit in [1, 2, 3, 5, 1000] {
            let pages = service.pages(limit).await;
            assert!(pages.iter().all(|page| page.len() <= limit), "{pages:?}");
            assert_eq!(pages.concat(), expected, "limit {limit}");
        }
        let page = service.list("").await.assert_status(200);
        assert!(page.get("nextCursor").is_none(), "{page}");
        let path = format!("/users/{}", object_id(0));
        let request = service.process.api.request(Method::GET, &path);
        let request = request.header("authorization", format!("Bearer {}", service.token));
        let read = service.process.api.send(request).await.assert_status(200);
        assert_eq!(page["users"][4], read);
    });
}

#[test]
fn user_list_has_no_password_hash() {
    run(async {
        let service = UserService::start().await;
        service.store([user(1, "bob@example.com", doc! {})]).await;
        let page = service.list("").await.assert_status(200);
        for user in page["users"].as_array().unwrap() {
            let mut fields: Vec<&str> =
                user.as_object().unwrap().keys().map(String::as_str).collect();
            fields.sort_unstable();
            assert_eq!(fields, ["createdAt", "email", "id", "name", "role"]);
        }
        let text = page.to_string();
        assert!(!text.contains("secret") && !text.contains("argon2"), "{text}");
    });
}

#[test]
fn pages_of_users_do_not_shift_with_changes() {
    run(async {
        let service = UserService::start().await;
        let email = |number: u32| format!("user{number}@example.com");
        service.store((1..=6).map(|number| user(number, &email(number), doc! {}))).await;
        let page = service.list("limit=3").await.assert_status(200);
        assert_eq!(emails(&page), [ADMIN_EMAIL, &email(1), &email(2)]);
        // One user before the position, and the one at it.
        let users = service.process.collection("users").await;
        users.delete_one(doc! { "_id": object_id(2) }).await.unwrap();
        service.store([user(7, "ada@example.com", doc! {})]).await;
        let cursor = page["nextCursor"].as_str().unwrap();
        let page = service.list(&format!("limit=3&cursor={cursor}")).await.assert_status(200);
        assert_eq!(emails(&page), [email(3), email(4), email(5)]);
    });
}

#[test]
fn unreadable_users_are_skipped_and_logged() {
    run(async {
        let service = UserService::start().await;
        let users = [
            user(1, "ann@example.com", doc! { "role": "root" }),
            user(2, "bob@example.com", doc! {}),
            user(3, "jos\u{e9}@example.com", doc! {}),
            user(4, "joz@example.com", doc! { "name": Bson::Null }),
            user(5, "kim@example.com", doc! {}),
            // Sorted before and after all addresses.
            user(6, "lee@example.com", doc! { "emailKey": 7 }),
            user(7, "mia@example.com", doc! { "emailKey": true }),
        ];
        service.store(users).await;
        for limit in 1..=9 {
            let listed = service.pages(limit).await.concat();
            assert_eq!(
                listed,
                [ADMIN_EMAIL, "bob@example.com", "kim@example.com"],
                "limit {limit}"
            );
        }
        let skipped = service.process.log_lines_with("skipped unreadable document");
        for number in [1, 3, 4, 6] {
            let id = object_id(number).to_hex();
            assert!(skipped.iter().any(|line| line["id"] == id), "{number}: {skipped:?}");
        }
        assert!(!service.process.log().contains("secret"));
    });
}

#[test]
fn pages_of_users_end_at_one_mebibyte() {
    run(async {
        let service = UserService::start().await;
        let name = "\"".repeat(60_000);
        let email = |number: u32| format!("user{number:02}@example.com");
        let long = |number| user(number, &email(number), doc! { "name": &name });
        service.store((0..20).map(long)).await;
        let pages = service.pages(1000).await;
        assert!(pages.iter().all(|page| !page.is_empty()), "an empty page");
        assert!(pages.len() > 2, "{} pages", pages.len());
        let expected: Vec<String> = (0..20).map(email).collect();
        assert_eq!(pages.concat()[1..], expected);
    });
}

#[test]
fn list_users_reports_invalid_limits_and_cursors() {
    run(async {
        let service = UserService::start().await;
        for (query, expected) in [
            ("limit=0", "/limit minimum"),
            ("limit=1001", "/limit maximum"),
            ("limit=ten", "/limit type"),
            ("cursor=", "/cursor pattern"),
            ("cursor=6", "/cursor pattern"),
            ("cursor=6G", "/cursor pattern"),
        ] {
            let violations = service.list(query).await.violations();
            assert!(violations.contains(&expected.to_owned()), "{query}: {violations:?}");
        }
        service.list("limit=1000").await.assert_status(200);
        // Before and after everyone.
        assert_eq!(emails(&service.list("cursor=00").await.assert_status(200)), [ADMIN_EMAIL]);
        assert!(emails(&service.list("cursor=ff00").await.assert_status(200)).is_empty());
    });
}

#[test]
fn user_list_has_an_index() {
    run(async {
        let service = UserService::start().await;
        let users = service.process.collection("users").await;
        let names = users.list_index_names().await.unwrap();
        assert!(names.contains(&"emailKey_1".to_owned()), "{names:?}");
    });
}

#[test]
fn users_are_not_listed_while_authorization_is_off() {
    run(async {
        assert_eq!(users().get("/users").await.code(403), "FORBIDDEN");
        assert_eq!(users().get("/users?limit=0").await.violations(), ["/limit minimum"]);
    });
}
