//! One table of small graphs whose answers were found by hand.

use crate::EdgeList;

/// A graph and the known facts about it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its name in the message of a failed test.
    pub name: &'static str,
    /// It has the vertices below this number.
    pub vertices: usize,
    /// Tail and head of each edge.
    pub edges: &'static [(u32, u32)],
    /// The strongly connected components that have a cycle, each ascending, in the order of their
    /// first vertices. Every other vertex is a component by itself.
    pub cyclic: &'static [&'static [u32]],
    /// One vertex of each source component, the smallest, ascending.
    pub sources: &'static [u32],
    /// One vertex of each sink component, the smallest, ascending.
    pub sinks: &'static [u32],
    /// A start, an end, and the number of edges of a shortest path.
    pub path: Option<(u32, u32, Option<usize>)>,
}

impl Case {
    /// The graph.
    pub fn graph(&self) -> EdgeList {
        EdgeList::dense(self.vertices, self.edges.iter().copied())
    }
}

/// The cases.
pub const CASES: &[Case] = &[
    Case {
        name: "no vertex",
        vertices: 0,
        edges: &[],
        cyclic: &[],
        sources: &[],
        sinks: &[],
        path: None,
    },
    Case {
        name: "one vertex",
        vertices: 1,
        edges: &[],
        cyclic: &[],
        sources: &[0],
        sinks: &[0],
        path: Some((0, 0, Some(0))),
    },
    Case {
        name: "isolated vertices",
        vertices: 3,
        edges: &[],
        cyclic: &[],
        sources: &[0, 1, 2],
        sinks: &[0, 1, 2],
        path: Some((0, 2, None)),
    },
    Case {
        name: "self-loop",
        vertices: 1,
        edges: &[(0, 0)],
        cyclic: &[&[0]],
        sources: &[0],
        sinks: &[0],
        path: Some((0, 0, Some(0))),
    },
    Case {
        name: "parallel self-loops on a path",
        vertices: 3,
        edges: &[(0, 1), (1, 1), (1, 1), (1, 2)],
        cyclic: &[&[1]],
        sources: &[0],
        sinks: &[2],
        path: Some((0, 2, Some(2))),
    },
    Case {
        name: "parallel edges",
        vertices: 2,
        edges: &[(0, 1), (0, 1), (0, 1)],
        cyclic: &[],
        sources: &[0],
        sinks: &[1],
        path: Some((0, 1, Some(1))),
    },
    Case {
        name: "cycle of two with parallel edges",
        vertices: 2,
        edges: &[(0, 1), (1, 0), (0, 1), (1, 0)],
        cyclic: &[&[0, 1]],
        sources: &[0],
        sinks: &[0],
        path: Some((1, 0, Some(1))),
    },
    Case {
        name: "cycle of five",
        vertices: 5,
        edges: &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)],
        cyclic: &[&[0, 1, 2, 3, 4]],
        sources: &[0],
        sinks: &[0],
        path: Some((1, 0, Some(4))),
    },
    Case {
        name: "path against the ids",
        vertices: 4,
        edges: &[(3, 2), (2, 1), (1, 0)],
        cyclic: &[],
        sources: &[3],
        sinks: &[0],
        path: Some((3, 0, Some(3))),
    },
    Case {
        name: "star out",
        vertices: 4,
        edges: &[(1, 0), (1, 2), (1, 3)],
        cyclic: &[],
        sources: &[1],
        sinks: &[0, 2, 3],
        path: Some((0, 2, None)),
    },
    Case {
        name: "star in",
        vertices: 4,
        edges: &[(0, 1), (2, 1), (3, 1)],
        cyclic: &[],
        sources: &[0, 2, 3],
        sinks: &[1],
        path: Some((3, 1, Some(1))),
    },
    Case {
        name: "diamond with a short cut",
        vertices: 5,
        edges: &[(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (0, 3)],
        cyclic: &[],
        sources: &[0],
        sinks: &[4],
        path: Some((0, 4, Some(2))),
    },
    Case {
        name: "two cycles, one holds the other",
        vertices: 6,
        edges: &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)],
        cyclic: &[&[0, 1, 2], &[3, 4, 5]],
        sources: &[0],
        sinks: &[3],
        path: Some((0, 5, Some(5))),
    },
    Case {
        name: "figure of eight",
        vertices: 5,
        edges: &[(0, 1), (1, 0), (0, 2), (2, 3), (3, 4), (4, 0)],
        cyclic: &[&[0, 1, 2, 3, 4]],
        sources: &[0],
        sinks: &[0],
        path: Some((1, 4, Some(4))),
    },
    // The lowest index has to travel up two returns: 3 -> 1 is found below 2.
    Case {
        name: "back edge far below",
        vertices: 5,
        edges: &[(0, 1), (1, 2), (2, 3), (3, 1), (2, 4), (4, 2)],
        cyclic: &[&[1, 2, 3, 4]],
        sources: &[0],
        sinks: &[1],
        path: Some((4, 1, Some(3))),
    },
    // An edge into a finished component must not lower anything.
    Case {
        name: "cross edge into a finished component",
        vertices: 5,
        edges: &[(0, 1), (1, 2), (2, 1), (0, 3), (3, 4), (4, 3), (4, 1)],
        cyclic: &[&[1, 2], &[3, 4]],
        sources: &[0],
        sinks: &[1],
        path: Some((3, 2, Some(3))),
    },
    // A cross edge within a component, found after the vertex has been left.
    Case {
        name: "cross edge within a component",
        vertices: 4,
        edges: &[(0, 1), (1, 0), (0, 2), (2, 3), (3, 1)],
        cyclic: &[&[0, 1, 2, 3]],
        sources: &[0],
        sinks: &[0],
        path: Some((2, 0, Some(3))),
    },
    Case {
        name: "two pieces",
        vertices: 6,
        edges: &[(0, 2), (2, 0), (1, 3), (3, 5)],
        cyclic: &[&[0, 2]],
        sources: &[0, 1, 4],
        sinks: &[0, 4, 5],
        path: Some((0, 5, None)),
    },
    Case {
        name: "every edge that there can be",
        vertices: 3,
        edges: &[
            (0, 0),
            (0, 1),
            (0, 2),
            (1, 0),
            (1, 1),
            (1, 2),
            (2, 0),
            (2, 1),
            (2, 2),
        ],
        cyclic: &[&[0, 1, 2]],
        sources: &[0],
        sinks: &[0],
        path: Some((2, 0, Some(1))),
    },
];
