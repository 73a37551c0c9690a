//! Who may do what, in one table.

use crate::api::SecuredOperation;
use crate::auth::{Principal, Role};
use crate::error::Error;

/// The table. Reading products is open to all, and needs no credentials.
fn is_allowed(operation: SecuredOperation, principal: Principal) -> bool {
    use SecuredOperation::{
        AdjustStock, CreateProduct, DeleteProduct, FulfilReservation, GetReservation,
        ListReservations, ReleaseReservation, ReserveProducts, UpdateProduct,
    };
    let [customer, admin, service] = match operation {
        CreateProduct | UpdateProduct | DeleteProduct | AdjustStock => [false, true, false],
        GetReservation | ListReservations => [false, true, true],
        ReserveProducts | ReleaseReservation | FulfilReservation => [false, false, true],
    };
    match principal {
        Principal::Open => true,
        Principal::User { role: Role::Customer, .. } => customer,
        Principal::User { role: Role::Admin, .. } => admin,
        Principal::Service => service,
    }
}

/// Fails unless the principal may do the operation.
pub fn check(operation: SecuredOperation, principal: Principal) -> Result<(), Error> {
    if is_allowed(operation, principal) {
        Ok(())
    } else {
        Err(Error::Forbidden("Your role does not allow this"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    /// The operations that a principal may do.
    fn allowed(principal: Principal) -> Vec<&'static str> {
        let all = SecuredOperation::ALL.iter();
        all.filter(|it| check(**it, principal).is_ok()).map(|it| it.id()).collect()
    }

    fn user(role: Role) -> Principal {
        Principal::User { id: Id::generate(), role }
    }

    #[test]
    fn customers_change_nothing() {
        assert!(allowed(user(Role::Customer)).is_empty());
    }

    #[test]
    fn administrators_change_products_and_read_reservations() {
        let expected = [
            "createProduct",
            "updateProduct",
            "deleteProduct",
            "adjustStock",
            "listReservations",
            "getReservation",
        ];
        assert_eq!(allowed(user(Role::Admin)), expected);
    }

    #[test]
    fn services_reserve() {
        assert!(allowed(Principal::Service).iter().all(|id| id.contains("eserv")));
        assert_eq!(allowed(Principal::Service).len(), 5);
        assert_eq!(allowed(Principal::Open).len(), SecuredOperation::ALL.len());
    }
}
