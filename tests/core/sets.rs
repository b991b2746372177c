//! Sets of vertices, against a set of the standard library.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use refcycle_core::{VertexId, VertexSet};
use refcycle_tests::generators::config;

#[derive(Clone, Copy, Debug)]
enum Step {
    Insert(u32),
    Remove(u32),
    Ask(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..3, 0..200u32).prop_map(|(kind, v)| match kind {
        0 => Step::Insert(v),
        1 => Step::Remove(v),
        _ => Step::Ask(v),
    });
    vec(step, 0..300)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_set_is_a_set(bound in 1..200u32, steps in steps()) {
        let mut set = VertexSet::new(bound as usize);
        let mut oracle = BTreeSet::new();
        for step in steps {
            match step {
                Step::Insert(v) => {
                    let v = v % bound;
                    prop_assert_eq!(set.insert(VertexId::new(v)), oracle.insert(v));
                }
                // The vertex may be beyond the bound; it is then not in the set.
                Step::Remove(v) => {
                    prop_assert_eq!(set.remove(VertexId::new(v)), oracle.remove(&v));
                }
                Step::Ask(v) => {
                    prop_assert_eq!(set.contains(VertexId::new(v)), oracle.contains(&v));
                }
            }
            prop_assert_eq!(set.len(), oracle.len());
            prop_assert_eq!(set.is_empty(), oracle.is_empty());
        }
        prop_assert_eq!(set.bound(), bound as usize);
        prop_assert!(set.iter().map(VertexId::number).eq(oracle.iter().copied()));
        let vertices = oracle.iter().rev().map(|&v| VertexId::new(v));
        prop_assert_eq!(&VertexSet::from_vertices(bound as usize, vertices), &set);
        prop_assert!((&set).into_iter().eq(set.iter()));
    }
}

#[test]
fn a_repeated_vertex_counts_once() {
    let set = VertexSet::from_vertices(3, [2, 2, 0, 2].map(VertexId::new));
    assert_eq!(set.len(), 2);
}

#[test]
fn sets_differ_by_their_vertices() {
    let set = |vertices: &[u32]| VertexSet::from_vertices(3, vertices.iter().map(|&v| v.into()));
    assert_eq!(set(&[0, 1]), set(&[1, 0]));
    assert_ne!(set(&[0, 1]), set(&[0, 2]));
}

#[test]
#[should_panic]
fn a_vertex_at_the_bound_cannot_be_put_in() {
    VertexSet::new(3).insert(VertexId::new(3));
}

#[test]
fn an_iterator_shows_what_is_left() {
    let set = VertexSet::from_vertices(100, [1, 70].map(VertexId::new));
    let mut iter = set.iter();
    iter.next();
    assert_eq!(format!("{iter:?}"), "[VertexId(70)]");
}
