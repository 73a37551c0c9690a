//! Specs whose names are those that could meet names of the generated code: keywords, the prelude,
//! methods of common traits, and the identifiers that the generator writes: all of the first file,
//! and of the second, which refers to types of the spec by their path only, variables and functions.
//! The test `names` compiles the code generated from them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{env, fs};

use openapi_stubgen::Error;
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Map, Value, json};

const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else \
    enum extern false final fn for gen if impl in let loop macro match mod move mut override priv \
    pub ref return Self static struct super trait true try type typeof unsafe unsized use virtual \
    where while yield union auto default raw safe macro_rules";

const STANDARD: &str = "Option Some None Result Ok Err String Vec Box ToString ToOwned Into From \
    TryFrom TryInto Iterator IntoIterator DoubleEndedIterator ExactSizeIterator Extend \
    FromIterator Default Clone Copy Send Sync Sized Drop Unpin Fn FnMut FnOnce AsRef AsMut \
    PartialEq Eq PartialOrd Ord Hash Debug Display Future IntoFuture Deref Borrow Any Arc Pin \
    BTreeMap Cow str bool i32 i64 f64 u8 usize char std core alloc serde serde_json chrono uuid \
    poem poem_openapi openapi_server drop clone to_owned as_ref as_mut into try_into try_from \
    to_string borrow deref call call_once poll into_future eq ne cmp partial_cmp hash fmt next \
    iter len map and_then unwrap expect is_none is_some as_str main test api body parameters \
    self_ super_ println vec format concat env include_str n_2 a b x ALL DESCRIPTION SCHEMAS SPEC \
    Error Unimplemented server meta register into_response credential additional_properties \
    context request response error value status principal header_0 routes registry tag A D T f \
    reader credentials credential_0 operation authentication authenticate open_access id \
    ALTERNATIVES Principal SecuredOperation RequestCredentials Type Method Registry MetaSchema OpenApi paths add_routes described schema deserialize";

/// What the definition of a trait refers to, which has the name of the title.
const TITLES: &str = "Self Option Result Err String Vec Send Sync Into Future Error Unimplemented";

pub fn generate() -> Result<(), Error> {
    println!("cargo::rerun-if-changed=build/names.rs");
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or(Error::NoOutDir)?);
    let words = words(&out_dir)?;
    let mut modules = String::new();
    let mut add = |stem: &str, spec: Value| -> Result<(), Error> {
        let path = out_dir.join(format!("{stem}.input.json"));
        write(&path, &spec.to_string())?;
        let path = path.to_string_lossy().into_owned();
        openapi_stubgen::generate_into(&path, &out_dir)?;
        let file = format!("concat!(env!(\"OUT_DIR\"), \"/{stem}.input.rs\")");
        modules += &format!("pub mod {stem} {{ include!({file}); }}\n");
        Ok(())
    };
    add("everything", everything(&words))?;
    for (index, word) in TITLES.split_whitespace().enumerate() {
        add(&format!("title_{index}"), titled(word))?;
    }
    write(&out_dir.join("names.rs"), &modules)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|error| Error::Io(path.into(), error))
}

/// The words, distinct in any casing.
fn words(out_dir: &Path) -> Result<Vec<String>, Error> {
    let mut written = Vec::new();
    let mut defined = HashSet::new();
    let path = out_dir.join("petstore.rs");
    let text = fs::read_to_string(&path).map_err(|error| Error::Io(path, error))?;
    let tokens = TokenStream::from_str(&text).expect("generated code consists of tokens");
    collect_identifiers(tokens, &mut written, &mut defined);
    written.retain(|word| !defined.contains(word) && word != "_");
    let listed = KEYWORDS.split_whitespace().chain(STANDARD.split_whitespace());
    let mut seen = HashSet::new();
    let mut key = |word: &String| seen.insert(word.replace('_', "").to_ascii_lowercase());
    Ok(listed.map(str::to_owned).chain(written).filter(|word| key(word)).collect())
}

/// The identifiers, and of these the ones that are defined here: they come from the spec.
fn collect_identifiers(tokens: TokenStream, all: &mut Vec<String>, defined: &mut HashSet<String>) {
    let mut previous = String::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let name = ident.to_string().trim_start_matches("r#").to_owned();
                if ["struct", "enum", "trait", "fn", "type", "pub"].contains(&previous.as_str()) {
                    defined.insert(name.clone());
                }
                all.push(name.clone());
                previous = name;
            }
            TokenTree::Group(group) => collect_identifiers(group.stream(), all, defined),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// A spec with the words as names of everything but itself.
fn everything(words: &[String]) -> Value {
    let tags: Vec<Value> = words.iter().map(|word| json!({ "name": word })).collect();
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let mut schemes = Map::new();
    for (index, word) in words.iter().enumerate() {
        schemas.insert(component_name(word), component(word, index));
        schemes.insert(word.clone(), scheme(word, index));
        let other = &words[(index + 1) % words.len()];
        paths.insert(format!("/{index}"), json!({ "post": operation(word, other) }));
    }
    schemas.insert("every_property".into(), every_property(words));
    schemas.insert("every_value".into(), json!({ "type": "string", "enum": words }));
    schemas.insert("every_variant".into(), every_variant(words));
    paths.insert("/every".into(), json!({ "put": every_parameter(words) }));
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Names", "version": "1" },
        "tags": tags,
        "paths": paths,
        "components": { "schemas": schemas, "securitySchemes": schemes },
    })
}

/// The component `Error` would have to be the error envelope.
fn component_name(word: &str) -> String {
    if word == "Error" { "error".to_owned() } else { word.to_owned() }
}

/// Components of all kinds of types.
fn component(word: &str, index: usize) -> Value {
    match index % 6 {
        0 => json!({ "type": "string", "maxLength": 9 }),
        1 => {
            json!({ "type": "object", "properties": { word: { "type": "string", "enum": [word] } } })
        }
        2 => json!({ "type": "string", "enum": [word, null], "nullable": true }),
        3 => json!({ "type": "array", "items": { "type": "integer" } }),
        4 => json!({ "type": "string", "format": "password" }),
        _ => json!({
            "type": "object",
            "required": ["kind"],
            "properties": { "kind": { "type": "string" }, word: reference(word) },
            "additionalProperties": { "type": "string" },
        }),
    }
}

fn reference(word: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", component_name(word)) })
}

/// Schemes of all kinds.
fn scheme(word: &str, index: usize) -> Value {
    let key = |place: &str| json!({ "type": "apiKey", "in": place, "name": format!("X-{word}") });
    match index % 6 {
        0 => key("header"),
        1 => key("query"),
        2 => key("cookie"),
        3 => json!({ "type": "http", "scheme": "bearer" }),
        4 => json!({ "type": "http", "scheme": "basic" }),
        _ => json!({ "type": "http", "scheme": word }),
    }
}

/// An operation with the word as its name and the one of its security scheme, alone and with
/// another.
fn operation(word: &str, other: &str) -> Value {
    json!({
        "operationId": word,
        "tags": [word],
        "security": [{ word: [] }, { word: [], other: [] }],
        "responses": { "204": { "description": "Fine" } },
    })
}

/// Optional and required properties, with and without defaults and secrets.
fn every_property(words: &[String]) -> Value {
    let property = |(index, word): (usize, &String)| {
        let schema = match index % 4 {
            0 => reference(word),
            1 => json!({ "type": "string", "default": word }),
            2 => json!({ "type": "string", "writeOnly": true }),
            _ => json!({ "type": "string", "nullable": true }),
        };
        (word.clone(), schema)
    };
    let properties: Map<String, Value> = words.iter().enumerate().map(property).collect();
    let required: Vec<&String> = words.iter().step_by(8).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn every_variant(words: &[String]) -> Value {
    let target = words.iter().skip(5).step_by(6).next().map_or("", String::as_str);
    let mapping: Map<String, Value> =
        words.iter().map(|word| (word.clone(), reference(target)["$ref"].clone())).collect();
    json!({
        "oneOf": [reference(target)],
        "discriminator": { "propertyName": "kind", "mapping": mapping },
    })
}

fn every_parameter(words: &[String]) -> Value {
    let parameter = |word: &String| json!({ "name": word, "in": "query", "schema": { "type": "string", "format": "password" } });
    let parameters: Vec<Value> = words.iter().map(parameter).collect();
    let header = |word: &String| {
        (format!("{word}-"), json!({ "required": true, "schema": { "type": "string" } }))
    };
    let headers: Map<String, Value> = words.iter().map(header).collect();
    let content = |name: &str| json!({ "application/json": { "schema": reference(name) } });
    json!({
        "operationId": "every",
        "parameters": parameters,
        "requestBody": { "required": true, "content": content("every_property") },
        "responses": {
            "200": { "description": "Fine", "headers": headers, "content": content("every_value") },
            "201": { "description": "Fine", "content": content("every_variant") },
        },
    })
}

/// A spec whose title is also a component.
fn titled(word: &str) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": word, "version": "1" },
        "paths": { "/a/{id}": { "get": {
            "operationId": "a",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": "id", "in": "query", "schema": { "type": "string" } },
            ],
            "responses": { "200": {
                "description": "Fine",
                "content": { "application/json": { "schema": reference(word) } },
            } },
        } } },
        "components": { "schemas": { component_name(word): { "type": "string" } } },
    })
}
