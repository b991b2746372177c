//! What all graph classes share: vertices, edges, algorithms.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::algo::{self, Components};
use refcycle_core::views::Subgraph;
use refcycle_core::{CsrGraph, EdgeId, IDirectedGraph, Predecessors, Successors, VertexId};

use super::lookup::{Lookup, not_in_graph};
use crate::heap::Held;
use crate::interrupt::{self, Signals};

/// Which class a graph is of.
pub(crate) enum Kind {
    Object,
    Annotated,
    Directed,
    /// Built from a graph of a user's class, which makes the subgraphs.
    User(Py<PyAny>),
}

impl Kind {
    fn of_subgraph(&self, py: Python<'_>) -> Self {
        match self {
            Self::Object => Self::Object,
            Self::Annotated => Self::Annotated,
            Self::Directed => Self::Directed,
            Self::User(graph) => Self::User(graph.clone_ref(py)),
        }
    }
}

/// What the edges of a graph are called in Python.
pub(crate) enum EdgeNames {
    /// By the graph's own numbers.
    Numbers,
    /// By the numbers of the graph from which this one was taken.
    Kept(Box<[u32]>),
    /// By objects.
    Objects(Held),
}

/// A graph of Python objects. Vertex `i` of the core's graph is `objects[i]`.
///
/// Most graphs are components of a single vertex without edges, and there may be
/// millions: those have no body.
pub(crate) struct Engine {
    kind: Kind,
    objects: Held,
    body: Option<Box<Body>>,
}

struct Body {
    graph: CsrGraph,
    edges: EdgeNames,
    vertex_lookup: OnceLock<Lookup>,
    edge_lookup: OnceLock<EdgeLookup>,
}

enum EdgeLookup {
    /// The graph's own numbers, in the order of the kept ones.
    Sorted(Vec<u32>),
    Objects(Lookup),
}

/// Up to so many vertices are looked up one by one.
const FEW: usize = 8;

impl Engine {
    pub(crate) fn new(kind: Kind, objects: Held, graph: CsrGraph, edges: EdgeNames) -> Self {
        let bare = matches!(kind, Kind::Object) && objects.len() <= FEW && graph.edge_count() == 0;
        let body = (!bare).then(|| {
            Box::new(Body {
                graph,
                edges,
                vertex_lookup: OnceLock::new(),
                edge_lookup: OnceLock::new(),
            })
        });
        Self {
            kind,
            objects,
            body,
        }
    }

    /// The same with a look-up that exists already.
    pub(crate) fn with_lookup(self, lookup: Lookup) -> Self {
        if let Some(body) = &self.body {
            let _ = body.vertex_lookup.set(lookup);
        }
        self
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }

    pub(crate) fn objects(&self) -> &Held {
        &self.objects
    }

    pub(crate) fn object<'py>(&self, py: Python<'py>, v: VertexId) -> Bound<'py, PyAny> {
        self.objects[v.index()].bind(py).clone()
    }

    /// The core's graph, if there are edges or many vertices.
    pub(crate) fn graph(&self) -> Option<&CsrGraph> {
        self.body.as_deref().map(|body| &body.graph)
    }

    pub(crate) fn edge_count(&self) -> usize {
        self.graph().map_or(0, IDirectedGraph::edge_count)
    }

    fn size(&self) -> usize {
        self.objects.len() + self.edge_count()
    }

    // Finding vertices and edges.

    pub(crate) fn find(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<VertexId>> {
        if matches!(self.kind, Kind::Object) && self.objects.len() <= FEW {
            let position = self.objects.iter().position(|held| held.is(object));
            return Ok(position.map(VertexId::from_index));
        }
        let lookup = self.vertex_lookup(object.py())?;
        Ok(lookup.find(&self.objects, object)?.map(VertexId::new))
    }

    fn vertex_lookup(&self, py: Python<'_>) -> PyResult<&Lookup> {
        let body = self.body.as_deref().expect("many vertices have a body");
        if let Some(lookup) = body.vertex_lookup.get() {
            return Ok(lookup);
        }
        let lookup = match self.kind {
            Kind::Object => Lookup::by_identity(&self.objects),
            _ => Lookup::by_equality(py, &self.objects)?,
        };
        Ok(body.vertex_lookup.get_or_init(|| lookup))
    }

    /// The vertex that is this object.
    pub(crate) fn vertex(&self, object: &Bound<'_, PyAny>) -> PyResult<VertexId> {
        self.find(object)?
            .ok_or_else(|| not_in_graph("vertex", object))
    }

    pub(crate) fn find_edge(&self, name: &Bound<'_, PyAny>) -> PyResult<Option<EdgeId>> {
        let Some(body) = self.body.as_deref() else {
            return Ok(None);
        };
        let number = |name: &Bound<'_, PyAny>| name.extract::<u32>().ok();
        let found = match &body.edges {
            EdgeNames::Numbers => {
                number(name).filter(|&number| (number as usize) < body.graph.edge_count())
            }
            EdgeNames::Kept(kept) => number(name).and_then(|number| body.own_number(kept, number)),
            EdgeNames::Objects(objects) => {
                body.edge_objects(name.py(), objects)?.find(objects, name)?
            }
        };
        Ok(found.map(EdgeId::new))
    }

    /// The edge of this name.
    pub(crate) fn edge(&self, name: &Bound<'_, PyAny>) -> PyResult<EdgeId> {
        self.find_edge(name)?
            .ok_or_else(|| not_in_graph("edge", name))
    }

    pub(crate) fn edge_name<'py>(
        &self,
        py: Python<'py>,
        edge: EdgeId,
    ) -> PyResult<Bound<'py, PyAny>> {
        let edges = self.body.as_deref().map(|body| &body.edges);
        match edges {
            Some(EdgeNames::Objects(objects)) => Ok(objects[edge.index()].bind(py).clone()),
            _ => Ok(self.edge_number(edge).into_pyobject(py)?.into_any()),
        }
    }

    /// The number by which an edge is known in Python, where it is a number.
    pub(crate) fn edge_number(&self, edge: EdgeId) -> u32 {
        match self.body.as_deref().map(|body| &body.edges) {
            Some(EdgeNames::Kept(kept)) => kept[edge.index()],
            _ => edge.number(),
        }
    }

    // Subgraphs.

    /// The subgraph of these vertices and all edges between them.
    pub(crate) fn induced(&self, py: Python<'_>, vertices: Vec<VertexId>) -> Self {
        match self.graph() {
            Some(graph) => self.subgraph(py, Subgraph::induced(graph, vertices)),
            None => {
                let subgraph = Subgraph::induced(&edgeless(self.objects.len()), vertices);
                self.subgraph(py, subgraph)
            }
        }
    }

    fn subgraph(&self, py: Python<'_>, subgraph: Subgraph) -> Self {
        let (graph, vertices, edges) = subgraph.into_parts();
        let objects = self.hold(py, &vertices);
        let names = match self.body.as_deref().map(|body| &body.edges) {
            Some(EdgeNames::Objects(all)) => EdgeNames::Objects(
                edges
                    .iter()
                    .map(|edge| all[edge.index()].clone_ref(py))
                    .collect(),
            ),
            _ => EdgeNames::Kept(edges.iter().map(|&edge| self.edge_number(edge)).collect()),
        };
        Self::new(self.kind.of_subgraph(py), objects, graph, names)
    }

    fn hold(&self, py: Python<'_>, vertices: &[VertexId]) -> Held {
        vertices
            .iter()
            .map(|v| self.objects[v.index()].clone_ref(py))
            .collect()
    }

    // Algorithms.

    pub(crate) fn descendants(
        &self,
        py: Python<'_>,
        start: VertexId,
        generations: Option<usize>,
    ) -> PyResult<Self> {
        let Some(graph) = self.graph() else {
            return Ok(self.induced(py, vec![start]));
        };
        let subgraph = self.run(py, |signals| {
            let reached =
                algo::descendants_watched(graph, [start], generations, signals)?.into_vertices();
            ControlFlow::Continue(Subgraph::induced(graph, reached))
        })?;
        Ok(self.subgraph(py, subgraph))
    }

    pub(crate) fn ancestors(
        &self,
        py: Python<'_>,
        start: VertexId,
        generations: Option<usize>,
    ) -> PyResult<Self> {
        let Some(graph) = self.graph() else {
            return Ok(self.induced(py, vec![start]));
        };
        let subgraph = self.run(py, |signals| {
            let reached =
                algo::ancestors_watched(graph, [start], generations, signals)?.into_vertices();
            ControlFlow::Continue(induced_cheaply(graph, reached))
        })?;
        Ok(self.subgraph(py, subgraph))
    }

    pub(crate) fn shortest_path(
        &self,
        py: Python<'_>,
        start: VertexId,
        end: VertexId,
    ) -> PyResult<Option<Self>> {
        let Some(graph) = self.graph() else {
            return Ok((start == end).then(|| self.induced(py, vec![start])));
        };
        let path = self.run(py, |signals| {
            algo::shortest_path_watched(graph, start, end, signals)
        })?;
        Ok(path.map(|path| self.subgraph(py, Subgraph::induced(graph, path))))
    }

    pub(crate) fn shortest_cycle(&self, py: Python<'_>, v: VertexId) -> PyResult<Option<Self>> {
        let Some(graph) = self.graph() else {
            return Ok(None);
        };
        let cycle = self.run(py, |signals| {
            algo::shortest_cycle_watched(graph, v, signals)
        })?;
        Ok(cycle.map(|cycle| self.subgraph(py, Subgraph::induced(graph, cycle))))
    }

    /// Shows each strongly connected component as a graph, in reverse topological order.
    pub(crate) fn components(
        &self,
        py: Python<'_>,
        only_sources: bool,
        mut see: impl FnMut(Self) -> PyResult<()>,
    ) -> PyResult<()> {
        let Some(graph) = self.graph() else {
            return (0..self.objects.len())
                .try_for_each(|v| see(self.induced(py, vec![VertexId::from_index(v)])));
        };
        let (components, split, numbers) = self.run(py, |signals| {
            let components = algo::strongly_connected_components_watched(graph, signals)?;
            let split = algo::Split::new(graph, &components);
            let numbers = only_sources.then(|| components.sources(graph));
            ControlFlow::Continue((components, split, numbers))
        })?;
        let mut one = |number: u32| see(self.component(py, graph, &components, &split, number));
        match numbers {
            Some(numbers) => numbers.into_iter().try_for_each(&mut one),
            None => (0..components.len() as u32).try_for_each(&mut one),
        }
    }

    fn component(
        &self,
        py: Python<'_>,
        graph: &CsrGraph,
        components: &Components,
        split: &algo::Split,
        number: u32,
    ) -> Self {
        match split.component(graph, components, number) {
            Some(subgraph) => self.subgraph(py, subgraph),
            None => {
                let objects = self.hold(py, components.component(number));
                let edges = EdgeNames::Kept(Box::default());
                let kind = self.kind.of_subgraph(py);
                // Only a graph with a body uses the core's graph.
                let bare = matches!(kind, Kind::Object);
                let graph = if bare {
                    CsrGraph::default()
                } else {
                    edgeless(1)
                };
                Self::new(kind, objects, graph, edges)
            }
        }
    }

    fn run<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut Signals) -> ControlFlow<PyErr, T> + Send,
    ) -> PyResult<T> {
        interrupt::run(py, self.size(), job)
    }

    // Garbage collection.

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        for object in &self.objects {
            visit.call(object)?;
        }
        if let Kind::User(graph) = &self.kind {
            visit.call(graph)?;
        }
        let Some(body) = self.body.as_deref() else {
            return Ok(());
        };
        if let EdgeNames::Objects(edges) = &body.edges {
            for edge in edges {
                visit.call(edge)?;
            }
        }
        if let Some(lookup) = body.vertex_lookup.get() {
            lookup.traverse(visit)?;
        }
        if let Some(EdgeLookup::Objects(lookup)) = body.edge_lookup.get() {
            lookup.traverse(visit)?;
        }
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(
            Kind::Object,
            Held::default(),
            CsrGraph::default(),
            EdgeNames::Numbers,
        );
    }
}

impl Body {
    /// The graph's own number of an edge whose number was kept.
    fn own_number(&self, kept: &[u32], number: u32) -> Option<u32> {
        let lookup = self.edge_lookup.get_or_init(|| {
            let mut order: Vec<_> = (0..kept.len() as u32).collect();
            order.sort_unstable_by_key(|&own| kept[own as usize]);
            EdgeLookup::Sorted(order)
        });
        let EdgeLookup::Sorted(order) = lookup else {
            return None;
        };
        let position = order.binary_search_by_key(&number, |&own| kept[own as usize]);
        position.ok().map(|position| order[position])
    }

    fn edge_objects(&self, py: Python<'_>, objects: &Held) -> PyResult<&Lookup> {
        if self.edge_lookup.get().is_none() {
            let lookup = Lookup::by_equality(py, objects)?;
            let _ = self.edge_lookup.set(EdgeLookup::Objects(lookup));
        }
        match self.edge_lookup.get() {
            Some(EdgeLookup::Objects(lookup)) => Ok(lookup),
            _ => unreachable!("edges that are objects are looked up as objects"),
        }
    }
}

fn edgeless(vertices: usize) -> CsrGraph {
    CsrGraph::from_parts(vec![0; vertices + 1], Vec::new()).expect("few vertices, no edges")
}

/// The subgraph of some ancestors, from the side that has fewer edges: among them may be
/// a list of millions.
fn induced_cheaply(graph: &CsrGraph, vertices: Vec<VertexId>) -> Subgraph {
    let leaving: usize = vertices.iter().map(|&v| graph.successors(v).len()).sum();
    let entering: usize = vertices.iter().map(|&v| graph.predecessors(v).len()).sum();
    // Edges found backwards must be sorted, and their ids are one more look away.
    if entering < leaving / 4 {
        Subgraph::induced_backward(graph, vertices)
    } else {
        Subgraph::induced(graph, vertices)
    }
}
