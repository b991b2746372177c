//! A graph in classes, and the edges between them.

use std::ops::ControlFlow;

use refcycle_core::algo::Components;
use refcycle_core::{Algorithms, CsrGraph, VertexId, Vertices, Watch};

use super::classes::{Class, Classes};
use super::places::{Place, Places};
use super::tally::{Ranking, Tally};
use crate::counts::counted;
use crate::steps::Steps;

/// The level of detail of a summary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Detail {
    /// The number of components that are not counted among the smaller ones.
    pub(crate) components: usize,
    /// The number of types listed in each of these components; `None` for one class with all
    /// types.
    pub(crate) types_inside: Option<usize>,
    /// The number of types listed for the vertices that are on no cycle.
    pub(crate) types_outside: usize,
}

/// The types of the vertices: a number for each vertex, and a name for each number.
#[derive(Clone, Copy)]
pub(crate) struct VertexTypes<'a> {
    pub(crate) of: &'a [u32],
    pub(crate) name: &'a dyn Fn(u32) -> &'a str,
}

/// The input of a summary.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) graph: &'a CsrGraph,
    pub(crate) components: &'a Components,
    pub(crate) types: VertexTypes<'a>,
    pub(crate) sizes: Option<&'a [u64]>,
    /// A vertex that forms a separate class.
    pub(crate) target: Option<VertexId>,
}

/// A graph in a few dozen classes.
pub(crate) struct GraphSummary {
    /// The target, the components (largest first), the smaller components, and the vertices on no
    /// cycle.
    pub(crate) classes: Vec<Class>,
    /// The number of the class of each vertex.
    #[cfg_attr(not(feature = "html"), expect(dead_code, reason = "only a page asks"))]
    pub(crate) class_of: Vec<u32>,
    /// The tail and the head, which are two different classes, and the number of edges from one to
    /// the other; ascending.
    pub(crate) edges: Vec<(u32, u32, u64)>,
    /// The components that have a rank.
    pub(crate) components: Vec<RankedComponent>,
}

/// A strongly connected component with one or several classes of its own.
pub(crate) struct RankedComponent {
    /// The number of its vertices, including the target.
    pub(crate) len: usize,
    /// The types of its vertices without the target.
    #[cfg_attr(not(feature = "html"), expect(dead_code, reason = "only a page asks"))]
    pub(crate) types: Ranking<u32>,
}

impl GraphSummary {
    /// Counts the vertices and edges of a graph.
    ///
    /// # Complexity
    /// O(vertices + edges) time, four bytes per vertex.
    pub(crate) fn new<W: Watch>(
        input: Input<'_>,
        detail: Detail,
        steps: &mut Steps<'_, W>,
    ) -> ControlFlow<W::Stop, Self> {
        let (graph, types) = (input.graph, input.types);
        let places = Places::new(input.components, input.target, detail.components);
        let mut tallies: Vec<_> = (0..places.count()).map(|_| Tally::default()).collect();
        for v in graph.vertices() {
            steps.step()?;
            let size = input.sizes.map_or(0, |sizes| sizes[v.index()]);
            tallies[places.of(v)].add(types.of[v.index()], v, size);
        }
        let (mut classes, types_inside) = classes(tallies, &places, types, detail);
        let mut class_of = Vec::with_capacity(graph.vertex_count());
        for v in graph.vertices() {
            steps.step()?;
            let edges = graph.out_degree(v);
            class_of.push(classes.see(places.of(v), types.of[v.index()], v, edges));
        }
        let edges = edges_between(graph, &class_of, classes.all.len(), steps)?;
        ControlFlow::Continue(Self {
            classes: classes.all,
            class_of,
            edges,
            components: places
                .ranked
                .iter()
                .zip(types_inside)
                .map(|(&number, types)| RankedComponent {
                    len: input.components.component(number).len(),
                    types,
                })
                .collect(),
        })
    }
}

impl Detail {
    /// The number of types that are listed in a place.
    fn listed(self, place: Place) -> usize {
        match place {
            Place::Target => 1,
            Place::Component(_) => self.types_inside.unwrap_or_default(),
            Place::SmallerComponents => 0,
            Place::Acyclic => self.types_outside,
        }
    }
}

/// The classes, and the types in each component that has a rank.
fn classes(
    tallies: Vec<Tally<u32>>,
    places: &Places<'_>,
    types: VertexTypes<'_>,
    detail: Detail,
) -> (Classes, Vec<Ranking<u32>>) {
    let mut classes = Classes::default();
    let mut types_inside = Vec::new();
    for (number, tally) in tallies.into_iter().enumerate() {
        let place = places.place(number);
        let by_name = |&a: &u32, &b: &u32| (types.name)(a).cmp((types.name)(b));
        let ranking = tally.ranked(detail.listed(place), by_name);
        match place {
            Place::SmallerComponents => {
                let name = counted(places.smaller, "smaller cycle", "smaller cycles");
                classes.add_whole(place, number, &ranking, name);
            }
            Place::Component(_) if detail.types_inside.is_none() => {
                classes.add_whole(place, number, &ranking, "cycle".to_owned());
            }
            _ => classes.add(place, number, &ranking, |ty| (types.name)(ty).to_owned()),
        }
        if matches!(place, Place::Component(_)) {
            types_inside.push(ranking);
        }
    }
    (classes, types_inside)
}

/// The number of edges from each class to each other class.
fn edges_between<W: Watch>(
    graph: &CsrGraph,
    class_of: &[u32],
    classes: usize,
    steps: &mut Steps<'_, W>,
) -> ControlFlow<W::Stop, Vec<(u32, u32, u64)>> {
    let mut counts = vec![0; classes * classes];
    for edge in graph.edges() {
        steps.step()?;
        let [tail, head] = [edge.tail, edge.head].map(|v| class_of[v.index()] as usize);
        counts[tail * classes + head] += 1;
    }
    let edges = counts
        .into_iter()
        .enumerate()
        .map(|(place, count)| ((place / classes) as u32, (place % classes) as u32, count))
        .filter(|&(tail, head, count)| tail != head && count > 0);
    ControlFlow::Continue(edges.collect())
}
