//! The names of a graph, each held once.

use std::collections::hash_map::Entry;
use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::{ObjectName, ReferenceName};
use crate::names::strings::{Interner, StringId, Strings};

/// The number of a name among the names of objects, or those of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NameId(u32);

impl NameId {
    /// Stands for "no name". Takes no room beside the number, as an `Option` would.
    pub(crate) const NONE: Self = Self(u32::MAX);

    #[cfg(feature = "dump")]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Different names, and the label of each.
#[derive(Clone, Debug)]
struct Table<N> {
    names: Vec<N>,
    labels: Vec<StringId>,
}

impl<N> Default for Table<N> {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            labels: Vec::new(),
        }
    }
}

impl<N: Copy> Table<N> {
    fn get(&self, id: NameId) -> Option<N> {
        self.names.get(id.0 as usize).copied()
    }

    fn label(&self, id: NameId) -> Option<StringId> {
        self.labels.get(id.0 as usize).copied()
    }

    /// [`NameId::NONE`] when there are more than 32 bits can number.
    fn push(&mut self, name: N, label: StringId) -> NameId {
        let id = NameId(self.names.len().try_into().unwrap_or(u32::MAX));
        if id != NameId::NONE {
            self.names.push(name);
            self.labels.push(label);
        }
        id
    }

    fn shrink(&mut self) {
        self.names.shrink_to_fit();
        self.labels.shrink_to_fit();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.names) + size_of_val(&*self.labels)
    }
}

/// Names of objects and of references, with their texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    strings: Strings,
    objects: Table<ObjectName<StringId>>,
    references: Table<ReferenceName<StringId>>,
}

impl Names {
    fn text(&self, id: StringId) -> &str {
        self.strings.get(id).unwrap_or_default()
    }

    pub(crate) fn object(&self, id: NameId) -> ObjectName<&str> {
        let name = self.objects.get(id);
        name.map_or(ObjectName::Other(""), |name| name.map(|id| self.text(id)))
    }

    pub(crate) fn reference(&self, id: NameId) -> Option<ReferenceName<&str>> {
        let name = self.references.get(id)?;
        Some(name.map(|id| self.text(id)))
    }

    /// The label of refcycle 0.3.1.
    pub(crate) fn object_label(&self, id: NameId) -> &str {
        self.objects.label(id).map_or("", |label| self.text(label))
    }

    /// The label of refcycle 0.3.1.
    pub(crate) fn reference_label(&self, id: NameId) -> Option<&str> {
        self.references.label(id).map(|label| self.text(label))
    }

    /// The numbers of all names of objects.
    #[cfg(feature = "dump")]
    pub(crate) fn object_ids(&self) -> impl Iterator<Item = NameId> {
        (0..self.objects.names.len() as u32).map(NameId)
    }

    /// The numbers of all names of references.
    #[cfg(feature = "dump")]
    pub(crate) fn reference_ids(&self) -> impl Iterator<Item = NameId> {
        (0..self.references.names.len() as u32).map(NameId)
    }

    pub(crate) fn memory(&self) -> usize {
        self.strings.memory() + self.objects.memory() + self.references.memory()
    }
}

/// Numbers by names or texts, for who collects them.
#[derive(Clone, Debug)]
struct Known<N> {
    by_name: FxHashMap<N, NameId>,
    by_text: FxHashMap<StringId, NameId>,
}

impl<N> Default for Known<N> {
    fn default() -> Self {
        Self {
            by_name: FxHashMap::default(),
            by_text: FxHashMap::default(),
        }
    }
}

/// Collects names.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamesBuilder {
    strings: Interner,
    objects: Table<ObjectName<StringId>>,
    references: Table<ReferenceName<StringId>>,
    known_objects: Known<ObjectName<StringId>>,
    known_references: Known<ReferenceName<StringId>>,
    overflow: bool,
}

impl NamesBuilder {
    pub(crate) fn object(&mut self, name: ObjectName<&str>) -> NameId {
        let strings = &mut self.strings;
        let own = name.map(|text| strings.intern(text));
        let by_name = &mut self.known_objects.by_name;
        add(&mut self.objects, by_name, own, || match own {
            ObjectName::Value { text, .. } | ObjectName::Other(text) => text,
            _ => strings.intern(&name.label()),
        })
        .unwrap_or_else(|| self.overflowed())
    }

    pub(crate) fn reference(&mut self, name: ReferenceName<&str>) -> NameId {
        let strings = &mut self.strings;
        let own = name.map(|text| strings.intern(text));
        let by_name = &mut self.known_references.by_name;
        add(&mut self.references, by_name, own, || match own {
            ReferenceName::Field(text) | ReferenceName::Other(text) => text,
            _ => strings.intern(&name.label()),
        })
        .unwrap_or_else(|| self.overflowed())
    }

    /// Begins with texts that have numbers already: the labels of a file.
    #[cfg(feature = "dump")]
    pub(crate) fn with_labels(labels: Interner) -> Self {
        Self {
            strings: labels,
            ..Self::default()
        }
    }

    /// The label of this number, of those with which it began.
    #[cfg(feature = "dump")]
    pub(crate) fn label(&self, label: StringId) -> &str {
        self.strings.get(label).unwrap_or_default()
    }

    /// Adds a name that is not there yet, of which the label is.
    #[cfg(feature = "dump")]
    pub(crate) fn add_object(&mut self, label: StringId, name: ObjectName<&str>) -> NameId {
        let strings = &mut self.strings;
        let own = match name {
            ObjectName::Other(_) => ObjectName::Other(label),
            ObjectName::Value { type_name, .. } => ObjectName::Value {
                type_name: strings.intern(type_name),
                text: label,
            },
            name => name.map(|text| strings.intern(text)),
        };
        match self.objects.push(own, label) {
            NameId::NONE => self.overflowed(),
            id => id,
        }
    }

    /// The name that a text from elsewhere stands for.
    pub(crate) fn parse_object(&mut self, text: &str) -> NameId {
        let id = self.strings.intern(text);
        if let Some(&known) = self.known_objects.by_text.get(&id) {
            return known;
        }
        let name = self.object(ObjectName::parse(text));
        self.known_objects.by_text.insert(id, name);
        name
    }

    /// The name that a text from elsewhere stands for.
    pub(crate) fn parse_reference(&mut self, text: &str) -> NameId {
        let id = self.strings.intern(text);
        if let Some(&known) = self.known_references.by_text.get(&id) {
            return known;
        }
        let name = self.reference(ReferenceName::parse(text));
        self.known_references.by_text.insert(id, name);
        name
    }

    fn overflowed(&mut self) -> NameId {
        self.overflow = true;
        NameId::NONE
    }

    /// The names; `None` when there were more than 32 bits can number.
    pub(crate) fn finish(mut self) -> Option<Names> {
        self.objects.shrink();
        self.references.shrink();
        let strings = self.strings.finish()?;
        (!self.overflow).then_some(Names {
            strings,
            objects: self.objects,
            references: self.references,
        })
    }
}

/// The number of a name, a new one where it was not known; `None` where there is no number
/// left.
fn add<N: Copy + Eq + Hash>(
    table: &mut Table<N>,
    known: &mut FxHashMap<N, NameId>,
    name: N,
    label: impl FnOnce() -> StringId,
) -> Option<NameId> {
    let id = match known.entry(name) {
        Entry::Occupied(known) => *known.get(),
        Entry::Vacant(place) => *place.insert(table.push(name, label())),
    };
    (id != NameId::NONE).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_have_one_number() {
        let mut builder = NamesBuilder::default();
        let attribute = builder.reference(ReferenceName::Attribute("key"));
        let key = builder.reference(ReferenceName::Key);
        let parsed = builder.parse_reference("key");
        let again = builder.parse_reference("key");
        assert_ne!(attribute, key);
        assert_eq!([parsed, again], [key, key]);
        let names = builder.finish().unwrap();
        for id in [attribute, key] {
            assert_eq!(names.reference_label(id), Some("key"));
        }
        assert_eq!(
            names.reference(attribute),
            Some(ReferenceName::Attribute("key"))
        );
        assert_eq!(names.reference(NameId::NONE), None);
    }

    #[test]
    fn a_text_is_a_name_with_a_label() {
        let mut builder = NamesBuilder::default();
        let id = builder.parse_object("function\ncount");
        let named = builder.object(ObjectName::Function("count"));
        assert_eq!(id, named);
        let names = builder.finish().unwrap();
        assert_eq!(names.object(id), ObjectName::Function("count"));
        assert_eq!(names.object_label(id), "function\ncount");
    }
}
