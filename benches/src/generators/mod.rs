//! Computed graphs, which are the same in every run.
//!
//! A generator can list its edges repeatedly, so that a graph is filled in two passes over them
//! (the degrees, then the heads) and the edges are never in memory as a list.

mod barabasi_albert;
mod control_flow;
mod crawl;
mod grid;
mod heap;
mod layers;
mod long_dag;
mod packages;
mod parts;
mod random;
mod registries;
mod rmat;
mod shapes;
mod sink;
mod small_world;
mod tiny;
mod uniform;
mod web;

use refcycle_core::CsrGraph;

pub(crate) use barabasi_albert::BarabasiAlbert;
pub(crate) use control_flow::ControlFlow;
pub(crate) use crawl::Crawl;
pub(crate) use grid::Grid;
pub(crate) use heap::{HeapLike, ScatteredHeap, SharedList};
pub(crate) use layers::Layers;
pub(crate) use long_dag::LongDag;
pub(crate) use packages::Packages;
pub(crate) use parts::Parts;
pub(crate) use random::Random;
pub(crate) use registries::{Crates, Debian};
pub(crate) use rmat::RMat;
pub(crate) use shapes::{Cycle, Path, ShuffledPath, Star};
pub(crate) use sink::Sink;
pub(crate) use small_world::SmallWorld;
pub(crate) use tiny::Tiny;
pub(crate) use uniform::Uniform;
pub(crate) use web::Web;

/// A graph that can list its edges, in the same order each time.
pub trait Generator: Sync {
    /// The number of vertices.
    fn vertices(&self) -> u32;

    /// Calls `put(tail, head)` for each edge.
    fn each_edge(&self, put: &mut dyn FnMut(u32, u32));

    /// The graph in compressed sparse rows: two passes over the edges, and 4 bytes per vertex of
    /// memory besides the result.
    fn graph(&self) -> CsrGraph {
        let vertices = self.vertices() as usize;
        let mut offsets = vec![0_u32; vertices + 1];
        self.each_edge(&mut |tail, _| offsets[tail as usize + 1] += 1);
        let mut sum = 0_u32;
        for offset in &mut offsets {
            sum = sum.checked_add(*offset).expect("2^32 edges at most");
            *offset = sum;
        }
        let mut next = offsets[..vertices].to_vec();
        let mut heads = vec![0; sum as usize];
        self.each_edge(&mut |tail, head| {
            let place = &mut next[tail as usize];
            heads[*place as usize] = head;
            *place += 1;
        });
        CsrGraph::from_parts(offsets, heads).expect("a generator's edges are within its graph")
    }

    /// The edges as a list, in the order of the generator.
    fn edge_list(&self) -> Vec<(u32, u32)> {
        let mut edges = Vec::new();
        self.each_edge(&mut |tail, head| edges.push((tail, head)));
        edges
    }
}
