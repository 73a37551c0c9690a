//! Who may do what: the statuses that callers get from an operation.

/// The statuses of a valid request. Each operation has a row, beside the tests of its endpoint.
pub struct Access {
    /// `None` if the operation needs no credentials, and has the same status for all.
    pub anonymous: Option<u16>,
    /// The statuses for the owner, another customer, an administrator and a service.
    pub statuses: [u16; 4],
}

impl Access {
    /// The operation needs no credentials.
    pub const fn open(status: u16) -> Self {
        Self { anonymous: Some(status), statuses: [status; 4] }
    }

    /// The statuses for the owner, another customer, an administrator and a service.
    pub const fn secured(statuses: [u16; 4]) -> Self {
        Self { anonymous: None, statuses }
    }

    /// The status for whoever may do it.
    pub fn success(&self) -> u16 {
        self.statuses.into_iter().find(|status| *status < 300).unwrap()
    }
}
