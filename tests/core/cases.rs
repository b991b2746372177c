//! The table of cases, for every representation and for the oracles, which must themselves be
//! right.

use refcycle_core::algo::Split;
use refcycle_core::{Successors, VertexId, algo};
use refcycle_tests::EdgeList;
use refcycle_tests::cases::{CASES, Case};
use refcycle_tests::edge_list::sorted;
use refcycle_tests::oracles::Distances;
use refcycle_tests::representations::{ForwardCheck, every_forward_graph};

struct ByHand<'c>(&'c Case);

impl ForwardCheck for ByHand<'_> {
    fn check<G: Successors>(&self, graph: &G, expected: &EdgeList) {
        let case = self.0;
        let name = |v: u32| expected.vertices[v as usize];
        let components = algo::strongly_connected_components(graph);
        let strangers = expected.vertices.len() - case.vertices;
        let in_cycles: usize = case.cyclic.iter().map(|members| members.len()).sum();
        assert_eq!(
            components.len(),
            case.cyclic.len() + case.vertices - in_cycles + strangers
        );

        let split = Split::new(graph, &components).unwrap();
        let found = split.cyclic().map(|number| components.component(number));
        let found = found.map(|members| sorted(members.iter().copied()));
        let by_hand = case
            .cyclic
            .iter()
            .map(|members| sorted(members.iter().map(|&v| name(v))));
        assert_eq!(sorted(found), sorted(by_hand));

        let of = |vertices: &[u32]| {
            let vertices = vertices.iter().map(|&v| name(v));
            let strangers = expected.vertices[case.vertices..].iter().copied();
            sorted(
                vertices
                    .chain(strangers)
                    .filter_map(|v| components.component_of(v)),
            )
        };
        assert_eq!(split.sources(), of(case.sources));
        assert_eq!(split.sinks(), of(case.sinks));

        if let Some((start, end, length)) = case.path {
            let path = algo::shortest_path(graph, name(start), name(end)).unwrap();
            assert_eq!(path.map(|path| path.len() - 1), length);
        }
    }
}

#[test]
fn every_representation_gives_the_answers_found_by_hand() {
    for case in CASES {
        println!("case: {}", case.name);
        every_forward_graph(&case.graph(), &ByHand(case));
    }
}

#[test]
fn the_oracles_give_the_answers_found_by_hand() {
    for case in CASES {
        let graph = case.graph();
        let oracle = Distances::of(&graph);
        let cyclic = oracle.components().into_iter();
        let cyclic = cyclic.filter(|members| oracle.cycle(members[0]).is_some());
        let by_hand: Vec<Vec<_>> = (case.cyclic.iter())
            .map(|members| members.iter().copied().map(VertexId::new).collect())
            .collect();
        assert_eq!(cyclic.collect::<Vec<_>>(), by_hand, "{}", case.name);

        let smallest = |in_it: &dyn Fn(VertexId) -> bool| {
            let members = oracle.components().into_iter().map(|members| members[0]);
            let found = members.filter(|&v| in_it(v)).map(VertexId::number);
            found.collect::<Vec<_>>()
        };
        let sources = smallest(&|v| oracle.in_source(v));
        assert_eq!(sources, case.sources, "{}", case.name);
        let sinks = smallest(&|v| oracle.in_sink(v));
        assert_eq!(sinks, case.sinks, "{}", case.name);

        if let Some((start, end, length)) = case.path {
            assert_eq!(
                oracle.path(start.into(), end.into()),
                length,
                "{}",
                case.name
            );
        }
    }
}
