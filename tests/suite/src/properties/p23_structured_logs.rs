//! Property 23 of the design.

use std::io::{Read, Write};
use std::net::TcpStream;

use proptest::prelude::*;
use serde_json::json;
use system::system::Service;

use super::check;
use super::inputs::{email, name, password};
use super::processes::{api, log_lines, logged};

// Feature: product-order-system, Property 23: Logs use structured format
#[test]
fn structured_logs() {
    // A path as it stands on the wire, quotes and backslashes and all.
    let path = "[!-\"$->@-~]{0,20}";
    check(
        (email(), password(), name(), name(), path),
        async |(email, password, name, other, path)| {
            if let Some(id) = ask_raw(&format!("/{path}")) {
                let line = logged(Service::Product, &id).await;
                prop_assert_eq!(line["path"].as_str().map(str::to_owned), Some(format!("/{path}")));
            }
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
        },
    );
}

/// Sends a path that no client library would, and returns the request's id.
/// None if it is so wrong that HTTP itself refuses it.
fn ask_raw(path: &str) -> Option<String> {
    let mut stream =
        TcpStream::connect(api(Service::Product).url.trim_start_matches("http://")).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    if answer.contains("BAD_REQUEST") {
        return None;
    }
    let (_, rest) = answer.split_once("x-request-id: ")?;
    rest.lines().next().map(str::to_owned)
}
