//! Changes of the stock by a difference.

use mongodb::bson::{DateTime, Document, doc};

use crate::id::Id;
use crate::limits::MAX_STOCK;
use crate::reservation::ShortItem;

/// A difference that is added to the stock; negative to take from it.
#[derive(Debug, Clone, Copy)]
pub struct Adjustment(pub i64);

/// Why the stock cannot be changed.
#[derive(Debug, PartialEq, Eq)]
pub enum OutOfRange {
    Short(ShortItem),
    TooMuch,
}

impl Adjustment {
    /// Matches products whose stock remains in its range.
    pub fn condition(self) -> Document {
        match self.0 {
            delta @ ..0 => doc! { "stock": { "$gte": -delta } },
            0 => doc! {},
            delta => doc! { "stock": { "$lte": MAX_STOCK - delta } },
        }
    }

    pub fn update(self) -> Document {
        doc! { "$inc": { "stock": self.0 }, "$set": { "updatedAt": DateTime::now() } }
    }

    /// Says why a product with this stock does not match.
    pub fn check(self, product: Id, stock: i64) -> Result<(), OutOfRange> {
        let Self(delta) = self;
        if delta < 0 && stock < -delta {
            let available = stock.max(0);
            Err(OutOfRange::Short(ShortItem { product, requested: -delta, available }))
        } else if delta > 0 && stock > MAX_STOCK - delta {
            Err(OutOfRange::TooMuch)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::Bson;

    use super::*;

    #[test]
    fn the_stock_remains_between_zero_and_its_maximum() {
        let product = Id::generate();
        let check = |delta, stock| Adjustment(delta).check(product, stock);
        for (delta, stock) in [(-3, 3), (0, 0), (MAX_STOCK, 0), (-MAX_STOCK, MAX_STOCK), (1, 5)] {
            assert_eq!(check(delta, stock), Ok(()), "{stock} {delta:+}");
        }
        let short = ShortItem { product, requested: 4, available: 3 };
        assert_eq!(check(-4, 3), Err(OutOfRange::Short(short)));
        assert_eq!(check(1, MAX_STOCK), Err(OutOfRange::TooMuch));
    }

    /// Whether a product with this stock matches the condition of an adjustment.
    fn matches(Adjustment(delta): Adjustment, stock: i64) -> bool {
        let condition = Adjustment(delta).condition();
        let of_stock = |range: &Bson| range.as_document().unwrap().clone().into_iter();
        condition.get("stock").into_iter().flat_map(of_stock).all(|(operator, bound)| {
            let bound = bound.as_i64().unwrap();
            match operator.as_str() {
                "$gte" => stock >= bound,
                "$lte" => stock <= bound,
                operator => panic!("unexpected operator {operator}"),
            }
        })
    }

    #[test]
    fn the_condition_matches_exactly_what_passes_the_check() {
        let product = Id::generate();
        let stocks = [-1, 0, 1, 2, MAX_STOCK - 1, MAX_STOCK, MAX_STOCK + 1];
        for delta in [-MAX_STOCK, -1, 0, 1, MAX_STOCK] {
            for stock in stocks {
                let passes = Adjustment(delta).check(product, stock).is_ok();
                assert_eq!(matches(Adjustment(delta), stock), passes, "{stock} {delta:+}");
            }
        }
    }

    #[test]
    fn updates_add_the_difference_and_set_the_time() {
        let before = DateTime::now();
        let update = Adjustment(-3).update();
        assert_eq!(update.get_document("$inc").unwrap(), &doc! { "stock": -3_i64 });
        let updated_at = update.get_document("$set").unwrap().get_datetime("updatedAt").unwrap();
        assert!((before..=DateTime::now()).contains(updated_at), "{updated_at}");
    }

    #[test]
    fn units_that_were_given_back_above_the_maximum_can_be_taken() {
        let product = Id::generate();
        assert_eq!(Adjustment(-1).check(product, MAX_STOCK + 7), Ok(()));
        assert_eq!(Adjustment(0).check(product, MAX_STOCK + 7), Ok(()));
    }
}
