//! The heap of a program in a file: objects, named references, holders and sizes.
//!
//! The file is a table of [Apache Arrow](https://arrow.apache.org) (its IPC file format, also
//! called Feather version 2) with zstd compression, which pyarrow, pandas, Polars and other tools
//! read. Each row is an object:
//!
//! | column | type | contents |
//! |---|---|---|
//! | `address` | 64 bits | the address, `id()` |
//! | `type` | text | the name of the type, with its module except for builtins |
//! | `kind` | text | the kind of its name: see [`ObjectKind`](crate::names::ObjectKind) |
//! | `name` | text | the name of a class, a function, a method, a module, a builtin function, a descriptor, a context variable or a task; for a frame that of its function, for a cell that of its variable; null for all others |
//! | `place` | text | the file and the line at which a function is defined, or that a generator or a task has reached; null for all others (the label of a frame contains them) |
//! | `about` | text | for a class its name with the module, for a weak reference the name of its object, for a task the function of its coroutine; null for all others |
//! | `label` | text | a description of the object in one or two lines |
//! | `size` | 64 bits | the bytes that it takes itself |
//! | `reference_count` | 32 bits | the number of references that were counted; null if unknown |
//! | `state` | text | `running` or `suspended` for a generator, `pending` or `done` for a future; null for all others |
//! | `allocated` | text | the file and the line at which it was allocated, as in `/srv/app.py:12`; null if unknown |
//! | `waste` | text | why it wastes bytes, as in `duplicate`; null for most objects |
//! | `saved` | 64 bits | how many bytes it wastes; null for most objects |
//! | `roots` | list of (`group`, `holder`) | its holders from outside, one for each reference; null for nearly all objects |
//! | `referents` | list of 32 bits | the rows of the objects to which it refers, one for each reference |
//! | `reference_kinds` | list of text | the kind of the name of each of these references: see [`ReferenceKind`](crate::names::ReferenceKind); null if unknown |
//! | `reference_labels` | list of text | the name of each of these references; null if unknown |
//! | `uncounted` | list of 32 bits | the numbers of those of them, from 0, that no reference count includes; null for nearly all objects |
//! | `weak_owners` | list of 32 bits | for those of them that end when another object is freed, as that of a `WeakKeyDictionary` to a value: its number, from 0, and the row of that object, one after the other; null for nearly all objects |
//! | `has_unknown_size` | true or false | whether it owns memory whose size is unknown |
//!
//! No two objects have the same address. Facts about the whole dump are in the metadata of the
//! schema, under keys that start with `refcycle.`; `refcycle.format` is the version of the format
//! (2). Format 1 had neither kinds nor names. Files of format 2 may lack `place` and `about`,
//! `waste` and `saved`, `weak_owners` and `has_unknown_size`, and they have `allocated` only if the program traced allocations. All facts except the format may be
//! missing, and keys that are not in this table are ignored.
//!
//! | key | contents |
//! |---|---|
//! | `refcycle`, `python`, `platform` | versions and the system, a line of text each |
//! | `pid`, `sys.modules`, `frozen` | decimal numbers: the process, the address of `sys.modules`, the number of frozen objects that are missing |
//! | `allocated_blocks`, `resident_bytes`, `own_bytes` | decimal numbers: the memory blocks that the interpreter had allocated, the bytes of the process, and how many of these the writer took |
//! | `time`, `pause_seconds` | the time in UTC, as in `2026-11-28T18:19:15Z`, and how long the program was paused |
//! | `closed`, `redacted`, `untracked` | `true` or `false`: whether it is a whole heap, whether it is redacted, and whether it has the objects that the collector does not track |
//! | `partial`, `lost_references` | `true` for the part of a file that was cut off, and the number of references that led to missing objects |
//! | `command` | JSON, a list of strings: the command line |
//! | `threads` | JSON, an object of lists of strings: the stack of each thread, by its name |
//! | `types` | JSON, an object of strings: letters for facts about each type, by its name |
//!
//! ```
//! use refcycle_core::{CsrGraph, VertexId};
//! use refcycle_dot::dump::{DumpedObject, HeapDump};
//! use refcycle_dot::exchange::heapsnapshot::Group;
//! use refcycle_dot::names::{ObjectName, ReferenceName};
//!
//! let mut builder = HeapDump::builder(CsrGraph::from_edges(2, [(0, 1)])?);
//! for (address, type_name) in [(0x7f00, "app.Pool"), (0x7f40, "app.Connection")] {
//!     let name = ObjectName::Instance(type_name);
//!     builder.object(DumpedObject { address, type_name, name, size: 64, reference_count: Some(1) });
//! }
//! builder.reference(Some(ReferenceName::Attribute("free")));
//! builder.root(VertexId::new(0), Group::Threads, "running in thread MainThread");
//! let dump = builder.build()?;
//!
//! let mut file = Vec::new();
//! dump.write(&mut file)?;
//! let read = HeapDump::read(std::io::Cursor::new(file))?;
//! assert_eq!(read.type_name(VertexId::new(0)), "app.Pool");
//! assert_eq!(read.roots()[0].name, "running in thread MainThread");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arrays;
mod builder;
mod check;
mod columns;
mod comparison;
mod error;
mod held_file;
mod later;
mod lists;
mod metadata;
mod names;
mod part_names;
mod read;
mod read_columns;
pub mod redaction;
mod states;
mod texts;
mod type_modules;
mod unknown;
mod waste;
mod weak;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use refcycle_core::{CsrGraph, EdgeId, VertexId};

use crate::names::{NameId, Names, NamesBuilder, ObjectName, ReferenceName};
use crate::roots::Group;
use later::LaterNames;
use states::States;
use texts::Texts;
use waste::Waste;

pub use builder::{DumpedObject, HeapDumpBuilder, ReferenceNameId};
pub use columns::FORMAT_VERSION;
pub use comparison::{Difference, Grown};
pub use error::DumpError;
pub use held_file::HeldFile;
pub use later::ReadLater;
pub use read::{DumpParts, DumpReader};
pub use weak::WeakReference;

/// Stands for an unknown reference count.
const UNKNOWN: u32 = u32::MAX;

/// A holder of an object outside the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The object.
    pub vertex: VertexId,
    /// The group of the holder.
    pub group: Group,
    /// Its name.
    pub name: String,
}

/// The heap of a program at one time: a graph whose vertices are objects.
///
/// Takes 28 bytes an object and 4 a reference in addition to the graph, and stores each text once.
/// If the names are read later, these are 24 bytes an object.
#[derive(Clone, Debug)]
pub struct HeapDump {
    graph: Arc<CsrGraph>,
    addresses: Box<[u64]>,
    types: Texts,
    names: Names,
    object_names: Box<[NameId]>,
    sizes: Box<[u64]>,
    reference_counts: Box<[u32]>,
    reference_names: Box<[NameId]>,
    /// The names, if they are read when they are asked for. The three fields above are empty then.
    later: Option<Arc<LaterNames>>,
    uncounted: Box<[u32]>,
    states: States,
    allocated: Option<Texts>,
    waste: Option<Waste>,
    weak: Box<[WeakReference]>,
    unknown_sizes: Option<Box<[u32]>>,
    roots: Box<[Holder]>,
    metadata: BTreeMap<String, String>,
}

impl HeapDump {
    /// A builder for a dump of this graph, to which its objects and labels are added.
    pub fn builder(graph: impl Into<Arc<CsrGraph>>) -> HeapDumpBuilder {
        HeapDumpBuilder::new(graph.into())
    }

    /// The objects and the references between them.
    pub fn graph(&self) -> &Arc<CsrGraph> {
        &self.graph
    }

    /// The address of an object.
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn address(&self, v: VertexId) -> u64 {
        self.addresses[v.index()]
    }

    /// The object that was at this address. O(objects).
    pub fn find(&self, address: u64) -> Option<VertexId> {
        let place = self.addresses.iter().position(|&known| known == address);
        place.map(VertexId::from_index)
    }

    /// The name of the type of an object, with its module except for builtins.
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn type_name(&self, v: VertexId) -> &str {
        self.types.get(v.index()).unwrap_or_default()
    }

    /// The number of the type of an object: its place among [`types`](Self::types).
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn type_number(&self, v: VertexId) -> usize {
        self.types.number(v.index()).unwrap_or_default() as usize
    }

    /// The names of all types.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.distinct()
    }

    /// A description of an object in one or two lines.
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn label(&self, v: VertexId) -> &str {
        match &self.later {
            Some(later) => later.object_label(v.index(), self.graph.offsets()),
            None => self.names.object_label(self.object_names[v.index()]),
        }
    }

    /// The name of an object, as data.
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn object_name(&self, v: VertexId) -> ObjectName<&str> {
        match &self.later {
            Some(later) => later.object(v.index(), self.type_name(v), self.graph.offsets()),
            None => self.names.object(self.object_names[v.index()]),
        }
    }

    /// The bytes that an object takes itself.
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn size(&self, v: VertexId) -> u64 {
        self.sizes[v.index()]
    }

    /// The sizes of all objects: weights for a dominator tree.
    pub fn sizes(&self) -> &[u64] {
        &self.sizes
    }

    /// The number of references to an object that were counted; `None` if unknown.
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn reference_count(&self, v: VertexId) -> Option<u32> {
        Some(self.reference_counts[v.index()]).filter(|&count| count != UNKNOWN)
    }

    /// The label of a reference, if it has a name.
    ///
    /// # Panics
    /// If `e` is not an edge of the graph.
    pub fn reference_label(&self, e: EdgeId) -> Option<&str> {
        match &self.later {
            Some(later) => later.reference_label(e.index(), self.graph.offsets()),
            None => self.names.reference_label(self.reference_names[e.index()]),
        }
    }

    /// The name of a reference, as data, if it has one.
    ///
    /// # Panics
    /// If `e` is not an edge of the graph.
    pub fn reference_name(&self, e: EdgeId) -> Option<ReferenceName<&str>> {
        match &self.later {
            Some(later) => later.reference(e.index(), self.graph.offsets()),
            None => self.names.reference(self.reference_names[e.index()]),
        }
    }

    /// The edges that no reference count includes, ascending.
    pub fn uncounted(&self) -> &[u32] {
        &self.uncounted
    }

    /// The state of execution of an object: `running` or `suspended` for a generator, `pending` or
    /// `done` for a future; `None` for objects that are not executed.
    pub fn state(&self, v: VertexId) -> Option<&str> {
        self.states.get(v)
    }

    /// The file and the line at which an object was allocated, as in `/srv/app.py:12`; `None` if
    /// unknown.
    ///
    /// # Panics
    /// If `v` is not a vertex of the graph.
    pub fn allocated_at(&self, v: VertexId) -> Option<&str> {
        self.allocated.as_ref()?.get(v.index())
    }

    /// Why an object wastes bytes, and how many would be saved, if it does; `None` if this is not
    /// known of any object.
    pub fn waste(&self, v: VertexId) -> Option<Option<(&str, u64)>> {
        self.waste.as_ref().map(|waste| waste.get(v))
    }

    /// The references that end when another object is freed, by edge: those of weak containers to
    /// the parts of their entries.
    pub fn weak_references(&self) -> &[WeakReference] {
        &self.weak
    }

    /// Whether an object owns memory whose size is unknown; `None` if the dump does not say it.
    pub fn has_unknown_size(&self, v: VertexId) -> Option<bool> {
        let unknown = self.unknown_sizes.as_ref()?;
        Some(unknown.binary_search(&v.number()).is_ok())
    }

    /// The holders outside the graph, in the order of the vertices.
    pub fn roots(&self) -> &[Holder] {
        &self.roots
    }

    /// The objects that something outside the graph holds according to their counts, and those for
    /// which this is unknown: a search for live objects starts at these. O(objects + references).
    pub fn held_from_outside(&self) -> Vec<VertexId> {
        let mut inside = vec![0u32; self.addresses.len()];
        let heads = self.graph.heads();
        for &head in heads {
            inside[head as usize] += 1;
        }
        for &edge in &self.uncounted {
            inside[heads[edge as usize] as usize] -= 1;
        }
        let counts = self.reference_counts.iter().zip(inside).enumerate();
        let held = counts.filter(|(_, (count, inside))| **count > *inside);
        held.map(|(v, _)| VertexId::from_index(v)).collect()
    }

    /// The dump with all names, if they are read later.
    fn with_all_names(&self) -> Option<Result<Self, DumpError>> {
        self.later.as_ref()?;
        let mut names = NamesBuilder::default();
        let vertices = (0..self.addresses.len()).map(VertexId::from_index);
        let objects = vertices.map(|v| names.object(self.object_name(v)));
        let objects = objects.collect();
        let edges = (0..self.graph.heads().len()).map(EdgeId::from_index);
        let references = edges.map(|e| match self.reference_name(e) {
            Some(name) => names.reference(name),
            None => NameId::NONE,
        });
        let references = references.collect();
        let too_many = || DumpError::Parts("more than 2^32 - 1 different texts".to_owned());
        Some(names.finish().ok_or_else(too_many).map(|names| Self {
            names,
            object_names: objects,
            reference_names: references,
            later: None,
            ..self.clone()
        }))
    }

    /// The facts about the whole dump, by name.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The address of the dict of all modules, if it is known.
    pub fn address_of_sys_modules(&self) -> Option<u64> {
        self.metadata.get("sys.modules")?.parse().ok()
    }

    /// The figures of the memory of the process, in bytes and numbers, by name; `None` for those
    /// that are not known. Empty if the dump has none.
    #[must_use]
    pub fn process_figures(&self) -> BTreeMap<String, Option<u64>> {
        let text = self.metadata.get("memory");
        text.map(|text| metadata::figures(text)).unwrap_or_default()
    }

    /// The bytes of the arrays and texts.
    pub fn memory(&self) -> usize {
        self.graph.memory()
            + 20 * self.addresses.len()
            + self.types.memory()
            + self.names.memory()
            + self.later.as_ref().map_or(0, |later| later.memory())
            + size_of_val(&*self.object_names)
            + size_of_val(&*self.reference_names)
            + size_of_val(&*self.uncounted)
            + self.states.memory()
            + self.allocated.as_ref().map_or(0, Texts::memory)
            + self.waste.as_ref().map_or(0, Waste::memory)
            + size_of_val(&*self.weak)
            + self.unknown_sizes.as_deref().map_or(0, size_of_val)
            + size_of_val(&*self.roots)
            + self.roots.iter().map(|root| root.name.len()).sum::<usize>()
    }
}

#[cfg(test)]
mod cut_off_tests;
#[cfg(test)]
mod later_tests;
#[cfg(test)]
mod tests;
