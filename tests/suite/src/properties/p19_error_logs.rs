use proptest::prelude::*;
use serde_json::Value;
use system::services::Service;

use super::check;
use super::inputs::{name, object_id};
use super::processes::{cause_internal_error, logged};

// Feature: product-order-system, Property 19: Error logging includes required metadata
#[test]
fn error_logs_have_metadata() {
    check(
        (object_id(), name(), prop::sample::select(Service::ALL.to_vec())),
        async |(id, secret, service)| {
            let request_id = cause_internal_error(service, &id, &secret).await;
            let line = logged(service, &request_id).await;
            prop_assert_eq!(&line["level"], "ERROR");
            prop_assert_eq!(line["service"].as_str(), Some(service.name()));
            let timestamp = line["timestamp"].as_str().unwrap();
            prop_assert!(timestamp.len() == 24 && timestamp.ends_with('Z'), "{timestamp}");
            prop_assert!(
                line["error"].as_str().is_some_and(|error| error.contains("database")),
                "{line}"
            );
            prop_assert_eq!(&line["status"], &Value::from(500));
            Ok(())
        },
    );
}
