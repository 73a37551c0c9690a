//! The order service: places orders, tracks their status and lists them by user.
//!
//! A request passes through the generated route to `service`, which implements the trait generated
//! from the spec. From there a new order goes to `placement`, which consults `upstream` (the user
//! and product services); everything else goes directly to `store`. If orders reserve stock,
//! `settler` gives it back in the background whenever a request could not. `rules` contains the
//! rules for orders as pure functions, `order` defines the fields of an order and how they are
//! stored, `record` those that clients do not see, `error` maps errors to responses, and `limits`
//! contains all limits. `docs/orders.md` explains the protocol between orders and stock.

mod access;
#[allow(dead_code, unused_imports, reason = "copied between services")]
mod auth;
pub mod config;
mod cursor;
#[allow(dead_code, unused_imports, reason = "copied between services")]
mod database;
mod debug;
mod decimal128;
#[allow(dead_code, reason = "copied between services")]
mod document;
mod error;
mod id;
mod limits;
mod money;
mod order;
mod page;
mod placement;
mod readiness;
mod record;
pub mod rules;
mod service;
mod settler;
mod store;
mod upstream;

use std::io;
use std::sync::Arc;

use mongodb::Database;
use openapi_server::Shutdown;
use tokio::net::TcpListener;

use config::{Config, Stock};
use placement::Placement;
use readiness::Readiness;
use settler::Settler;
use store::Store;

pub use auth::{AuthMode, Authenticator, Keys};
pub use service::Service;
pub use upstream::Upstream;

/// Generated from `openapi/order-service.yaml`.
#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/order-service.rs"));
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
    let Config {
        port,
        mongo,
        users,
        products,
        upstream_breaker,
        stock,
        auth,
        service_key,
        jwks_url,
        serve,
        ..
    } = config;
    let upstream = Upstream::new(&users, &products, upstream_breaker, service_key);
    let authenticator = Authenticator::new(auth, Keys::new(jwks_url).map_err(Error::Client)?);
    let connect = database::connect(mongo, store::DEFAULT_DATABASE, store::ensure_schema);
    let database = tokio::select! {
        connected = connect => connected.map_err(Error::Database)?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let listen_error = |source| Error::Listen { port, source };
    let listener = TcpListener::bind(("0.0.0.0", port)).await.map_err(listen_error)?;
    let service = service(&database, upstream, stock, authenticator, shutdown.clone());
    let settler = service.settler();
    let app = openapi_server::app(&api::DESCRIPTION, api::OrderServiceServer(service));
    database::register_metrics(app.metrics());
    settler.register_metrics(app.metrics());
    // Ends with the server, which serves for a while after `shutdown`.
    let settling = async {
        if stock == Stock::Reserved {
            settler.run(shutdown.clone()).await;
        }
        std::future::pending().await
    };
    let serving = openapi_server::serve(listener, app, serve, shutdown.clone());
    let served = tokio::select! {
        served = serving => served,
        never = settling => never,
    };
    served.map_err(listen_error)?;
    // The driver's tasks must not outlive the runtime.
    database.client().clone().shutdown().await;
    Ok(())
}

/// The service on a database that [`run`] has prepared, with its indexes.
pub fn service(
    database: &Database,
    upstream: Upstream,
    stock: Stock,
    authenticator: Authenticator,
    shutdown: Shutdown,
) -> Service {
    let store = Arc::new(Store::new(database));
    let upstream = Arc::new(upstream);
    let settler = Arc::new(Settler::new(Arc::clone(&store), Arc::clone(&upstream)));
    let placement = Placement::new(stock, Arc::clone(&store), upstream, Arc::clone(&settler));
    let readiness = Readiness::new(database);
    Service::new(store, readiness, placement, settler, stock, authenticator, shutdown)
}
