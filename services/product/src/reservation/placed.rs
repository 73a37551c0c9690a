//! The orders of a period. An order's id begins with the second in which it was placed.

use std::time::SystemTime;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};

use crate::cursor::Cursor;

const TIME_BYTES: usize = 4;

/// The orders whose ids are greater than the one and less than the other.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    above: Option<ObjectId>,
    below: Option<ObjectId>,
}

impl Placed {
    /// The orders whose second is later than `after` and earlier than `before`.
    pub fn between(after: Option<SystemTime>, before: Option<SystemTime>) -> Self {
        let above = after.and_then(|after| last_id(millis(after).div_euclid(1_000)));
        let below = before.and_then(|before| first_id(-(-millis(before)).div_euclid(1_000)));
        Self { above, below }
    }

    /// Those of the orders that follow one in a list by id.
    #[must_use]
    pub fn after(self, order: Option<ObjectId>) -> Self {
        Self { above: self.above.max(order), ..self }
    }

    /// Matches the ids of the orders.
    pub fn condition(self) -> Document {
        let mut condition = match self.above {
            Some(above) => doc! { "$gt": above },
            None => doc! { "$gte": ObjectId::from_bytes([0; 12]) },
        };
        if let Some(below) = self.below {
            condition.insert("$lt", below);
        }
        condition
    }
}

/// The second in which an order was placed.
pub fn placed_at(order: ObjectId) -> SystemTime {
    order.timestamp().to_system_time()
}

/// The cursor of the page that starts after an order.
pub fn cursor_after(order: ObjectId) -> Option<Cursor> {
    Cursor::new(order.timestamp(), order)
}

fn millis(time: SystemTime) -> i64 {
    DateTime::from_system_time(time).timestamp_millis()
}

/// The last id of a second; `None` before the first second.
fn last_id(seconds: i64) -> Option<ObjectId> {
    (seconds >= 0).then(|| id(seconds, 0xff))
}

/// The first id of a second; `None` after the last second that an id can have.
fn first_id(seconds: i64) -> Option<ObjectId> {
    (seconds <= u32::MAX.into()).then(|| id(seconds, 0))
}

fn id(seconds: i64, rest: u8) -> ObjectId {
    let mut bytes = [rest; 12];
    let seconds = seconds.clamp(0, u32::MAX.into()) as u32;
    bytes[..TIME_BYTES].copy_from_slice(&seconds.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(millis: i64) -> SystemTime {
        DateTime::from_millis(millis).to_system_time()
    }

    /// Whether an id matches the condition, which has a lower bound in any case.
    fn contains(placed: Placed, id: ObjectId) -> bool {
        let condition = placed.condition();
        assert!(condition.contains_key("$gt") || condition.contains_key("$gte"), "{condition}");
        condition.iter().all(|(operator, bound)| {
            let bound = bound.as_object_id().unwrap();
            match operator.as_str() {
                "$gt" => id > bound,
                "$gte" => id >= bound,
                "$lt" => id < bound,
                operator => panic!("unexpected operator {operator}"),
            }
        })
    }

    #[test]
    fn both_bounds_are_exclusive() {
        for (bound, second, after, before) in [
            (10_000, 10, false, false),
            (10_000, 11, true, false),
            (10_000, 9, false, true),
            (10_001, 10, false, true),
            (10_001, 11, true, false),
            (9_999, 10, true, false),
        ] {
            for id in [id(second, 0), id(second, 0xff)] {
                let case = format!("{second} s, bound {bound} ms");
                assert_eq!(contains(Placed::between(Some(at(bound)), None), id), after, "{case}");
                assert_eq!(contains(Placed::between(None, Some(at(bound))), id), before, "{case}");
            }
        }
    }

    #[test]
    fn bounds_beyond_the_times_of_ids_include_all_or_none() {
        let first = id(0, 1);
        let last = id(u32::MAX.into(), 0xfe);
        for id in [first, last] {
            assert!(contains(Placed::between(Some(at(-1)), None), id));
            assert!(!contains(Placed::between(None, Some(at(-1))), id));
            let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 33);
            assert!(!contains(Placed::between(Some(later), None), id));
            assert!(contains(Placed::between(None, Some(later)), id));
        }
    }

    #[test]
    fn a_page_starts_after_the_order_of_its_cursor() {
        let placed = Placed::between(Some(at(10_000)), None);
        let order = id(12, 7);
        assert!(!contains(placed.after(Some(order)), order));
        assert!(contains(placed.after(Some(order)), id(12, 8)));
        let earlier = id(9, 7);
        assert_eq!(placed.after(Some(earlier)), placed);
        assert_eq!(placed.after(None), placed);
    }

    #[test]
    fn the_cursor_of_an_order_has_the_second_in_which_it_was_placed() {
        let order = id(12, 7);
        assert_eq!(placed_at(order), at(12_000));
        let cursor = Cursor { created_at: DateTime::from_millis(12_000), id: order };
        assert_eq!(cursor_after(order), Some(cursor));
    }
}
