//! The kinds of password work.

use crate::limits::MAX_WAITING_PER_ACCOUNT;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A log-in for an account without a recent failure.
    Login,
    /// A log-in for an account whose last attempt failed.
    LoginRetry,
    Registration,
    PasswordChange,
}

impl Lane {
    /// All lanes, by index.
    pub const ALL: [Self; 4] =
        [Self::Login, Self::LoginRetry, Self::Registration, Self::PasswordChange];

    /// The lane's share of the turns. Most go to log-ins that are probably correct; guessing, whose
    /// attempts are retries except for the first, gets half as many.
    pub fn weight(self) -> i32 {
        match self {
            Self::Login => 4,
            Self::LoginRetry | Self::Registration | Self::PasswordChange => 2,
        }
    }

    /// How many attempts of one account and address may wait. Registrations of one e-mail address
    /// are not limited: the first one succeeds, and the others must be answered with a conflict.
    pub fn max_backlog(self) -> usize {
        match self {
            Self::Registration => usize::MAX,
            Self::Login | Self::LoginRetry | Self::PasswordChange => MAX_WAITING_PER_ACCOUNT,
        }
    }
}
