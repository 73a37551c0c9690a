//! The endpoints, by resource: every success and every error in the specs.

mod bounds;
mod http;
mod orders;
mod products;
mod reservation_list;
mod reservations;
mod reserved_orders;
mod roles;
mod stock;
mod tokens;
mod users;
