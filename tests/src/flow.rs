//! Dominators, by removing vertices and edges.

use std::collections::BTreeSet;

use refcycle_core::VertexId;

use crate::EdgeList;

/// A graph and starts. Dominators are found by removing a vertex or an edge, and testing which
/// vertices can no longer be reached.
#[derive(Clone, Debug)]
pub struct Flow {
    graph: EdgeList,
    starts: Vec<VertexId>,
}

impl Flow {
    /// The flow from these starts.
    pub fn new(graph: &EdgeList, starts: &[VertexId]) -> Self {
        Self {
            graph: graph.clone(),
            starts: starts.to_vec(),
        }
    }

    /// The vertices that are reached.
    pub fn reached(&self) -> BTreeSet<VertexId> {
        self.reached_without(None, None)
    }

    fn reached_without(&self, vertex: Option<VertexId>, edge: Option<usize>) -> BTreeSet<VertexId> {
        let starts = self.starts.iter().copied();
        let mut reached: BTreeSet<_> = starts.filter(|&v| Some(v) != vertex).collect();
        loop {
            let before = reached.len();
            for (place, &(tail, head)) in self.graph.edges.iter().enumerate() {
                if reached.contains(&tail) && Some(head) != vertex && Some(place) != edge {
                    reached.insert(head);
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    }

    /// The vertices that are reached only through `v`, itself included.
    pub fn dominated(&self, v: VertexId) -> BTreeSet<VertexId> {
        let others = self.reached_without(Some(v), None);
        self.reached().difference(&others).copied().collect()
    }

    /// Each vertex that is reached, with its dominators: first the vertex itself, then the others,
    /// nearest first.
    pub fn dominators(&self) -> Vec<(VertexId, Vec<VertexId>)> {
        let reached = self.reached();
        let sets: Vec<_> = (reached.iter().map(|&v| (v, self.dominated(v)))).collect();
        let chain = |v: VertexId| {
            let mut above: Vec<_> = sets.iter().filter(|(_, set)| set.contains(&v)).collect();
            above.sort_by_key(|(_, set)| set.len());
            above.into_iter().map(|&(dominator, _)| dominator).collect()
        };
        reached.iter().map(|&v| (v, chain(v))).collect()
    }

    /// The position of each edge without which some vertices are not reached, with these vertices.
    pub fn edge_dominators(&self) -> Vec<(usize, BTreeSet<VertexId>)> {
        let reached = self.reached();
        let lost = |place| {
            let others = self.reached_without(None, Some(place));
            reached.difference(&others).copied().collect()
        };
        (0..self.graph.edges.len())
            .map(|place| (place, lost(place)))
            .filter(|(_, lost): &(_, BTreeSet<_>)| !lost.is_empty())
            .collect()
    }

    /// The heads of edges from vertices that `v` dominates to vertices that it does not dominate
    /// strictly.
    pub fn frontier(&self, v: VertexId) -> BTreeSet<VertexId> {
        let dominated = self.dominated(v);
        (self.graph.edges.iter())
            .filter(|(tail, head)| {
                dominated.contains(tail) && (!dominated.contains(head) || *head == v)
            })
            .map(|&(_, head)| head)
            .collect()
    }
}
