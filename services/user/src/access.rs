//! Who may do what, in one table.

use crate::api::SecuredOperation;
use crate::auth::{Principal, Role};
use crate::error::Error;
use crate::id::Id;

/// The users on whom a principal may do an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    None,
    /// The principal's own profile.
    Own,
    All,
}

/// The table. Whether a user exists is not revealed to those who may not read it.
///
/// Without authorization, administrators are unknown. Anyone who knows a user's id may then read
/// that user, but a list would give all addresses to everyone.
fn access(operation: SecuredOperation, principal: Principal) -> Access {
    use Access::{All, None, Own};
    use SecuredOperation::{DeleteUser, GetUser, ListUsers, UpdateUser};
    let [open, customer, admin, service] = match operation {
        ListUsers => [None, None, All, None],
        GetUser => [All, Own, All, All],
        UpdateUser => [All, Own, All, None],
        DeleteUser => [All, Own, All, None],
    };
    match principal {
        Principal::Open => open,
        Principal::User { role: Role::Customer, .. } => customer,
        Principal::User { role: Role::Admin, .. } => admin,
        Principal::Service => service,
    }
}

/// Fails unless the principal may do the operation on something.
pub fn check(operation: SecuredOperation, principal: Principal) -> Result<(), Error> {
    match access(operation, principal) {
        Access::None => Err(Error::Forbidden("Your role does not allow this")),
        Access::Own | Access::All => Ok(()),
    }
}

/// Fails as if the user did not exist, unless the principal may do the operation on it.
pub fn check_user(
    operation: SecuredOperation,
    principal: Principal,
    user: Id,
) -> Result<(), Error> {
    match access(operation, principal) {
        Access::All => Ok(()),
        Access::Own if principal.is_user(user) => Ok(()),
        Access::Own | Access::None => Err(Error::NotFound(user)),
    }
}

/// Only a known administrator may give roles, even while authorization is off: otherwise anyone
/// could become an administrator before it is switched on.
pub fn check_role_change(principal: Principal) -> Result<(), Error> {
    match principal {
        Principal::User { role: Role::Admin, .. } => Ok(()),
        _ => Err(Error::Forbidden("Only an administrator may change a role")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> Id {
        "665f1c2ab7e4d90012a3b4c5".parse().unwrap()
    }

    fn user(role: Role) -> Principal {
        Principal::User { id: id(), role }
    }

    /// The operations on one user.
    fn on_users() -> impl Iterator<Item = SecuredOperation> {
        let all = SecuredOperation::ALL.iter().copied();
        all.filter(|operation| *operation != SecuredOperation::ListUsers)
    }

    #[test]
    fn customers_have_access_to_themselves() {
        let customer = user(Role::Customer);
        for operation in on_users() {
            assert!(check(operation, customer).is_ok());
            assert!(check_user(operation, customer, id()).is_ok());
            let other = check_user(operation, customer, Id::generate());
            assert!(matches!(other, Err(Error::NotFound(_))), "{operation:?}");
        }
    }

    #[test]
    fn administrators_and_open_access_have_access_to_all() {
        for principal in [user(Role::Admin), Principal::Open] {
            for operation in on_users() {
                assert!(check_user(operation, principal, Id::generate()).is_ok());
            }
        }
    }

    #[test]
    fn only_administrators_list_users() {
        assert!(check(SecuredOperation::ListUsers, user(Role::Admin)).is_ok());
        for other in [user(Role::Customer), Principal::Service, Principal::Open] {
            assert!(check(SecuredOperation::ListUsers, other).is_err(), "{other:?}");
        }
    }

    #[test]
    fn only_administrators_change_roles() {
        assert!(check_role_change(user(Role::Admin)).is_ok());
        for other in [user(Role::Customer), Principal::Service, Principal::Open] {
            assert!(check_role_change(other).is_err(), "{other:?}");
        }
    }

    #[test]
    fn services_only_read() {
        for operation in SecuredOperation::ALL {
            let reads = *operation == SecuredOperation::GetUser;
            assert_eq!(check(*operation, Principal::Service).is_ok(), reads, "{operation:?}");
        }
    }
}
