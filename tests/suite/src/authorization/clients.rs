//! The generated clients with a token.

use std::process::Command;

use progenitor_client::Error;
use serde_json::json;
use system::home::programs;
use system::services::Service;
use user_client::types::ErrorCode;
use user_client::{Client, Hooks};

use super::stack::{Credential, PASSWORD, Stack};
use crate::support::{NO_ID, new_email, run};

#[test]
fn example_signs_in_and_reads_the_own_profile() {
    run(async {
        let stack = Stack::start().await;
        let email = new_email();
        let user = json!({ "email": email, "password": PASSWORD, "name": "Ada Lovelace" });
        stack.api(Service::User).post("/users", user).await.assert_status(201);
        let example = |password: &str| {
            let mut command = Command::new(programs().join("examples/own_profile"));
            command.env("USER_SERVICE_URL", stack.ports.url(Service::User));
            command.env("EMAIL", &email).env("PASSWORD", password).env("NO_PROXY", "*");
            command.output().unwrap()
        };
        let output = example(PASSWORD);
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed, format!("Ada Lovelace <{email}>, customer\n"), "{:?}", output.stderr);
        let output = example("wrong one");
        assert!(!output.status.success() && output.stdout.is_empty());
    });
}

#[test]
fn calls_carry_the_current_token() {
    run(async {
        let stack = Stack::start().await;
        let url = stack.ports.url(Service::User);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let list = async |token: Option<String>| {
            let hooks = Hooks::default().with_token(move || token.clone());
            Client::new_with_client(&url, http.clone(), hooks).list_users(None, None).await
        };
        let page = list(Some(stack.token(Credential::Admin, NO_ID))).await.unwrap();
        assert_eq!(page.users.len(), 1);
        for (token, code) in [
            (None, ErrorCode::Unauthorized),
            (Some(stack.token(Credential::Expired, NO_ID)), ErrorCode::Unauthorized),
            (Some(stack.token(Credential::Owner, NO_ID)), ErrorCode::Forbidden),
        ] {
            match list(token).await {
                Err(Error::ErrorResponse(response)) => assert_eq!(response.error.code, code),
                other => panic!("{other:?}"),
            }
        }
        // A token that no header can carry fails before anything is sent.
        assert!(matches!(list(Some("a\nb".to_owned())).await, Err(Error::Custom(_))));
    });
}
