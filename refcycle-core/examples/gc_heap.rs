//! A garbage-collected heap: which objects are alive, which are garbage, why reference counts do
//! not free them, and what each object keeps alive.
//!
//! `cargo run -p refcycle-core --example gc_heap`

use refcycle_core::{Algorithms, CsrGraph, Error, VertexId, VertexSet, Vertices};

/// The objects: a name and the size in bytes.
const OBJECTS: [(&str, u64); 10] = [
    ("stack of main", 64),
    ("server", 200),
    ("cache", 120),
    ("page 1", 4_000),
    ("page 2", 9_000),
    ("log", 50),
    ("parser", 300),
    ("tree", 800),
    ("leaf", 100),
    ("old buffer", 2_000),
];

/// The references.
const REFERENCES: [(u32, u32); 11] = [
    (0, 1),
    (1, 2),
    (1, 5),
    (2, 3),
    (2, 4),
    (3, 5),
    (6, 7),
    (7, 8),
    (8, 7),
    (7, 6),
    (8, 9),
];

fn main() -> Result<(), Error> {
    let heap = CsrGraph::from_edges(OBJECTS.len(), REFERENCES)?;
    let sizes = OBJECTS.map(|(_, bytes)| bytes);
    let name = |v: VertexId| OBJECTS[v.index()].0;
    let names = |vertices: &[VertexId]| {
        let names: Vec<_> = vertices.iter().map(|&v| name(v)).collect();
        names.join(", ")
    };
    let root = VertexId::new(0);

    // Mark. The rest is garbage.
    let alive = heap.descendants(root, None)?;
    println!("alive: {}", names(alive.vertices()));
    let alive = VertexSet::from_vertices(heap.vertex_bound(), alive.into_vertices());
    let garbage: Vec<_> = heap.vertices().filter(|&v| !alive.contains(v)).collect();
    println!("garbage: {}", names(&garbage));

    // The cycles in the garbage keep reference counts above zero.
    let garbage = heap.full_subgraph(garbage)?;
    let split = garbage.split();
    for number in split.cyclic() {
        let members = split.components().component(number).iter();
        let members: Vec<_> = members.map(|&v| garbage.parent_vertex(v)).collect();
        println!("a cycle holds it: {}", names(&members));
    }

    // The retained size of an object, which would be freed with it: the sizes of all objects that
    // it dominates.
    let dominators = heap.dominators(root)?;
    let retained = dominators.accumulate(&sizes)?;
    let mut largest = dominators.vertices().to_vec();
    largest.sort_by_key(|v| std::cmp::Reverse(retained[v.index()]));
    println!("{:16}{:>8}{:>10}", "object", "bytes", "retained");
    for v in largest {
        println!(
            "{:16}{:>8}{:>10}",
            name(v),
            sizes[v.index()],
            retained[v.index()]
        );
    }
    Ok(())
}
