use proptest::prelude::*;
use reqwest::Method;
use system::services::Service;

use super::check;
use super::processes::{api, logged};

// Feature: product-order-system, Property 22: Request logging includes method, path, and status
#[test]
fn request_logs_have_method_path_and_status() {
    let methods =
        [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::HEAD];
    let method = prop::sample::select(methods.to_vec());
    let path = prop_oneof![
        "/(users|products|orders|health|auth/login|docs)",
        "/(users|products|orders)/[0-9a-f]{24}",
        "/[a-zA-Z0-9_~-]{0,12}(\\.json)?(/[a-z0-9]{1,3})?",
    ];
    let query = prop::option::of("[a-z]{1,5}=[a-z0-9]{0,5}");
    let service = prop::sample::select(Service::ALL.to_vec());
    check((method, path, query, service), async |(method, path, query, service)| {
        let id = format!("{:032x}", fastrand::u128(..));
        let target = query.map_or(path.clone(), |query| format!("{path}?{query}"));
        let request = api(service).request(method.clone(), &target).header("x-request-id", &id);
        let response = request.send().await.unwrap();
        let line = logged(service, &id).await;
        prop_assert_eq!(line["method"].as_str(), Some(method.as_str()));
        prop_assert_eq!(line["path"].as_str(), Some(path.as_str()));
        prop_assert_eq!(line["status"].as_u64(), Some(u64::from(response.status().as_u16())));
        prop_assert!(line["duration_ms"].is_number());
        let route = line["route"].as_str().map_or(String::new(), |route| format!("{route} "));
        prop_assert!(!route.contains(':'), "{line}");
        let message = format!("{method} {route}{}", response.status().as_u16());
        prop_assert_eq!(line["message"].as_str(), Some(&*message));
        Ok(())
    });
}
