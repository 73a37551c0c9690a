//! What must hold in every state, and what must be possible.

use order_service::api::OrderStatus;
use order_service::rules::settlement::{StoredStatus, is_stray};
use stateright::Property;

use crate::state::{Document, Process, Protocol, State, Step};

pub(crate) fn properties() -> Vec<Property<Protocol>> {
    vec![
        Property::always(
            "stock, held and fulfilled add up",
            |protocol: &Protocol, state: &State| {
                (0..protocol.stock.len()).all(|product| {
                    let held =
                        state.holds.iter().filter(|hold| usize::from(hold.product) == product);
                    let sum = usize::from(state.stock[product])
                        + held.count()
                        + usize::from(state.fulfilled[product]);
                    sum == usize::from(protocol.stock[product])
                })
            },
        ),
        Property::always("never more sold than there was", |protocol: &Protocol, state: &State| {
            (0..protocol.stock.len()).all(|product| {
                sold(protocol, state, product as u8) <= usize::from(protocol.stock[product])
            })
        }),
        Property::always(
            "open orders hold exactly their lines",
            |protocol: &Protocol, state: &State| {
                state.order_numbers().all(|order| {
                    let lines = &protocol.requests[usize::from(order)].products;
                    let held = state.holds.iter().filter(|hold| hold.order == order).count();
                    let holds_all = lines.iter().all(|line| state.held(order, *line).is_some());
                    !is_open(state.document(order)) || (holds_all && held == lines.len())
                })
            },
        ),
        Property::always("one order for each key", |protocol: &Protocol, state: &State| {
            let keys = protocol.requests.iter().filter_map(|request| request.key);
            keys.into_iter().all(|key| {
                let has_key = |order: &u8| protocol.requests[usize::from(*order)].key == Some(key);
                let placed = state.order_numbers().filter(has_key);
                placed.filter(|order| is_visible(state.document(*order))).count() <= 1
            })
        }),
        Property::always(
            "when quiet, only open orders hold",
            |protocol: &Protocol, state: &State| {
                !is_quiet(state)
                    || state.order_numbers().all(|order| {
                        let holds = state.holds.iter().any(|hold| hold.order == order);
                        let is_empty = protocol.requests[usize::from(order)].products.is_empty();
                        holds == (is_open(state.document(order)) && !is_empty)
                    })
            },
        ),
        Property::always(
            "when quiet, completed orders are fulfilled",
            |protocol: &Protocol, state: &State| {
                !is_quiet(state)
                    || (0..protocol.stock.len()).all(|product| {
                        let wants = |order: &u8| {
                            protocol.requests[usize::from(*order)]
                                .products
                                .contains(&(product as u8))
                        };
                        let completed = state.order_numbers().filter(wants).filter(|order| {
                            has_status(state.document(*order), OrderStatus::Completed)
                        });
                        completed.count() == usize::from(state.fulfilled[product])
                    })
            },
        ),
        Property::sometimes("quiet after a completion", |_, state: &State| {
            is_quiet(state) && any_has_status(state, OrderStatus::Completed)
        }),
        Property::sometimes("quiet after a cancellation", |_, state: &State| {
            is_quiet(state) && any_has_status(state, OrderStatus::Cancelled)
        }),
        Property::sometimes("quiet after a refusal", |_, state: &State| {
            is_quiet(state)
                && state.order_numbers().any(|order| state.document(order).is_none())
                && state.order_numbers().any(|order| is_open(state.document(order)))
        }),
    ]
}

fn sold(protocol: &Protocol, state: &State, product: u8) -> usize {
    let wants = |order: &u8| protocol.requests[usize::from(*order)].products.contains(&product);
    let is_sold = |order: &u8| {
        let document = state.document(*order);
        is_open(document) || has_status(document, OrderStatus::Completed)
    };
    state.order_numbers().filter(wants).filter(is_sold).count()
}

fn has_status(document: Option<Document>, status: OrderStatus) -> bool {
    document.is_some_and(|document| document.status == StoredStatus::Visible(status))
}

fn any_has_status(state: &State, status: OrderStatus) -> bool {
    state.order_numbers().any(|order| has_status(state.document(order), status))
}

pub(crate) fn is_open(document: Option<Document>) -> bool {
    has_status(document, OrderStatus::Pending)
}

fn is_visible(document: Option<Document>) -> bool {
    document.is_some_and(|document| matches!(document.status, StoredStatus::Visible(_)))
}

/// No request is under way, and neither the settler nor the audit has anything to do.
fn is_quiet(state: &State) -> bool {
    let has_not_begun =
        |process: &Process| matches!(process, Process::Worker { step: Step::Begin, .. });
    state.processes.iter().all(has_not_begun)
        && state.orders.iter().flatten().all(|document| {
            matches!(document.status, StoredStatus::Visible(_)) && document.settlement.is_none()
        })
        && state.holds.iter().all(|hold| {
            let document = state.document(hold.order);
            !is_stray(document.map(|document| (document.status, document.settlement)))
        })
}
