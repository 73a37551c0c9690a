//! The product service: manages the catalogue.
//!
//! A request passes through the generated route to `service`, which implements the trait generated
//! from the spec, and from there to `store`. `product` defines the fields of a product and how they
//! are stored, `reservation` what is held of it for orders, and `stock` how its stock is adjusted.
//! `error` maps errors to responses, and `limits` contains all limits.

mod access;
#[allow(dead_code, unused_imports, reason = "copied between services")]
mod auth;
pub mod config;
mod cursor;
#[allow(dead_code, unused_imports, reason = "copied between services")]
mod database;
mod decimal128;
#[allow(dead_code, reason = "copied between services")]
mod document;
mod error;
mod id;
mod limits;
mod money;
mod page;
mod product;
mod readiness;
mod reservation;
mod service;
mod stock;
mod store;

use std::io;

use mongodb::Database;
use openapi_server::Shutdown;
use tokio::net::TcpListener;

use config::Config;
use readiness::Readiness;
use store::Store;

pub use auth::{AuthMode, Authenticator, Keys};
pub use cursor::Cursor;
pub use document::Fields;
pub use page::PageItem;
pub use service::Service;

/// Generated from `openapi/product-service.yaml`.
#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/product-service.rs"));
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
    #[error("cannot create the client for the keys of the user service")]
    Client(#[source] reqwest::Error),
}

/// Runs the service until `shutdown`. The port opens once the database is available.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), Error> {
    let Config { port, mongo, auth, jwks_url, serve, .. } = config;
    let authenticator = Authenticator::new(auth, Keys::new(jwks_url).map_err(Error::Client)?);
    let connect = database::connect(mongo, store::DEFAULT_DATABASE, store::ensure_schema);
    let database = tokio::select! {
        connected = connect => connected.map_err(Error::Database)?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let listen_error = |source| Error::Listen { port, source };
    let listener = TcpListener::bind(("0.0.0.0", port)).await.map_err(listen_error)?;
    let service = service(&database, authenticator, shutdown.clone());
    let app = openapi_server::app(&api::DESCRIPTION, api::ProductServiceServer(service));
    database::register_metrics(app.metrics());
    openapi_server::serve(listener, app, serve, shutdown).await.map_err(listen_error)?;
    // The driver's tasks must not outlive the runtime.
    database.client().clone().shutdown().await;
    Ok(())
}

/// The service on a database that [`run`] has prepared, with its indexes.
pub fn service(database: &Database, authenticator: Authenticator, shutdown: Shutdown) -> Service {
    Service::new(Store::new(database), Readiness::new(database), authenticator, shutdown)
}
