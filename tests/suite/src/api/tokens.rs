//! `/.well-known/jwks.json`, and the tokens that `/auth/login` issues.

use std::process::Command;

use serde_json::{Value, json};
use system::home::programs;
use system::home::workspace;
use system::services::{Ports, Service, command, generate_signing_key};

use crate::support::{Access, Api, ServiceProcess, Token, new_email, program_or_skip, run, users};

/// Who may do what.
pub const ACCESS: &[(&str, Access)] =
    &[("login", Access::open(200)), ("getJsonWebKeySet", Access::open(200))];

const PASSWORD: &str = "long enough";

const JWKS: &str = "/.well-known/jwks.json";

/// Registers a user and logs in; returns the id and the token.
async fn log_in(api: &Api) -> (String, Token) {
    let email = new_email();
    let user = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    let id = api.post("/users", user).await.id(201);
    let credentials = json!({ "email": email, "password": PASSWORD });
    let session = api.post("/auth/login", credentials).await.assert_status(200);
    (id, Token::parse(session["token"].as_str().unwrap()))
}

async fn key_set(api: &Api) -> Value {
    api.get(JWKS).await.assert_status(200)
}

fn key_ids(key_set: &Value) -> Vec<&str> {
    key_set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect()
}

/// The public half of a key, from openssl.
fn public_key(private: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), private).unwrap();
    let mut openssl = Command::new("openssl");
    let output = openssl.args(["pkey", "-pubout", "-in"]).arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn tokens_name_the_user_and_expire_after_an_hour() {
    run(async {
        let (id, token) = log_in(&users()).await;
        assert_eq!((&token.header["alg"], &token.header["typ"]), (&json!("EdDSA"), &json!("JWT")));
        let claims = &token.claims;
        assert_eq!(claims["sub"], id);
        assert_eq!(claims["iss"], "user-service");
        assert_eq!(claims["aud"], "product-order-system");
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
        let (_, other) = log_in(&users()).await;
        assert_ne!(claims["jti"], other.claims["jti"]);
    });
}

#[test]
fn published_keys_verify_tokens() {
    run(async {
        let (_, token) = log_in(&users()).await;
        let mut key_set = key_set(&users()).await;
        assert!(token.is_signed_by(&key_set));
        let other = ServiceProcess::start(Service::User);
        let (_, foreign) = log_in(&other.api).await;
        assert!(!foreign.is_signed_by(&key_set));
        // Not by its name alone.
        key_set["keys"][0]["kid"] = foreign.header["kid"].clone();
        assert!(!foreign.is_signed_by(&key_set));
    });
}

#[test]
fn service_without_a_key_warns_once_and_makes_one() {
    run(async {
        let services = [(); 2].map(|()| ServiceProcess::start(Service::User));
        let mut ids = Vec::new();
        for service in &services {
            let warnings = service.log();
            let warnings = warnings.lines().filter(|line| line.contains("JWT_SIGNING_KEY"));
            assert_eq!(warnings.count(), 1);
            ids.push(key_set(&service.api).await["keys"][0]["kid"].clone());
        }
        assert_ne!(ids[0], ids[1]);
    });
}

#[test]
fn tokens_remain_valid_while_the_key_is_rotated() {
    if program_or_skip(&["openssl"], "https://openssl.org").is_none() {
        return;
    }
    run(async {
        let [old, new] = [(), ()].map(|()| generate_signing_key(&programs()).unwrap());
        let start = |key: &str, retired: &str| {
            let service = ServiceProcess::configure(Service::User).env("JWT_SIGNING_KEY", key);
            service.env("JWT_RETIRED_KEYS", retired).start()
        };
        let before = start(&old, &public_key(&new));
        let after = start(&new.replace('\n', "\\n"), &public_key(&old));
        let (_, token_before) = log_in(&before.api).await;
        let (_, token_after) = log_in(&after.api).await;
        let sets = [key_set(&before.api).await, key_set(&after.api).await];
        for set in &sets {
            assert!(token_before.is_signed_by(set) && token_after.is_signed_by(set), "{set}");
        }
        // The key that signs comes first, and each replica with the key has the same id for it.
        let mut ids = key_ids(&sets[0]);
        ids.reverse();
        assert_eq!(ids, key_ids(&sets[1]));
        assert_eq!(after.log().matches("JWT_SIGNING_KEY").count(), 0);
    });
}

#[test]
fn key_that_compose_up_generates_is_accepted() {
    let justfile = std::fs::read_to_string(workspace().join("justfile")).unwrap();
    let function = |name: &str| {
        let start = format!("{name}() {{");
        justfile.lines().find(|line| line.trim().starts_with(&start)).unwrap().trim().to_owned()
    };
    let script = format!("{}\n{}\nsigning_key", function("pkcs8"), function("signing_key"));
    let output = Command::new("bash").args(["-ec", &script]).output().unwrap();
    let key = String::from_utf8(output.stdout).unwrap();
    // It is rejected for another reason.
    let mut program = command(Service::User, Ports::free().unwrap(), "", false);
    let output = program.env("JWT_SIGNING_KEY", &key).env("PORT", "0").output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("PORT") && !message.contains("JWT_SIGNING_KEY"), "{message}");
}
