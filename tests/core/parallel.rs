//! Several threads build the same graph as one.

use proptest::prelude::*;
use refcycle_core::{
    CsrBuilder, CsrGraph, Error, IDirectedGraph, MAX_VERTICES, Predecessors, Vertices,
};
use refcycle_tests::generators::{RANDOM_VERTICES, config, graphs, random_edges};

fn pool(threads: usize) -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("threads can be started")
}

fn same(ours: &CsrGraph, expected: &CsrGraph) {
    assert_eq!(ours.offsets(), expected.offsets());
    assert_eq!(ours.heads(), expected.heads());
    for v in expected.vertices() {
        assert!(ours.in_edges(v).eq(expected.in_edges(v)));
        assert!(ours.predecessors(v).eq(expected.predecessors(v)));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_number_of_threads_builds_the_same(list in graphs(), threads in 1..12_usize) {
        let mut builder = CsrBuilder::new(list.bound);
        builder.extend(list.edges.iter().copied());
        let expected = list.csr();
        pool(threads).install(|| {
            same(&builder.par_build().unwrap(), &expected);
            let graph = list.csr();
            graph.par_make_backward();
            same(&graph, &expected);
        });
    }
}

#[test]
fn a_star_is_one_piece() {
    let edges = || (1..100_000).flat_map(|v| [(v, 0), (0, v)]);
    let mut builder = CsrBuilder::new(100_000);
    builder.extend(edges().map(|(tail, head)| (tail.into(), head.into())));
    let expected = CsrGraph::from_edges(100_000, edges()).unwrap();
    pool(3).install(|| same(&builder.par_build().unwrap(), &expected));
}

#[test]
fn many_edges_in_random_order() {
    let mut builder = CsrBuilder::new(RANDOM_VERTICES);
    builder.extend(random_edges());
    let expected = builder.clone().build().unwrap();
    for threads in [2, 5] {
        pool(threads).install(|| same(&builder.clone().par_build().unwrap(), &expected));
    }
}

#[test]
fn too_many_vertices_are_an_error() {
    let count = MAX_VERTICES + 1;
    let error = CsrBuilder::new(count).par_build().unwrap_err();
    assert_eq!(error, Error::too_many_vertices(count));
}
