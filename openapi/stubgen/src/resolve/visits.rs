//! The components that a validator visits for a single value, through references and compositions.
//! In a chain, it would overflow its stack. Where each refers to the next one several times, as
//! `oneOf: [A, A]`, it would not end.

use super::graph::{Cycles, Edges, postorder};
use super::references;
use crate::diagnostic::Diagnostics;
use crate::model::{MAX_REFERENCES, Spec};

/// How many components a value is compared with. Real schemas need a few hundred at most.
const MAX_VISITS: usize = 100_000;

/// Reports the components beyond a limit. Of those that lead to each other, only the first is
/// reported; all of them are returned.
pub(super) fn check(
    spec: &Spec,
    edges: &Edges,
    cycles: &Cycles,
    diagnostics: &Diagnostics,
) -> Vec<usize> {
    let mut visited = vec![false; edges.len()];
    let mut costs = vec![Cost::default(); edges.len()];
    for node in (0..edges.len()).flat_map(|start| postorder(edges, start, &mut visited)) {
        if cycles.is_on_cycle(node) {
            continue;
        }
        let targets = edges[node].iter().map(|target| costs[*target]);
        costs[node] = targets.fold(Cost::default(), Cost::with);
        let is_first = edges[node].iter().all(|target| !costs[*target].is_too_high());
        if is_first {
            report(spec, node, costs[node], diagnostics);
        }
    }
    (0..costs.len()).filter(|node| costs[*node].is_too_high()).collect()
}

/// What it takes to visit a component and those that it leads to.
#[derive(Clone, Copy)]
struct Cost {
    levels: usize,
    visits: usize,
}

impl Default for Cost {
    fn default() -> Self {
        Self { levels: 0, visits: 1 }
    }
}

impl Cost {
    fn with(self, target: Self) -> Self {
        Self {
            levels: self.levels.max(target.levels + 1),
            visits: self.visits.saturating_add(target.visits),
        }
    }

    fn is_too_high(self) -> bool {
        self.levels > MAX_REFERENCES || self.visits > MAX_VISITS
    }
}

fn report(spec: &Spec, node: usize, cost: Cost, diagnostics: &Diagnostics) {
    let named = &spec.schemas[node];
    if cost.levels > MAX_REFERENCES {
        if !references::is_too_long(spec, &named.schema) {
            diagnostics.error(
                named.span,
                format!("`{}` consists of too many levels of components", named.name),
                format!(
                    "refer to the innermost schemas themselves; the limit is {MAX_REFERENCES} levels"
                ),
            );
        }
    } else if cost.visits > MAX_VISITS {
        diagnostics.error(
            named.span,
            format!("a value of `{}` would be compared with too many components", named.name),
            format!("refer to each component once; the limit is {MAX_VISITS} components"),
        );
    }
}
