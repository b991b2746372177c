//! refcycle's algorithms on a petgraph graph, without a copy.
//!
//! `cargo run -p refcycle-core --example petgraph_adapter --features petgraph`

use petgraph::graph::DiGraph;
use refcycle_core::interop::petgraph::FromPetgraph;
use refcycle_core::{Algorithms, Error, VertexId};

fn main() -> Result<(), Error> {
    // The calls.
    let mut calls = DiGraph::<&str, ()>::new();
    let main = calls.add_node("main");
    let parse = calls.add_node("parse");
    let expression = calls.add_node("expression");
    let term = calls.add_node("term");
    let report = calls.add_node("report");
    calls.extend_with_edges([
        (main, parse),
        (parse, expression),
        (expression, term),
        (term, expression),
        (main, report),
        (expression, report),
    ]);

    let graph = FromPetgraph::new(&calls);
    let name = |v: VertexId| calls[petgraph::graph::NodeIndex::new(v.index())];
    let names = |vertices: &[VertexId]| {
        let names: Vec<_> = vertices.iter().map(|&v| name(v)).collect();
        names.join(", ")
    };

    let split = graph.split();
    for number in split.cyclic() {
        let members = split.components().component(number);
        println!("call each other: {}", names(members));
    }

    let report = VertexId::from_index(report.index());
    let callers = graph.ancestors(report, Some(1))?;
    println!("call report: {}", names(callers.generation(1)));

    let start = VertexId::from_index(main.index());
    if let Some(path) = graph.shortest_path(start, VertexId::from_index(term.index()))? {
        println!("the shortest way to term: {}", names(&path));
    }
    Ok(())
}
