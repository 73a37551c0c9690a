//! Who sends a request.

use super::claims::Role;
use crate::id::Id;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal {
    /// Anyone, since authorization is switched off.
    Open,
    User {
        id: Id,
        role: Role,
    },
    /// Another service of the system.
    Service,
}

impl Principal {
    pub fn is_user(self, user: Id) -> bool {
        matches!(self, Self::User { id, .. } if id == user)
    }
}
