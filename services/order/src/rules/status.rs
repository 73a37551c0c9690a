//! The life cycle of an order.

use crate::api::OrderStatus;

/// Whether an order can change from one status to another. Keeping its status is not a change.
pub fn can_transition(from: OrderStatus, to: OrderStatus) -> bool {
    use OrderStatus::{Cancelled, Completed, Pending, Processing};
    match from {
        Pending => matches!(to, Processing | Completed | Cancelled),
        Processing => matches!(to, Completed | Cancelled),
        Completed | Cancelled => false,
    }
}

/// The statuses from which an order can change to `to`.
pub fn sources(to: OrderStatus) -> impl Iterator<Item = OrderStatus> {
    OrderStatus::ALL.iter().copied().filter(move |from| can_transition(*from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs() -> impl Iterator<Item = (OrderStatus, OrderStatus)> {
        let all = OrderStatus::ALL.iter().copied();
        all.clone().flat_map(move |from| all.clone().map(move |to| (from, to)))
    }

    #[test]
    fn allows_the_transitions_of_the_spec() {
        let allowed: Vec<_> = pairs()
            .filter(|(from, to)| can_transition(*from, *to))
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect();
        let expected = [
            ("pending", "processing"),
            ("pending", "completed"),
            ("pending", "cancelled"),
            ("processing", "completed"),
            ("processing", "cancelled"),
        ];
        assert_eq!(allowed, expected);
    }

    #[test]
    fn orders_never_return_to_an_earlier_status() {
        for (from, to) in pairs() {
            let both = can_transition(from, to) && can_transition(to, from);
            assert!(!both, "{} and {}", from.as_str(), to.as_str());
        }
    }

    #[test]
    fn sources_are_the_statuses_that_can_change() {
        for (from, to) in pairs() {
            let is_source = sources(to).any(|source| source == from);
            assert_eq!(is_source, can_transition(from, to), "{} to {}", from.as_str(), to.as_str());
        }
    }
}
