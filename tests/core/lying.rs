//! Graphs and edges that break their contracts, in safe code. Panics and wrong results are
//! allowed; invalid memory accesses and malformed graphs are not. `.ci/sanitizers` checks memory
//! accesses.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::iter;
use std::vec::IntoIter;

use proptest::collection::vec;
use proptest::prelude::*;
use refcycle_core::algo::{self, ParallelEdges};
use refcycle_core::{CsrGraph, MAX_VERTICES, Rows, Successors, VertexId, Vertices};
use refcycle_tests::generators::config;
use refcycle_tests::liar::{QUESTIONS, ask};

/// Three vertices, which have no edges in the first iteration, for the components. Later, each has
/// an edge to a number that is not a vertex.
#[derive(Default)]
struct Changing {
    asked: Cell<u32>,
    rows: Option<CsrGraph>,
}

impl Changing {
    /// The number of calls.
    fn ask(&self) -> u32 {
        self.asked.set(self.asked.get() + 1);
        self.asked.get()
    }
}

impl Vertices for Changing {
    fn vertex_bound(&self) -> usize {
        5
    }

    fn vertex_count(&self) -> usize {
        3
    }

    fn contains_vertex(&self, v: VertexId) -> bool {
        v.number() < 3
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        vec![VertexId::new(0), VertexId::new(1), VertexId::new(2)].into_iter()
    }
}

impl Successors for Changing {
    type Successors<'a> = IntoIter<VertexId>;

    fn successors(&self, _: VertexId) -> IntoIter<VertexId> {
        if self.rows.is_none() && self.ask() > 3 {
            return vec![VertexId::new(4)].into_iter();
        }
        Vec::new().into_iter()
    }

    /// Rows of another graph from the second call on.
    fn rows(&self) -> Option<Rows<'_>> {
        let rows = self.rows.as_ref()?;
        (self.ask() > 1).then(|| rows.as_rows())
    }
}

#[test]
#[should_panic(expected = "a graph must list the same vertices each time")]
fn condensation_of_a_graph_that_lists_other_vertices_later() {
    let graph = Changing::default();
    algo::condensation(&graph, ParallelEdges::Keep);
}

#[test]
#[should_panic(expected = "a graph must list the same vertices each time")]
fn merged_condensation_of_a_graph_that_lists_other_vertices_later() {
    let graph = Changing::default();
    algo::condensation(&graph, ParallelEdges::Merge);
}

#[test]
#[should_panic(expected = "a graph must list the same vertices each time")]
fn condensation_of_a_graph_that_shows_rows_of_another_later() {
    // The vertex 4 is in no component.
    let rows = CsrGraph::from_edges(5, [(0, 4), (1, 4)]).unwrap();
    let graph = Changing {
        rows: Some(rows),
        ..Changing::default()
    };
    algo::condensation(&graph, ParallelEdges::Keep);
}

/// A graph that claims more vertices than there are ids.
struct Boundless;

impl Vertices for Boundless {
    fn vertex_bound(&self) -> usize {
        MAX_VERTICES + 1
    }

    fn vertex_count(&self) -> usize {
        0
    }

    fn contains_vertex(&self, _: VertexId) -> bool {
        false
    }

    fn vertices(&self) -> impl Iterator<Item = VertexId> + '_ {
        iter::empty()
    }
}

impl Successors for Boundless {
    type Successors<'a> = iter::Empty<VertexId>;

    fn successors(&self, _: VertexId) -> Self::Successors<'_> {
        iter::empty()
    }
}

#[test]
#[should_panic(expected = "4294967294 vertices are too many")]
fn components_of_more_vertices_than_there_are_ids() {
    algo::strongly_connected_components(&Boundless);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_answer_makes_a_malformed_graph(script in vec(any::<u8>(), 0..400)) {
        for (name, question) in QUESTIONS {
            let asked = ask(*question, &script);
            prop_assert!(asked.is_ok(), "{name}: {asked:?}");
        }
    }
}
