//! Flame graphs: widths add up, whatever the tree and the names.

use std::convert::Infallible;

use proptest::prelude::*;
use refcycle_core::algo::{self, DominatorTree};
use refcycle_core::{CsrGraph, VertexId};
use refcycle_dot::exchange::flame_graph::{
    FlameFormat, FlameGraph, Frame, FrameId, FrameNames, Frames,
};

/// Names the vertices by their number modulo another.
struct Modulo(u32);

impl FrameNames for Modulo {
    type Error = Infallible;

    fn frame(&mut self, v: VertexId, _: bool, frames: &mut Frames) -> Result<FrameId, Infallible> {
        let name = format!("frame {}", v.number() % self.0);
        Ok(frames.id(Frame { name, place: None }))
    }
}

fn tree(vertices: usize, edges: &[(u32, u32)]) -> DominatorTree {
    let graph = CsrGraph::from_edges(vertices, edges.iter().copied()).unwrap();
    let dominators = algo::dominators(&graph, [VertexId::new(0)]).unwrap();
    dominators.into_tree()
}

fn flame_graph(tree: &DominatorTree, sizes: &[u64], modulo: u32) -> FlameGraph {
    let retained = tree.accumulate(sizes).unwrap();
    let Ok(graph) = FlameGraph::of(tree, sizes, &retained, &mut Modulo(modulo));
    graph
}

fn text(graph: &FlameGraph) -> String {
    let mut text = Vec::new();
    graph.write(FlameFormat::Collapsed, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The bytes of each node are its own and those of the nodes below it.
fn assert_adds_up(graph: &FlameGraph) {
    let mut open: Vec<(u64, u64)> = Vec::new();
    let close = |open: &mut Vec<(u64, u64)>, depth: u32| {
        while open.len() > depth as usize {
            let (bytes, sum) = open.pop().unwrap();
            assert_eq!(bytes, sum);
            if let Some(above) = open.last_mut() {
                above.1 += bytes;
            }
        }
    };
    for node in graph.nodes() {
        close(&mut open, node.depth);
        assert_eq!(open.len(), node.depth as usize);
        open.push((node.bytes, node.own_bytes));
    }
    close(&mut open, 0);
}

proptest! {
    #[test]
    fn widths_add_up(
        (vertices, edges) in (1..40usize).prop_flat_map(|vertices| {
            let end = 0..vertices as u32;
            (Just(vertices), prop::collection::vec((end.clone(), end), 0..120))
        }),
        modulo in 1..50u32,
    ) {
        let tree = tree(vertices, &edges);
        let sizes: Vec<_> = (0..vertices as u64).map(|v| v * v).collect();
        let graph = flame_graph(&tree, &sizes, modulo);
        assert_adds_up(&graph);
        let total: u64 = tree.vertices().iter().map(|v| sizes[v.index()]).sum();
        prop_assert_eq!(graph.bytes(), total);
        let count: u64 = graph.nodes().iter().map(|node| node.own_count).sum();
        prop_assert_eq!(count, tree.vertices().len() as u64);
        let lines: u64 = text(&graph).lines().map(|line| {
            line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap()
        }).sum();
        prop_assert_eq!(lines, total);
    }
}

#[test]
fn siblings_with_one_frame_are_one_node() {
    let tree = tree(5, &[(0, 1), (0, 3), (0, 2), (3, 4)]);
    let graph = flame_graph(&tree, &[1, 10, 100, 1000, 10_000], 2);
    assert_eq!(
        text(&graph),
        "frame 0 101\nframe 0;frame 1 1010\nframe 0;frame 1;frame 0 10000\n"
    );
}

#[test]
fn a_path_of_one_frame_is_one_node() {
    let edges: Vec<_> = (1..300_000).map(|v| (v - 1, v)).collect();
    let tree = tree(300_000, &edges);
    let graph = flame_graph(&tree, &vec![2; 300_000], 1);
    assert_eq!(text(&graph), "frame 0 600000\n");
    assert_eq!(graph.nodes()[0].own_count, 300_000);
}

#[test]
fn a_deep_tree_is_cut_and_adds_up() {
    let edges: Vec<_> = (1..300_000).map(|v| (v - 1, v)).collect();
    let tree = tree(300_000, &edges);
    let graph = flame_graph(&tree, &vec![2; 300_000], 7);
    assert_adds_up(&graph);
    assert_eq!(graph.nodes().len(), 201);
    let last = graph.nodes().last().unwrap();
    assert_eq!(graph.frame(last.frame).name, "(objects not shown)");
    assert_eq!((last.own_count, last.own_bytes), (299_800, 599_600));
}

#[test]
fn a_wide_tree_is_cut_and_adds_up() {
    let edges: Vec<_> = (1..50_000).map(|v| (0, v)).collect();
    let tree = tree(50_000, &edges);
    let sizes: Vec<_> = (0..50_000).collect();
    let graph = flame_graph(&tree, &sizes, u32::MAX);
    assert_adds_up(&graph);
    assert_eq!(graph.nodes().len(), 20_001);
    // The largest ones are shown, and after them the rest, which is larger than each of them.
    assert_eq!(graph.nodes()[2].own_bytes, 49_999);
    assert_eq!(graph.nodes()[1].own_count, 50_000 - 20_000);
}

#[test]
fn the_empty_graph_is_written() {
    for format in FlameFormat::ALL {
        let mut bytes = Vec::new();
        FlameGraph::default().write(format, &mut bytes).unwrap();
        assert_eq!(bytes.is_empty(), format == FlameFormat::Collapsed);
        assert_eq!(FlameFormat::named(format.name()), Some(format));
        for ending in format.endings() {
            assert_eq!(FlameFormat::of_path(format!("heap{ending}")), Some(format));
        }
    }
}
