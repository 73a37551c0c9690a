//! Reservations: what products hold for orders.

use futures_util::{FutureExt, TryStreamExt};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use tokio::time::timeout;

use super::Store;
use super::statements::run_statements;
use crate::database::{self, run_idempotent};
use crate::error::Error;
use crate::id::Id;
use crate::limits::{MAX_HELD_ITEMS, MAX_ROUNDS, OPERATION_TIMEOUT, SERVER_TIMEOUT};
use crate::reservation::hold;
use crate::reservation::{HeldItem, Item, Placed, ReservedProduct, find_missing};

impl Store {
    /// Holds the items for the order, and returns them in their order. What is held already remains
    /// as it is, so this can be repeated; what an attempt has taken before it fails remains held.
    pub async fn reserve(&self, order: Id, items: &[Item]) -> Result<Vec<HeldItem>, Error> {
        let late = Err(Error::Database(database::Error::Timeout(OPERATION_TIMEOUT)));
        timeout(OPERATION_TIMEOUT, self.reserve_in_rounds(order, items)).await.unwrap_or(late)
    }

    /// Reads what is held and in stock, takes what is missing, and confirms the rest. Usually the
    /// first round succeeds; otherwise the next one reads which items other requests have taken in
    /// between.
    async fn reserve_in_rounds(&self, order: Id, items: &[Item]) -> Result<Vec<HeldItem>, Error> {
        for round in 0..MAX_ROUNDS {
            let mut products = self.find_products(order, items).await?;
            let missing = find_missing(items, &products)?;
            if round > 0 {
                self.check_holds(&missing).await?;
            }
            let statements = hold::hold_all(order, &missing, &mut products);
            let expected = statements.len() as u64;
            if run_statements(&self.products, statements).await? == expected {
                return Ok(held_items(items, products));
            }
        }
        Err(Error::Contended)
    }

    async fn find_products(
        &self,
        order: Id,
        items: &[Item],
    ) -> Result<Vec<ReservedProduct>, Error> {
        let limit = items.len() as u32;
        let projection = hold::of_order(order);
        let find = database::find_many(
            &self.products,
            with_ids(items),
            projection,
            limit,
            ReservedProduct::parse,
        );
        Ok(find.await?)
    }

    /// Fails if one of the products has too many holds.
    async fn check_holds(&self, items: &[Item]) -> Result<(), Error> {
        let mut filter = with_ids(items);
        filter.extend(hold::is_full());
        let projection = doc! { "_id": true };
        let full =
            database::find_one(&self.products, filter, projection, |fields| fields.id("_id"));
        full.await?.map_or(Ok(()), |product| Err(Error::TooManyHolds(product)))
    }

    /// What is held for the order, by product.
    pub async fn find_reservation(&self, order: Id) -> Result<Vec<HeldItem>, Error> {
        let filter = hold::held_by(order);
        let projection = hold::of_order(order);
        let parse = ReservedProduct::parse;
        let found =
            database::find_many(&self.products, filter, projection, MAX_HELD_ITEMS, parse).await?;
        let held = found.into_iter().filter_map(ReservedProduct::into_held_item);
        let mut held: Vec<HeldItem> = held.collect();
        held.sort_by_key(|item| item.product);
        if held.is_empty() { Err(Error::NoReservation(order)) } else { Ok(held) }
    }

    /// Lists up to `limit` orders that hold products, by id, and whether there may be more.
    pub async fn list_reservations(
        &self,
        placed: Placed,
        limit: u32,
    ) -> Result<(Vec<ObjectId>, bool), Error> {
        // One more than requested shows whether there is a next page.
        let stages = hold::list_orders(placed, limit + 1);
        let aggregate = self.products.aggregate(stages).max_time(SERVER_TIMEOUT);
        let found = async { aggregate.await?.try_collect::<Vec<_>>().await }.boxed();
        let found = run_idempotent(self.products.operation("aggregate"), found);
        let orders = found.await?.into_iter().filter_map(|it| it.get_object_id("order").ok());
        let mut orders: Vec<ObjectId> = orders.collect();
        let has_more = orders.len() > limit as usize;
        orders.truncate(limit as usize);
        orders.dedup();
        Ok((orders, has_more))
    }

    /// Gives back whatever is held for the order.
    pub async fn release(&self, order: Id) -> Result<(), Error> {
        run_statements(&self.products, [hold::release(order)]).await?;
        Ok(())
    }

    /// Removes the holds of the order without giving anything back.
    pub async fn fulfil(&self, order: Id, holds: &[Id]) -> Result<(), Error> {
        run_statements(&self.products, [hold::fulfil(order, holds)]).await?;
        Ok(())
    }
}

fn with_ids(items: &[Item]) -> Document {
    let ids: Vec<ObjectId> = items.iter().map(|item| item.product.object_id()).collect();
    doc! { "_id": { "$in": ids } }
}

/// The held items in the order of the request.
fn held_items(items: &[Item], products: Vec<ReservedProduct>) -> Vec<HeldItem> {
    let place = |product: Id| items.iter().position(|item| item.product == product);
    let mut held: Vec<HeldItem> =
        products.into_iter().filter_map(ReservedProduct::into_held_item).collect();
    held.sort_by_key(|item| place(item.product));
    held
}
