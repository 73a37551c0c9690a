//! What orders do to the stock: they take it, are refused if there is not enough, are placed once
//! however often the request is repeated, and give it back if they are cancelled.

use anyhow::{Result, bail};
use order_client::Error;
use order_client::types::{
    ErrorCode, IdempotencyKey, Order, OrderStatus, OrderStatusUpdate, ShortItem,
};

use super::{Clients, Row, ensure_eq, failed, new_order, row, valid};

/// The stock of the Teapot and the Cup when they were created.
const INITIAL: [i64; 2] = [12, 500];

/// Continues after `order` for 2 Teapots and 3 Cups.
pub async fn run(
    clients: &Clients,
    order: &Order,
    products: &[String],
    rows: &mut Vec<Row>,
) -> Result<()> {
    show(clients, products, [INITIAL[0] - 2, INITIAL[1] - 3], rows).await?;
    refuse(clients, order, products, rows).await?;
    repeat(clients, order, products, rows).await?;
    show(clients, products, [INITIAL[0] - 3, INITIAL[1] - 4], rows).await?;
    cancel(clients, order, rows).await?;
    show(clients, products, [INITIAL[0] - 1, INITIAL[1] - 1], rows).await
}

async fn show(
    clients: &Clients,
    products: &[String],
    expected: [i64; 2],
    rows: &mut Vec<Row>,
) -> Result<()> {
    let mut stock = Vec::new();
    for id in products {
        let product = clients.products.get_product(&valid(id.as_str())?).await;
        let product = product.map_err(failed("GET /products/{id}"))?.into_inner();
        stock.push(format!("{} {}", *product.name, *product.stock));
    }
    let [teapots, cups] = expected;
    ensure_eq("the stock", &stock, &vec![format!("Teapot {teapots}"), format!("Cup {cups}")])?;
    row(rows, "GET /products/{id}", format!("stock: {}", stock.join(", ")));
    Ok(())
}

async fn refuse(
    clients: &Clients,
    order: &Order,
    products: &[String],
    rows: &mut Vec<Row>,
) -> Result<()> {
    let new = new_order(&order.user_id, products, [99, 999])?;
    let refused = match clients.orders.create_order(None, &new).await {
        Err(Error::ErrorResponse(response)) => response.into_inner().error,
        other => bail!("POST /orders: expected a refusal, found {other:?}"),
    };
    ensure_eq("the code of the refusal", refused.code, ErrorCode::OutOfStock)?;
    let items = refused.details.map(|details| details.items).unwrap_or_default();
    let short = |item: &ShortItem| {
        let name = if *item.product_id == products[0] { "Teapot" } else { "Cup" };
        format!("{name} {} of {}", *item.available, *item.requested)
    };
    let short: Vec<String> = items.iter().map(short).collect();
    let expected = vec!["Teapot 10 of 99".to_owned(), "Cup 497 of 999".to_owned()];
    ensure_eq("the short items", &short, &expected)?;
    row(rows, "POST /orders", format!("409 {}: {}", refused.code, short.join(", ")));
    Ok(())
}

async fn repeat(
    clients: &Clients,
    order: &Order,
    products: &[String],
    rows: &mut Vec<Row>,
) -> Result<()> {
    let key: IdempotencyKey = valid(format!("demo-{}", *order.id))?;
    let new = new_order(&order.user_id, products, [1, 1])?;
    let mut ids = Vec::new();
    for replayed in [None, Some("true")] {
        let placed = clients.orders.create_order(Some(&key), &new).await;
        let placed = placed.map_err(failed("POST /orders"))?;
        let header = placed.headers().get("idempotency-replayed");
        let header = header.and_then(|value| value.to_str().ok().map(str::to_owned));
        ensure_eq("Idempotency-Replayed", header.as_deref(), replayed)?;
        ids.push(placed.into_inner().id.to_string());
    }
    ensure_eq("the id of the repeated order", &ids[1], &ids[0])?;
    row(rows, "POST /orders, twice", format!("one Idempotency-Key, one order, id {}", ids[0]));
    Ok(())
}

async fn cancel(clients: &Clients, order: &Order, rows: &mut Vec<Row>) -> Result<()> {
    let cancelled = OrderStatusUpdate { status: OrderStatus::Cancelled };
    let changed = clients.orders.update_order_status(&order.id, &cancelled).await;
    let changed = changed.map_err(failed("PUT /orders/{id}/status"))?;
    ensure_eq("the status", changed.status, OrderStatus::Cancelled)?;
    row(rows, "PUT /orders/{id}/status", format!("{}, gives its stock back", changed.status));
    Ok(())
}
