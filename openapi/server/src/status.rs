//! Statuses that an implementation chooses, for responses that the spec declares for several.

use poem::http::StatusCode;

/// The statuses that a spec declares besides single codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusRange {
    /// Those with this first digit: `4XX`.
    Class(u16),
    /// `default`: all that have no other response.
    Default,
}

impl StatusRange {
    pub(crate) fn contains(self, status: StatusCode) -> bool {
        match self {
            Self::Class(class) => status.as_u16() / 100 == class,
            Self::Default => true,
        }
    }
}

/// A status with the first digit `CLASS`: `StatusClass<4>` for a response that the spec declares
/// for `4XX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusClass<const CLASS: u16>(StatusCode);

impl<const CLASS: u16> StatusClass<CLASS> {
    /// The status with this code: `StatusClass::code::<404>()`. A code of another class does not
    /// compile.
    pub const fn code<const CODE: u16>() -> Self {
        const { assert!(CODE / 100 == CLASS, "the status is not of this class") };
        Self(crate::generated::status::<CODE>())
    }

    /// The status, if it is of this class.
    pub fn new(status: StatusCode) -> Option<Self> {
        (status.as_u16() / 100 == CLASS).then_some(Self(status))
    }

    /// The code.
    pub fn as_u16(self) -> u16 {
        self.0.as_u16()
    }
}

impl<const CLASS: u16> From<StatusClass<CLASS>> for StatusCode {
    fn from(status: StatusClass<CLASS>) -> Self {
        status.0
    }
}

#[cfg(test)]
mod tests {
    use super::{StatusClass, StatusCode, StatusRange};

    #[test]
    fn a_class_contains_the_statuses_with_its_digit() {
        for (status, is_contained) in [(399, false), (400, true), (499, true), (500, false)] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(StatusClass::<4>::new(status).is_some(), is_contained, "{status}");
            assert_eq!(StatusRange::Class(4).contains(status), is_contained, "{status}");
        }
        assert_eq!(StatusClass::<4>::code::<404>().as_u16(), 404);
    }
}
