//! The attacks, by family.

mod connections;
mod costly_bodies;
mod enumeration;
mod framing;
mod logins;
mod orders;
mod protocol;
mod resources;
mod restarts;
mod slow_clients;
mod stopping;
mod storage;
mod tokens;

use crate::attack::Attack;

/// All attacks, in the order in which they run.
pub fn all() -> Vec<Attack> {
    let families = [
        framing::attacks(),
        connections::attacks(),
        slow_clients::attacks(),
        resources::attacks(),
        costly_bodies::attacks(),
        logins::attacks(),
        enumeration::attacks(),
        tokens::attacks(),
        orders::attacks(),
        stopping::attacks(),
        restarts::attacks(),
        storage::attacks(),
        protocol::attacks(),
    ];
    families.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_of_attacks_differ() {
        let attacks = super::all();
        let names: BTreeSet<&str> = attacks.iter().map(|attack| attack.name).collect();
        assert_eq!(names.len(), attacks.len());
    }
}
