//! Explores the protocol exhaustively, and shows that every one of its guards is needed.

#![allow(clippy::print_stdout, reason = "CI shows how much was explored")]

use std::time::Instant;

use order_model::{Guards, Protocol, Request};
use stateright::{Checker, Model};

fn protocol(stock: &[u8], requests: &[(Option<u8>, &[u8])], guards: Guards) -> Protocol {
    let to_request =
        |(key, products): &(Option<u8>, &[u8])| Request { key: *key, products: products.to_vec() };
    let requests = requests.iter().map(to_request).collect();
    Protocol { stock: stock.to_vec(), requests, guards, repeats_messages: false }
}

/// A request that is sent twice, with more stock than it needs.
fn retry(guards: Guards) -> Protocol {
    protocol(&[2], &[(Some(1), &[0]), (Some(1), &[0])], guards)
}

/// A request for two products, and one that competes for the last unit of one of them.
fn competition(guards: Guards) -> Protocol {
    protocol(&[1, 1], &[(None, &[0, 1]), (None, &[0])], guards)
}

/// Explores every state.
fn explore(name: &str, protocol: Protocol) {
    let start = Instant::now();
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    let states = checker.unique_state_count();
    println!("{name}: {states} states, depth {}, {:.1?}", checker.max_depth(), start.elapsed());
    checker.assert_properties();
}

#[test]
fn retries_are_safe() {
    explore("a retry", retry(Guards::ALL));
}

#[test]
fn competition_is_safe() {
    explore("competition for one of two products", competition(Guards::ALL));
}

#[test]
fn repeated_messages_are_safe() {
    let protocol = protocol(&[1], &[(None, &[0]), (None, &[0])], Guards::ALL);
    explore("repeated messages", Protocol { repeats_messages: true, ..protocol });
}

/// Whether the exploration finds a state that violates a property.
fn has_counterexample(protocol: Protocol) -> bool {
    let has_failed = stateright::HasDiscoveries::AnyFailures;
    let checker = protocol.checker().finish_when(has_failed).spawn_bfs().join();
    let properties = [
        "stock, held and fulfilled add up",
        "never more sold than there was",
        "open orders hold exactly their lines",
        "one order for each key",
        "when quiet, only open orders hold",
        "when quiet, completed orders are fulfilled",
    ];
    let found = properties.into_iter().find_map(|name| Some((name, checker.discovery(name)?)));
    if let Some((name, path)) = &found {
        println!("violates \"{name}\" after {} states:", checker.unique_state_count());
        path.clone().into_actions().iter().for_each(|action| println!("  {action:?}"));
    }
    found.is_some()
}

#[test]
fn compare_and_set_is_needed() {
    assert!(has_counterexample(retry(Guards { compare_and_set: false, ..Guards::ALL })));
}

#[test]
fn hold_condition_is_needed() {
    assert!(has_counterexample(retry(Guards { hold_condition: false, ..Guards::ALL })));
}

#[test]
fn release_by_losers_is_harmful() {
    let guards = Guards { only_the_winner_releases: false, ..Guards::ALL };
    assert!(has_counterexample(retry(guards)));
}

#[test]
fn release_of_completed_orders_by_losers_is_harmful() {
    let guards = Guards { losers_spare_completed_orders: false, ..Guards::ALL };
    assert!(has_counterexample(retry(guards)));
}

#[test]
fn fulfilment_of_holds_without_names_is_harmful() {
    let guards = Guards { fulfilment_names_holds: false, ..Guards::ALL };
    assert!(has_counterexample(retry(guards)));
}

#[test]
fn audit_of_due_settlements_is_harmful() {
    let guards = Guards { audit_spares_due_settlements: false, ..Guards::ALL };
    assert!(has_counterexample(retry(guards)));
}

#[test]
fn unique_keys_are_needed() {
    assert!(has_counterexample(retry(Guards { unique_keys: false, ..Guards::ALL })));
}
