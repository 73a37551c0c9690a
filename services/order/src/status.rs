//! Which way an order can go.

use crate::api::OrderStatus;

/// The states from which an order can be moved to `target`. The state it is
/// in already is not among them: that is no move.
pub fn sources(target: OrderStatus) -> &'static [OrderStatus] {
    use OrderStatus::{Cancelled, Completed, Pending, Processing};
    match target {
        Pending => &[],
        Processing => &[Pending],
        Completed | Cancelled => &[Pending, Processing],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_never_comes_back() {
        for &from in OrderStatus::ALL {
            for &to in OrderStatus::ALL {
                let there = sources(to).contains(&from);
                let back = sources(from).contains(&to);
                assert!(!(there && back), "{} and {}", from.as_str(), to.as_str());
            }
            assert!(!sources(from).contains(&from));
        }
    }

    #[test]
    fn completed_and_cancelled_are_ends() {
        for end in [OrderStatus::Completed, OrderStatus::Cancelled] {
            assert!(OrderStatus::ALL.iter().all(|&to| !sources(to).contains(&end)));
        }
    }
}
