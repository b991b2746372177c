//! The names of objects and references that signatures are made from, live and from a file.

use std::collections::HashSet;

use pyo3::prelude::*;
use refcycle_core::{IDirectedGraph, VertexId};
use refcycle_dot::names::{Container, ObjectName, Part, ReferenceName, Signatures, TextId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::annotate::{Values, names_of, object_name};
use crate::engine::{Engine, SavedObject};
use crate::heap::{Held, Kind, Obj, Still, dict_entries};

/// How the references of an object are named, as far as its type determines that.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Items,
    Elements,
    Dict,
    Generator,
    Frame,
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
            _ => Self::Other,
        }
    }
}

/// Signatures, and facts about the types of objects.
#[derive(Default)]
pub(super) struct ChainNames {
    pub(super) signatures: Signatures,
    /// The shape of the objects of a type, and their name if all of them have the same one.
    types: FxHashMap<usize, (Shape, Option<TextId>)>,
}

impl ChainNames {
    /// The shape and the name of an object.
    fn object<'n, N>(&mut self, key: usize, name: impl FnOnce() -> N) -> (Shape, TextId)
    where
        N: std::borrow::Borrow<ObjectName<String>> + 'n,
    {
        if let Some(&(shape, Some(text))) = self.types.get(&key) {
            return (shape, text);
        }
        let name = name();
        let name = name.borrow().borrowed();
        let (shape, text) = (Shape::of(&name), self.signatures.intern(&name.stable()));
        let is_of_type = matches!(
            name,
            ObjectName::Value { .. }
                | ObjectName::Container { .. }
                | ObjectName::WeakReference { .. }
                | ObjectName::Named { .. }
                | ObjectName::Instance(_)
        );
        self.types.insert(key, (shape, is_of_type.then_some(text)));
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
    naming: &mut impl Naming,
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

/// A reference with its name and that of its head.
pub(super) struct NamedStep {
    pub(super) head: VertexId,
    pub(super) reference: TextId,
    pub(super) object: TextId,
    pub(super) part: Part,
}

/// Gives the names of objects and references.
pub(super) trait Naming {
    fn object(&mut self, names: &mut ChainNames, v: VertexId) -> TextId;

    /// The references from `tail` to `heads`, which are different from each other.
    fn references(
        &mut self,
        names: &mut ChainNames,
        tail: VertexId,
        part: Part,
        heads: &[VertexId],
    ) -> Vec<NamedStep>;
}

/// The names of live objects.
pub(super) struct LiveNames<'h, 'env: 'h> {
    pub(super) heap: Still<'h, 'env>,
    pub(super) objects: &'env Held,
}

impl<'h> LiveNames<'h, '_> {
    fn see(&self, v: VertexId) -> Obj<'h> {
        self.heap.see(&self.objects[v.index()])
    }

    fn shape(&self, names: &mut ChainNames, v: VertexId) -> (Shape, TextId) {
        let object = self.see(v);
        names.object(object.ty().address(), || object_name(object, Values::Shown))
    }
}

impl Naming for LiveNames<'_, '_> {
    fn object(&mut self, names: &mut ChainNames, v: VertexId) -> TextId {
        self.shape(names, v).1
    }

    fn references(
        &mut self,
        names: &mut ChainNames,
        tail: VertexId,
        part: Part,
        heads: &[VertexId],
    ) -> Vec<NamedStep> {
        let (shape, _) = self.shape(names, tail);
        let object = self.see(tail);
        let known = match shape {
            Shape::Items => Some("[*]"),
            Shape::Elements => Some(" element"),
            // A key is a text or a number, too.
            Shape::Dict
                if part != Part::Namespace
                    && !heads.iter().any(|&v| Kind::of(self.see(v)) == Kind::Atom)
                    && has_plain_keys(object) =>
            {
                Some("[*]")
            }
            _ => None,
        };
        if let Some(known) = known {
            let reference = names.signatures.intern(known);
            let step = |&head| NamedStep {
                head,
                reference,
                object: self.shape(names, head).1,
                part: Part::Object,
            };
            return heads.iter().map(step).collect();
        }
        let found = names_of(object, heads.iter().map(|&v| self.see(v)), Values::Shown);
        let step = |(&head, name): (&VertexId, Option<ReferenceName<String>>)| {
            let (head_shape, text) = self.shape(names, head);
            let name = name.as_ref().map(ReferenceName::borrowed);
            let (reference, part) = names.reference(name, (shape, part), head_shape);
            NamedStep {
                head,
                reference,
                object: text,
                part,
            }
        };
        heads.iter().zip(found).map(step).collect()
    }
}

/// Whether all keys of a dict are strings and numbers, so that its other references are to values.
fn has_plain_keys(dict: Obj<'_>) -> bool {
    let mut entries = dict_entries(dict).into_iter().flatten();
    entries.all(|(key, _)| Kind::of(key) == Kind::Atom)
}

/// The names of saved objects.
pub(super) struct SavedNames<'e, 'py> {
    pub(super) py: Python<'py>,
    pub(super) engine: &'e Engine,
}

impl SavedNames<'_, '_> {
    fn shape(&self, names: &mut ChainNames, v: VertexId) -> (Shape, TextId) {
        let saved = SavedObject::of(self.py, &self.engine.objects()[v.index()]);
        names.object(saved.type_number(), || saved.name().owned())
    }
}

impl Naming for SavedNames<'_, '_> {
    fn object(&mut self, names: &mut ChainNames, v: VertexId) -> TextId {
        self.shape(names, v).1
    }

    fn references(
        &mut self,
        names: &mut ChainNames,
        tail: VertexId,
        part: Part,
        heads: &[VertexId],
    ) -> Vec<NamedStep> {
        let (shape, _) = self.shape(names, tail);
        let graph = self.engine.graph().expect("there is a reference");
        let wanted: FxHashSet<_> = heads.iter().copied().collect();
        let mut seen = FxHashSet::default();
        let mut steps = Vec::with_capacity(heads.len());
        for edge in graph.out_edges(tail) {
            // As for live objects, the first name counts.
            if !wanted.contains(&edge.head) || !seen.insert(edge.head) {
                continue;
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
