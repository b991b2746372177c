//! Slow but simple oracles for cycles, which list all cycles.

use std::collections::{BTreeMap, BTreeSet};

use refcycle_core::VertexId;

use crate::EdgeList;

/// Every simple cycle, its smallest vertex first, by walking every path. Sorted by length.
pub fn all_simple_cycles(graph: &EdgeList) -> Vec<Vec<VertexId>> {
    let mut cycles = Vec::new();
    for &start in &graph.vertices {
        extend(graph, &mut vec![start], &mut cycles);
    }
    cycles.sort_by_key(|cycle| (cycle.len(), cycle.clone()));
    cycles
}

fn extend(graph: &EdgeList, path: &mut Vec<VertexId>, cycles: &mut Vec<Vec<VertexId>>) {
    let heads: BTreeSet<_> = graph.heads(path[path.len() - 1]).into_iter().collect();
    for w in heads {
        if w == path[0] {
            cycles.push(path.clone());
        } else if w > path[0] && !path.contains(&w) {
            path.push(w);
            extend(graph, path, cycles);
            path.pop();
        }
    }
}

/// The least weight of edges that meet every cycle, by trying every edge of each remaining cycle.
pub fn least_feedback(graph: &EdgeList, weight: impl Fn(VertexId, VertexId) -> f64) -> f64 {
    let mut weights = BTreeMap::new();
    for &(tail, head) in &graph.edges {
        *weights.entry((tail, head)).or_insert(0.0) += weight(tail, head);
    }
    let cycles: Vec<Vec<_>> = (all_simple_cycles(graph).iter())
        .map(|cycle| {
            let heads = cycle.iter().cycle().skip(1);
            cycle.iter().copied().zip(heads.copied()).collect()
        })
        .collect();
    let mut best = weights.values().sum();
    cut(&cycles, &weights, &mut Vec::new(), 0.0, &mut best);
    best
}

fn cut(
    cycles: &[Vec<(VertexId, VertexId)>],
    weights: &BTreeMap<(VertexId, VertexId), f64>,
    chosen: &mut Vec<(VertexId, VertexId)>,
    cost: f64,
    best: &mut f64,
) {
    if cost > *best {
        return;
    }
    let whole = |cycle: &&Vec<_>| !cycle.iter().any(|edge| chosen.contains(edge));
    let Some(cycle) = cycles.iter().find(whole) else {
        *best = best.min(cost);
        return;
    };
    for &edge in cycle {
        if weights[&edge] + cost < *best || weights[&edge] == 0.0 {
            chosen.push(edge);
            cut(cycles, weights, chosen, cost + weights[&edge], best);
            chosen.pop();
        }
    }
}

/// The least weight of edges that go backward in any order of the vertices below `n`, by trying
/// each vertex of each set of vertices as its last. Self-loops go backward.
pub fn least_backward(n: u32, edges: &[(u32, u32)], weights: &[f64]) -> f64 {
    let cost_of_last = |v: u32, rest: u32| -> f64 {
        let backward = edges
            .iter()
            .zip(weights)
            .filter(|((tail, head), _)| *tail == v && (*head == v || rest >> head & 1 == 1));
        backward.map(|(_, weight)| weight).sum()
    };
    let mut least = vec![0.0; 1 << n];
    for set in 1..1_u32 << n {
        least[set as usize] = (0..n)
            .filter(|v| set >> v & 1 == 1)
            .map(|v| (v, set & !(1 << v)))
            .map(|(v, rest)| least[rest as usize] + cost_of_last(v, rest))
            .fold(f64::INFINITY, f64::min);
    }
    least[least.len() - 1]
}
