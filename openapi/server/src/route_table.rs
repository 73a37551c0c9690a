//! The endpoints of an API, from the generated server to the router.

use std::collections::HashMap;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;

/// Endpoints by path template (`/users/{id}`) and method. poem-openapi prescribes the type.
pub type RouteTable = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

/// Adds an endpoint for GET, unless the API has the path: a method that it does not declare there
/// is not allowed.
pub(crate) fn add_default(table: &mut RouteTable, path: &str, endpoint: BoxEndpoint<'static>) {
    table.entry(path.to_owned()).or_insert_with(|| HashMap::from([(Method::GET, endpoint)]));
}
