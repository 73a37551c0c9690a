//! The user and product services, through their generated clients: each thing
//! asked once, within five seconds, never again.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use openapi_server::RequestId;
use reqwest::header::{HeaderMap, HeaderName};
use tokio::sync::Semaphore;

use crate::money::Amount;

/// The longest that a call takes (the seed's five seconds).
const TIMEOUT: Duration = Duration::from_secs(5);

/// Products that one order asks for at once.
const CONCURRENCY: usize = 16;

/// Calls under way at once, of all orders together: what keeps the other
/// services busy and their queues short. Each has a connection, which is kept.
const MAX_CALLS: usize = 64;

/// Shorter than the services keep an idle connection, so that none is used
/// while it is being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

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
    /// Anything else: refused, late, an error, nonsense.
    #[error("the {service} service failed")]
    Failed {
        /// `user` or `product`.
        service: &'static str,
        /// What happened.
        #[source]
        cause: Box<dyn StdError + Send + Sync>,
    },
}

/// An answer that parses but cannot be meant.
#[derive(Debug, thiserror::Error)]
#[error("it answered with something else than what it was asked for")]
struct Nonsense;

/// What an order copies of a product.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its name now.
    pub name: String,
    /// Its price now.
    pub price: Amount,
}

/// Both services.
pub struct Upstream {
    users: user_client::Client,
    products: product_client::Client,
    calls: Semaphore,
}

impl Upstream {
    /// Clients that share one pool of connections.
    ///
    /// # Errors
    /// If the HTTP client cannot be set up.
    pub fn new(users: &str, products: &str) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(MAX_CALLS)
            // A service that redirects is not the service.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(Self {
            users: user_client::Client::new_with_client(
                users,
                http.clone(),
                user_client::Headers::from_fn(headers),
            ),
            products: product_client::Client::new_with_client(
                products,
                http,
                product_client::Headers::from_fn(headers),
            ),
            calls: Semaphore::new(MAX_CALLS),
        })
    }

    /// Checks that the user exists and fetches each product once, all at the
    /// same time. `products` may repeat ids.
    ///
    /// # Errors
    /// The user's, or that of the first product in the order of the list.
    pub async fn check(
        &self,
        user: &str,
        products: &[&str],
    ) -> Result<BTreeMap<String, Product>, Error> {
        let mut distinct: Vec<String> = Vec::new();
        for id in products {
            if !distinct.iter().any(|known| known == id) {
                distinct.push((*id).to_owned());
            }
        }
        let fetches = stream::iter(distinct.clone())
            .map(|id| self.product(id))
            .buffered(CONCURRENCY)
            .collect::<Vec<_>>();
        let (user, products) = futures_util::join!(self.user(user), fetches);
        user?;
        distinct.into_iter().zip(products).map(|(id, product)| Ok((id, product?))).collect()
    }

    async fn user(&self, id: &str) -> Result<(), Error> {
        let sort = |error| sort("user", id, error);
        let asked =
            user_client::types::ObjectId::try_from(id).map_err(|error| failed("user", error))?;
        let _call = self.calls.acquire().await.map_err(|error| failed("user", error))?;
        let user = self.users.get_user(&asked).await.map_err(sort)?;
        if user.id.eq_ignore_ascii_case(id) { Ok(()) } else { Err(failed("user", Nonsense)) }
    }

    async fn product(&self, id: String) -> Result<Product, Error> {
        let sort = |error| sort("product", &id, error);
        let asked = product_client::types::ObjectId::try_from(id.as_str())
            .map_err(|error| failed("product", error))?;
        let _call = self.calls.acquire().await.map_err(|error| failed("product", error))?;
        let product = self.products.get_product(&asked).await.map_err(sort)?.into_inner();
        let price = Amount::try_from(f64::from(product.price)).ok();
        match price.filter(|price| price.as_f64() > 0.0) {
            Some(price) if product.id.eq_ignore_ascii_case(&id) => {
                Ok(Product { name: product.name.into(), price })
            }
            _ => Err(failed("product", Nonsense)),
        }
    }
}

/// The request that the call is part of.
fn headers() -> HeaderMap {
    let id = RequestId::current().map(|id| (HeaderName::from_static("x-request-id"), id.header()));
    id.into_iter().collect()
}

fn failed(service: &'static str, cause: impl StdError + Send + Sync + 'static) -> Error {
    Error::Failed { service, cause: Box::new(cause) }
}

/// A 404 in the service's own envelope means that the thing does not exist.
/// Any other outcome says nothing about it.
fn sort<E>(resource: &'static str, id: &str, error: progenitor_client::Error<E>) -> Error
where
    E: std::fmt::Debug + Send + Sync + 'static,
{
    match &error {
        progenitor_client::Error::ErrorResponse(answer) if answer.status() == 404 => {
            Error::Unknown { resource, id: id.to_owned() }
        }
        _ => failed(resource, error),
    }
}
