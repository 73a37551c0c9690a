//! What an order asks the user and the product service for, through their generated clients.
//!
//! Each user and product is asked for once. All calls of an order share one deadline, and the
//! first failure ends the others. `call` says when a call may be made and what its outcome
//! means, `breaker` refuses calls to a service that fails, `transport` sends requests and bounds
//! answers.

mod breaker;
mod call;
mod connection;
mod transport;

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use openapi_server::RequestId;
use reqwest::header::{HeaderMap, HeaderName};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use self::call::{CallError, CallPolicy};
use self::transport::Transport;
use crate::limits::{CALLS_PER_ORDER, MAX_CALLS, MAX_PRODUCT_NAME_CHARS};
use crate::money::Amount;

/// Why an order could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service says that there is no such thing.
    #[error("there is no {resource} {id}")]
    Unknown {
        /// `user` or `product`.
        resource: &'static str,
        /// Its id.
        id: String,
    },
    /// Anything else: it cannot be reached, is late, answers with an error or with something
    /// that cannot be meant.
    #[error("the {service} service failed")]
    Failed {
        /// `user` or `product`.
        service: &'static str,
        /// What happened.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// It has failed before, and its circuit breaker is open.
    #[error("the circuit breaker of the {service} service is open")]
    Open {
        /// `user` or `product`.
        service: &'static str,
        /// When it will be tried again.
        retry_after: Duration,
    },
}

/// What an order copies of a product.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its name now, cut to [`MAX_PRODUCT_NAME_CHARS`].
    pub name: String,
    /// Its price now.
    pub price: Amount,
}

/// One thing that an order asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lookup<'a> {
    User(&'a str),
    Product(&'a str),
}

/// Both services.
pub struct Upstream {
    users: user_client::Client,
    user_policy: CallPolicy,
    products: product_client::Client,
    product_policy: CallPolicy,
    permits: Semaphore,
}

impl Upstream {
    /// Clients of the services at these addresses that share one pool of connections.
    pub fn new(users: &str, products: &str, with_breakers: bool) -> Self {
        let for_users = Transport::new();
        let for_products = for_users.clone();
        let user_hooks = user_client::Hooks::default()
            .with_headers(headers)
            .with_transport(move |request| Box::pin(for_users.clone().send(request)));
        let product_hooks = product_client::Hooks::default()
            .with_headers(headers)
            .with_transport(move |request| Box::pin(for_products.clone().send(request)));
        // The generated clients make requests with it; the transport sends them.
        let http = reqwest::Client::new();
        Self {
            users: user_client::Client::new_with_client(users, http.clone(), user_hooks),
            user_policy: CallPolicy::new("user", with_breakers),
            products: product_client::Client::new_with_client(products, http, product_hooks),
            product_policy: CallPolicy::new("product", with_breakers),
            permits: Semaphore::new(MAX_CALLS),
        }
    }

    /// Checks that the user exists and fetches each product once, all before `deadline`.
    /// `product_ids` may repeat ids.
    ///
    /// While a circuit breaker is half-open, the order's first call to that service is made
    /// before all others, so that none of them can end it.
    ///
    /// # Errors
    /// The first failure. Of failures that are known at the same time it is the user's, or that
    /// of the first product in the order of the list.
    pub async fn fetch_user_and_products(
        &self,
        user_id: &str,
        product_ids: &[&str],
        deadline: Instant,
    ) -> Result<BTreeMap<String, Product>, Error> {
        let mut lookups = vec![Lookup::User(user_id)];
        for id in product_ids.iter().copied().map(Lookup::Product) {
            if !lookups.contains(&id) {
                lookups.push(id);
            }
        }
        let mut products = BTreeMap::new();
        let probes = self.probes(&lookups)?;
        if !probes.is_empty() {
            self.fetch_all(&probes, deadline, &mut products).await?;
            lookups.retain(|lookup| !probes.contains(lookup));
        }
        self.fetch_all(&lookups, deadline, &mut products).await?;
        Ok(products)
    }

    /// The lookups that find out whether a service is back.
    fn probes<'a>(&self, lookups: &[Lookup<'a>]) -> Result<Vec<Lookup<'a>>, Error> {
        let user = self.user_policy.is_probe_next()?;
        let product = self.product_policy.is_probe_next()?;
        let first = |wanted: fn(&Lookup<'_>) -> bool| lookups.iter().copied().find(wanted);
        let user = first(|lookup| matches!(lookup, Lookup::User(_))).filter(|_| user);
        let product = first(|lookup| matches!(lookup, Lookup::Product(_))).filter(|_| product);
        Ok(user.into_iter().chain(product).collect())
    }

    /// Makes some calls simultaneously and puts what they find into `products`.
    async fn fetch_all(
        &self,
        lookups: &[Lookup<'_>],
        deadline: Instant,
        products: &mut BTreeMap<String, Product>,
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
                    // No call is waited for, but what has come already counts.
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
        lookup: Lookup<'_>,
        deadline: Instant,
    ) -> Result<Option<(String, Product)>, Error> {
        match lookup {
            Lookup::User(id) => {
                self.user_policy.call(&self.permits, deadline, self.user(id)).await?;
                Ok(None)
            }
            Lookup::Product(id) => {
                let call = self.product(id);
                let product = self.product_policy.call(&self.permits, deadline, call).await?;
                Ok(Some((id.to_owned(), product)))
            }
        }
    }

    async fn user(&self, id: &str) -> Result<(), Error> {
        let policy = &self.user_policy;
        let asked =
            user_client::types::ObjectId::try_from(id).map_err(|error| policy.failed(error))?;
        let user = self.users.get_user(&asked).await;
        let user = user.map_err(|error| policy.map_client_error(id, error))?;
        if user.id.eq_ignore_ascii_case(id) {
            Ok(())
        } else {
            Err(policy.failed(CallError::InvalidResponse))
        }
    }

    async fn product(&self, id: &str) -> Result<Product, Error> {
        let policy = &self.product_policy;
        let asked =
            product_client::types::ObjectId::try_from(id).map_err(|error| policy.failed(error))?;
        let product = self.products.get_product(&asked).await;
        let product = product.map_err(|error| policy.map_client_error(id, error))?.into_inner();
        let price = Amount::try_from(f64::from(product.price)).ok();
        match price.filter(|price| price.as_f64() > 0.0) {
            Some(price) if product.id.eq_ignore_ascii_case(id) => {
                Ok(Product { name: cut(product.name.into()), price })
            }
            _ => Err(policy.failed(CallError::InvalidResponse)),
        }
    }
}

/// The request that the call is part of.
fn headers() -> HeaderMap {
    let id = RequestId::current().map(|id| (HeaderName::from_static("x-request-id"), id.header()));
    id.into_iter().collect()
}

/// Cuts a name that is too long for an order, between characters.
fn cut(mut name: String) -> String {
    if let Some((end, _)) = name.char_indices().nth(MAX_PRODUCT_NAME_CHARS) {
        name.truncate(end);
        name.shrink_to_fit();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(cut("Teapot".to_owned()), "Teapot");
        let longest = "ü".repeat(MAX_PRODUCT_NAME_CHARS);
        assert_eq!(cut(longest.clone()), longest);
        assert_eq!(cut(format!("{longest}🫖")), longest);
    }
}
