//! The endpoints, a file for each resource: every success and every error
//! that the specs name.

mod bounds;
mod http;
mod orders;
mod products;
mod users;
