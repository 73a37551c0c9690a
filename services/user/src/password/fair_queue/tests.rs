use std::collections::HashMap;
use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::limits::MAX_WAITING_PER_ACCOUNT;

const LOGIN: Lane = Lane::Login;

fn key(lane: Lane, address: u8, account: u64) -> QueueKey {
    QueueKey { lane, address: Some(IpAddr::from([10, 0, 0, address])), account }
}

fn login(address: u8, account: u64) -> QueueKey {
    key(LOGIN, address, account)
}

/// A queue of attempts that are their own keys.
fn queue(capacity: usize, keys: impl IntoIterator<Item = QueueKey>) -> FairQueue<QueueKey> {
    let mut queue = FairQueue::new(capacity);
    for key in keys {
        queue.push(key, key).unwrap();
    }
    queue
}

fn drain(queue: &mut FairQueue<QueueKey>) -> Vec<QueueKey> {
    std::iter::from_fn(|| queue.pop()).collect()
}

#[test]
fn accounts_of_one_address_take_turns() {
    let mut queue = queue(9, [1, 1, 1, 2, 3].map(|account| login(1, account)));
    let accounts: Vec<u64> = drain(&mut queue).iter().map(|key| key.account).collect();
    assert_eq!(accounts, [1, 2, 3, 1, 1]);
}

#[test]
fn addresses_take_turns_before_accounts_do() {
    let flood = (1..=6).map(|account| login(1, account));
    let mut queue = queue(9, flood.chain([login(2, 7), login(2, 8)]));
    let addresses: Vec<u64> = drain(&mut queue).iter().map(|key| key.account).collect();
    assert_eq!(addresses, [1, 7, 2, 8, 3, 4, 5, 6]);
}

#[test]
fn attempts_of_one_account_are_served_in_order() {
    let mut queue = FairQueue::new(9);
    for number in 0..4 {
        queue.push(login(1, 1), number).unwrap();
    }
    let served: Vec<i32> = std::iter::from_fn(|| queue.pop()).collect();
    assert_eq!(served, [0, 1, 2, 3]);
}

#[test]
fn limits_the_attempts_of_an_account_per_address() {
    let mut queue = queue(100, vec![login(1, 1); MAX_WAITING_PER_ACCOUNT]);
    assert_eq!(queue.push(login(1, 1), login(1, 1)).unwrap_err(), Full);
    assert!(!queue.admits(login(1, 1)));
    // The owner of the account comes from elsewhere.
    assert!(queue.push(login(2, 1), login(2, 1)).is_ok());
}

#[test]
fn full_queue_evicts_from_the_address_with_most_attempts() {
    let mut queue = queue(4, [login(1, 1), login(1, 2), login(1, 3), login(2, 4)]);
    let admitted = queue.push(login(3, 5), login(3, 5)).unwrap();
    assert_eq!(admitted.evicted.map(|key| key.address), Some(login(1, 0).address));
    assert_eq!(queue.waiting, 4);
}

#[test]
fn full_queue_rejects_the_address_with_most_attempts() {
    let mut queue = queue(3, [login(1, 1), login(1, 2), login(2, 3)]);
    assert_eq!(queue.push(login(1, 4), login(1, 4)).unwrap_err(), Full);
}

#[test]
fn full_queue_evicts_from_the_account_with_most_attempts() {
    let mut queue = queue(3, [login(1, 1), login(1, 1), login(1, 1)]);
    let admitted = queue.push(login(1, 2), login(1, 2)).unwrap();
    assert_eq!(admitted.evicted, Some(login(1, 1)));
}

#[test]
fn full_lane_does_not_block_other_lanes() {
    let mut queue = queue(8, (0..8).map(|number| key(Lane::Registration, number, number.into())));
    let admitted = queue.push(login(9, 9), login(9, 9)).unwrap();
    assert_eq!(admitted.evicted.map(|key| key.lane), Some(Lane::Registration));
    assert_eq!(drain(&mut queue).len(), 8);
}

#[test]
fn lanes_share_turns_by_weight() {
    let all = Lane::ALL.into_iter().flat_map(|lane| (0..40).map(move |n| key(lane, 1, n)));
    let mut queue = queue(160, all);
    let mut turns = HashMap::new();
    for _ in 0..80 {
        *turns.entry(queue.pop().unwrap().lane as usize).or_insert(0) += 1;
    }
    assert_eq!(turns, HashMap::from([(0, 32), (1, 16), (2, 16), (3, 16)]));
}

#[test]
fn removed_attempt_frees_its_place() {
    let mut queue = queue(2, [login(1, 1)]);
    let ticket = queue.push(login(1, 2), login(1, 2)).unwrap().ticket;
    assert_eq!(queue.remove(ticket), Some(login(1, 2)));
    assert_eq!(queue.remove(ticket), None);
    assert!(queue.push(login(1, 3), login(1, 3)).unwrap().evicted.is_none());
    assert_eq!(drain(&mut queue), [login(1, 1), login(1, 3)]);
    assert_eq!(queue.waiting, 0);
}

#[derive(Debug, Clone)]
enum Step {
    Push(QueueKey),
    Pop,
    /// Removes one of the attempts pushed so far.
    Remove(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lane = prop::sample::select(Lane::ALL.to_vec());
    let push = (lane, 1..5u8, 0..6u64).prop_map(|(lane, ip, account)| key(lane, ip, account));
    let step = prop_oneof![
        5 => push.prop_map(Step::Push),
        2 => Just(Step::Pop),
        1 => (0..200usize).prop_map(Step::Remove),
    ];
    prop::collection::vec(step, 1..200)
}

const CAPACITY: usize = 12;

/// A queue, and what it must contain.
struct Model {
    queue: FairQueue<usize>,
    waiting: HashMap<usize, QueueKey>,
    tickets: Vec<Ticket>,
}

impl Model {
    fn apply(&mut self, number: usize, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Push(key) => self.push(number, key)?,
            Step::Pop => match self.queue.pop() {
                Some(served) => self.leave(served)?,
                None => prop_assert!(self.waiting.is_empty()),
            },
            Step::Remove(index) if !self.tickets.is_empty() => {
                let ticket = self.tickets[index % self.tickets.len()];
                self.queue.remove(ticket).map_or(Ok(()), |removed| self.leave(removed))?;
            }
            Step::Remove(_) => {}
        }
        let waiting = self.queue.waiting;
        prop_assert!(waiting == self.waiting.len() && waiting <= CAPACITY);
        Ok(())
    }

    fn push(&mut self, number: usize, key: QueueKey) -> Result<(), TestCaseError> {
        let backlog = self.waiting.values().filter(|waiting| **waiting == key).count();
        let may_reject = self.queue.waiting == CAPACITY || backlog == MAX_WAITING_PER_ACCOUNT;
        prop_assert!(may_reject || self.queue.admits(key));
        if let Ok(queued) = self.queue.push(key, number) {
            self.tickets.push(queued.ticket);
            queued.evicted.map_or(Ok(()), |evicted| self.leave(evicted))?;
            self.waiting.insert(number, key);
        }
        Ok(())
    }

    fn leave(&mut self, number: usize) -> Result<(), TestCaseError> {
        prop_assert!(self.waiting.remove(&number).is_some());
        Ok(())
    }
}

/// Serves attempts while others arrive, until it is the turn of `own`. Returns those served before.
fn serve_until(
    queue: &mut FairQueue<QueueKey>,
    own: QueueKey,
    newcomers: impl Iterator<Item = QueueKey>,
) -> Vec<QueueKey> {
    let mut served = Vec::new();
    for newcomer in newcomers {
        // Attempts beyond the limits are rejected, which does not matter here.
        let _ = queue.push(newcomer, newcomer);
        let next = queue.pop().unwrap();
        if next == own {
            return served;
        }
        served.push(next);
    }
    panic!("not served");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..<_>::default() })]

    /// Every admitted attempt leaves the queue exactly once, and the limits always hold.
    #[test]
    fn serves_every_attempt_once(steps in steps()) {
        let queue = FairQueue::new(CAPACITY);
        let mut model = Model { queue, waiting: HashMap::new(), tickets: Vec::new() };
        for (number, step) in steps.into_iter().enumerate() {
            model.apply(number, step)?;
        }
        while let Some(served) = model.queue.pop() {
            model.leave(served)?;
        }
        prop_assert!(model.waiting.is_empty());
    }

    /// While an attempt is the next of its account, no other address gets more than one turn more
    /// than its own in that lane, nor does another account of its address, and its lane gets its
    /// share.
    #[test]
    fn attempt_waits_for_at_most_one_turn_of_each_other(
        before in prop::collection::vec((0..4usize, 1..8u8, 0..8u64), 0..60),
        rivals in prop::collection::vec((0..4usize, 1..8u8, 0..8u64), 600),
        lane in prop::sample::select(Lane::ALL.to_vec()),
    ) {
        let mut queue = FairQueue::new(1000);
        let rival = |(lane, ip, account): (usize, u8, u64)| key(Lane::ALL[lane], ip, account);
        for waiting in before.into_iter().map(rival) {
            let _ = queue.push(waiting, waiting);
        }
        let own = key(lane, 1, 100);
        queue.push(own, own).unwrap();
        let served = serve_until(&mut queue, own, rivals.into_iter().map(rival));
        let in_lane: Vec<&QueueKey> = served.iter().filter(|key| key.lane == lane).collect();
        let turns = |same: &dyn Fn(&QueueKey) -> bool| in_lane.iter().filter(|key| same(key)).count();
        let own_address = turns(&|key| key.address == own.address);
        for ip in 2..8 {
            prop_assert!(turns(&|key| key.address == Some(IpAddr::from([10, 0, 0, ip]))) <= own_address + 1);
        }
        for account in 0..8 {
            prop_assert!(turns(&|key| key.address == own.address && key.account == account) <= 1);
        }
        let total: i32 = Lane::ALL.into_iter().map(Lane::weight).sum();
        let share = usize::try_from(total.div_euclid(lane.weight())).unwrap() + 1;
        prop_assert!(served.len() <= (in_lane.len() + 1) * share + share);
    }
}
