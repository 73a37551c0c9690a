//! `cargo dev soak`: many orders over few products while processes are killed, and afterwards an
//! account of every unit of stock.
//!
//! Clients place contended orders with idempotency keys, send requests again until the outcome is
//! certain, and cancel or complete some of the orders. Meanwhile `victims` kills the order service,
//! the product service and the database at random, and the order service ends itself at its fail
//! points, which debug builds have between any two steps. When everything is quiet, `account` reads
//! all orders, products and reservations through the APIs. For every product, `initial = stock +
//! held + fulfilled` must hold, and the orders must be exactly those that clients have an answer
//! for.

mod account;
mod client;
mod victims;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use crate::database::Source;
use crate::output::status;
use crate::scenario::{self, Clients};

pub use account::Account;
use client::Tally;
use victims::{Kills, Victims};

/// Clients that place orders simultaneously.
const CLIENTS: usize = 16;

/// Products that all orders compete for.
const PRODUCTS: usize = 5;

const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

/// Users that the orders belong to.
const USERS: usize = 4;

#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub orders: usize,
    /// The average time between two kills.
    pub kill_interval: Duration,
    /// The probability with which the order service ends itself at a fail point.
    pub fail_points: f64,
}

/// What all clients share.
struct Shared {
    clients: Clients,
    users: Vec<String>,
    products: Vec<String>,
    next: AtomicUsize,
    orders: usize,
}

/// What happened, and what it left behind.
#[derive(Debug)]
pub struct Report {
    tally: Tally,
    kills: Kills,
    account: Account,
}

/// Runs the soak test on a temporary database. The services must have been built.
pub async fn run(source: &Source, options: Options) -> Result<Report> {
    let Options { orders, kill_interval, fail_points } = options;
    let victims = Victims::start(source, fail_points)?;
    let clients = Clients::new(victims.ports())?;
    // Low enough that many orders are refused.
    let initial = i64::try_from(orders / 3 + 1)?;
    let (users, products) = prepare(&clients, initial).await?;
    let next = AtomicUsize::new(0);
    let shared = Arc::new(Shared { clients, users, products, next, orders });
    let killing = victims.kill_at_random(kill_interval);
    let tally = tokio::select! {
        tally = place_all(&shared) => Some(tally),
        () = killing.failed() => None,
    };
    let victims = killing.stop().context("a victim does not start again")?;
    let tally = tally.context("the killing has stopped")??;
    status("all orders are answered; waiting until everything is quiet");
    let account = account::wait_until_quiet(&shared, initial, &tally).await?;
    Ok(Report { tally, kills: victims.into_kills(), account })
}

async fn prepare(clients: &Clients, stock: i64) -> Result<(Vec<String>, Vec<String>)> {
    let mut users = Vec::new();
    for _ in 0..USERS {
        users.push(scenario::create_account(clients).await?.user_id);
    }
    let mut products = Vec::new();
    for number in 0..PRODUCTS {
        let name = format!("Product {number}");
        let product = scenario::create_product(clients, &name, 1.5, stock).await?;
        products.push(product.id.to_string());
    }
    Ok((users, products))
}

async fn place_all(shared: &Arc<Shared>) -> Result<Tally> {
    let mut workers = JoinSet::new();
    for _ in 0..CLIENTS {
        let shared = Arc::clone(shared);
        workers.spawn(async move {
            let mut tally = Tally::default();
            while shared.next.fetch_add(1, Ordering::Relaxed) < shared.orders {
                client::place_one(&shared, &mut tally).await?;
            }
            anyhow::Ok(tally)
        });
    }
    let progress = tokio::spawn(report_progress(Arc::clone(shared)));
    let mut total = Tally::default();
    while let Some(tally) = workers.join_next().await {
        total.add(tally.context("a client panicked")??);
    }
    progress.abort();
    Ok(total)
}

async fn report_progress(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(PROGRESS_INTERVAL).await;
        let begun = shared.next.load(Ordering::Relaxed).min(shared.orders);
        status(format!("{begun} of {} orders", shared.orders));
    }
}

impl Report {
    /// Whether everything adds up.
    pub fn is_correct(&self) -> bool {
        self.account.faults.is_empty()
    }

    pub fn table(&self) -> String {
        let Self { tally, kills, account } = self;
        let mut text = format!(
            "  placed {}, refused {}, replayed {}, cancelled {}, completed {}, requests repeated {}\n  {kills}\n",
            tally.placed.len(),
            tally.refused,
            tally.replayed,
            tally.cancelled,
            tally.completed,
            tally.repeated,
        );
        text += &account.table();
        for fault in &account.faults {
            text += &format!("  FAULT: {fault}\n");
        }
        text
    }
}
