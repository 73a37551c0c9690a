//! What a worker does after it has lost a compare-and-set: another process has decided the outcome
//! of the order that it was placing.

use crate::api::OrderStatus;
use crate::rules::settlement::StoredStatus;

/// What the product service has done with a worker's own reservation, as far as the worker knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// Everything is held.
    All,
    /// It was refused: what was taken is held, and nothing more will be.
    Refused,
    /// There was no response: it may still be carried out.
    Unknown,
}

/// How the client is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The order as it is now.
    Order,
    /// The worker's own failure, or 503 if it had none.
    Failure,
}

/// What the loser of a compare-and-set does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterLoss {
    pub answer: Answer,
    /// Whether it gives back what it may have taken after the winner gave everything back.
    pub releases: bool,
}

/// Decides from the order as it is now; `None` if it has been deleted.
///
/// A completed order's reservation is left alone, since a fulfilment may still be due and releasing
/// would give sold goods back. If the worker has taken something after the fulfilment, the audit
/// gives it back.
pub fn after_loss(order: Option<StoredStatus>, reserved: Reserved) -> AfterLoss {
    let (answer, is_closed) = match order {
        None | Some(StoredStatus::Abandoned) => (Answer::Failure, true),
        // The compare-and-set failed for another reason; the settler decides.
        Some(StoredStatus::Placing) => (Answer::Failure, false),
        Some(StoredStatus::Visible(status)) => (Answer::Order, status == OrderStatus::Cancelled),
    };
    AfterLoss { answer, releases: is_closed && reserved == Reserved::All }
}

/// Whether an abandoned order is kept after its release, for the settler to release it once more:
/// a reservation without a response may be carried out after the release.
pub fn releases_again(reserved: Reserved) -> bool {
    reserved == Reserved::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(order: Option<StoredStatus>, reserved: Reserved) -> (Answer, bool) {
        let AfterLoss { answer, releases } = after_loss(order, reserved);
        (answer, releases)
    }

    #[test]
    fn visible_orders_are_answered_and_only_cancelled_ones_released() {
        use OrderStatus::{Cancelled, Completed, Pending, Processing};
        for status in [Pending, Processing, Completed] {
            let order = Some(StoredStatus::Visible(status));
            assert_eq!(after(order, Reserved::All), (Answer::Order, false), "{status:?}");
        }
        let cancelled = Some(StoredStatus::Visible(Cancelled));
        assert_eq!(after(cancelled, Reserved::All), (Answer::Order, true));
        assert_eq!(after(cancelled, Reserved::Refused), (Answer::Order, false));
    }

    #[test]
    fn gone_orders_are_released_by_a_loser_that_holds_everything() {
        for order in [None, Some(StoredStatus::Abandoned)] {
            assert_eq!(after(order, Reserved::All), (Answer::Failure, true));
            for reserved in [Reserved::Refused, Reserved::Unknown] {
                assert_eq!(after(order, reserved), (Answer::Failure, false));
            }
        }
    }

    #[test]
    fn orders_in_placing_are_left_to_the_settler() {
        let placing = Some(StoredStatus::Placing);
        assert_eq!(after(placing, Reserved::All), (Answer::Failure, false));
    }

    #[test]
    fn only_unanswered_reservations_are_released_again() {
        assert!(releases_again(Reserved::Unknown));
        assert!(![Reserved::All, Reserved::Refused].into_iter().any(releases_again));
    }
}
