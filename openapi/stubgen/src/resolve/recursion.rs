//! Types that contain themselves.
//!
//! A Rust type cannot contain itself, except through an array, a map or a `Box`. The edges of the
//! graph of components are the references that go through neither an array nor a map. A property on
//! a cycle of that graph becomes a `Box`. A cycle without any property, such as two components that
//! are references to each other, has no values at all.

use super::references;
use crate::diagnostic::Diagnostics;
use crate::model::{MAX_REFERENCES, ObjectConstraints, OneOf, Schema, SchemaKind, Spec};

pub(super) fn mark(spec: &mut Spec, diagnostics: &Diagnostics) {
    let all = components_of_cycles(&edges(spec, &direct_references));
    let value_edges = edges(spec, &value_references);
    let bare = components_of_cycles(&value_edges);
    for (index, named) in spec.schemas.iter_mut().enumerate() {
        if bare.is_on_cycle(index) {
            let message = format!("`{}` consists only of itself", named.name);
            diagnostics.error(named.span, message, "refer to a schema with a type");
            // A validator of the schema would not end.
            named.schema = Schema::new(named.schema.span, SchemaKind::Invalid);
        }
    }
    check_levels(spec, &value_edges, &bare, diagnostics);
    let mut schemas = std::mem::take(&mut spec.schemas);
    for (index, named) in schemas.iter_mut().enumerate() {
        let recurs = |name: &str| {
            spec.schema_index(name).is_some_and(|target| all.share_a_cycle(index, target))
        };
        mark_properties(&mut named.schema, &recurs);
    }
    spec.schemas = schemas;
}

/// Reports components that consist of each other in too many levels. A validator visits them all
/// for a single value, and would overflow its stack.
fn check_levels(spec: &Spec, edges: &Edges, cycles: &Cycles, diagnostics: &Diagnostics) {
    let mut visited = vec![false; edges.len()];
    let mut levels = vec![0; edges.len()];
    for node in (0..edges.len()).flat_map(|start| postorder(edges, start, &mut visited)) {
        let targets = edges[node].iter().filter(|_| !cycles.is_on_cycle(node));
        levels[node] = targets.map(|target| levels[*target] + 1).max().unwrap_or(0);
    }
    for (named, levels) in spec.schemas.iter().zip(levels) {
        // Of a longer chain, only the first component beyond the limit is reported.
        if levels == MAX_REFERENCES + 1 && !references::is_too_long(spec, &named.schema) {
            diagnostics.error(
                named.span,
                format!("`{}` consists of too many levels of components", named.name),
                format!(
                    "refer to the innermost schemas themselves; the limit is {MAX_REFERENCES} levels"
                ),
            );
        }
    }
}

/// What is in an array or a map is behind a pointer already. Objects within it have properties that
/// lead back only through that pointer.
fn mark_properties(schema: &mut Schema, recurs: &dyn Fn(&str) -> bool) {
    let SchemaKind::Object(object) = &mut schema.kind else { return };
    for property in &mut object.properties {
        property.recursive = bare_references(&property.schema).into_iter().any(recurs);
        mark_properties(&mut property.schema, recurs);
    }
}

/// The components that a value contains other than through an array or a map.
fn direct_references(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        SchemaKind::Object(ObjectConstraints { properties, .. }) => {
            properties.iter().flat_map(|property| direct_references(&property.schema)).collect()
        }
        _ => bare_references(schema),
    }
}

/// The components that the value itself is, other than through a property.
fn bare_references(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        SchemaKind::Reference(name) => vec![name],
        SchemaKind::OneOf(OneOf { variants, .. }) => {
            variants.iter().map(|variant| variant.schema.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// The components that the value itself has to satisfy.
fn value_references(schema: &Schema) -> Vec<&str> {
    let composed = schema.composition.children().flat_map(value_references);
    bare_references(schema).into_iter().chain(composed).collect()
}

type Edges = Vec<Vec<usize>>;

fn edges(spec: &Spec, references: &dyn Fn(&Schema) -> Vec<&str>) -> Edges {
    let targets = |schema| {
        references(schema).into_iter().filter_map(|name| spec.schema_index(name)).collect()
    };
    spec.schemas.iter().map(|named| targets(&named.schema)).collect()
}

/// The strongly connected components of a graph.
struct Cycles {
    group_of: Vec<usize>,
    group_sizes: Vec<usize>,
    has_loop: Vec<bool>,
}

impl Cycles {
    fn is_on_cycle(&self, node: usize) -> bool {
        self.group_sizes[self.group_of[node]] > 1 || self.has_loop[node]
    }

    fn share_a_cycle(&self, a: usize, b: usize) -> bool {
        self.group_of[a] == self.group_of[b] && self.is_on_cycle(a)
    }
}

/// Kosaraju's algorithm, without recursion: chains of references can be long.
fn components_of_cycles(edges: &Edges) -> Cycles {
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
fn postorder(edges: &Edges, start: usize, visited: &mut [bool]) -> Vec<usize> {
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
