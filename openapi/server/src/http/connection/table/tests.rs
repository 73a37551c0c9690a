use std::net::Ipv4Addr;

use futures_util::FutureExt;

use super::*;
use crate::limits::MAX_HELD_BYTES_PER_CLIENT;

const A: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const B: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

fn is_asked_to_close(connection: &OpenConnection) -> bool {
    connection.command().now_or_never() == Some(Command::Evict)
}

fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(3));
}

#[test]
fn connection_that_has_waited_longest_makes_room() {
    let table = Arc::new(ConnectionTable::new(3));
    let peers = [A, B, IpAddr::V4(Ipv4Addr::new(192, 0, 2, 3))];
    let open = peers.map(|peer| {
        pause();
        table.open(peer, false)
    });
    open[0].request_begins(false);
    let newcomer = table.open(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 4)), false);
    // The first is served, so the second has waited longest.
    assert_eq!(open.each_ref().map(is_asked_to_close), [false, true, false]);
    assert!(!is_asked_to_close(&newcomer));
}

#[test]
fn client_beyond_its_share_makes_room_for_itself_unless_it_is_a_trusted_proxy() {
    let table = Arc::new(ConnectionTable::new(4));
    let other = table.open(B, false);
    pause();
    let own = table.open(A, false);
    let _more = [table.open(A, false), table.open(A, false)];
    assert!(is_asked_to_close(&own) && !is_asked_to_close(&other));

    let table = Arc::new(ConnectionTable::new(4));
    let proxied = [A; 4].map(|peer| table.open(peer, true));
    assert!(proxied.iter().all(|connection| !is_asked_to_close(connection)));
}

#[test]
fn entries_are_removed_when_their_connections_end() {
    let table = Arc::new(ConnectionTable::new(2));
    for _ in 0..10 {
        let connection = table.open(A, false);
        connection.hold(1000);
        assert!(!is_asked_to_close(&connection));
    }
    assert_eq!(table.held.load(Relaxed), 0);
    assert!(table.lock().clients.is_empty() && table.lock().open.is_empty());
}

#[test]
fn only_stalled_connections_make_room_in_memory() {
    let table = Arc::new(ConnectionTable::new(10));
    let slow = table.open(A, false);
    let busy = table.open(A, false);
    busy.request_begins(false);
    busy.hold(MAX_HELD_BYTES_PER_CLIENT);
    assert!(table.has_room(&busy));
    slow.body_begins();
    slow.hold(1);
    // It has not stalled for long enough.
    assert!(!table.has_room(&busy));
    std::thread::sleep(crate::limits::STALL_THRESHOLD);
    assert!(table.has_room(&busy));
    assert!(is_asked_to_close(&slow) && !is_asked_to_close(&busy));
    // Other clients are not affected.
    busy.hold(1);
    assert!(!table.has_room(&busy) && table.has_room(&table.open(B, false)));
}

#[test]
fn a_connection_that_stays_counts_again() {
    let table = Arc::new(ConnectionTable::new(1));
    let first = table.open(A, false);
    first.hold(1000);
    let second = table.open(A, false);
    assert!(is_asked_to_close(&first));
    assert_eq!((table.counts().open, table.held.load(Relaxed)), (1, 0));
    first.stay();
    assert_eq!((table.counts().open, table.held.load(Relaxed)), (2, 1000));
    drop((first, second));
    assert_eq!((table.counts().open, table.held.load(Relaxed)), (0, 0));
    assert!(table.lock().clients.is_empty());
}

#[test]
fn a_connection_is_asked_to_close_only_once() {
    let table = Arc::new(ConnectionTable::new(1));
    let first = table.open(A, false);
    let second = table.open(A, false);
    pause();
    let _third = table.open(A, false);
    assert!(is_asked_to_close(&first) && is_asked_to_close(&second));
    assert_eq!(table.counts().evicted, 2);
    assert_eq!(table.counts().open, 1);
}

#[test]
fn ipv6_clients_are_counted_by_network() {
    let ip = |text: &str| network(text.parse().unwrap());
    assert_eq!(ip("2001:db8::1"), ip("2001:db8::ffff:1:2:3"));
    assert_ne!(ip("2001:db8::1"), ip("2001:db8:0:1::1"));
    assert_eq!(ip("::ffff:192.0.2.1"), A);
}

#[test]
fn a_share_of_the_connections_makes_room_together() {
    const MAX: usize = 2 * EVICTION_SHARE;
    let table = Arc::new(ConnectionTable::new(MAX));
    let peer = |number: usize| IpAddr::V4(Ipv4Addr::from_bits(number as u32));
    let open: Vec<_> = (0..MAX).map(|number| table.open(peer(number), false)).collect();
    let newcomer = table.open(peer(MAX), false);
    let closed: Vec<usize> = (0..MAX).filter(|number| is_asked_to_close(&open[*number])).collect();
    assert_eq!(closed, [0, 1]);
    assert!(!is_asked_to_close(&newcomer));
    assert_eq!(table.counts().open, MAX - 1);
}
