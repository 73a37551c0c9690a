//! The errors of this service, and how clients see them.

use openapi_server::{ApiError, InvalidValue, Object, StatusCode, Value, Violation};

use crate::auth;
use crate::database;
use crate::id::{Id, InvalidId};
use crate::limits::{MAX_HOLDS, MAX_STOCK};
use crate::money::InvalidAmount;
use crate::readiness::NotReady;
use crate::reservation::{Refusal, ShortItem};
use crate::stock::OutOfRange;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the product {0} does not exist")]
    NotFound(Id),
    #[error("nothing is held for the order {0}")]
    NoReservation(Id),
    #[error("the cursor is not valid")]
    InvalidCursor,
    #[error("two items have the product {0}")]
    DuplicateProduct(Id),
    #[error("{} items are out of stock", .0.len())]
    OutOfStock(Vec<ShortItem>),
    #[error("the stock would exceed its maximum")]
    TooMuchStock,
    #[error("the order holds another quantity of the product {0}")]
    OtherQuantity(Id),
    #[error("too many orders hold the product {0}")]
    TooManyHolds(Id),
    /// The condition of an update failed each time, although it held whenever it was read.
    #[error("too many simultaneous changes of the same products")]
    Contended,
    #[error("the principal may not do this: {0}")]
    Forbidden(&'static str),
    #[error(transparent)]
    Auth(#[from] auth::Error),
    #[error("the service is shutting down")]
    ShuttingDown,
    #[error(transparent)]
    Database(#[from] database::Error),
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// The spec admits only valid ids.
    #[error(transparent)]
    InvalidId(#[from] InvalidId),
    /// What is stored does not satisfy the schema of the response.
    #[error("the spec does not allow a value of the response")]
    InvalidValue(#[from] InvalidValue),
    /// The spec admits only valid prices.
    #[error(transparent)]
    InvalidAmount(#[from] InvalidAmount),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownProduct(id) => Self::NotFound(id),
            Refusal::OtherQuantity(id) => Self::OtherQuantity(id),
            Refusal::OutOfStock(items) => Self::OutOfStock(items),
        }
    }
}

impl From<OutOfRange> for Error {
    fn from(error: OutOfRange) -> Self {
        match error {
            OutOfRange::Short(item) => Self::OutOfStock(vec![item]),
            OutOfRange::TooMuch => Self::TooMuchStock,
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(id) => Self::not_found("product", &id.to_string()),
            Error::NoReservation(id) => Self::not_found("reservation", &id.to_string()),
            Error::InvalidCursor => {
                let message = "must be the nextCursor of a previous page";
                Self::invalid(&[Violation::new("query", "/cursor".into(), "format", message)])
            }
            Error::DuplicateProduct(id) => {
                let message =
                    format!("Two items have the product {id}; expected distinct products");
                with_product(Self::unprocessable(message), id)
            }
            Error::OutOfStock(items) => out_of_stock(&items),
            Error::TooMuchStock => {
                Self::conflict(format!("Too much stock; expected at most {MAX_STOCK}"))
            }
            Error::OtherQuantity(id) => {
                let message =
                    format!("The order already holds another quantity of the product {id}");
                with_product(Self::conflict(message), id)
            }
            Error::TooManyHolds(id) => too_many_holds(id),
            Error::Contended => Self::unavailable(
                "Too many simultaneous changes of the same products; try again later",
            ),
            Error::Forbidden(what) => Self::forbidden(what),
            Error::Auth(auth::Error::Invalid(error)) => {
                Self::unauthorized("The credentials are not valid").with_source(error)
            }
            Error::Auth(auth::Error::Unavailable(error)) => {
                Self::unavailable("The keys of the user service are unavailable").with_source(error)
            }
            Error::ShuttingDown => Self::unavailable("The service is shutting down"),
            Error::Database(error) => error.into(),
            Error::NotReady(_) => {
                Self::unavailable("The database does not accept writes").with_source(error)
            }
            Error::InvalidId(_) | Error::InvalidAmount(_) | Error::InvalidValue(_) => {
                Self::internal().with_source(error)
            }
        }
    }
}

fn with_product(error: ApiError, id: Id) -> ApiError {
    error.with_detail("resource", "product").with_detail("id", id.to_string())
}

fn too_many_holds(id: Id) -> ApiError {
    let message = format!("Too many orders hold the product {id}; expected at most {MAX_HOLDS}");
    with_product(ApiError::new(StatusCode::CONFLICT, "TOO_MANY_HOLDS", message), id)
}

/// The message quotes the first item; the details list all.
fn out_of_stock(items: &[ShortItem]) -> ApiError {
    let mut message = "Out of stock".to_owned();
    if let Some(ShortItem { product, requested, available }) = items.first() {
        message =
            format!("{message}: product {product}, requested {requested}, available {available}");
    }
    if items.len() > 1 {
        message = format!("{message}; {} more", items.len() - 1);
    }
    let items: Vec<Value> = items.iter().map(to_json).collect();
    ApiError::new(StatusCode::CONFLICT, "OUT_OF_STOCK", message).with_detail("items", items)
}

fn to_json(item: &ShortItem) -> Value {
    let ShortItem { product, requested, available } = *item;
    let fields: [(&str, Value); 3] = [
        ("productId", product.to_string().into()),
        ("requested", requested.into()),
        ("available", available.into()),
    ];
    Object::from_iter(fields.map(|(name, value)| (name.to_owned(), value))).into()
}
