//! Finds a circle in a graph.

use std::collections::BTreeSet;

use crate::graph::Graph;

/// A circle of imports, as `a -> b -> a`, if there is one.
pub(crate) fn circle(graph: &Graph) -> Option<String> {
    let mut done = BTreeSet::new();
    graph.modules().find_map(|module| visit(graph, module, &mut Vec::new(), &mut done))
}

fn visit<'a>(
    graph: &'a Graph,
    module: &'a str,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Option<String> {
    if let Some(start) = way.iter().position(|seen| *seen == module) {
        return Some([&way[start..], &[module]].concat().join(" -> "));
    }
    if !done.insert(module) {
        return None;
    }
    way.push(module);
    let found = graph.imports(module).find_map(|next| visit(graph, next, way, done));
    way.pop();
    found
}
