//! Errors of calls to other services, and how clients see them.

use std::error::Error as StdError;
use std::time::Duration;

use openapi_server::{ApiError, StatusCode};
use serde_json::json;

use crate::id::Id;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service reported that the resource does not exist.
    #[error("the {resource} {id} does not exist")]
    NotFound { resource: &'static str, id: Id },
    /// Not enough of these products is in stock.
    #[error("{} products are out of stock or short", .0.len())]
    OutOfStock(Vec<ShortItem>),
    #[error("too many orders hold the product {0}")]
    TooManyHolds(Id),
    /// The service did not respond in time, responded with another error, or returned an invalid
    /// response.
    #[error("the {service} service failed")]
    Failed {
        service: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The service has failed before, and calls to it are paused.
    #[error("the circuit breaker of the {service} service is open")]
    CircuitOpen { service: &'static str, retry_after: Duration },
}

/// A product of which not enough is in stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortItem {
    pub product_id: Id,
    pub requested: i64,
    pub available: i64,
}

impl Error {
    /// Whether the service has answered that the request cannot be fulfilled, as opposed to having
    /// failed.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::NotFound { .. } | Self::OutOfStock(_) | Self::TooManyHolds(_) => true,
            Self::Failed { .. } | Self::CircuitOpen { .. } => false,
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { resource, id } => Self::not_found(resource, &id.to_string()),
            Error::OutOfStock(items) => out_of_stock(&items),
            Error::TooManyHolds(id) => too_many_holds(id),
            Error::Failed { service, .. } => unavailable(service).with_source(error),
            Error::CircuitOpen { service, retry_after } => {
                unavailable(service).with_retry_after(retry_after).with_source(error)
            }
        }
    }
}

fn out_of_stock(items: &[ShortItem]) -> ApiError {
    let to_json = |item: &ShortItem| {
        let ShortItem { product_id, requested, available } = item;
        json!({
            "productId": product_id.to_string(),
            "requested": requested,
            "available": available,
        })
    };
    let message = match items {
        [_] => "A product is out of stock or short".to_owned(),
        items => format!("{} products are out of stock or short", items.len()),
    };
    ApiError::new(StatusCode::CONFLICT, "OUT_OF_STOCK", message)
        .with_detail("items", items.iter().map(to_json).collect::<Vec<_>>())
}

fn too_many_holds(id: Id) -> ApiError {
    let message = format!("Too many open orders have reserved the product {id}");
    ApiError::new(StatusCode::CONFLICT, "TOO_MANY_HOLDS", message)
        .with_detail("resource", "product")
        .with_detail("id", id.to_string())
}

fn unavailable(service: &str) -> ApiError {
    ApiError::unavailable(format!("The {service} service is unavailable"))
}
