//! Building a dump.

use std::collections::BTreeMap;
use std::sync::Arc;

use refcycle_core::{CsrGraph, EdgeId, IDirectedGraph, VertexId, Vertices};

use super::error::DumpError;
use super::later::LaterNames;
use super::states::States;
use super::texts::TextsBuilder;
use super::waste::Waste;
use super::weak::WeakReference;
use super::{HeapDump, Holder, UNKNOWN, metadata, unknown, weak};
use crate::names::{NameId, NamesBuilder, ObjectName, ReferenceName};
use crate::roots::Group;

/// No process has more memory, because addresses have 47 bits.
const MOST_BYTES: u64 = 1 << 48;

/// The data that is written about an object.
#[derive(Clone, Copy, Debug)]
pub struct DumpedObject<'a> {
    /// Its address, which is its `id()` in the program.
    pub address: u64,
    /// The name of its type with the module.
    pub type_name: &'a str,
    /// Its name.
    pub name: ObjectName<&'a str>,
    /// The bytes that it takes itself.
    pub size: u64,
    /// The number of references to it that were counted; `None` if unknown.
    pub reference_count: Option<u32>,
}

/// The number of a name of references in a [`HeapDumpBuilder`]: see
/// [`reference_name`](HeapDumpBuilder::reference_name). It is of use only for that builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceNameId(NameId);

/// Collects the parts of a [`HeapDump`]: first all objects in the order of the vertices, then all
/// names of references in the order of the edges, and then everything else that is known.
#[derive(Debug)]
pub struct HeapDumpBuilder {
    pub(super) graph: Arc<CsrGraph>,
    pub(super) addresses: Vec<u64>,
    pub(super) types: TextsBuilder,
    pub(super) names: NamesBuilder,
    pub(super) object_names: Vec<NameId>,
    pub(super) sizes: Vec<u64>,
    pub(super) reference_counts: Vec<u32>,
    pub(super) reference_names: Vec<NameId>,
    /// The names, if they are not in the fields above.
    pub(super) later: Option<LaterNames>,
    pub(super) uncounted: Vec<u32>,
    pub(super) states: States,
    /// Up to the last object whose place is known; no rows if no place is.
    pub(super) allocated: TextsBuilder,
    pub(super) waste: Option<Waste>,
    pub(super) weak: Vec<WeakReference>,
    pub(super) unknown_sizes: Option<Vec<u32>>,
    pub(super) roots: Vec<Holder>,
    pub(super) metadata: BTreeMap<String, String>,
}

impl HeapDumpBuilder {
    pub(super) fn new(graph: Arc<CsrGraph>) -> Self {
        let (vertices, edges) = (graph.vertex_count(), graph.edge_count());
        Self {
            graph,
            addresses: Vec::with_capacity(vertices),
            types: TextsBuilder::default(),
            names: NamesBuilder::default(),
            object_names: Vec::with_capacity(vertices),
            sizes: Vec::with_capacity(vertices),
            reference_counts: Vec::with_capacity(vertices),
            reference_names: Vec::with_capacity(edges),
            later: None,
            uncounted: Vec::new(),
            states: States::default(),
            allocated: TextsBuilder::default(),
            waste: None,
            weak: Vec::new(),
            unknown_sizes: None,
            roots: Vec::new(),
            metadata: BTreeMap::new(),
        }
    }

    /// Adds the next object.
    pub fn object(&mut self, object: DumpedObject<'_>) {
        self.addresses.push(object.address);
        self.types.push(Some(object.type_name));
        self.object_names.push(self.names.object(object.name));
        self.sizes.push(object.size);
        self.reference_counts
            .push(object.reference_count.unwrap_or(UNKNOWN));
    }

    /// Adds the next object, which has the type and the name of an earlier one. Cheaper than
    /// [`object`](Self::object): most objects of a heap are strings, tuples and dicts, many of
    /// which have the same name.
    ///
    /// # Panics
    /// If there is no object `earlier` yet.
    pub fn object_like(
        &mut self,
        earlier: VertexId,
        address: u64,
        size: u64,
        reference_count: Option<u32>,
    ) {
        self.addresses.push(address);
        self.types.push_again(earlier.index());
        self.object_names.push(self.object_names[earlier.index()]);
        self.sizes.push(size);
        self.reference_counts
            .push(reference_count.unwrap_or(UNKNOWN));
    }

    /// Adds the name of the next reference, if it has one.
    pub fn reference(&mut self, name: Option<ReferenceName<&str>>) {
        let name = name.map(|name| self.reference_name(name));
        self.reference_named(name);
    }

    /// The number of a name of references. A name that occurs again and again needs to be looked up
    /// only once.
    pub fn reference_name(&mut self, name: ReferenceName<&str>) -> ReferenceNameId {
        ReferenceNameId(self.names.reference(name))
    }

    /// Adds the number of the name of the next reference, if it has a name: the same as
    /// [`reference`](Self::reference) with the name.
    pub fn reference_named(&mut self, name: Option<ReferenceNameId>) {
        let name = name.map_or(NameId::NONE, |ReferenceNameId(name)| name);
        self.reference_names.push(name);
    }

    /// Marks an edge that no reference count includes.
    pub fn uncounted(&mut self, edge: u32) {
        self.uncounted.push(edge);
    }

    /// Sets the state of execution of an object: see [`HeapDump::state`]. If an object gets several
    /// states, the first one counts. There are at most 256 different states.
    pub fn state(&mut self, vertex: VertexId, state: &str) {
        self.states.push(vertex, state);
    }

    /// Sets where an object was allocated: see [`HeapDump::allocated_at`]. Call this in the order
    /// of the vertices: calls for an earlier vertex than the last one are ignored.
    pub fn allocated_at(&mut self, vertex: VertexId, place: &str) {
        if vertex.index() < self.allocated.len() {
            return;
        }
        while self.allocated.len() < vertex.index() {
            self.allocated.push(None);
        }
        self.allocated.push(Some(place));
    }

    /// Says that the waste of all objects is known: those that [`waste`](Self::waste) does not name
    /// waste nothing.
    pub fn knows_waste(&mut self) {
        self.waste.get_or_insert_default();
    }

    /// Sets why an object wastes bytes, and how many: see [`HeapDump::waste`]. If an object is
    /// given several times, the first one counts. There are at most 256 different kinds.
    pub fn waste(&mut self, vertex: VertexId, kind: &str, saved: u64) {
        let waste = self.waste.get_or_insert_default();
        waste.push(vertex, kind, saved);
    }

    /// Says that an edge ends when another object is freed: see [`HeapDump::weak_references`].
    pub fn weak_reference(&mut self, edge: EdgeId, owner: VertexId) {
        self.weak.push(WeakReference { edge, owner });
    }

    /// Sets the objects, by number, that own memory whose size is unknown: see
    /// [`HeapDump::has_unknown_size`].
    pub fn unknown_sizes(&mut self, objects: impl IntoIterator<Item = u32>) {
        self.unknown_sizes.get_or_insert_default().extend(objects);
    }

    /// Adds a holder of an object outside the graph.
    pub fn root(&mut self, vertex: VertexId, group: Group, name: impl Into<String>) {
        let name = name.into();
        self.roots.push(Holder {
            vertex,
            group,
            name,
        });
    }

    /// Sets a fact about the whole dump, under its own name.
    pub fn metadata(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.metadata.insert(key.into(), value.into());
    }

    /// The approximate bytes of the names so far. When one of their tables is full, it is copied
    /// into one that is twice as large.
    pub fn names_memory(&self) -> usize {
        self.names.memory()
    }

    /// Whether the next new names make a large table move into a larger one, which takes up to a
    /// second with ten millions of them. Call [`make_room`](Self::make_room) where that time does not
    /// matter. `names` is an upper bound of the number of new names.
    pub fn is_crowded(&self, names: usize) -> bool {
        self.names.is_crowded(names)
    }

    /// Makes room for new names: see [`is_crowded`](Self::is_crowded).
    pub fn make_room(&mut self, names: usize) {
        self.names.make_room(names);
    }

    /// Builds the dump.
    ///
    /// # Errors
    /// [`DumpError::Parts`] if the number of objects differs from that of the vertices, or the
    /// number of names from that of the edges; if a root, a state, a place of allocation, an object that
    /// wastes bytes or an edge is not in the graph; if two objects have the same address; if the sizes or the wasted bytes
    /// add up to more than 2^48 bytes; or if a known fact about the whole dump is malformed: see [the module](super).
    pub fn build(self) -> Result<HeapDump, DumpError> {
        self.finish(DumpError::Parts)
    }

    pub(super) fn finish(mut self, error: fn(String) -> DumpError) -> Result<HeapDump, DumpError> {
        let (vertices, edges) = (self.graph.vertex_count(), self.graph.edge_count());
        let same = |what: &str, expected: usize, given: usize| match expected == given {
            true => Ok(()),
            false => Err(error(format!("{given} {what}, but {expected} are needed"))),
        };
        same("objects", vertices, self.addresses.len())?;
        same("types", vertices, self.types.len())?;
        if self.later.is_none() {
            same("names", vertices, self.object_names.len())?;
            same("names of references", edges, self.reference_names.len())?;
        }
        metadata::check(&self.metadata).map_err(error)?;
        if let Some(address) = duplicate(&self.addresses) {
            return Err(error(format!("two objects have the address {address:#x}")));
        }
        let add = |all: u64, &size: &u64| all.checked_add(size);
        let all = self.sizes.iter().try_fold(0, add);
        if all.is_none_or(|all| all > MOST_BYTES) {
            return Err(error("its sizes add up to more than any memory".to_owned()));
        }
        self.uncounted.sort_unstable();
        self.uncounted.dedup();
        if let Some(&edge) = self
            .uncounted
            .last()
            .filter(|&&edge| edge as usize >= edges)
        {
            return Err(error(format!("edge {edge} is not in the graph")));
        }
        self.states.finish(vertices).map_err(error)?;
        if let Some(waste) = &mut self.waste {
            waste.finish(vertices, MOST_BYTES).map_err(error)?;
        }
        weak::finish(&mut self.weak, &self.graph).map_err(error)?;
        if let Some(unknown) = &mut self.unknown_sizes {
            unknown::finish(unknown, vertices).map_err(error)?;
        }
        // Several holders of an object keep their order.
        self.roots.sort_by_key(|root| root.vertex);
        if let Some(root) = self
            .roots
            .last()
            .filter(|root| !self.graph.contains_vertex(root.vertex))
        {
            return Err(error(format!(
                "the root {:?} is not in the graph",
                root.vertex
            )));
        }
        let too_many = || error("more than 2^32 - 1 different texts".to_owned());
        if self.allocated.len() > vertices {
            let number = self.allocated.len() - 1;
            return Err(error(format!("object {number} is not in the graph")));
        }
        let allocated = match self.allocated.len() {
            0 => None,
            _ => {
                while self.allocated.len() < vertices {
                    self.allocated.push(None);
                }
                Some(self.allocated.finish().ok_or_else(too_many)?)
            }
        };
        let types = self.types.finish().ok_or_else(too_many)?;
        let names = self.names.finish().ok_or_else(too_many)?;
        let has_name = |row| match &self.later {
            Some(_) => true,
            None => self.object_names[row] != NameId::NONE,
        };
        for row in 0..vertices {
            if types.number(row).is_none() || !has_name(row) {
                return Err(error(format!("object {row} has no type or no name")));
            }
        }
        Ok(HeapDump {
            graph: self.graph,
            addresses: self.addresses.into(),
            types,
            names,
            object_names: self.object_names.into(),
            sizes: self.sizes.into(),
            reference_counts: self.reference_counts.into(),
            reference_names: self.reference_names.into(),
            later: self.later.map(Arc::new),
            uncounted: self.uncounted.into(),
            states: self.states,
            allocated,
            waste: self.waste,
            weak: self.weak.into(),
            unknown_sizes: self.unknown_sizes.map(Vec::into_boxed_slice),
            roots: self.roots.into(),
            metadata: self.metadata,
        })
    }
}

/// An address that occurs twice. Those of a snapshot ascend, and need no copy.
fn duplicate(addresses: &[u64]) -> Option<u64> {
    if addresses.is_sorted_by(|one, next| one < next) {
        return None;
    }
    let mut sorted = addresses.to_vec();
    sorted.sort_unstable();
    let pairs = sorted.windows(2);
    pairs
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .next()
}
