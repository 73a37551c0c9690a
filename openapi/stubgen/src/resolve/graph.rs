//! The graph of components, whose edges are references.

use crate::model::{Schema, Spec};

pub(super) type Edges = Vec<Vec<usize>>;

/// The components that each component leads to by some of its references.
pub(super) fn edges(spec: &Spec, references: &dyn Fn(&Schema) -> Vec<&str>) -> Edges {
    let targets = |schema| {
        references(schema).into_iter().filter_map(|name| spec.schema_index(name)).collect()
    };
    spec.schemas.iter().map(|named| targets(&named.schema)).collect()
}

/// The strongly connected components of a graph.
pub(super) struct Cycles {
    group_of: Vec<usize>,
    group_sizes: Vec<usize>,
    has_loop: Vec<bool>,
}

impl Cycles {
    pub fn is_on_cycle(&self, node: usize) -> bool {
        self.group_sizes[self.group_of[node]] > 1 || self.has_loop[node]
    }

    pub fn share_a_cycle(&self, a: usize, b: usize) -> bool {
        self.group_of[a] == self.group_of[b] && self.is_on_cycle(a)
    }
}

/// Kosaraju's algorithm, without recursion: chains of references can be long.
pub(super) fn components_of_cycles(edges: &Edges) -> Cycles {
    let mut reversed: Edges = vec![Vec::new(); edges.len()];
    for (from, targets) in edges.iter().enumerate() {
        targets.iter().for_each(|to| reversed[*to].push(from));
    }
    let mut visited = vec![false; edges.len()];
    let mut order = Vec::new();
    for start in 0..edges.len() {
        order.extend(postorder(edges, start, &mut visited));
    }
    let mut group_of = vec![0; edges.len()];
    let mut group_sizes = Vec::new();
    let mut grouped = vec![false; edges.len()];
    for start in order.into_iter().rev() {
        let group = postorder(&reversed, start, &mut grouped);
        if group.is_empty() {
            continue;
        }
        group.iter().for_each(|node| group_of[*node] = group_sizes.len());
        group_sizes.push(group.len());
    }
    let has_loop = edges.iter().enumerate().map(|(node, targets)| targets.contains(&node));
    Cycles { group_of, group_sizes, has_loop: has_loop.collect() }
}

/// The nodes that can be reached from `start` and have not been visited, each after its targets.
pub(super) fn postorder(edges: &Edges, start: usize, visited: &mut [bool]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut stack = Vec::new();
    if !std::mem::replace(&mut visited[start], true) {
        stack.push((start, 0));
    }
    while let Some((node, next)) = stack.last_mut() {
        match edges[*node].get(*next) {
            Some(target) => {
                *next += 1;
                if !std::mem::replace(&mut visited[*target], true) {
                    stack.push((*target, 0));
                }
            }
            None => {
                order.push(*node);
                stack.pop();
            }
        }
    }
    order
}
