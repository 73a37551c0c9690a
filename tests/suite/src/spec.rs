//! The spec that poem-openapi derives from a generated server equals the
//! hand-written one.
//!
//! Both are brought to the same form first, which loses only what
//! poem-openapi has no words for or says in another place:
//!
//! - `openapi`, `info`, `servers` and `security: []` are about the document,
//!   not about the server;
//! - references to parameters, responses and headers are followed, and a
//!   path's parameters stand at its operations;
//! - `links`, and examples beside a schema, are documentation that it does
//!   not have;
//! - `additionalProperties: false` and `true` cannot be said (the server
//!   enforces them all the same);
//! - what has its default value is left out, and 1 is 1.0.

use std::collections::BTreeMap;

use openapi_server::{ApiDescription, Shutdown};
use poem_openapi::{OpenApi, OpenApiService};
use serde_json::{Map, Value};

use crate::support::run;

/// A database that nobody asks.
async fn nowhere() -> mongodb::Database {
    mongodb::Client::with_uri_str("mongodb://127.0.0.1:1/none").await.unwrap().database("none")
}

#[test]
fn user_service() {
    let service = run(async {
        user_service::service::Service::new(&nowhere().await, &Vec::new().into(), Shutdown::new())
    });
    compare(&user_service::api::DESCRIPTION, user_service::api::UserServiceServer(service));
}

#[test]
fn product_service() {
    let service =
        run(async { product_service::service::Service::new(&nowhere().await, Shutdown::new()) });
    compare(
        &product_service::api::DESCRIPTION,
        product_service::api::ProductServiceServer(service),
    );
}

#[test]
fn order_service() {
    let service = run(async {
        let upstream =
            order_service::upstream::Upstream::new("http://users", "http://products", false);
        order_service::service::Service::new(&nowhere().await, upstream, Shutdown::new())
    });
    compare(&order_service::api::DESCRIPTION, order_service::api::OrderServiceServer(service));
}

fn compare(description: &ApiDescription, api: impl OpenApi) {
    let derived = OpenApiService::new(api, description.title, description.version).spec();
    let derived = flatten(&normal(&serde_json::from_str(&derived).unwrap()));
    let written = flatten(&normal(&serde_json::from_str(description.spec_json).unwrap()));
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

fn normal(spec: &Value) -> Value {
    let mut out = Map::new();
    out.insert("tags".into(), by_name(&spec["tags"]));
    out.insert("schemas".into(), tidy(spec, &spec["components"]["schemas"], false));
    let mut paths = Map::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, operation) in
            item.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters")
        {
            let mut operation = tidy(spec, operation, true);
            let own = operation["parameters"].as_array().cloned().unwrap_or_default();
            let shared =
                tidy(spec, &item["parameters"], true).as_array().cloned().unwrap_or_default();
            operation["parameters"] = Value::Array(shared.into_iter().chain(own).collect());
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

/// `outside` is true where no schema is: there, `examples` are documentation.
fn tidy(spec: &Value, value: &Value, outside: bool) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| tidy(spec, item, outside)).collect(),
        Value::Number(number) => number.as_f64().into(),
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            if let Some(target) =
                target.filter(|target| !target.starts_with("#/components/schemas/"))
            {
                return tidy(spec, spec.pointer(&target[1..]).unwrap(), outside);
            }
            // A query parameter is exploded unless it says otherwise, others are not.
            let explode = Value::Bool(map.get("in").is_some_and(|place| place == "query"));
            let default = |key: &str, value: &Value| key == "explode" && *value == explode;
            let kept = map
                .iter()
                .filter(|(key, value)| !dropped(key, value, outside) && !default(key, value));
            kept.map(|(key, value)| (key.clone(), tidy(spec, value, outside && key != "schema")))
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

/// Every leaf with its path, so that a difference has a name.
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
            // An empty list says the same as none.
            Value::Array(_) => {}
            leaf => drop(out.insert(path, leaf.clone())),
        }
    }
    let mut out = BTreeMap::new();
    walk(value, String::new(), &mut out);
    out
}
