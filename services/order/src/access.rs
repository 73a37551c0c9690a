//! Who may do what, in one table.

use crate::api::{OrderStatus, SecuredOperation};
use crate::auth::{Principal, Role};
use crate::error::Error;
use crate::id::Id;
use crate::order::Order;
use crate::rules::status;

/// The orders on which a principal may do an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    None,
    /// The principal's own orders.
    Own,
    All,
}

const FORBIDDEN: Error = Error::Forbidden("Your role does not allow this");

/// The table. Whether an order exists is not revealed to those who may not read it.
fn access(operation: SecuredOperation, principal: Principal) -> Access {
    use Access::{All, None, Own};
    use SecuredOperation::{CreateOrder, GetOrder, ListOrdersByUser, UpdateOrderStatus};
    let [customer, admin, service] = match operation {
        CreateOrder => [Own, All, None],
        GetOrder => [Own, All, None],
        ListOrdersByUser => [Own, All, None],
        // Only to cancel: see `may_change`.
        UpdateOrderStatus => [Own, All, None],
    };
    match principal {
        Principal::Open => All,
        Principal::User { role: Role::Customer, .. } => customer,
        Principal::User { role: Role::Admin, .. } => admin,
        Principal::Service => service,
    }
}

/// Whether the principal may change the status of an own order in this way. Customers may cancel
/// what is still pending.
fn may_change(principal: Principal, from: OrderStatus, to: OrderStatus) -> bool {
    match principal {
        Principal::Open | Principal::User { role: Role::Admin, .. } => true,
        Principal::User { role: Role::Customer, .. } => {
            (from, to) == (OrderStatus::Pending, OrderStatus::Cancelled)
        }
        Principal::Service => false,
    }
}

/// Fails unless the principal may do the operation on something.
pub fn check(operation: SecuredOperation, principal: Principal) -> Result<(), Error> {
    match access(operation, principal) {
        Access::None => Err(FORBIDDEN),
        Access::Own | Access::All => Ok(()),
    }
}

/// Fails unless the principal may do the operation on orders of this user.
pub fn check_user(
    operation: SecuredOperation,
    principal: Principal,
    user: Id,
) -> Result<(), Error> {
    match access(operation, principal) {
        Access::All => Ok(()),
        Access::Own if principal.is_user(user) => Ok(()),
        Access::Own | Access::None => {
            Err(Error::Forbidden("Customers may only do this for themselves"))
        }
    }
}

/// Fails as if the order did not exist, unless the principal may do the operation on it.
pub fn check_order(
    operation: SecuredOperation,
    principal: Principal,
    order: &Order,
) -> Result<(), Error> {
    let user = order.details.user_id;
    check_user(operation, principal, user).map_err(|_| Error::NotFound(order.id))
}

/// Whether the decision depends on the order, too.
pub fn depends_on_order(operation: SecuredOperation, principal: Principal) -> bool {
    access(operation, principal) != Access::All
}

/// The statuses from which the principal may change an order to `to`.
pub fn sources(principal: Principal, to: OrderStatus) -> Vec<OrderStatus> {
    status::sources(to).filter(|from| may_change(principal, *from, to)).collect()
}

/// Fails if the principal may not change any order to `to`, or this one from its status.
pub fn check_change(principal: Principal, from: OrderStatus, to: OrderStatus) -> Result<(), Error> {
    // Repeating a change is not a change, and an impossible change is a conflict for those who may
    // make every possible one.
    let repeats = from == to && !sources(principal, to).is_empty();
    if repeats || may_change(principal, from, to) {
        Ok(())
    } else {
        Err(Error::Forbidden("Customers may only cancel orders that are pending"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(role: Role) -> Principal {
        Principal::User { id: "665f1c2ab7e4d90012a3b4c5".parse().unwrap(), role }
    }

    #[test]
    fn customers_have_access_to_their_own_orders() {
        let customer = user(Role::Customer);
        for operation in SecuredOperation::ALL {
            assert!(check(*operation, customer).is_ok());
            let own = "665f1c2ab7e4d90012a3b4c5".parse().unwrap();
            assert!(check_user(*operation, customer, own).is_ok());
            let other = check_user(*operation, customer, Id::generate());
            assert!(matches!(other, Err(Error::Forbidden(_))), "{operation:?}");
        }
    }

    #[test]
    fn administrators_have_access_to_all_and_services_to_none() {
        for operation in SecuredOperation::ALL {
            for principal in [user(Role::Admin), Principal::Open] {
                assert!(check_user(*operation, principal, Id::generate()).is_ok());
                assert!(!depends_on_order(*operation, principal));
            }
            assert!(check(*operation, Principal::Service).is_err());
        }
    }

    #[test]
    fn customers_only_cancel_what_is_pending() {
        use OrderStatus::{Cancelled, Completed, Pending, Processing};
        let customer = user(Role::Customer);
        let allowed = |from, to| check_change(customer, from, to).is_ok();
        for from in [Pending, Processing, Completed, Cancelled] {
            for to in [Pending, Processing, Completed, Cancelled] {
                let expected = to == Cancelled && [Pending, Cancelled].contains(&from);
                assert_eq!(allowed(from, to), expected, "{} {}", from.as_str(), to.as_str());
            }
        }
        assert!(
            sources(customer, Cancelled) == [Pending] && sources(customer, Completed).is_empty()
        );
    }

    #[test]
    fn others_make_every_legal_change() {
        for principal in [user(Role::Admin), Principal::Open] {
            for to in OrderStatus::ALL.iter().copied() {
                assert!(sources(principal, to) == status::sources(to).collect::<Vec<_>>());
            }
        }
    }
}
