use futures_util::future::{join, join_all};
use proptest::prelude::*;

use super::check;
use crate::support::{
    fulfil, hold_ids, new_order_id, new_product_with_stock, release, reserve, stock,
};

// Feature: product-order-system, Property 27: Held stock is given back exactly once, fulfilled
// never
#[test]
fn releases_give_back_once_and_fulfilments_never() {
    let quantities = prop::collection::vec((1..5_i64, any::<bool>()), 1..5);
    check((quantities, 1..5_usize), async |(quantities, requests)| {
        let create = |(quantity, _): &(i64, bool)| new_product_with_stock(*quantity);
        let ids = join_all(quantities.iter().map(create)).await;
        let wanted = ids.iter().map(String::as_str).zip(&quantities);
        let items: Vec<(&str, i64)> = wanted.map(|(id, (quantity, _))| (id, *quantity)).collect();
        let order = new_order_id();
        let holds = hold_ids(&reserve(&order, &items).await.assert_status(200));
        let sold = holds.iter().zip(&quantities).filter(|(_, (_, sold))| *sold);
        let sold: Vec<String> = sold.map(|(hold, _)| hold.clone()).collect();
        if !sold.is_empty() {
            join_all((0..requests).map(|_| fulfil(&order, &sold))).await;
        }
        let releases = join_all((0..requests).map(|_| release(&order)));
        join(releases, fulfil(&new_order_id(), &holds)).await;
        release(&order).await.assert_status(204);
        for (id, (quantity, sold)) in ids.iter().zip(&quantities) {
            prop_assert_eq!(stock(id).await, if *sold { 0 } else { *quantity });
        }
        Ok(())
    });
}
