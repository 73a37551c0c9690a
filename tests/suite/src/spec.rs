//! The spec that poem-openapi derives from a generated server equals the hand-written one.
//!
//! Both are normalized first, which loses only what poem-openapi cannot express or expresses
//! elsewhere:
//!
//! - `openapi`, `info` and `servers` describe the document, not the server;
//! - the document's `security` is moved to the operations that have none;
//! - references to parameters, responses and headers are resolved, and parameters of a path are
//!   moved to its operations;
//! - `links`, and examples next to a schema, are documentation without an equivalent;
//! - boolean `additionalProperties` cannot be expressed (the server enforces them nevertheless);
//! - default values are removed, and 1 is 1.0.

use std::collections::BTreeMap;

use openapi_server::{ApiDescription, Shutdown};
use poem_openapi::{OpenApi, OpenApiService};
use serde_json::{Map, Value};

use crate::support::run;

/// Keys that are never fetched.
const JWKS_URL: &str = "http://users/.well-known/jwks.json";

/// A database that is never used.
async fn unused_database() -> mongodb::Database {
    mongodb::Client::with_uri_str("mongodb://127.0.0.1:1/none").await.unwrap().database("none")
}

#[test]
fn user_service_matches_its_spec() {
    let service = run(async {
        user_service::service(
            &unused_database().await,
            &user_service::SigningKey::generate().unwrap(),
            Vec::new(),
            user_service::AuthMode::Off,
            Shutdown::new(),
        )
    });
    compare(&user_service::api::DESCRIPTION, user_service::api::UserServiceServer(service));
}

#[test]
fn product_service_matches_its_spec() {
    let service = run(async {
        let keys = product_service::Keys::new(JWKS_URL.parse().unwrap()).unwrap();
        let authenticator =
            product_service::Authenticator::new(product_service::AuthMode::Off, keys);
        product_service::service(&unused_database().await, authenticator, Shutdown::new())
    });
    compare(
        &product_service::api::DESCRIPTION,
        product_service::api::ProductServiceServer(service),
    );
}

#[test]
fn order_service_matches_its_spec() {
    let service = run(async {
        let upstream = order_service::Upstream::new("http://users", "http://products", false, None);
        let stock = order_service::config::Stock::Unchecked;
        let keys = order_service::Keys::new(JWKS_URL.parse().unwrap()).unwrap();
        let authenticator = order_service::Authenticator::new(order_service::AuthMode::Off, keys);
        let database = unused_database().await;
        order_service::service(&database, upstream, stock, authenticator, Shutdown::new())
    });
    compare(&order_service::api::DESCRIPTION, order_service::api::OrderServiceServer(service));
}

fn compare(description: &ApiDescription, api: impl OpenApi) {
    let derived = OpenApiService::new(api, description.title, description.version).spec();
    let derived = flatten(&normalize(&serde_json::from_str(&derived).unwrap()));
    let written = flatten(&normalize(&serde_json::from_str(description.spec_json).unwrap()));
    assert!(written.len() > 300, "the spec has only {} leaves", written.len());
    let missing: Vec<_> =
        written.iter().filter(|(path, value)| derived.get(*path) != Some(value)).collect();
    let extra: Vec<_> =
        derived.iter().filter(|(path, value)| written.get(*path) != Some(value)).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "written only: {missing:#?}\nderived only: {extra:#?}"
    );
}

fn normalize(spec: &Value) -> Value {
    let mut out = Map::new();
    out.insert("tags".into(), by_name(&spec["tags"]));
    out.insert("schemas".into(), normalize_value(spec, &spec["components"]["schemas"], false));
    let schemes = normalize_value(spec, &spec["components"]["securitySchemes"], false);
    out.insert("securitySchemes".into(), schemes);
    let mut paths = Map::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, operation) in
            item.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters")
        {
            let mut operation = normalize_value(spec, operation, true);
            let own = operation["parameters"].as_array().cloned().unwrap_or_default();
            let shared = normalize_value(spec, &item["parameters"], true)
                .as_array()
                .cloned()
                .unwrap_or_default();
            operation["parameters"] = Value::Array(shared.into_iter().chain(own).collect());
            let security = [&operation["security"], &spec["security"]];
            let security = security.into_iter().find(|security| security.is_array());
            operation["security"] = security.cloned().unwrap_or_else(|| Value::Array(Vec::new()));
            paths.insert(format!("{method} {path}"), operation);
        }
    }
    out.insert("paths".into(), Value::Object(paths));
    Value::Object(out)
}

fn by_name(tags: &Value) -> Value {
    let name = |tag: &Value| tag["name"].as_str().unwrap_or_default().to_owned();
    tags.as_array()
        .into_iter()
        .flatten()
        .map(|tag| (name(tag), tag.clone()))
        .collect::<Map<_, _>>()
        .into()
}

/// Normalizes a value. Outside of schemas, `examples` are documentation.
fn normalize_value(spec: &Value, value: &Value, outside: bool) -> Value {
    match value {
        Value::Array(items) => {
            items.iter().map(|item| normalize_value(spec, item, outside)).collect()
        }
        Value::Number(number) => number.as_f64().into(),
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            if let Some(target) =
                target.filter(|target| !target.starts_with("#/components/schemas/"))
            {
                return normalize_value(spec, spec.pointer(&target[1..]).unwrap(), outside);
            }
            // A query parameter is exploded unless it says otherwise, others are not.
            let explode = Value::Bool(map.get("in").is_some_and(|place| place == "query"));
            let default = |key: &str, value: &Value| key == "explode" && *value == explode;
            let kept = map
                .iter()
                .filter(|(key, value)| !dropped(key, value, outside) && !default(key, value));
            kept.map(|(key, value)| {
                (key.clone(), normalize_value(spec, value, outside && key != "schema"))
            })
            .collect()
        }
        other => other.clone(),
    }
}

fn dropped(key: &str, value: &Value, outside: bool) -> bool {
    match key {
        "links" => true,
        "example" | "examples" => outside,
        "additionalProperties" => value.is_boolean(),
        "deprecated" | "required" => value == &Value::Bool(false),
        _ => false,
    }
}

/// All leaves with their paths, so that messages can name differences.
fn flatten(value: &Value) -> BTreeMap<String, Value> {
    fn walk(value: &Value, path: String, out: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                map.iter().for_each(|(key, value)| walk(value, format!("{path}/{key}"), out));
            }
            Value::Array(items) if !items.is_empty() => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, value)| walk(value, format!("{path}/{index}"), out));
            }
            // An empty list means the same as no list.
            Value::Array(_) => {}
            leaf => {
                out.insert(path, leaf.clone());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(value, String::new(), &mut out);
    out
}
