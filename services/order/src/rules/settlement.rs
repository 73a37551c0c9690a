//! What remains to be done for an order in the product service, decided from its document alone.

use crate::api::OrderStatus;
use crate::id::Id;

/// The status of a stored order. Clients see only orders with a status of the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoredStatus {
    /// Stock is being reserved.
    Placing,
    /// Was never placed. What it holds is given back, and then the document is deleted.
    Abandoned,
    Visible(OrderStatus),
}

impl StoredStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Placing => "placing",
            Self::Abandoned => "abandoned",
            Self::Visible(status) => status.as_str(),
        }
    }

    pub fn all() -> impl Iterator<Item = Self> {
        let visible = OrderStatus::ALL.iter().copied().map(Self::Visible);
        [Self::Placing, Self::Abandoned].into_iter().chain(visible)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::all().find(|status| status.as_str() == text)
    }
}

/// What a final status does with the reservation. Stored with the status until it is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settlement {
    /// The stock is given back.
    Release,
    /// The goods have been sold: the holds are removed, the stock stays as it is.
    Fulfil,
}

impl Settlement {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Fulfil => "fulfil",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Release, Self::Fulfil].into_iter().find(|settlement| settlement.as_str() == text)
    }

    /// The settlement that a change to this status makes due.
    pub fn due_after(to: OrderStatus) -> Option<Self> {
        match to {
            OrderStatus::Cancelled => Some(Self::Release),
            OrderStatus::Completed => Some(Self::Fulfil),
            OrderStatus::Pending | OrderStatus::Processing => None,
        }
    }
}

/// A task of the settler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Whoever was placing the order has stopped: abandon it, then as `Remove`.
    Abandon,
    /// Give back what the abandoned order holds, then delete it.
    Remove,
    /// Give back what the cancelled order holds.
    Release,
    /// Remove these holds of the completed order.
    Fulfil(Vec<Id>),
    /// Nothing is due.
    Nothing,
}

/// The task that an order's document asks for.
pub fn task(status: StoredStatus, settlement: Option<Settlement>, holds: &[Id]) -> Task {
    match (status, settlement) {
        (StoredStatus::Placing, _) => Task::Abandon,
        (StoredStatus::Abandoned, _) => Task::Remove,
        (StoredStatus::Visible(_), Some(Settlement::Release)) => Task::Release,
        (StoredStatus::Visible(_), Some(Settlement::Fulfil)) => Task::Fulfil(holds.to_vec()),
        (StoredStatus::Visible(_), None) => Task::Nothing,
    }
}

/// Whether the audit releases what an order holds, although nothing asks for it: an order that does
/// not exist or is closed should hold nothing. `order` is `None` if there is no document.
///
/// While a settlement is due, the holds belong to it: releasing those of a completed order would
/// give sold goods back.
pub fn is_stray(order: Option<(StoredStatus, Option<Settlement>)>) -> bool {
    match order {
        None | Some((StoredStatus::Abandoned, _)) => true,
        Some((StoredStatus::Placing, _) | (_, Some(_))) => false,
        Some((StoredStatus::Visible(status), None)) => match status {
            OrderStatus::Cancelled | OrderStatus::Completed => true,
            OrderStatus::Pending | OrderStatus::Processing => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: [OrderStatus; 2] = [OrderStatus::Pending, OrderStatus::Processing];
    const CLOSED: [OrderStatus; 2] = [OrderStatus::Cancelled, OrderStatus::Completed];

    #[test]
    fn stored_forms_are_read_back() {
        for text in ["placing", "abandoned", "pending", "processing", "completed", "cancelled"] {
            assert_eq!(StoredStatus::parse(text).map(StoredStatus::as_str), Some(text));
        }
        for text in ["release", "fulfil"] {
            assert_eq!(Settlement::parse(text).map(Settlement::as_str), Some(text));
        }
        assert_eq!((StoredStatus::parse("Placing"), Settlement::parse("")), (None, None));
    }

    #[test]
    fn only_final_statuses_make_a_settlement_due() {
        assert_eq!(OPEN.map(Settlement::due_after), [None, None]);
        let due = [Some(Settlement::Release), Some(Settlement::Fulfil)];
        assert_eq!(CLOSED.map(Settlement::due_after), due);
    }

    #[test]
    fn tasks_follow_from_the_document() {
        let hold: Id = "665f1c2ab7e4d90012a3b4c5".parse().unwrap();
        let visible = StoredStatus::Visible;
        assert_eq!(task(StoredStatus::Placing, None, &[]), Task::Abandon);
        assert_eq!(task(StoredStatus::Abandoned, None, &[]), Task::Remove);
        let release = task(visible(CLOSED[0]), Some(Settlement::Release), &[hold]);
        assert_eq!(release, Task::Release);
        let fulfil = task(visible(CLOSED[1]), Some(Settlement::Fulfil), &[hold]);
        assert_eq!(fulfil, Task::Fulfil(vec![hold]));
        assert_eq!(task(visible(OPEN[0]), None, &[hold]), Task::Nothing);
    }

    #[test]
    fn audit_spares_open_orders_and_due_settlements() {
        let visible = |status| StoredStatus::Visible(status);
        assert!(is_stray(None));
        assert!(is_stray(Some((StoredStatus::Abandoned, None))));
        assert!(!is_stray(Some((StoredStatus::Placing, None))));
        for status in OPEN {
            assert!(!is_stray(Some((visible(status), None))));
        }
        for status in CLOSED {
            assert!(is_stray(Some((visible(status), None))));
            for due in [Settlement::Release, Settlement::Fulfil] {
                assert!(!is_stray(Some((visible(status), Some(due)))));
            }
        }
    }
}
