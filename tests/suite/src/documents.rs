//! Rules for all operations of all specs: error codes, headers, links, schemas.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use openapi_server::ApiDescription;
use serde_json::Value;

const DOCUMENTS: [&ApiDescription; 3] = [
    &user_service::api::DESCRIPTION,
    &product_service::api::DESCRIPTION,
    &order_service::api::DESCRIPTION,
];

fn document(description: &ApiDescription) -> Value {
    serde_json::from_str(description.spec_json).unwrap()
}

/// Resolves a reference.
fn resolve<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(target) => spec.pointer(&target[1..]).unwrap(),
        None => value,
    }
}

/// All responses with their names, such as `login 401`.
fn responses(spec: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for item in spec["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values().filter(|value| value.is_object()) {
            let id = operation["operationId"].as_str().unwrap();
            for (status, response) in operation["responses"].as_object().unwrap() {
                all.push((format!("{id} {status}"), resolve(spec, response)));
            }
        }
    }
    assert!(all.len() > 40, "only {} responses", all.len());
    all
}

#[test]
fn every_response_declares_the_request_id() {
    for description in DOCUMENTS {
        let spec = document(description);
        for (name, response) in responses(&spec) {
            let header = resolve(&spec, &response["headers"]["X-Request-Id"]);
            assert_eq!(header["required"], true, "{}: {name}", description.title);
        }
    }
}

#[test]
fn operations_declare_the_errors_that_the_server_can_send() {
    for description in DOCUMENTS {
        let spec = document(description);
        for (path, item) in spec["paths"].as_object().unwrap() {
            for (method, operation) in
                item.as_object().unwrap().iter().filter(|(_, value)| value.is_object())
            {
                let body: &[&str] = &["408", "413", "415"];
                let body = if operation["requestBody"].is_object() { body } else { &[] };
                for status in ["400", "405", "500"].iter().chain(body) {
                    assert!(
                        operation["responses"][status].is_object(),
                        "{method} {path} lacks {status}"
                    );
                }
            }
        }
    }
}

#[test]
fn responses_declare_the_headers_that_their_status_needs() {
    for description in DOCUMENTS {
        let spec = document(description);
        for (name, response) in responses(&spec) {
            let header = match name.rsplit(' ').next() {
                Some("401") => "WWW-Authenticate",
                Some("405") => "Allow",
                Some("429") => "Retry-After",
                Some("415") => "Accept-Encoding",
                Some("201") => "Location",
                _ => continue,
            };
            let declared = resolve(&spec, &response["headers"][header]);
            let optional = ["Accept-Encoding", "Retry-After"].contains(&header);
            assert!(
                declared["required"] == true || optional && declared.is_object(),
                "{}: {name} lacks {header}",
                description.title
            );
        }
    }
}

#[test]
fn all_errors_have_the_same_schema() {
    for description in DOCUMENTS {
        let spec = document(description);
        for (name, response) in responses(&spec) {
            let schema = &response["content"]["application/json"]["schema"]["$ref"];
            let is_error = schema == "#/components/schemas/Error";
            let status = name.rsplit(' ').next().unwrap();
            assert_eq!(is_error, status >= "400", "{}: {name}", description.title);
        }
    }
}

#[test]
fn link_parameters_are_qualified() {
    for description in DOCUMENTS {
        let spec = document(description);
        let mut links = 0;
        for (name, response) in responses(&spec) {
            for link in response["links"].as_object().into_iter().flat_map(|links| links.values()) {
                let parameters = link["parameters"].as_object();
                for parameter in parameters.into_iter().flat_map(|parameters| parameters.keys()) {
                    // Some tools interpret an unqualified `id` as the id of a JSON schema.
                    assert!(parameter.starts_with("path."), "{name}: {parameter}");
                    links += 1;
                }
            }
        }
        assert!(links > 0, "{} has no links", description.title);
    }
}

/// The values of `ErrorCode`.
fn declared_codes(description: &ApiDescription) -> BTreeSet<String> {
    let spec = document(description);
    let codes = spec["components"]["schemas"]["ErrorCode"]["enum"].as_array().unwrap();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[test]
fn error_codes_of_the_framework_are_declared() {
    let emitted = emitted_codes("openapi/server/src");
    assert!(emitted.len() >= 9, "{emitted:?}");
    for description in DOCUMENTS {
        let declared = declared_codes(description);
        assert!(emitted.is_subset(&declared), "{}: {emitted:?}", description.title);
    }
}

#[test]
fn declared_error_codes_are_those_of_the_services() {
    let run_time = emitted_codes("openapi/server/src");
    for (description, folder) in DOCUMENTS.into_iter().zip(["user", "product", "order"]) {
        let mut emitted = emitted_codes(&format!("services/{folder}/src"));
        emitted.extend(run_time.iter().cloned());
        // The outcome of a write can be unknown in each service.
        emitted.insert("OUTCOME_UNKNOWN".to_owned());
        assert_eq!(emitted, declared_codes(description), "{}", description.title);
    }
}

/// The error codes in the source files of a folder: literal ones, and those of the constructors
/// that it calls.
fn emitted_codes(folder: &str) -> BTreeSet<String> {
    let workspace = system::home::workspace();
    let constructors = constructors(&workspace.join("openapi/server/src/error.rs"));
    let mut codes = BTreeSet::new();
    for source in sources(&workspace.join(folder)) {
        codes.extend(literal_codes(&source).map(str::to_owned));
        for (name, code) in &constructors {
            if source.contains(&format!("Self::{name}("))
                || source.contains(&format!("ApiError::{name}("))
            {
                codes.insert(code.clone());
            }
        }
    }
    codes
}

/// The functions of `ApiError` that contain an error code, with the code.
fn constructors(file: &Path) -> Vec<(String, String)> {
    let source = fs::read_to_string(file).unwrap();
    let functions = source.split(" fn ").skip(1);
    let found: Vec<_> = functions
        .filter_map(|function| {
            let (name, body) = function.split_once('(')?;
            Some((name.to_owned(), literal_codes(body).next()?.to_owned()))
        })
        .collect();
    assert!(found.len() >= 8, "{found:?}");
    found
}

/// All `CODE` that follow a status, as in `StatusCode::CONFLICT, "CODE"`, and all `codes::CODE`.
fn literal_codes(source: &str) -> impl Iterator<Item = &str> {
    let is_code = |c: char| c.is_ascii_uppercase() || c == '_';
    let code = move |rest: &'_ str| rest.len() - rest.trim_start_matches(is_code).len();
    let literals = source.split("StatusCode::").skip(1).filter_map(move |rest| {
        let rest = rest.trim_start_matches(is_code).strip_prefix(',')?.trim_start();
        let rest = rest.strip_prefix('"')?;
        Some(&rest[..code(rest)])
    });
    let constants = source.split("codes::").skip(1).map(move |rest| &rest[..code(rest)]);
    literals.chain(constants).filter(|code| !code.is_empty())
}

/// The Rust files in a folder, without tests, and without `error.rs` of the framework, which defines
/// more codes than the framework uses.
fn sources(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("server/src/error.rs")
            && !path.ends_with("tests.rs")
        {
            let source = fs::read_to_string(&path).unwrap();
            let code = source.split("#[cfg(test)]\nmod tests").next();
            all.extend(code.map(str::to_owned));
        }
    }
    all
}
