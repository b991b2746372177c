//! A forward breadth-first search that keeps its memory between searches. It is the baseline for
//! bidirectional searches.

use refcycle_core::{CsrGraph, VertexId, Vertices};

/// The memory of the searches.
#[derive(Debug)]
pub struct ForwardBfs<'a> {
    graph: &'a CsrGraph,
    /// The search that saw each vertex last.
    stamps: Vec<u32>,
    search: u32,
    queue: Vec<VertexId>,
}

impl<'a> ForwardBfs<'a> {
    /// Memory for searches in `graph`.
    pub fn new(graph: &'a CsrGraph) -> Self {
        Self {
            graph,
            stamps: vec![0; graph.vertex_count()],
            search: 0,
            queue: Vec::new(),
        }
    }

    /// The number of edges of a shortest path from `start` to `end`, at least one.
    pub fn steps(&mut self, start: VertexId, end: VertexId) -> Option<usize> {
        let (offsets, heads) = (self.graph.offsets(), self.graph.heads());
        self.search += 1;
        self.queue.clear();
        self.queue.push(start);
        self.stamps[start.index()] = self.search;
        let (mut position, mut generation_end, mut depth) = (0, 1, 1);
        while position < self.queue.len() {
            if position == generation_end {
                generation_end = self.queue.len();
                depth += 1;
            }
            let v = self.queue[position].index();
            position += 1;
            for &w in &heads[offsets[v] as usize..offsets[v + 1] as usize] {
                let w = VertexId::new(w);
                if w == end {
                    return Some(depth);
                }
                if self.stamps[w.index()] != self.search {
                    self.stamps[w.index()] = self.search;
                    self.queue.push(w);
                }
            }
        }
        None
    }
}
