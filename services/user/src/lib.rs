//! The user service: registers users, manages their profiles and authenticates them.
//!
//! A request passes through the generated route to `service`, which implements the trait generated
//! from the spec, and from there to `store`. `user` defines the fields of a user and how they are
//! stored, `password` hashes passwords in a fair order, `throttle` slows down guessing, `token`
//! issues tokens, `error` maps errors to responses, and `limits` contains all limits.

mod access;
#[allow(dead_code, unused_imports, reason = "copied between services")]
mod auth;
pub mod config;
mod cursor;
#[allow(dead_code, unused_imports, reason = "copied between services")]
mod database;
#[allow(dead_code, reason = "copied between services")]
mod document;
mod error;
mod first_admin;
mod id;
mod limits;
mod page;
mod password;
mod readiness;
mod service;
mod signing_key;
mod store;
mod throttle;
mod token;
mod user;

use std::io;

use mongodb::Database;
use openapi_server::Shutdown;
use tokio::net::TcpListener;

use auth::PublicKey;
use config::Config;
use readiness::Readiness;
use store::Store;
use throttle::Throttle;

pub use auth::{AuthMode, Authenticator, Keys, Role, ServiceKey};
pub use database::{Error as DatabaseError, with_retries};
pub use id::Id;
pub use service::Service;
pub use signing_key::SigningKey;
pub use token::JwtIssuer;

/// Generated from `openapi/user-service.yaml`.
#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/user-service.rs"));
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database is unavailable; check MONGO_URI and that the database is running")]
    Database(#[source] database::Error),
    #[error("cannot listen on port {port}; set PORT to a free port")]
    Listen {
        port: u16,
        #[source]
        source: io::Error,
    },
    #[error("cannot create the first administrator")]
    FirstAdmin(#[source] error::Error),
    #[error("cannot generate a signing key; set JWT_SIGNING_KEY")]
    GenerateKey(#[source] getrandom::Error),
}

/// Runs the service until `shutdown`. The port opens once the database is available.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), Error> {
    let Config { port, mongo, signing_key, retired_keys, first_admin, auth, serve, .. } = config;
    let signing_key = signing_key.map_or_else(generate_key, Ok)?;
    let connect = database::connect(mongo, store::DEFAULT_DATABASE, store::ensure_schema);
    let database = tokio::select! {
        connected = connect => connected.map_err(Error::Database)?,
        () = shutdown.cancelled() => return Ok(()),
    };
    if let Some(admin) = first_admin {
        first_admin::ensure(&database, admin).await.map_err(Error::FirstAdmin)?;
    }
    let listen_error = |source| Error::Listen { port, source };
    let listener = TcpListener::bind(("0.0.0.0", port)).await.map_err(listen_error)?;
    let knows_clients = !serve.trusted_proxies.is_empty();
    let service = service(&database, &signing_key, retired_keys, auth, shutdown.clone());
    let service = service.throttle_clients(knows_clients);
    let passwords = service.passwords();
    let app = openapi_server::app(&api::DESCRIPTION, api::UserServiceServer(service));
    database::register_metrics(app.metrics());
    passwords.register_metrics(app.metrics());
    openapi_server::serve(listener, app, serve, shutdown).await.map_err(listen_error)?;
    // The driver's tasks must not outlive the runtime.
    database.client().clone().shutdown().await;
    Ok(())
}

/// A key for this process alone, where none is configured.
fn generate_key() -> Result<SigningKey, Error> {
    tracing::warn!(
        "JWT_SIGNING_KEY is not set; generated a key: tokens become invalid at the end of this \
         process, and at other replicas"
    );
    SigningKey::generate().map_err(Error::GenerateKey)
}

/// The service on a database that [`run`] has prepared, with its indexes.
pub fn service(
    database: &Database,
    signing_key: &SigningKey,
    retired_keys: Vec<PublicKey>,
    auth: AuthMode,
    shutdown: Shutdown,
) -> Service {
    let issuer = JwtIssuer::new(signing_key, retired_keys);
    let authenticator = Authenticator::new(auth, Keys::new(issuer.published_keys()));
    let throttle = Throttle::new(database);
    Service::new(
        Store::new(database),
        Readiness::new(database),
        throttle,
        issuer,
        authenticator,
        shutdown,
    )
}
