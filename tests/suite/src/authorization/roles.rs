//! Who gives roles, and what becomes of those who lose theirs.

use reqwest::Method;
use serde_json::{Value, json};
use system::services::Service;

use super::stack::{Credential, PASSWORD, Resources, Stack};
use crate::support::{Response, run};

#[test]
fn only_administrators_change_roles() {
    run(async {
        let stack = Stack::start().await;
        let on = stack.new_resources().await;
        let path = format!("/users/{}", on.user);
        let set = async |credential| {
            let body = Some(json!({ "role": "admin" }));
            stack.send(Service::User, Method::PUT, path.clone(), body, credential, &on.user).await
        };
        assert_eq!(set(Credential::Owner).await.code(403), "FORBIDDEN");
        assert_eq!(set(Credential::Admin).await.assert_status(200)["role"], "admin");
    });
}

/// Sets the role of a user, as the first administrator.
async fn set_role(stack: &Stack, on: &Resources, role: &str) {
    let (path, body) = (format!("/users/{}", on.user), Some(json!({ "role": role })));
    let admin = Credential::Admin;
    let response = stack.send(Service::User, Method::PUT, path, body, admin, &on.user).await;
    response.assert_status(200);
}

/// Sends a request to the user service with a token.
async fn send(stack: &Stack, token: &str, method: Method, path: &str, body: Value) -> Response {
    let users = stack.api(Service::User);
    let request = users.request(method, path).bearer_auth(token);
    users.send(request.header("content-type", "application/json").body(body.to_string())).await
}

#[test]
fn tokens_of_former_administrators_are_refused_by_the_user_service() {
    run(async {
        let stack = Stack::start().await;
        let on = stack.new_resources().await;
        set_role(&stack, &on, "admin").await;
        let credentials = json!({ "email": on.email, "password": PASSWORD });
        let session = stack.api(Service::User).post("/auth/login", credentials).await;
        let session = session.assert_status(200);
        let token = session["token"].as_str().unwrap();
        let path = format!("/users/{}", on.user);
        let promote = || send(&stack, token, Method::PUT, &path, json!({ "role": "admin" }));
        promote().await.assert_status(200);
        set_role(&stack, &on, "customer").await;
        let response = promote().await;
        assert_eq!(response.headers["www-authenticate"], r#"Bearer error="invalid_token", ApiKey"#);
        assert_eq!(response.code(401), "UNAUTHORIZED");
        // A deleted administrator has no role either.
        set_role(&stack, &on, "admin").await;
        send(&stack, token, Method::DELETE, &path, Value::Null).await.assert_status(204);
        send(&stack, token, Method::GET, "/users", Value::Null).await.assert_status(401);
    });
}
