//! The objects of a graph, with their names and those of their references, for a file.

use std::ops::Range;

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId};
use refcycle_dot::dump::{DumpedObject, HeapDumpBuilder};
use rustc_hash::FxHashMap;

use super::named::new_names;
use crate::annotate::{
    Allocations, CellVariables, KnownNames, Lists, Values, is_named_by_type, likeness, object_name,
    shown_dotted,
};
use crate::engine::{Engine, device_of};
use crate::heap::memory;
use crate::heap::{Held, Kind, Measured, Obj, paused};
use crate::interrupt::Checkpoint;

/// The memory for a new name.
const NAME: usize = 420;

/// After this number of objects, the code checks whether the tables of names may grow.
const OBJECTS: usize = 1 << 14;

/// The number of objects that are named during one pause: a millisecond or less, unless they are
/// large.
const PART: usize = 1 << 8;

/// What was found while the objects were named.
pub(super) struct Seen {
    /// The types of the objects, each once, by name.
    pub(super) types: Vec<(Py<PyAny>, String)>,
    /// The numbers of the frames and the generators.
    pub(super) calls: Vec<usize>,
}

/// Adds the objects of a live graph to a dump, and their references.
pub(super) fn name_objects(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    values: Values<'_>,
    sizes: &[u64],
    dump: &mut HeapDumpBuilder,
) -> PyResult<Seen> {
    let objects = engine.objects();
    let mut names = Naming::of(py, objects, values)?;
    let mut known = KnownNames::default();
    let mut calls = Vec::new();
    let mut checkpoint = Checkpoint::of(objects.len());
    let mut measured = Measured::default();
    let mut allocations = Allocations::now(py)?;
    for start in (0..objects.len()).step_by(PART) {
        let part = start..objects.len().min(start + PART);
        for _ in part.clone() {
            // A signal handler may run here.
            checkpoint.step(py)?;
        }
        for number in part.clone() {
            measured.see(py, objects, number)?;
        }
        let tables = dump.names_memory() + names.memory() + known.memory();
        ask_for_names(
            part.len() + edges_of(graph, &part),
            VertexId::from_index(start),
            tables,
        )?;
        let new = new_names(part.len() + edges_of(graph, &part));
        if dump.is_crowded(new) {
            py.detach(|| dump.make_room(new));
        }
        // The row of a buffer on a device says that the bytes are there.
        let size = |number: usize| {
            let device = device_of(py, &objects[number]);
            device.map_or(sizes[number], |(_, bytes)| bytes)
        };
        let part_sizes: Vec<_> = part.clone().map(size).collect();
        paused(py, |heap| {
            let mut lists = Lists::default();
            let seen = heap.see_all(&objects[part.clone()]);
            for ((number, seen), size) in part.clone().zip(seen).zip(part_sizes) {
                let v = VertexId::from_index(number);
                if matches!(Kind::of(seen), Kind::Frame | Kind::Generator) {
                    calls.push(number);
                }
                names.add(seen, v, size, engine.reference_count(v), dump);
                let children = graph.successors(v);
                let children = children.map(|child| heap.see(&objects[child.index()]));
                known.add_references(seen, children, values, &mut lists, dump);
            }
        });
        if let Some(known) = allocations.as_mut() {
            for number in part {
                if let Some(place) = known.of(py, &objects[number], values) {
                    dump.allocated_at(VertexId::from_index(number), place);
                }
            }
        }
    }
    Ok(Seen {
        types: names.types,
        calls,
    })
}

/// The number of references from objects with numbers one after another.
fn edges_of(graph: &CsrGraph, part: &Range<usize>) -> usize {
    let offsets = graph.offsets();
    (offsets[part.end] - offsets[part.start]) as usize
}

/// Requests the memory for this number of names, of the object `v` and others after it, and, from
/// time to time, for tables that grow, which take `tables` bytes.
pub(super) fn ask_for_names(names: usize, v: VertexId, tables: usize) -> PyResult<()> {
    memory::room_for(NAME * names)?;
    if v.index().is_multiple_of(OBJECTS) {
        memory::ask(2 * tables)?;
    }
    Ok(())
}

/// Makes the names of the objects and of their types.
struct Naming<'v> {
    values: Values<'v>,
    cells: CellVariables,
    /// By the address of a type.
    type_names: FxHashMap<usize, TypeNames>,
    /// Not a Python list, because creating a tuple may start the collector.
    types: Vec<(Py<PyAny>, String)>,
    /// The first of the objects with the same type and name.
    first: FxHashMap<(usize, usize), VertexId>,
}

/// The names of a type and of its instances.
struct TypeNames {
    name: String,
    /// Whether all instances have one name.
    of_all: bool,
    /// The first instance, which has that name.
    first: Option<VertexId>,
}

impl<'v> Naming<'v> {
    fn of(py: Python<'_>, objects: &Held, values: Values<'v>) -> PyResult<Self> {
        Ok(Self {
            values,
            cells: CellVariables::of(py, objects, values)?,
            type_names: FxHashMap::default(),
            types: Vec::new(),
            first: FxHashMap::default(),
        })
    }

    /// Adds the next object.
    fn add(
        &mut self,
        seen: Obj<'_>,
        v: VertexId,
        size: u64,
        reference_count: Option<u32>,
        dump: &mut HeapDumpBuilder,
    ) {
        let address = seen.address() as u64;
        let likeness = likeness(seen, self.values);
        if let Some(&earlier) = likeness.and_then(|likeness| self.first.get(&likeness)) {
            return dump.object_like(earlier, address, size, reference_count);
        }
        let (ty, values) = (seen.ty(), self.values);
        let names = self.type_names.entry(ty.address()).or_insert_with(|| {
            let name = shown_dotted(ty, values);
            self.types.push((ty.hold(), name.clone()));
            TypeNames {
                name,
                of_all: is_named_by_type(seen),
                first: None,
            }
        });
        if let Some(earlier) = names.first {
            return dump.object_like(earlier, address, size, reference_count);
        }
        let name = self.cells.complete(seen, object_name(seen, values));
        dump.object(DumpedObject {
            address,
            type_name: &names.name,
            name: name.borrowed(),
            size,
            reference_count,
        });
        names.first = names.of_all.then_some(v);
        if let Some(likeness) = likeness {
            self.first.insert(likeness, v);
        }
    }

    /// The approximate bytes of the table that grows with the names.
    fn memory(&self) -> usize {
        (size_of::<((usize, usize), VertexId)>() + 1) * self.first.capacity()
    }
}
