//! The product service: keeps the catalogue.
//!
//! A request comes through the generated route to [`service`], which
//! implements the trait generated from the spec, from there to [`store`], and
//! back. [`error`] turns what can go wrong into HTTP, once.

pub mod config;
pub mod cursor;
pub mod database;
pub mod document;
pub mod error;
pub mod limits;
pub mod money;
pub mod page;
pub mod readiness;
pub mod service;
pub mod store;

use std::io;

use openapi_server::Shutdown;
use tokio::net::TcpListener;

use config::Config;

/// Generated from `openapi/product-service.yaml`.
#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/product-service.rs"));
}

/// Why the service ended, other than by being told to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not come up in time.
    #[error("the database does not answer; is MONGO_URI right and the database running?")]
    Database(#[source] database::Error),
    /// The port is taken, most likely.
    #[error("cannot listen on port {port}; set PORT to a free one")]
    Listen {
        /// The port.
        port: u16,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Runs the service until it is told to stop. The port opens only once the
/// database answers.
///
/// # Errors
/// If the database does not come up or the port cannot be had.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), Error> {
    let Config { port, mongo, serve, .. } = config;
    let database = tokio::select! {
        connected = database::connect(mongo, store::ensure_indexes) => connected.map_err(Error::Database)?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let listen = |source| Error::Listen { port, source };
    let listener = TcpListener::bind(("0.0.0.0", port)).await.map_err(listen)?;
    let service = service::Service::new(&database, shutdown.clone());
    let app = openapi_server::app(&api::DESCRIPTION, api::ProductServiceServer(service));
    openapi_server::serve(listener, app, serve, shutdown).await.map_err(listen)?;
    // The driver's tasks must not outlive the runtime.
    database.client().clone().shutdown().await;
    Ok(())
}
