//! Calls the user and the product service for a new order, through their generated clients.
//!
//! Without reservations, all calls of an order share one deadline, and the first failure cancels
//! the others. `reservations` has the calls with which stock is reserved instead. `policy` decides
//! when a call may be made and what its result means, `breaker` rejects calls to a service that
//! keeps failing, and `transport` sends requests over tracked connections (`connection`) and limits
//! the length of responses.

mod breaker;
mod connection;
mod error;
mod metrics;
mod policy;
mod reservations;
mod transport;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use openapi_server::{Metrics, RequestId};
use product_client::types::Product;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use self::error::Error;
use self::metrics::CallMetrics;
use self::policy::{CallError, CallPolicy};
pub use self::reservations::{Reservation, ReserveResult};
use self::transport::Transport;
use crate::auth::ServiceKey;
use crate::id::Id;
use crate::limits::{CALLS_PER_ORDER, MAX_CALLS};
use crate::money::Amount;
use crate::rules::lines::{ProductSnapshot, truncate_name};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lookup {
    User(Id),
    Product(Id),
}

pub struct Upstream {
    users: user_client::Client,
    user_policy: CallPolicy,
    products: product_client::Client,
    product_policy: CallPolicy,
    permits: Semaphore,
    metrics: CallMetrics,
}

impl Upstream {
    /// Creates clients that share one pool of connections.
    ///
    /// The other services recognize this one by the key.
    pub fn new(
        users: &str,
        products: &str,
        with_breakers: bool,
        service_key: Option<ServiceKey>,
    ) -> Self {
        let headers = Arc::new(move || headers(service_key.as_ref()));
        let product_headers = Arc::clone(&headers);
        let metrics = CallMetrics::new();
        let user_transport = Transport::new();
        let product_transport = user_transport.clone();
        let user_hooks = user_client::Hooks::default()
            .with_headers(move || headers())
            .with_transport(move |request| Box::pin(user_transport.clone().send(request)));
        let product_hooks = product_client::Hooks::default()
            .with_headers(move || product_headers())
            .with_transport(move |request| Box::pin(product_transport.clone().send(request)));
        // The generated clients build requests with it; the transport sends them.
        let http = reqwest::Client::new();
        Self {
            users: user_client::Client::new_with_client(users, http.clone(), user_hooks),
            user_policy: CallPolicy::new("user", with_breakers, metrics.clone()),
            products: product_client::Client::new_with_client(products, http, product_hooks),
            product_policy: CallPolicy::new("product", with_breakers, metrics.clone()),
            permits: Semaphore::new(MAX_CALLS),
            metrics,
        }
    }

    pub fn register_metrics(&self, metrics: &Metrics) {
        self.metrics.register(metrics);
    }

    /// Checks that the user exists and fetches the products, all before `deadline`.
    ///
    /// Returns the first failure. Among failures that are known at the same time, that of the user
    /// has precedence, and then that of the first product of the list.
    ///
    /// While a circuit breaker is half-open, the order's first call to that service is made before
    /// all others, so that none of them can cancel it.
    pub async fn fetch_user_and_products(
        &self,
        user_id: Id,
        product_ids: &[Id],
        deadline: Instant,
    ) -> Result<BTreeMap<Id, ProductSnapshot>, Error> {
        let product_lookups = product_ids.iter().copied().map(Lookup::Product);
        let mut lookups: Vec<Lookup> =
            std::iter::once(Lookup::User(user_id)).chain(product_lookups).collect();
        let mut products = BTreeMap::new();
        let probes = self.probes(&lookups)?;
        if !probes.is_empty() {
            self.fetch_all(&probes, deadline, &mut products).await?;
            lookups.retain(|lookup| !probes.contains(lookup));
        }
        self.fetch_all(&lookups, deadline, &mut products).await?;
        Ok(products)
    }

    /// The lookups that serve as probes of half-open breakers.
    fn probes(&self, lookups: &[Lookup]) -> Result<Vec<Lookup>, Error> {
        let probes_users = self.user_policy.is_probe_next()?;
        let probes_products = self.product_policy.is_probe_next()?;
        let first = |is_kind: fn(&Lookup) -> bool| lookups.iter().copied().find(is_kind);
        let user = first(|lookup| matches!(lookup, Lookup::User(_)));
        let product = first(|lookup| matches!(lookup, Lookup::Product(_)));
        let user = user.filter(|_| probes_users);
        let product = product.filter(|_| probes_products);
        Ok(user.into_iter().chain(product).collect())
    }

    /// Makes calls simultaneously and adds the products found to `products`.
    async fn fetch_all(
        &self,
        lookups: &[Lookup],
        deadline: Instant,
        products: &mut BTreeMap<Id, ProductSnapshot>,
    ) -> Result<(), Error> {
        let mut waiting = lookups
            .iter()
            .copied()
            .enumerate()
            .map(|(rank, lookup)| async move { (rank, self.fetch(lookup, deadline).await) });
        let mut running: FuturesUnordered<_> = waiting.by_ref().take(CALLS_PER_ORDER).collect();
        while let Some((rank, result)) = running.next().await {
            match result {
                Ok(product) => products.extend(product),
                Err(error) => {
                    let mut first = (rank, error);
                    // Considers results that are ready, without waiting for others.
                    while let Some(Some((rank, result))) = running.next().now_or_never() {
                        if let (Err(error), true) = (result, rank < first.0) {
                            first = (rank, error);
                        }
                    }
                    return Err(first.1);
                }
            }
            running.extend(waiting.next());
        }
        Ok(())
    }

    async fn fetch(
        &self,
        lookup: Lookup,
        deadline: Instant,
    ) -> Result<Option<(Id, ProductSnapshot)>, Error> {
        match lookup {
            Lookup::User(id) => {
                self.user_policy.call(&self.permits, deadline, self.check_user(id)).await?;
                Ok(None)
            }
            Lookup::Product(id) => {
                let call = self.fetch_product(id);
                let product = self.product_policy.call(&self.permits, deadline, call).await?;
                Ok(Some((id, product)))
            }
        }
    }

    async fn check_user(&self, id: Id) -> Result<(), Error> {
        let policy = &self.user_policy;
        let user_id = id.to_string().parse::<user_client::types::ObjectId>();
        let user_id = user_id.map_err(|error| policy.failed(error))?;
        let user = self.users.get_user(&user_id).await;
        let user = user.map_err(|error| policy.map_client_error(id, error))?;
        if user.id.parse() == Ok(id) {
            Ok(())
        } else {
            Err(policy.failed(CallError::InvalidResponse))
        }
    }

    async fn fetch_product(&self, id: Id) -> Result<ProductSnapshot, Error> {
        let policy = &self.product_policy;
        let product_id = id.to_string().parse::<product_client::types::ObjectId>();
        let product_id = product_id.map_err(|error| policy.failed(error))?;
        let product = self.products.get_product(&product_id).await;
        let product = product.map_err(|error| policy.map_client_error(id, error))?;
        let snapshot = to_snapshot(id, &product);
        snapshot.ok_or_else(|| policy.failed(CallError::InvalidResponse))
    }
}

/// Checks a product's id and price and takes a snapshot of it.
fn to_snapshot(id: Id, product: &Product) -> Option<ProductSnapshot> {
    let snapshot = to_snapshot_parts(&product.name, *product.price)?;
    (product.id.parse() == Ok(id)).then_some(snapshot)
}

fn to_snapshot_parts(name: &str, price: f64) -> Option<ProductSnapshot> {
    let price = Amount::try_from(price).ok().filter(|price| price.as_f64() > 0.0)?;
    Some(ProductSnapshot { name: truncate_name(name).to_owned(), price })
}

/// Passes on the id of the current request.
fn headers(service_key: Option<&ServiceKey>) -> HeaderMap {
    let id = RequestId::current().map(|id| (HeaderName::from_static("x-request-id"), id.header()));
    let key = service_key.and_then(|key| {
        let mut value = HeaderValue::try_from(key.expose()).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::from_static("x-service-key"), value))
    });
    id.into_iter().chain(key).collect()
}
