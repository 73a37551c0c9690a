//! Services in the process of the tests.

use openapi_server::{ServeOptions, Shutdown};
use order_service::config::Stock;
use system::services::{Ports, Service};

use super::runtime::RUNTIME;

fn jwks_url(ports: Ports) -> reqwest::Url {
    format!("{}/.well-known/jwks.json", ports.url(Service::User)).parse().unwrap()
}

/// Starts a service without waiting for it. It runs until `shutdown` or the end of the process.
pub fn spawn_service(
    service: Service,
    ports: Ports,
    mongo_uri: &str,
    upstream_breaker: bool,
    shutdown: Shutdown,
) {
    let port = ports.of(service);
    let mongo = mongo_uri.parse().unwrap();
    // Logging is set up once, by the tests.
    let log_level = "off".to_owned();
    let serve = ServeOptions::default();
    match service {
        Service::User => {
            let config = user_service::config::Config {
                port,
                mongo,
                signing_key: None,
                retired_keys: Vec::new(),
                first_admin: None,
                auth: user_service::AuthMode::Off,
                log_level,
                worker_threads: None,
                traces: None,
                serve,
            };
            RUNTIME.spawn(user_service::run(config, shutdown));
        }
        Service::Product => {
            let config = product_service::config::Config {
                port,
                mongo,
                auth: product_service::AuthMode::Off,
                jwks_url: jwks_url(ports),
                log_level,
                worker_threads: None,
                traces: None,
                serve,
            };
            RUNTIME.spawn(product_service::run(config, shutdown));
        }
        Service::Order => {
            spawn_order_service(ports, mongo_uri, upstream_breaker, Stock::Unchecked, shutdown);
        }
    }
}

/// As [`spawn_service`], with a choice of what orders do to the stock.
pub fn spawn_order_service(
    ports: Ports,
    mongo_uri: &str,
    upstream_breaker: bool,
    stock: Stock,
    shutdown: Shutdown,
) {
    let config = order_service::config::Config {
        port: ports.of(Service::Order),
        mongo: mongo_uri.parse().unwrap(),
        users: ports.url(Service::User),
        products: ports.url(Service::Product),
        upstream_breaker,
        stock,
        auth: order_service::AuthMode::Off,
        service_key: None,
        jwks_url: jwks_url(ports),
        log_level: "off".to_owned(),
        worker_threads: None,
        traces: None,
        serve: ServeOptions::default(),
    };
    RUNTIME.spawn(order_service::run(config, shutdown));
}
