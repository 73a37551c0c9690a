//! An order service with mocks of its upstreams.

use std::time::Duration;

use openapi_server::Shutdown;
use system::services::{Service, is_healthy};

use super::api::Api;
use super::in_process::spawn_service;
use super::mock::{Mock, upstreams};
use super::system::mongo_uri;

/// A real order service between a mock of the user service and one of the product service.
pub struct OrderServiceFixture {
    pub users: Mock,
    pub products: Mock,
    pub orders: Api,
}

impl OrderServiceFixture {
    pub fn start() -> Self {
        Self::start_with(false)
    }

    /// Starts an order service with circuit breakers.
    pub fn start_with_breaker() -> Self {
        Self::start_with(true)
    }

    fn start_with(upstream_breaker: bool) -> Self {
        let (users, products, ports) = upstreams();
        let port = ports.of(Service::Order);
        let uri = mongo_uri(Service::Order, &format!("_{port}"));
        spawn_service(Service::Order, ports, &uri, upstream_breaker, Shutdown::new());
        while !is_healthy(port) {
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { users, products, orders: Api { url: ports.url(Service::Order) } }
    }
}
