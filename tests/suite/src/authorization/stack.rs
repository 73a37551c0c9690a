//! The three services, mostly with `AUTH=required`, and credentials of every kind.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mongodb::bson::oid::ObjectId;
use reqwest::Method;
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use system::home::programs;
use system::services::{Ports, Service, generate_signing_key};

use crate::support::{Api, Response, ServiceProcess, new_email};

pub const PASSWORD: &str = "long enough";

/// The first administrator, with the same password.
pub const ADMIN_EMAIL: &str = "admin@example.com";

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    None,
    Malformed,
    Expired,
    NotYetValid,
    WrongSignature,
    WrongKeyId,
    AlgorithmNone,
    /// HS256, with the published key as the secret.
    Hs256,
    WrongIssuer,
    WrongAudience,
    /// The customer whose resources these are.
    Owner,
    OtherCustomer,
    Admin,
    ServiceKey,
    WrongServiceKey,
}

impl Credential {
    pub const ALL: [Self; 15] = [
        Self::None,
        Self::Malformed,
        Self::Expired,
        Self::NotYetValid,
        Self::WrongSignature,
        Self::WrongKeyId,
        Self::AlgorithmNone,
        Self::Hs256,
        Self::WrongIssuer,
        Self::WrongAudience,
        Self::Owner,
        Self::OtherCustomer,
        Self::Admin,
        Self::ServiceKey,
        Self::WrongServiceKey,
    ];
}

/// The resources on which an operation is tried.
pub struct Resources {
    pub email: String,
    pub user: String,
    pub product: String,
    pub order: String,
    /// The order that has a reservation.
    pub reservation: String,
}

pub struct Stack {
    pub ports: Ports,
    services: [ServiceProcess; 3],
    /// The id of the first administrator.
    admin: String,
    signing_key: Ed25519KeyPair,
    key_id: String,
    service_key: String,
}

impl Stack {
    pub async fn start() -> Self {
        Self::start_with("required", None).await
    }

    /// As [`start`](Self::start), with `AUTH=off`.
    pub async fn start_open() -> Self {
        Self::start_with("off", None).await
    }

    /// As [`start`](Self::start), with another source of public keys.
    pub async fn start_with_keys_at(url: &str) -> Self {
        Self::start_with("required", Some(url)).await
    }

    async fn start_with(auth: &str, url: Option<&str>) -> Self {
        let ports = Ports::free().unwrap();
        let pem = generate_signing_key(&programs()).unwrap();
        let service_key = format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
        let services = Service::ALL.map(|service| {
            let process = ServiceProcess::configure(service).ports(ports).env("AUTH", auth);
            let process = process.env("SERVICE_KEY", &service_key);
            let process = match (service, url) {
                (Service::User, _) => {
                    let process = process.env("JWT_SIGNING_KEY", &pem);
                    process.env("ADMIN_EMAIL", ADMIN_EMAIL).env("ADMIN_PASSWORD", PASSWORD)
                }
                (_, Some(url)) => process.env("JWKS_URL", url),
                (_, None) => process,
            };
            // As in every deployment.
            let process = process.env("STOCK", "reserved");
            process.start()
        });
        let credentials = json!({ "email": ADMIN_EMAIL, "password": PASSWORD });
        let session = services[0].api.post("/auth/login", credentials).await.assert_status(200);
        let admin = session["userId"].as_str().unwrap().to_owned();
        let key_set = services[0].api.get("/.well-known/jwks.json").await.assert_status(200);
        let key_id = key_set["keys"][0]["kid"].as_str().unwrap().to_owned();
        Self { ports, services, admin, signing_key: key_pair(&pem), key_id, service_key }
    }

    pub fn api(&self, service: Service) -> &Api {
        &self.services[service as usize].api
    }

    pub fn kill(&mut self, service: Service) {
        self.services[service as usize].process.kill();
    }

    /// Makes resources that belong to a new customer.
    pub async fn new_resources(&self) -> Resources {
        let email = new_email();
        let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        let user = self.api(Service::User).post("/users", body).await.id(201);
        let body = json!({ "name": "Teapot", "price": 2.5, "stock": 100 });
        let send = |service, method, path, body, credential| {
            self.send(service, method, path, Some(body), credential, &user)
        };
        let (post, put) = (Method::POST, Method::PUT);
        let product =
            send(Service::Product, post.clone(), "/products".into(), body, Credential::Admin);
        let product = product.await.id(201);
        let items = json!([{ "productId": product, "quantity": 1 }]);
        let body = json!({ "userId": user, "items": items });
        let order = send(Service::Order, post, "/orders".into(), body, Credential::Owner);
        let order = order.await.id(201);
        let reservation = new_id();
        let path = format!("/reservations/{reservation}");
        let body = json!({ "items": items });
        let reserved = send(Service::Product, put, path, body, Credential::ServiceKey);
        reserved.await.assert_status(200);
        Resources { email, user, product, order, reservation }
    }

    /// Sends a request for which `owner` is the owner.
    pub async fn send(
        &self,
        service: Service,
        method: Method,
        path: String,
        body: Option<Value>,
        credential: Credential,
        owner: &str,
    ) -> Response {
        let api = self.api(service);
        let mut request = api.request(method, &path);
        if let Some((name, value)) = self.header(credential, owner) {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        api.send(request).await
    }

    fn header(&self, credential: Credential, owner: &str) -> Option<(&'static str, String)> {
        match credential {
            Credential::None => None,
            Credential::ServiceKey => Some(("x-service-key", self.service_key.clone())),
            Credential::WrongServiceKey => Some(("x-service-key", "0".repeat(64))),
            _ => Some(("authorization", format!("Bearer {}", self.token(credential, owner)))),
        }
    }

    pub fn token(&self, credential: Credential, owner: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut header = json!({ "typ": "JWT", "alg": "EdDSA", "kid": self.key_id });
        let mut claims = json!({
            "iss": "user-service", "aud": "product-order-system", "sub": owner, "role": "customer",
            "iat": now, "exp": now + 3600, "jti": new_id(),
        });
        match credential {
            Credential::Malformed => return "not.a.token".to_owned(),
            Credential::Expired => claims["exp"] = json!(now - 3600),
            Credential::NotYetValid => claims["nbf"] = json!(now + 3600),
            Credential::WrongKeyId => header["kid"] = json!("A".repeat(43)),
            Credential::AlgorithmNone => header["alg"] = json!("none"),
            Credential::Hs256 => header["alg"] = json!("HS256"),
            Credential::WrongIssuer => claims["iss"] = json!("someone"),
            Credential::WrongAudience => claims["aud"] = json!("another-system"),
            Credential::OtherCustomer => claims["sub"] = json!(new_id()),
            Credential::Admin => {
                claims["sub"] = json!(self.admin);
                claims["role"] = json!("admin");
            }
            _ => {}
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(self.sign(credential, message.as_bytes())))
    }

    fn sign(&self, credential: Credential, message: &[u8]) -> Vec<u8> {
        match credential {
            Credential::AlgorithmNone => Vec::new(),
            Credential::Hs256 => {
                let public = self.signing_key.public_key().as_ref();
                hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, public), message).as_ref().to_vec()
            }
            Credential::WrongSignature => {
                let other = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
                other.sign(message).as_ref().to_vec()
            }
            _ => self.signing_key.sign(message).as_ref().to_vec(),
        }
    }
}

/// An id that no resource has yet.
pub fn new_id() -> String {
    ObjectId::new().to_hex()
}

fn key_pair(pem: &str) -> Ed25519KeyPair {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&STANDARD.decode(base64).unwrap()).unwrap()
}
