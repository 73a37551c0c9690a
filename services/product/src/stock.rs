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

    #[test]
    fn units_that_were_given_back_above_the_maximum_can_be_taken() {
        let product = Id::generate();
        assert_eq!(Adjustment(-1).check(product, MAX_STOCK + 7), Ok(()));
        assert_eq!(Adjustment(0).check(product, MAX_STOCK + 7), Ok(()));
    }
}
