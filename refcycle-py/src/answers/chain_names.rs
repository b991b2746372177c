//! The names of objects and references that signatures are made from, live and from a file.

use std::borrow::Cow;
use std::collections::HashSet;

use pyo3::prelude::*;
use refcycle_core::{IDirectedGraph, VertexId};
use refcycle_dot::names::{Container, ObjectName, Part, ReferenceName, Signatures, TextId};
use rustc_hash::FxHashMap;

use super::object_types::ObjectTypes;
use crate::annotate::{Values, field_name, names_of, object_name};
use crate::engine::Engine;
use crate::heap::{Held, Kind, Obj, Still, dict_entries, has_text_keys, paused};

/// How the references of an object are named, as far as its type determines that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Items,
    Elements,
    Dict,
    Generator,
    Frame,
    /// A text, a number, `None`.
    Value,
    Other,
}

impl Shape {
    fn of(name: &ObjectName<&str>) -> Self {
        match *name {
            ObjectName::Container {
                container,
                type_name,
                ..
            } => match (container, type_name) {
                (Container::List, "list") | (Container::Tuple, "tuple") => Self::Items,
                (Container::Set, "set" | "frozenset") => Self::Elements,
                (Container::Dict, "dict") => Self::Dict,
                _ => Self::Other,
            },
            ObjectName::Generator { .. } => Self::Generator,
            ObjectName::Frame { .. } => Self::Frame,
            ObjectName::Value { .. } => Self::Value,
            _ => Self::Other,
        }
    }
}

/// Signatures, and facts about the types of objects.
#[derive(Default)]
pub(super) struct ChainNames {
    pub(super) signatures: Signatures,
    /// The shape of the objects of a type, by its number, and their name if all of them have the
    /// same one.
    types: Vec<Option<(Shape, Option<TextId>)>>,
    /// The last declared field that was named, by the address of its name, and its text.
    last_field: Option<(usize, TextId)>,
}

impl ChainNames {
    /// The shape and the name of an object of the type with this number.
    #[inline]
    fn object(&mut self, ty: usize, name: impl FnOnce() -> ObjectName<String>) -> (Shape, TextId) {
        match self.types.get(ty) {
            Some(&Some((shape, Some(text)))) => (shape, text),
            _ => self.new_object(ty, &name()),
        }
    }

    fn new_object(&mut self, ty: usize, name: &ObjectName<String>) -> (Shape, TextId) {
        let name = name.borrowed();
        let (shape, text) = (Shape::of(&name), self.signatures.intern(&name.stable()));
        let is_of_type = matches!(
            name,
            ObjectName::Value { .. }
                | ObjectName::Container { .. }
                | ObjectName::WeakReference { .. }
                | ObjectName::Named { .. }
                | ObjectName::Instance(_)
        );
        if self.types.len() <= ty {
            self.types.resize(ty + 1, None);
        }
        self.types[ty] = Some((shape, is_of_type.then_some(text)));
        (shape, text)
    }

    /// The text of a reference, and the part that its head is of its tail.
    fn reference(
        &mut self,
        name: Option<ReferenceName<&str>>,
        tail: (Shape, Part),
        head: Shape,
    ) -> (TextId, Part) {
        let Some(name) = name else {
            return (self.signatures.intern(".?"), Part::Object);
        };
        if tail.1 == Part::Namespace {
            return (
                self.signatures.intern(&name.stable_attribute()),
                Part::Object,
            );
        }
        let part = match (tail.0, head, name) {
            (_, Shape::Dict, ReferenceName::Attribute("__dict__")) => Part::Namespace,
            (
                Shape::Generator,
                Shape::Frame,
                ReferenceName::Attribute("gi_frame" | "cr_frame" | "ag_frame"),
            ) => Part::Variables,
            _ => Part::Object,
        };
        (self.signatures.intern(&name.stable()), part)
    }
}

/// The vertices whose name is the end of a signature: no other object has one of these signatures.
pub(super) fn named_at_the_end(
    naming: &dyn Naming,
    names: &mut ChainNames,
    vertices: impl IntoIterator<Item = VertexId>,
    signatures: &HashSet<String>,
) -> Vec<VertexId> {
    let mut known = FxHashMap::default();
    let mut is_at_an_end = |v: &VertexId| {
        let name = naming.object(names, *v);
        *known.entry(name).or_insert_with(|| {
            let name = names.signatures.interned(name);
            signatures.iter().any(|signature| signature.ends_with(name))
        })
    };
    vertices.into_iter().filter(|v| is_at_an_end(v)).collect()
}

/// Whether one object is a generator or a coroutine and the other one its frame: both hold the same
/// variables.
pub(super) fn have_same_variables(naming: &dyn Naming, one: VertexId, other: VertexId) -> bool {
    let mut names = ChainNames::default();
    let shape = |names: &mut ChainNames, v| naming.shape(names, v).0;
    let (generator, frame) = match (shape(&mut names, one), shape(&mut names, other)) {
        (Shape::Generator, Shape::Frame) => (one, other),
        (Shape::Frame, Shape::Generator) => (other, one),
        _ => return false,
    };
    let steps = naming.references(&mut names, generator, Part::Object, &[frame]);
    steps.iter().any(|step| step.part == Part::Variables)
}

/// A reference with its name and that of its head.
pub(super) struct NamedStep {
    pub(super) head: VertexId,
    pub(super) reference: TextId,
    pub(super) object: TextId,
    pub(super) part: Part,
}

/// Gives the names of objects and references.
pub(super) trait Naming {
    fn shape(&self, names: &mut ChainNames, v: VertexId) -> (Shape, TextId);

    /// The name of an object.
    fn object(&self, names: &mut ChainNames, v: VertexId) -> TextId {
        self.shape(names, v).1
    }

    /// Whether an object is a dict, and not of a subclass.
    fn is_dict(&self, names: &mut ChainNames, v: VertexId) -> bool {
        self.shape(names, v).0 == Shape::Dict
    }

    /// The name of all references from `tail` to `heads` if it is one name for all, and each of
    /// them leads to an object of its own.
    fn common_reference(
        &self,
        _names: &mut ChainNames,
        _tail: VertexId,
        _part: Part,
        _heads: &[VertexId],
    ) -> Option<TextId> {
        None
    }

    /// The references from `tail` to `heads`, which ascend.
    fn references(
        &self,
        names: &mut ChainNames,
        tail: VertexId,
        part: Part,
        heads: &[VertexId],
    ) -> Vec<NamedStep>;
}

/// Calls a function with the names of the live or of the saved objects of a graph.
pub(super) fn chain_names_of<T: Send>(
    py: Python<'_>,
    engine: &Engine,
    types: &ObjectTypes,
    job: impl FnOnce(&dyn Naming) -> T + Send,
) -> T {
    if engine.kind().is_from_file() {
        return job(&SavedNames { py, engine, types });
    }
    let objects = engine.objects();
    paused(py, |heap| {
        job(&LiveNames {
            heap,
            objects,
            types,
        })
    })
}

/// The names of live objects.
struct LiveNames<'h, 'env: 'h> {
    heap: Still<'h, 'env>,
    objects: &'env Held,
    types: &'env ObjectTypes,
}

impl<'h> LiveNames<'h, '_> {
    fn see(&self, v: VertexId) -> Obj<'h> {
        self.heap.see(&self.objects[v.index()])
    }

    /// The reference from a field of an instance. Names of declared fields do not move.
    fn field(
        &self,
        names: &mut ChainNames,
        tail: (Shape, Part),
        head: VertexId,
        name: Cow<'_, str>,
    ) -> NamedStep {
        let (head_shape, object) = self.shape(names, head);
        let place = name.as_ptr() as usize;
        let is_declared = matches!(name, Cow::Borrowed(_)) && head_shape != Shape::Dict;
        let (reference, part) = match names.last_field {
            Some((of, text)) if of == place && is_declared => (text, Part::Object),
            _ => names.reference(Some(ReferenceName::Attribute(&name)), tail, head_shape),
        };
        if is_declared {
            names.last_field = Some((place, reference));
        }
        NamedStep {
            head,
            reference,
            object,
            part,
        }
    }
}

impl Naming for LiveNames<'_, '_> {
    fn shape(&self, names: &mut ChainNames, v: VertexId) -> (Shape, TextId) {
        names.object(self.types.of(v), || object_name(self.see(v), Values::Shown))
    }

    fn common_reference(
        &self,
        names: &mut ChainNames,
        tail: VertexId,
        part: Part,
        heads: &[VertexId],
    ) -> Option<TextId> {
        let text = match self.shape(names, tail).0 {
            Shape::Items => "[*]",
            Shape::Elements => " element",
            // A key is a text or a number, too.
            Shape::Dict
                if part != Part::Namespace
                    && !heads
                        .iter()
                        .any(|&v| self.shape(names, v).0 == Shape::Value)
                    && has_plain_keys(self.see(tail)) =>
            {
                "[*]"
            }
            _ => return None,
        };
        Some(names.signatures.intern(text))
    }

    fn references(
        &self,
        names: &mut ChainNames,
        tail: VertexId,
        part: Part,
        heads: &[VertexId],
    ) -> Vec<NamedStep> {
        let (shape, _) = self.shape(names, tail);
        let object = self.see(tail);
        let mut step = |head, name: Option<ReferenceName<&str>>| {
            let (head_shape, text) = self.shape(names, head);
            let (reference, part) = names.reference(name, (shape, part), head_shape);
            NamedStep {
                head,
                reference,
                object: text,
                part,
            }
        };
        if let &[head] = heads
            && let Some(name) = field_name(object, self.see(head))
        {
            return vec![self.field(names, (shape, part), head, name)];
        }
        let found = names_of(object, heads.iter().map(|&v| self.see(v)), Values::Shown);
        let named = heads.iter().zip(&found);
        named
            .map(|(&head, name)| step(head, name.as_ref().map(ReferenceName::borrowed)))
            .collect()
    }
}

/// Whether all keys of a dict are strings and numbers, so that its other references are to values.
fn has_plain_keys(dict: Obj<'_>) -> bool {
    if has_text_keys(dict) {
        return true;
    }
    let mut entries = dict_entries(dict).into_iter().flatten();
    entries.all(|(key, _)| Kind::of(key) == Kind::Atom)
}

/// The names of saved objects.
struct SavedNames<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    types: &'e ObjectTypes,
}

impl Naming for SavedNames<'_, '_> {
    fn shape(&self, names: &mut ChainNames, v: VertexId) -> (Shape, TextId) {
        names.object(self.types.of(v), || {
            let saved = self.engine.saved(self.py, v);
            saved.name().owned()
        })
    }

    fn references(
        &self,
        names: &mut ChainNames,
        tail: VertexId,
        part: Part,
        heads: &[VertexId],
    ) -> Vec<NamedStep> {
        let (shape, _) = self.shape(names, tail);
        let graph = self.engine.graph().expect("there is a reference");
        let mut seen = vec![false; heads.len()];
        let mut steps = Vec::with_capacity(heads.len());
        for edge in graph.out_edges(tail) {
            if steps.len() == heads.len() {
                break;
            }
            // As for live objects, the first name counts.
            match heads.binary_search(&edge.head) {
                Ok(place) if !seen[place] => seen[place] = true,
                _ => continue,
            }
            let name = self.engine.saved_reference(self.py, tail, edge.id);
            let (head_shape, object) = self.shape(names, edge.head);
            let (reference, part) = names.reference(name, (shape, part), head_shape);
            steps.push(NamedStep {
                head: edge.head,
                reference,
                object,
                part,
            });
        }
        steps
    }
}
