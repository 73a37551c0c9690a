//! The user service: registers users, manages their profiles and authenticates them.
//!
//! A request passes through the generated route to `service`, which implements the trait generated
//! from the spec, and from there to `store`. `user` defines the fields of a user and how they are
//! stored, `password` hashes passwords in a fair order, `error` maps errors to responses, and
//! `limits` contains all limits.

pub mod config;
#[allow(dead_code, unused_imports, reason = "copied between services")]
mod database;
#[allow(dead_code, reason = "copied between services")]
mod document;
mod error;
mod id;
mod limits;
mod password;
mod readiness;
mod service;
mod store;
mod token;
mod user;

use std::io;

use mongodb::Database;
use openapi_server::Shutdown;
use secrecy::SecretSlice;
use tokio::net::TcpListener;

use config::Config;
use readiness::Readiness;
use store::Store;
use token::JwtIssuer;

pub use database::{Error as DatabaseError, with_retries};
pub use service::Service;

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
}

/// Runs the service until `shutdown`. The port opens once the database is available.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), Error> {
    let Config { port, mongo, jwt_secret, serve, .. } = config;
    let connect = database::connect(mongo, store::DEFAULT_DATABASE, store::ensure_indexes);
    let database = tokio::select! {
        connected = connect => connected.map_err(Error::Database)?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let listen_error = |source| Error::Listen { port, source };
    let listener = TcpListener::bind(("0.0.0.0", port)).await.map_err(listen_error)?;
    let service = service(&database, &jwt_secret, shutdown.clone());
    let passwords = service.passwords();
    let app = openapi_server::app(&api::DESCRIPTION, api::UserServiceServer(service));
    database::register_metrics(app.metrics());
    passwords.register_metrics(app.metrics());
    openapi_server::serve(listener, app, serve, shutdown).await.map_err(listen_error)?;
    // The driver's tasks must not outlive the runtime.
    database.client().clone().shutdown().await;
    Ok(())
}

/// The service on a database whose indexes exist.
pub fn service(database: &Database, jwt_secret: &SecretSlice<u8>, shutdown: Shutdown) -> Service {
    let issuer = JwtIssuer::new(jwt_secret);
    Service::new(Store::new(database), Readiness::new(database), issuer, shutdown)
}
