use std::cell::Cell;

use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use system::services::Service;

use super::check;
use super::inputs::{email, name, password};
use super::processes::{api, log_lines, logged};
use crate::support::RawConnection;

// Feature: product-order-system, Property 23: Logs use structured format
#[test]
fn logs_are_structured() {
    // A raw path, including quotes and backslashes.
    let path = "[!-\"$->@-~]{0,20}";
    let accepted = Cell::new(0);
    check(
        (email(), password(), name(), name(), path),
        async |(email, password, name, other, path)| {
            let path = format!("/{path}");
            let (status, id) = get_raw(&path);
            let line = logged(Service::Product, &id).await;
            prop_assert_eq!(line["status"].as_u64(), Some(status));
            // A path that is invalid in HTTP is rejected before it is parsed.
            if status != 400 {
                accepted.set(accepted.get() + 1);
                prop_assert_eq!(line["path"].as_str(), Some(path.as_str()));
            }
            let user = json!({ "email": email, "password": password, "name": name });
            for (service, path, body) in [
                (Service::User, "/users", user),
                (Service::Product, "/products", json!({ "name": other, "price": 0.1, "stock": 1 })),
                (Service::Order, "/orders", json!({ other.as_str(): name })),
            ] {
                post_and_check_log(service, path, body, &password).await?;
            }
            Ok(())
        },
    );
    assert!(accepted.get() > 50, "only {} paths were accepted", accepted.get());
}

/// Sends a request; each line of the log must be a JSON object and must not contain the password.
async fn post_and_check_log(
    service: Service,
    path: &str,
    body: Value,
    password: &str,
) -> Result<(), TestCaseError> {
    let id = format!("{:032x}", fastrand::u128(..));
    let request = api(service).request(Method::POST, path).header("x-request-id", &id);
    let request = request.header("content-type", "application/json").body(body.to_string());
    request.send().await.unwrap();
    logged(service, &id).await;
    let lines = log_lines(service);
    for line in &lines[lines.len().saturating_sub(50)..] {
        for key in ["timestamp", "level", "service", "message"] {
            prop_assert!(line[key].is_string(), "no {key} in {line}");
        }
        prop_assert!(!line.to_string().contains(password), "the log contains a password");
    }
    Ok(())
}

/// Sends a raw path; returns the status and the request id.
fn get_raw(path: &str) -> (u64, String) {
    let mut connection = RawConnection::open(&api(Service::Product));
    connection.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
    let (status, head, _) = connection.response();
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: "));
    (status.into(), id.expect("a request id").to_owned())
}
