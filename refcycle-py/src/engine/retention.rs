//! The retained sizes of the objects of a graph.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::algo::{self, Dominator, DominatorTree, Dominators};
use refcycle_core::views::Masked;
use refcycle_core::{CsrGraph, IDirectedGraph, Run, VertexId, VertexSet, Vertices};
use rustc_hash::FxHashMap;

use super::live_apart::LiveApart;
use super::{Engine, Holding, allocated_at, long_name_of};
use crate::heap::{SLICE, Turns, check_stop, memory};
use crate::interrupt::{self, Signals, answer};
use crate::terminal;

/// The search for dominators, the tree, two sizes and a component for each vertex.
const BYTES_A_VERTEX: usize = 28 + 40 + 16 + 24;

/// The dominator tree of a graph, whose roots are the vertices held from outside, and the sizes of
/// its vertices. Weak containers and refcycle's own graphs hold what [`Holding`] says; garbage holds
/// no live object.
pub(crate) struct Retention {
    tree: DominatorTree,
    sizes: Vec<u64>,
    retained: Vec<u64>,
    /// The buffers on devices, once they are asked for.
    on_devices: OnceLock<Vec<VertexId>>,
}

impl Retention {
    /// `graph` is the graph of the engine, with at least one vertex.
    pub(crate) fn of(py: Python<'_>, engine: &Engine, graph: &CsrGraph) -> PyResult<Self> {
        let (tree, holding) = dominators(py, engine, graph, Dominators::into_tree)?;
        let sizes = engine.sizes(py);
        check_stop()?; // these sizes are kept
        let retained = interrupt::run(py, sizes.len(), |_| {
            let mut retained = tree.accumulate(&sizes).expect("each vertex has a size");
            add_shared_entries(&tree, &holding, &mut retained);
            ControlFlow::Continue(retained)
        })?;
        Ok(Self {
            on_devices: OnceLock::new(),
            tree,
            sizes,
            retained,
        })
    }

    /// The bytes that `v` retains, itself included.
    pub(crate) fn size(&self, v: VertexId) -> u64 {
        self.retained[v.index()]
    }

    /// The same for all vertices, in their order.
    pub(crate) fn all(&self) -> &[u64] {
        &self.retained
    }

    /// The bytes that each vertex takes itself.
    pub(crate) fn shallow(&self) -> &[u64] {
        &self.sizes
    }

    /// The bytes that vertices retain, those that another of them retains counted once.
    pub(crate) fn sum(&self, vertices: &[VertexId]) -> u64 {
        // What a vertex retains is a part of one array, in which it comes first.
        let place = |v: VertexId| self.vertices(v).as_ptr_range();
        let mut places: Vec<_> = vertices.iter().map(|&v| (place(v).start, v)).collect();
        places.sort_unstable();
        let mut end = std::ptr::null();
        let mut sum = 0;
        for (start, v) in places {
            if start >= end {
                end = place(v).end;
                sum += self.size(v);
            }
        }
        sum
    }

    /// The bytes on each device that `v` retains, by the names of the devices.
    fn device_sizes(&self, py: Python<'_>, engine: &Engine, v: VertexId) -> BTreeMap<String, u64> {
        // What a vertex retains is a part of one array.
        let retained = self.vertices(v).as_ptr_range();
        let mut sizes = BTreeMap::new();
        for &buffer in self.on_devices(py, engine) {
            if retained.contains(&self.vertices(buffer).as_ptr())
                && let Some((device, bytes)) = engine.device_of(py, buffer)
            {
                *sizes.entry(device.to_owned()).or_default() += bytes;
            }
        }
        sizes
    }

    /// The buffers on devices.
    fn on_devices(&self, py: Python<'_>, engine: &Engine) -> &[VertexId] {
        if let Some(known) = self.on_devices.get() {
            return known;
        }
        let mut turns = Turns::default();
        let mut found = Vec::new();
        for v in engine.vertices() {
            if v.index() > 0 && v.index().is_multiple_of(SLICE) {
                turns.give(py);
            }
            if engine.device_of(py, v).is_some() {
                found.push(v);
            }
        }
        // Not in the initialiser: another thread would wait for it, and not give the turn back.
        self.on_devices.get_or_init(|| found)
    }

    /// The dominator tree.
    pub(crate) fn tree(&self) -> &DominatorTree {
        &self.tree
    }

    /// The bytes of all vertices.
    pub(crate) fn total(&self) -> u64 {
        self.sizes.iter().sum()
    }

    /// The vertices that `v` retains, `v` first.
    pub(crate) fn vertices(&self, v: VertexId) -> &[VertexId] {
        self.tree.subtree(v)
    }

    /// The vertices, each before those that it retains.
    pub(crate) fn preorder(&self) -> &[VertexId] {
        self.tree.vertices()
    }

    /// The nearest vertex without which `v` would be freed too.
    pub(crate) fn immediate_dominator(&self, v: VertexId) -> Option<VertexId> {
        self.tree.immediate_dominator(v).and_then(Dominator::vertex)
    }

    /// The vertices with this immediate dominator, or without one: the largest retained size
    /// first.
    pub(crate) fn children(&self, v: Option<VertexId>) -> Vec<VertexId> {
        let children = match v {
            Some(v) => self.tree.children(v),
            None => self.tree.roots(),
        };
        let mut children = children.to_vec();
        children.sort_by_key(|&child| std::cmp::Reverse(self.size(child)));
        children
    }

    /// The data of `v` as a Python object, with its name if that has been looked up.
    pub(crate) fn retained(
        &self,
        py: Python<'_>,
        engine: &Engine,
        v: VertexId,
        name: Option<String>,
    ) -> PyResult<Retained> {
        Ok(Retained {
            name,
            vertex: engine.object(py, v)?.unbind(),
            shallow_size: self.sizes[v.index()],
            retained_size: self.size(v),
            retained_count: self.vertices(v).len(),
            tracked_only: engine.has_tracked_only(py),
            device_sizes: self.device_sizes(py, engine, v),
        })
    }
}

/// The vertices without which each vertex would be freed too, in the form that `finish` gives them,
/// and what keeps what alive. References from garbage to live objects keep nothing alive.
///
/// # Cost
/// Linear, about two searches. A graph in which weak containers have entries is copied.
pub(crate) fn dominators<T: Send>(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    finish: impl FnOnce(Dominators) -> T + Send,
) -> PyResult<(T, Holding)> {
    memory::ask(BYTES_A_VERTEX * graph.vertex_count())?;
    let roots = engine.held_from_outside(py)?;
    let holding = Holding::of(py, engine, graph, &roots)?;
    let size = graph.vertex_count() + graph.edge_count();
    let found = interrupt::run(py, size, |signals| {
        let held = holding.graph(graph);
        let (mut starts, live) = covering(held, &roots, signals)?;
        let with_own = holding.with_held_by_own(graph, &starts[roots.len()..]);
        if let Some(held) = &with_own {
            starts = covering(held, &roots, signals)?.0;
        }
        let held = with_own.as_ref().unwrap_or(held);
        let dominators = match live {
            Some(live) => {
                let held = LiveApart::new(held, &live);
                algo::dominators(Run::on(&held).watch(signals), starts)
            }
            None => algo::dominators(Run::on(held).watch(signals), starts),
        };
        ControlFlow::Continue(finish(answer(dominators)?))
    })?;
    Ok((found, holding))
}

/// Adds the parts of entries that are freed with their container or with their owner, whichever goes
/// first, to the owner and to all that retain it without the container.
///
/// # Cost
/// For each container, its entries and the vertices above their owners; then one pass.
fn add_shared_entries(tree: &DominatorTree, holding: &Holding, retained: &mut [u64]) {
    let dominator = |v| tree.immediate_dominator(v).and_then(Dominator::vertex);
    // Something else holds the other parts too.
    let is_shared = |&[container, part, _]: &[VertexId; 3]| dominator(part) == Some(container);
    let mut entries: Vec<_> = holding.shared_entries().filter(is_shared).collect();
    if entries.is_empty() {
        return;
    }
    entries.sort_by_key(|&[container, ..]| container);
    // What begins at a vertex less what ends there, modulo 2 to the power of 64.
    let mut added = vec![0u64; retained.len()];
    for of_one in entries.chunk_by(|one, other| one[0] == other[0]) {
        let inside = tree.subtree(of_one[0][0]).as_ptr();
        let holds = |v: VertexId| tree.subtree(v).as_ptr_range().contains(&inside);
        // For each vertex, the first above it that retains the container.
        let mut ends: FxHashMap<VertexId, Option<VertexId>> = FxHashMap::default();
        let mut below = Vec::new();
        for &[_, part, owner] in of_one {
            let mut next = Some(owner);
            let end = loop {
                let Some(v) = next else { break None };
                if holds(v) {
                    break Some(v);
                }
                if let Some(&end) = ends.get(&v) {
                    break end;
                }
                below.push(v);
                next = dominator(v);
            };
            ends.extend(below.drain(..).map(|v| (v, end)));
            if end == Some(owner) {
                continue;
            }
            let bytes = retained[part.index()];
            added[owner.index()] = added[owner.index()].wrapping_add(bytes);
            if let Some(end) = end {
                added[end.index()] = added[end.index()].wrapping_sub(bytes);
            }
        }
    }
    // Each vertex comes before those that it dominates.
    for &v in tree.vertices().iter().rev() {
        let more = added[v.index()];
        retained[v.index()] = retained[v.index()].wrapping_add(more);
        if let Some(above) = dominator(v) {
            added[above.index()] = added[above.index()].wrapping_add(more);
        }
    }
}

/// The roots, and the objects of all cycles that nothing else holds. Also the vertices that can be
/// reached from the roots, if these are some and not all.
fn covering(
    graph: &CsrGraph,
    roots: &[VertexId],
    signals: &mut Signals,
) -> ControlFlow<PyErr, (Vec<VertexId>, Option<VertexSet>)> {
    let reached = match roots {
        [] => VertexSet::new(graph.vertex_bound()),
        _ => {
            let starts = roots.iter().copied();
            answer(algo::descendants_set(Run::on(graph).watch(signals), starts))?
        }
    };
    let mut starts = roots.to_vec();
    if reached.len() == graph.vertex_count() {
        return ControlFlow::Continue((starts, None));
    }
    // No reference leads from what is reached to the rest, which is small on most heaps.
    let is_rest = |v: &VertexId| !reached.contains(*v);
    let rest = VertexSet::from_vertices(graph.vertex_bound(), graph.vertices().filter(is_rest));
    let rest = Masked::new(graph, &rest);
    let components = algo::strongly_connected_components(Run::on(&rest).watch(signals))?;
    let split = algo::Split::new(&rest, components).expect("they are its components");
    starts.extend(split.covering([]));
    ControlFlow::Continue((starts, (!reached.is_empty()).then_some(reached)))
}

/// A vertex with its retained size: the bytes that would be freed with it.
#[pyclass(frozen, module = "refcycle.object_graph")]
pub(crate) struct Retained {
    name: Option<String>,
    /// The object.
    #[pyo3(get)]
    vertex: Py<PyAny>,
    /// The bytes of the object itself.
    #[pyo3(get)]
    shallow_size: u64,
    /// The bytes of the object and of everything that it dominates.
    #[pyo3(get)]
    retained_size: u64,
    /// The number of objects that it dominates, including itself.
    #[pyo3(get)]
    retained_count: usize,
    /// Whether the objects that the collector does not track are left out.
    tracked_only: bool,
    /// The bytes on each device that it retains: a dict by the name of the device, as in
    /// `cuda:0`. They are in no other size.
    #[pyo3(get)]
    device_sizes: BTreeMap<String, u64>,
}

impl Retained {
    fn name(&self, py: Python<'_>) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => long_name_of(self.vertex.bind(py)),
        }
    }
}

#[crate::border::guarded]
#[pymethods]
impl Retained {
    /// The name of the object and, for a container, its owner.
    ///
    /// For example, "list (3,000 items), app.cache.entries". In a long list of results, only the
    /// first thousand names include the owner.
    #[getter(name)]
    fn name_in_python(&self, py: Python<'_>) -> String {
        self.name(py)
    }

    /// The file and the line at which the object was allocated, as in `/srv/app.py:12`.
    ///
    /// `None` unless `tracemalloc` is tracing and was tracing then; of an object from a file,
    /// unless the file says it.
    #[getter(allocated_at)]
    fn allocated_at_in_python(&self, py: Python<'_>) -> Option<String> {
        allocated_at(self.vertex.bind(py))
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let what = terminal::line(&self.name(py));
        let what_counts = match self.tracked_only {
            true => "tracked object",
            false => "object",
        };
        let objects = match self.retained_count {
            1 => format!("1 {what_counts}"),
            many => format!("{many} {what_counts}s"),
        };
        format!(
            "<Retained: {what}, {} bytes in {objects}>",
            self.retained_size
        )
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.vertex)
    }
}
