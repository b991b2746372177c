//! The common part of all graph classes: vertices, edges, algorithms.

mod buffers;
mod common_vertices;
mod counts;
mod holding;
mod kind;
mod live_apart;
pub(crate) mod lookup;
pub(crate) mod memory_needs;
mod object_facts;
mod objects;
mod retention;
mod saved_object;
mod saved_weak_keys;
mod searches;
mod statistics;
mod subgraphs;

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{CsrGraph, EdgeId, IDirectedGraph, VertexId, Vertices};
use refcycle_dot::End;
use refcycle_dot::dump::HeapDump;

#[cfg(Py_3_15)]
use crate::heap::lazy_import_of;
use crate::heap::memory;
use crate::heap::{Held, Reading, Topology, UNKNOWN};
use crate::interrupt::{self, Checkpoint, Signals};
pub(crate) use buffers::{HeldBuffer, NativeBuffer, device_of, saved_size};
pub(crate) use holding::{Holding, weak_edges};
pub(crate) use kind::{GraphKind, OnDemand};
use lookup::{Lookup, not_in_graph};
pub(crate) use object_facts::{allocated_at, annotation_of, long_name_of};
use objects::Objects;
pub(crate) use retention::{Retained, Retention, dominators};
pub(crate) use saved_object::{Saved, SavedObject};
pub(crate) use searches::WantedComponents;
pub(crate) use statistics::statistics;

/// How the edges of a graph are identified in Python.
pub(crate) enum EdgeNames {
    /// By the graph's own numbers.
    Numbers,
    /// By the numbers of the graph from which this one was taken.
    Kept(Box<[u32]>),
    /// By objects.
    Objects(Held),
    /// By objects that the kind creates on demand.
    OnDemand,
}

/// A graph of Python objects. Vertex `i` of the core's graph is `objects[i]`.
///
/// Most graphs are components of a single vertex without edges, and there may be millions of them:
/// they have no body.
pub(crate) struct Engine {
    /// `None` while PyO3 creates the object: the collector may already see it at that time, with
    /// all fields zero.
    kind: Option<Box<dyn GraphKind>>,
    objects: Objects,
    /// For a graph of objects, their reference counts, without our own references.
    counts: Box<[u32]>,
    body: Option<Box<Body>>,
}

struct Body {
    /// Shared with the arrays that other packages read.
    graph: Arc<CsrGraph>,
    edges: EdgeNames,
    origin: Option<Arc<Origin>>,
    asked: Option<Asked>,
    closed: bool,
    left_out: Box<[(VertexId, u64)]>,
    retention: OnceLock<Arc<Retention>>,
    vertex_lookup: OnceLock<Lookup>,
    edge_lookup: OnceLock<EdgeLookup>,
}

/// The vertex of the query whose result a graph is.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) vertex: VertexId,
    /// Its position in a picture.
    pub(crate) end: End,
}

/// Data from the time when the heap was read; shared by a graph and its subgraphs.
pub(crate) struct Origin {
    /// The numbers of the edges that no reference count includes, ascending.
    uncounted: Box<[u32]>,
    reading: Option<Reading>,
}

impl Body {
    fn new(graph: Arc<CsrGraph>, edges: EdgeNames) -> Box<Self> {
        Box::new(Self {
            graph,
            edges,
            origin: None,
            asked: None,
            closed: false,
            left_out: Box::default(),
            retention: OnceLock::new(),
            vertex_lookup: OnceLock::new(),
            edge_lookup: OnceLock::new(),
        })
    }
}

enum EdgeLookup {
    /// The graph's own numbers, in the order of the kept numbers.
    Sorted(Vec<u32>),
    Objects(Lookup),
}

/// Up to this number of vertices are compared one by one.
const FEW: usize = 8;

impl Engine {
    pub(crate) fn new(
        kind: Box<dyn GraphKind>,
        objects: Held,
        graph: CsrGraph,
        edges: EdgeNames,
    ) -> Self {
        let bare = kind.is_of_objects() && is_bare(objects.len(), &graph);
        Self {
            kind: Some(kind),
            objects: Objects::Held(objects),
            counts: Box::default(),
            body: (!bare).then(|| Body::new(Arc::new(graph), edges)),
        }
    }

    /// A graph whose kind creates the vertices and edges on demand.
    pub(crate) fn of_demand(kind: Box<dyn GraphKind>, graph: Arc<CsrGraph>) -> Self {
        Self {
            kind: Some(kind),
            objects: Objects::default(),
            counts: Box::default(),
            body: Some(Body::new(graph, EdgeNames::OnDemand)),
        }
    }

    /// The graph of the objects that were read from the heap.
    pub(crate) fn of_heap(kind: Box<dyn GraphKind>, topology: Topology) -> Self {
        let origin = Origin {
            uncounted: topology.counts.uncounted,
            reading: topology.reading,
        };
        let mut engine = Self::new(kind, topology.objects, topology.graph, EdgeNames::Numbers);
        engine.counts = topology.counts.references;
        if let Some(body) = &mut engine.body {
            body.closed = origin.reading.is_some();
            body.origin = Some(Arc::new(origin));
        }
        engine
    }

    /// The graph of a heap that was read from a file.
    pub(crate) fn of_dump(kind: Box<dyn GraphKind>, dump: &Arc<HeapDump>, closed: bool) -> Self {
        let objects = Objects::of_dump(dump);
        let counts = (0..objects.len()).map(VertexId::from_index);
        let counts = counts.map(|v| dump.reference_count(v).unwrap_or(UNKNOWN));
        let body = (!is_bare(objects.len(), dump.graph())).then(|| {
            let mut body = Body::new(Arc::clone(dump.graph()), EdgeNames::Numbers);
            body.closed = closed;
            body.origin = Some(Arc::new(Origin {
                uncounted: dump.uncounted().into(),
                reading: None,
            }));
            body
        });
        Self {
            kind: Some(kind),
            counts: counts.collect(),
            objects,
            body,
        }
    }

    /// How the heap was read, if the graph is a whole snapshot or a part of one.
    pub(crate) fn reading(&self) -> Option<&Reading> {
        self.body.as_deref()?.origin.as_deref()?.reading.as_ref()
    }

    /// Whether the graph is a snapshot, or a part of one to which no other object of the
    /// snapshot refers.
    pub(crate) fn is_closed(&self) -> bool {
        self.body.as_deref().is_some_and(|body| body.closed)
    }

    /// The vertex of the query.
    pub(crate) fn asked(&self) -> Option<Asked> {
        self.body.as_deref()?.asked
    }

    /// For the result of a query with a limit of generations, the vertices at which it ends, with
    /// the number of their further referrers, or referents.
    pub(crate) fn left_out(&self) -> &[(VertexId, u64)] {
        let body = self.body.as_deref();
        body.map_or(&[], |body| &body.left_out)
    }

    /// The same graph as the result of a query.
    pub(crate) fn with_asked(mut self, asked: Option<Asked>) -> Self {
        if asked.is_some() || self.body.is_some() {
            self.body_or_new().asked = asked;
        }
        self
    }

    /// A part of `whole` as the result of a query for its vertex at `place`. The query and the
    /// data of the reading are stored even for a single vertex.
    pub(crate) fn answering(mut self, whole: &Self, place: usize, end: End) -> Self {
        if let Some(body) = &whole.body {
            self.body_or_new().origin = body.origin.clone();
        }
        let vertex = VertexId::from_index(place);
        self.with_asked(Some(Asked { vertex, end }))
    }

    fn body_or_new(&mut self) -> &mut Body {
        let vertices = self.vertex_count();
        // Numbers would be those of the references of the whole graph, whose origin it may get.
        let none = || EdgeNames::Kept(Box::default());
        self.body
            .get_or_insert_with(|| Body::new(Arc::new(edgeless(vertices)), none()))
    }

    /// This graph with a look-up of its vertices that already exists.
    pub(crate) fn with_lookup(self, lookup: Lookup) -> Self {
        if let Some(body) = &self.body {
            let _ = body.vertex_lookup.set(lookup);
        }
        self
    }

    pub(crate) fn kind(&self) -> &dyn GraphKind {
        self.kind.as_deref().expect("the object has been created")
    }

    /// The vertices, unless the kind creates them on demand.
    /// Those of a whole file are created by this, which takes the memory of an object for each:
    /// [`object`](Self::object) creates one, and [`saved`](Self::saved) tells about one without it.
    pub(crate) fn objects(&self) -> &Held {
        self.objects.all()
    }

    /// What a file says about a vertex of a graph from a file.
    pub(crate) fn saved<'a>(&'a self, py: Python<'a>, v: VertexId) -> Saved<'a> {
        self.objects.saved(py, v)
    }

    /// The file of a graph from a file; `None` if it has no vertices.
    pub(crate) fn dump<'a>(&'a self, py: Python<'a>) -> Option<&'a Arc<HeapDump>> {
        if !self.kind().is_from_file() || self.objects.len() == 0 {
            return None;
        }
        Some(self.saved(py, VertexId::new(0)).dump())
    }

    /// The file, if the graph has all its objects in its order.
    pub(crate) fn whole_dump(&self) -> Option<&Arc<HeapDump>> {
        self.objects.whole_dump()
    }

    pub(crate) fn vertex_count(&self) -> usize {
        match self.kind().on_demand() {
            Some(parts) => parts.vertex_count(),
            None => self.objects.len(),
        }
    }

    /// All vertices.
    pub(crate) fn vertices(&self) -> impl ExactSizeIterator<Item = VertexId> + use<> {
        (0..self.vertex_count()).map(VertexId::from_index)
    }

    pub(crate) fn object<'py>(&self, py: Python<'py>, v: VertexId) -> PyResult<Bound<'py, PyAny>> {
        match self.kind().on_demand() {
            Some(parts) => parts.vertex(py, v),
            None => self.objects.get(py, v),
        }
    }

    /// Some vertices as a list.
    pub(crate) fn list<'py>(
        &self,
        py: Python<'py>,
        vertices: impl Iterator<Item = VertexId>,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut checkpoint = Checkpoint::of(vertices.size_hint().0);
        let objects: PyResult<Vec<_>> = vertices
            .map(|v| {
                checkpoint.step(py)?;
                self.object(py, v)
            })
            .collect();
        PyList::new(py, objects?)
    }

    /// The core's graph, if there are edges or many vertices.
    pub(crate) fn graph(&self) -> Option<&CsrGraph> {
        self.body.as_deref().map(|body| &*body.graph)
    }

    /// The core's graph, which is created if the engine has none.
    pub(crate) fn any_graph(&self) -> Cow<'_, CsrGraph> {
        match self.graph() {
            Some(graph) => Cow::Borrowed(graph),
            None => Cow::Owned(edgeless(self.vertex_count())),
        }
    }

    /// The retained sizes of the vertices, with the sizes at the time of the first call. There is
    /// at least one vertex.
    pub(crate) fn retention(&self, py: Python<'_>) -> PyResult<Arc<Retention>> {
        let known = self.body.as_deref().and_then(|body| body.retention.get());
        if let Some(known) = known {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(Retention::of(py, self, &self.any_graph())?);
        if let Some(body) = self.body.as_deref() {
            // Another thread may have computed it in the meantime.
            return Ok(Arc::clone(body.retention.get_or_init(|| made)));
        }
        Ok(made)
    }

    /// The retained sizes, if they have been computed.
    pub(crate) fn known_retention(&self) -> Option<&Arc<Retention>> {
        self.body.as_deref()?.retention.get()
    }

    /// The core's graph, for use beyond the life of this one.
    pub(crate) fn shared_graph(&self) -> Option<Arc<CsrGraph>> {
        self.body.as_deref().map(|body| Arc::clone(&body.graph))
    }

    pub(crate) fn edge_count(&self) -> usize {
        self.graph().map_or(0, IDirectedGraph::edge_count)
    }

    fn size(&self) -> usize {
        self.vertex_count() + self.edge_count()
    }

    /// Whether the array of vertices has this object.
    pub(crate) fn holds(&self, object: &Bound<'_, PyAny>) -> bool {
        self.objects.holds(object)
    }

    // Finding vertices and edges.

    pub(crate) fn find(&self, object: &Bound<'_, PyAny>) -> PyResult<Option<VertexId>> {
        if let Some(dump) = self.whole_dump() {
            let saved = object.cast::<SavedObject>().ok();
            let saved = saved.map(|saved| saved.get().saved());
            let saved = saved.filter(|saved| Arc::ptr_eq(saved.dump(), dump));
            return Ok(saved.map(Saved::vertex));
        }
        if self.kind().is_of_objects() && self.objects.len() <= FEW {
            let position = self.objects().iter().position(|held| held.is(object));
            return Ok(position.map(VertexId::from_index));
        }
        if let Some(parts) = self.kind().on_demand() {
            return parts.find_vertex(object);
        }
        let lookup = self.vertex_lookup(object.py())?;
        Ok(lookup.find(self.objects(), object)?.map(VertexId::new))
    }

    /// The vertex whose object is at this address.
    pub(crate) fn vertex_at(&self, py: Python<'_>, address: usize) -> PyResult<Option<VertexId>> {
        if self.objects.len() <= FEW {
            let mut objects = self.objects().iter();
            let position = objects.position(|held| held.as_ptr() as usize == address);
            return Ok(position.map(VertexId::from_index));
        }
        let number = self.vertex_lookup(py)?.at(self.objects(), address);
        Ok(number.map(VertexId::new))
    }

    /// The memory of the graph that may contain the address of an object.
    pub(crate) fn memory_with(&self, address: usize) -> impl Iterator<Item = Range<usize>> {
        let objects = self.objects.memory();
        let lookup = self
            .body
            .as_deref()
            .and_then(|body| body.vertex_lookup.get());
        let place = lookup.and_then(|lookup| lookup.place_of(address));
        let place = place.map(|place| place..place + size_of::<usize>());
        // Fields that are not in use may contain what was on the stack before.
        let body = self.body.as_deref().map(|body| {
            let start = std::ptr::from_ref(body) as usize;
            start..start + size_of::<Body>()
        });
        let objects = objects.start as usize..objects.end as usize;
        std::iter::once(objects).chain(place).chain(body)
    }

    fn vertex_lookup(&self, py: Python<'_>) -> PyResult<&Lookup> {
        let body = self.body.as_deref().expect("many vertices have a body");
        if let Some(lookup) = body.vertex_lookup.get() {
            return Ok(lookup);
        }
        let lookup = match self.kind().is_of_objects() {
            true => Lookup::by_identity(py, self.objects())?,
            false => Lookup::by_equality(py, self.objects())?,
        };
        Ok(body.vertex_lookup.get_or_init(|| lookup))
    }

    /// The vertex that is this object, or is the lazy import of it.
    pub(crate) fn vertex(&self, object: &Bound<'_, PyAny>) -> PyResult<VertexId> {
        self.find(object)?
            .or_else(|| self.lazy_import_of(object))
            .ok_or_else(|| not_in_graph("vertex", object, self.reading()))
    }

    /// The vertex whose place a variable held before the import was performed, which reading the
    /// variable does.
    fn lazy_import_of(&self, object: &Bound<'_, PyAny>) -> Option<VertexId> {
        #[cfg(Py_3_15)]
        if self.kind().is_of_objects() && self.whole_dump().is_none() {
            let number = lazy_import_of(object.py(), self.objects(), object)?;
            return Some(VertexId::from_index(number));
        }
        let _ = object;
        None
    }

    /// Creates the edges of a graph whose edges are created on demand.
    fn on_demand(&self) -> &dyn OnDemand {
        let parts = self.kind().on_demand();
        parts.expect("edges on demand have a kind that creates them")
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
            EdgeNames::OnDemand => return self.on_demand().find_edge(name),
        };
        Ok(found.map(EdgeId::new))
    }

    /// The edge with this name.
    pub(crate) fn edge(&self, name: &Bound<'_, PyAny>) -> PyResult<EdgeId> {
        self.find_edge(name)?
            .ok_or_else(|| not_in_graph("edge", name, None))
    }

    pub(crate) fn edge_name<'py>(
        &self,
        py: Python<'py>,
        edge: EdgeId,
    ) -> PyResult<Bound<'py, PyAny>> {
        let edges = self.body.as_deref().map(|body| &body.edges);
        match edges {
            Some(EdgeNames::Objects(objects)) => Ok(objects[edge.index()].bind(py).clone()),
            Some(EdgeNames::OnDemand) => self.on_demand().edge(py, edge),
            _ => Ok(self.edge_number(edge).into_pyobject(py)?.into_any()),
        }
    }

    /// The number of an edge in Python, if its name is a number.
    pub(crate) fn edge_number(&self, edge: EdgeId) -> u32 {
        match self.body.as_deref().map(|body| &body.edges) {
            Some(EdgeNames::Kept(kept)) => kept[edge.index()],
            _ => edge.number(),
        }
    }

    /// Called before the edges that enter a vertex are needed: requests the memory for the reversed
    /// graph, and computes its vertices while other threads run.
    pub(crate) fn ask_for_backward(&self, py: Python<'_>) -> PyResult<()> {
        let graph = self.graph().filter(|graph| graph.vertex_count() > 0);
        let Some(graph) = graph.filter(|graph| memory_needs::backward(graph) > 0) else {
            return Ok(());
        };
        memory::ask(memory_needs::backward(graph))?;
        if !memory_needs::has_predecessors(graph) {
            let first = VertexId::new(0);
            self.run(py, |_| ControlFlow::Continue(graph.in_degree(first)))?;
        }
        Ok(())
    }

    /// The same, and computes the ids of its edges.
    pub(crate) fn ask_for_in_edges(&self, py: Python<'_>) -> PyResult<()> {
        self.ask_for_backward(py)?;
        let graph = self.graph().filter(|graph| graph.vertex_count() > 0);
        if let Some(graph) = graph.filter(|graph| memory_needs::backward(graph) > 0) {
            let first = VertexId::new(0);
            self.run(py, |_| ControlFlow::Continue(graph.in_edges(first).next()))?;
        }
        Ok(())
    }

    pub(crate) fn run<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut Signals) -> ControlFlow<PyErr, T> + Send,
    ) -> PyResult<T> {
        interrupt::run(py, self.size(), job)
    }

    // Garbage collection.

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(kind) = &self.kind else {
            return Ok(());
        };
        kind.traverse(visit)?;
        self.objects.traverse(visit)?;
        let Some(body) = self.body.as_deref() else {
            return Ok(());
        };
        if let EdgeNames::Objects(edges) = &body.edges {
            for edge in edges.owned() {
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
        let released = (
            std::mem::take(&mut self.objects),
            self.body.take(),
            std::mem::take(&mut self.counts),
        );
        if !self.kind().is_of_objects() {
            // Vertices of other kinds are always looked up in a body.
            self.body = Some(Body::new(Arc::new(edgeless(0)), EdgeNames::Numbers));
        }
        if let Some(kind) = &mut self.kind {
            kind.clear();
        }
        drop(released); // released objects may run code, which finds no vertex
    }
}

impl Body {
    /// The graph's own number of an edge, given its kept number.
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

/// Whether a graph of objects needs no body.
fn is_bare(objects: usize, graph: &CsrGraph) -> bool {
    objects <= FEW && graph.edge_count() == 0
}

fn edgeless(vertices: usize) -> CsrGraph {
    CsrGraph::from_parts(vec![0; vertices + 1], Vec::new()).expect("few vertices, no edges")
}
