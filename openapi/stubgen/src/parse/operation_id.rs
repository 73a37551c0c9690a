//! The ids of operations that declare none.
//!
//! They follow from method and path: `GET /orders/{id}/items` is `get_orders_id_items`. So they
//! change only if the operation moves, and the order of the file matters only for operations whose
//! ids would be the same.

use std::collections::{HashMap, HashSet};

use crate::model::Operation;
use crate::naming::snake_case;

pub(super) fn derive(operations: &mut [Operation]) {
    let declared = operations.iter().filter(|operation| operation.has_declared_id);
    let mut used: HashSet<String> = declared.map(|operation| operation.id.clone()).collect();
    let mut next_numbers: HashMap<String, usize> = HashMap::new();
    for operation in operations.iter_mut().filter(|operation| !operation.has_declared_id) {
        let id = snake_case(&format!("{} {}", operation.method, operation.path));
        let mut distinct = id.clone();
        let number = next_numbers.entry(id.clone()).or_insert(2);
        while !used.insert(distinct.clone()) {
            distinct = format!("{id}_{number}");
            *number += 1;
        }
        operation.id = distinct;
    }
}
