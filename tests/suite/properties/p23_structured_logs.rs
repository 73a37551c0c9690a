//! Property 23 of the design.

use proptest::prelude::*;
use serde_json::json;
use system::system::Service;

use super::check;
use super::inputs::{email, name, password};
use super::processes::{api, log_lines, logged};

// Feature: product-order-system, Property 23: Logs use structured format
#[test]
fn structured_logs() {
    check((email(), password(), name(), name()), async |(email, password, name, other)| {
        // Whatever people send, wherever they send it, the log stays one JSON object a line.
        let id = format!("{:032x}", fastrand::u128(..));
        let user = json!({ "email": email, "password": password, "name": name });
        for (service, path, body) in [
            (Service::User, "/users", user),
            (Service::Product, "/products", json!({ "name": other, "price": 0.1, "stock": 1 })),
            (Service::Order, "/orders", json!({ other.as_str(): name })),
        ] {
            let request =
                api(service).request(reqwest::Method::POST, path).header("x-request-id", &id);
            request
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
                .await
                .unwrap();
            logged(service, &id).await;
            let lines = log_lines(service);
            for line in &lines[lines.len().saturating_sub(50)..] {
                for key in ["timestamp", "level", "service", "message"] {
                    prop_assert!(line[key].is_string(), "no {key} in {line}");
                }
                prop_assert!(
                    !line.to_string().contains(password.as_str()),
                    "a password in the log"
                );
            }
        }
        Ok(())
    });
}
