//! The program `table` of refcycle-benches with more peers: rustworkx-core, webgraph,
//! graph_builder and pathfinding.

mod graph_builder;
mod pathfinding;
mod rustworkx;
mod webgraph;

use std::process::ExitCode;

use refcycle_benches::problems::Extra;

#[global_allocator]
static ALLOCATOR: refcycle_benches::memory::Counting = refcycle_benches::memory::Counting;

const EXTRAS: [Extra; 9] = [
    webgraph::TARJAN,
    webgraph::KOSARAJU,
    webgraph::BFS,
    rustworkx::BFS,
    rustworkx::PATH,
    pathfinding::CYCLE,
    pathfinding::PATH,
    pathfinding::COMPONENTS,
    graph_builder::BUILD,
];

fn main() -> ExitCode {
    refcycle_benches::table::main(&EXTRAS)
}
