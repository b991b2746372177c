//! Visits the objects of a graph and decides which of them waste bytes.

use std::hash::RandomState;
use std::ops::Range;

use pyo3::ffi;
use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Successors, VertexId, VertexSet, Vertices};
use rustc_hash::FxHashMap;

use super::classes::ClassUse;
use super::containers::{self, Waste};
use super::numbers::{Numbers, numbers};
use super::texts::{hash_of_bytes, hash_of_text};
use super::{WasteKind, Wasted};
use crate::heap::scalars::is_interned;
use crate::heap::types::type_fields;
use crate::heap::{
    Held, Kind, Obj, Still, instance_dict, layout, module_dict, type_module, type_short_name,
    weak_referent,
};

/// Equal strings that save fewer bytes than this together are left out: the table in which they are
/// looked up takes as much.
const LEAST_OF_EQUAL: u64 = 256;

/// What the instances of a type may waste.
#[derive(Clone, Copy)]
enum Subject {
    Text,
    Bytes,
    List,
    Tuple,
    Dict,
    Set,
    FrozenSet,
    Deque,
    Bytearray,
    /// A code object or a function, with the constants that it refers to.
    Code,
    Module,
    Class,
    WeakReference,
    /// An instance of a class that could have slots, by its number.
    Instance(usize),
    Other,
}

impl Subject {
    fn of(object: Obj<'_>, classes: &mut Vec<ClassUse>) -> Self {
        let builtin = |ty| object.ty().is(ty);
        match Kind::of(object) {
            Kind::Atom if builtin(&raw mut ffi::PyUnicode_Type) => Self::Text,
            Kind::Atom if builtin(&raw mut ffi::PyBytes_Type) => Self::Bytes,
            Kind::List if builtin(&raw mut ffi::PyList_Type) => Self::List,
            Kind::Tuple if builtin(&raw mut ffi::PyTuple_Type) => Self::Tuple,
            Kind::Dict if builtin(&raw mut ffi::PyDict_Type) => Self::Dict,
            Kind::Set if builtin(&raw mut ffi::PySet_Type) => Self::Set,
            Kind::Set if builtin(&raw mut ffi::PyFrozenSet_Type) => Self::FrozenSet,
            Kind::Type => Self::Class,
            Kind::Module => Self::Module,
            Kind::Function => Self::Code,
            Kind::WeakReference => Self::WeakReference,
            Kind::Other if object.is_code() => Self::Code,
            Kind::Other if builtin(&raw mut ffi::PyByteArray_Type) => Self::Bytearray,
            Kind::Other if is_deque(object.ty()) => Self::Deque,
            Kind::Other if layout::values_are_known() => match ClassUse::of(object.ty()) {
                Some(class) => {
                    classes.push(class);
                    Self::Instance(classes.len() - 1)
                }
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// Whether it may be a constant of code, or a part of one.
    fn may_be_constant(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Bytes | Self::Tuple | Self::FrozenSet | Self::Code
        )
    }
}

fn is_deque(ty: Obj<'_>) -> bool {
    type_short_name(ty) == "deque" && type_module(ty).as_deref() == Some("collections")
}

/// A string or bytes: the hash of its contents, and its vertex.
type Text = (u64, u32);

/// Collects what the objects of a graph waste, part by part.
pub(crate) struct WasteScan<'g> {
    graph: &'g CsrGraph,
    /// The reference counts of the objects; empty if they are unknown.
    counts: &'g [u32],
    sizes: &'g [u64],
    key: RandomState,
    /// By the address of a type.
    subjects: FxHashMap<usize, Subject>,
    /// These types, so that no other type can have the same address.
    types: Vec<Py<PyAny>>,
    classes: Vec<ClassUse>,
    texts: Vec<Text>,
    sets: Sets,
    code: Vec<VertexId>,
    found: Vec<Wasted>,
}

/// Sets of objects that are left out of some findings.
struct Sets {
    /// Strings that stay: the interpreter shares them.
    interned: VertexSet,
    /// The dicts of instances.
    instance_dicts: VertexSet,
    /// What functions, code and classes refer to: their constants, docstrings and names.
    of_code: VertexSet,
    /// What modules refer to by name.
    of_modules: VertexSet,
    /// What may be a constant of code, or a part of one.
    constant_like: VertexSet,
}

impl<'g> WasteScan<'g> {
    /// The bytes that a scan takes for each vertex.
    pub(crate) const BYTES_A_VERTEX: usize = 48;

    pub(crate) fn new(graph: &'g CsrGraph, counts: &'g [u32], sizes: &'g [u64]) -> Self {
        let set = || VertexSet::new(graph.vertex_bound());
        Self {
            graph,
            counts,
            sizes,
            key: RandomState::new(),
            subjects: FxHashMap::default(),
            types: Vec::new(),
            classes: Vec::new(),
            texts: Vec::new(),
            sets: Sets {
                interned: set(),
                instance_dicts: set(),
                of_code: set(),
                of_modules: set(),
                constant_like: set(),
            },
            code: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Visits some of the objects.
    pub(crate) fn see<'h, 'env: 'h>(
        &mut self,
        heap: Still<'h, 'env>,
        objects: &'env Held,
        range: Range<usize>,
    ) {
        let mut last = None;
        for (number, object) in range.clone().zip(heap.see_all(&objects[range])) {
            let ty = object.ty();
            let subject = match last {
                Some((of, subject)) if of == ty => subject,
                _ => *self.subjects.entry(ty.address()).or_insert_with(|| {
                    self.types.push(ty.hold());
                    Subject::of(object, &mut self.classes)
                }),
            };
            last = Some((ty, subject));
            let v = VertexId::from_index(number);
            if subject.may_be_constant() {
                self.sets.constant_like.insert(v);
            }
            self.see_object(objects, v, object, subject);
        }
    }

    fn see_object(&mut self, objects: &Held, v: VertexId, object: Obj<'_>, subject: Subject) {
        match subject {
            Subject::Text => {
                if let Some(hash) = hash_of_text(object, &self.key) {
                    self.texts.push((hash, v.number()));
                    if is_interned(object) {
                        self.sets.interned.insert(v);
                    }
                }
            }
            Subject::Bytes => {
                let hash = hash_of_bytes(object, &self.key);
                self.texts.extend(hash.map(|hash| (hash, v.number())));
            }
            Subject::Code => {
                self.code.push(v);
                insert_all(&mut self.sets.of_code, self.graph, v);
            }
            Subject::Class => {
                insert_all(&mut self.sets.of_code, self.graph, v);
                let fields = type_fields(object).into_iter();
                let names = fields.filter(|&(name, _)| name == "__dict__");
                for (_, names) in names {
                    if let Some(names) = self.referent(objects, v, names) {
                        insert_all(&mut self.sets.of_code, self.graph, names);
                    }
                }
            }
            Subject::Module => {
                let names = module_dict(object).and_then(|names| self.referent(objects, v, names));
                if let Some(names) = names {
                    self.sets.of_code.insert(names);
                    insert_all(&mut self.sets.of_modules, self.graph, names);
                }
            }
            Subject::WeakReference => self.see_weak_reference(object),
            Subject::Instance(class) => self.see_instance(objects, v, object, Some(class)),
            Subject::Other => self.see_instance(objects, v, object, None),
            _ => {
                let waste = self.container(v, object, subject);
                self.add(v, waste);
            }
        }
    }

    /// What a container wastes.
    fn container(&self, v: VertexId, object: Obj<'_>, subject: Subject) -> Waste {
        let size = self.sizes[v.index()] as usize;
        match subject {
            Subject::Tuple => self.boxed(v, object),
            // SAFETY: the object is of the exact type that its subject states.
            Subject::List => self
                .boxed(v, object)
                .or_else(|| unsafe { containers::list(object, size) }),
            // SAFETY: as above.
            Subject::Dict => unsafe { containers::dict(object, size) },
            // SAFETY: as above.
            Subject::Set => unsafe { containers::set(object, size, false) },
            // SAFETY: as above.
            Subject::FrozenSet => unsafe { containers::set(object, size, true) },
            // SAFETY: as above.
            Subject::Deque => unsafe { containers::deque(object, size) },
            // SAFETY: as above.
            Subject::Bytearray => unsafe { containers::bytearray(object) },
            _ => None,
        }
    }

    fn add(&mut self, vertex: VertexId, waste: Waste) {
        if let Some((kind, bytes)) = waste {
            self.found.push(Wasted {
                vertex,
                kind,
                saved: bytes as u64,
            });
        }
    }

    /// A sequence of numbers, and what an array would save.
    fn boxed(&self, v: VertexId, sequence: Obj<'_>) -> Waste {
        let Numbers {
            kind,
            len,
            array,
            own,
        } = numbers(sequence)?;
        let heads = self.graph.successors(v);
        // If the graph has the numbers, it holds them, and has counted them before.
        let own = match heads.clone().count() == len && !self.counts.is_empty() {
            true => {
                let own = heads.filter(|head| self.counts[head.index()] == 1);
                own.map(|head| self.sizes[head.index()] as usize).sum()
            }
            false => own,
        };
        let saved = (self.sizes[v.index()] as usize + own).checked_sub(array)?;
        // Numbers that others hold too stay: a list of them takes as much as an array.
        (saved > array / 4).then_some((kind, saved))
    }

    fn see_weak_reference(&mut self, object: Obj<'_>) {
        let Some(Some(referent)) = weak_referent(object) else {
            return;
        };
        let ty = referent.ty();
        let subject = *self.subjects.entry(ty.address()).or_insert_with(|| {
            self.types.push(ty.hold());
            Subject::of(referent, &mut self.classes)
        });
        if let Subject::Instance(class) = subject {
            self.classes[class].is_weakly_referenced = true;
        }
    }

    fn see_instance(&mut self, objects: &Held, v: VertexId, object: Obj<'_>, class: Option<usize>) {
        let dict = instance_dict(object).and_then(|dict| self.referent(objects, v, dict));
        let mut bytes = self.sizes[v.index()];
        if let Some(dict) = dict {
            self.sets.instance_dicts.insert(dict);
            bytes += self.sizes[dict.index()];
        }
        let Some(class) = class else {
            return;
        };
        let class = &mut self.classes[class];
        if dict.is_some_and(|dict| self.counts.get(dict.index()) != Some(&1)) {
            class.see_shared_dict();
        }
        class.see(object, v.number(), bytes);
    }

    /// The vertex of an object to which a vertex refers.
    fn referent(&self, objects: &Held, v: VertexId, object: Obj<'_>) -> Option<VertexId> {
        let is_it = |head: &VertexId| objects[head.index()].as_ptr() as usize == object.address();
        self.graph.successors(v).find(is_it)
    }

    /// Lets go of the types, which have been read. Call it before [`finish`](Self::finish), which
    /// needs no interpreter.
    pub(crate) fn release(&mut self) {
        self.types.clear();
    }

    /// What the objects waste, in the order of the vertices. `outside` are those that something
    /// outside the graph holds, and `garbage` those that nothing holds.
    pub(crate) fn finish(mut self, outside: &VertexSet, garbage: &VertexSet) -> Vec<Wasted> {
        let constants = self.constants();
        let sets = &self.sets;
        let stays = |v: VertexId| constants.contains(v) || outside.contains(v);
        self.found.retain(|wasted| {
            let v = wasted.vertex;
            let is_part = match wasted.kind {
                WasteKind::Empty | WasteKind::NearlyEmpty => {
                    sets.of_code.contains(v) || sets.of_modules.contains(v)
                }
                _ => sets.of_code.contains(v),
            };
            !stays(v) && !is_part && !sets.instance_dicts.contains(v)
        });
        let stays = |v: VertexId| {
            stays(v)
                || sets.interned.contains(v)
                || sets.of_code.contains(v)
                || sets.of_modules.contains(v)
        };
        self.texts.sort_unstable();
        for equal in self.texts.chunk_by(|one, other| one.0 == other.0) {
            see_equal(equal, self.sizes, garbage, stays, &mut self.found);
        }
        for class in &self.classes {
            let Some(needed) = class.with_slots() else {
                continue;
            };
            let instances = class.instances.iter();
            self.found.extend(instances.filter_map(|&(v, bytes)| {
                let saved = bytes.checked_sub(needed).filter(|&saved| saved > 0)?;
                Some(Wasted {
                    vertex: VertexId::new(v),
                    kind: WasteKind::InstanceDict,
                    saved,
                })
            }));
        }
        self.found.sort_unstable_by_key(|wasted| wasted.vertex);
        self.found
    }

    /// What code refers to, and the parts of the tuples and sets among it.
    fn constants(&mut self) -> VertexSet {
        let mut constants = VertexSet::new(self.graph.vertex_bound());
        let mut pending = std::mem::take(&mut self.code);
        while let Some(v) = pending.pop() {
            for head in self.graph.successors(v) {
                if self.sets.constant_like.contains(head) && constants.insert(head) {
                    pending.push(head);
                }
            }
        }
        constants
    }
}

/// Adds everything to which a vertex refers.
fn insert_all(set: &mut VertexSet, graph: &CsrGraph, v: VertexId) {
    for head in graph.successors(v) {
        set.insert(head);
    }
}

/// Adds the strings of a group of equal ones, without the one that is kept. That is a live one if
/// there is one: a program cannot share what is garbage.
fn see_equal(
    equal: &[Text],
    sizes: &[u64],
    garbage: &VertexSet,
    stays: impl Fn(VertexId) -> bool,
    found: &mut Vec<Wasted>,
) {
    if equal.len() < 2 {
        return;
    }
    let vertices = || equal.iter().map(|&(_, v)| VertexId::new(v));
    let size = |v: VertexId| sizes[v.index()];
    let worth = |v: VertexId| (!garbage.contains(v), stays(v), size(v));
    let kept = vertices().max_by_key(|&v| worth(v)).expect("two");
    for of_garbage in [false, true] {
        let part = || vertices().filter(|v| garbage.contains(*v) == of_garbage);
        let freed = || part().filter(|&v| v != kept && !stays(v));
        if freed().map(size).sum::<u64>() >= LEAST_OF_EQUAL {
            found.extend(freed().map(|vertex| Wasted {
                vertex,
                kind: WasteKind::Duplicate,
                saved: size(vertex),
            }));
        }
    }
}
