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

use crate::support::Access;

/// Who may do what: the operations of all specs, by id.
pub fn access() -> impl Iterator<Item = (&'static str, &'static Access)> {
    let rows = [
        http::ACCESS,
        users::ACCESS,
        tokens::ACCESS,
        products::ACCESS,
        stock::ACCESS,
        reservations::ACCESS,
        reservation_list::ACCESS,
        orders::ACCESS,
    ];
    rows.into_iter().flatten().map(|(operation, access)| (*operation, access))
}
