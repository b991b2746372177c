//! The names of a graph, each held once.

use std::collections::hash_map::Entry;
use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::strings::{Interner, StringId, Strings};
use super::{ObjectName, ReferenceName};

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

/// Different names with their texts, and the label of each.
#[derive(Clone, Debug)]
struct Table<N> {
    strings: Strings,
    names: Vec<N>,
    labels: Vec<StringId>,
}

impl<N> Default for Table<N> {
    fn default() -> Self {
        Self {
            strings: Strings::default(),
            names: Vec::new(),
            labels: Vec::new(),
        }
    }
}

impl<N: Copy> Table<N> {
    fn get(&self, id: NameId) -> Option<N> {
        self.names.get(id.0 as usize).copied()
    }

    fn text(&self, id: StringId) -> &str {
        self.strings.get(id).unwrap_or_default()
    }

    fn label(&self, id: NameId) -> Option<&str> {
        let label = *self.labels.get(id.0 as usize)?;
        Some(self.text(label))
    }

    fn memory(&self) -> usize {
        self.strings.memory() + size_of_val(&*self.names) + size_of_val(&*self.labels)
    }
}

/// Names of objects and of references.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    objects: Table<ObjectName<StringId>>,
    references: Table<ReferenceName<StringId>>,
}

impl Names {
    pub(crate) fn object(&self, id: NameId) -> ObjectName<&str> {
        let table = &self.objects;
        let name = table.get(id);
        name.map_or(ObjectName::Other(""), |name| name.map(|id| table.text(id)))
    }

    pub(crate) fn reference(&self, id: NameId) -> Option<ReferenceName<&str>> {
        let table = &self.references;
        Some(table.get(id)?.map(|id| table.text(id)))
    }

    /// The label of refcycle 0.3.1.
    pub(crate) fn object_label(&self, id: NameId) -> &str {
        self.objects.label(id).unwrap_or_default()
    }

    /// The label of refcycle 0.3.1.
    pub(crate) fn reference_label(&self, id: NameId) -> Option<&str> {
        self.references.label(id)
    }

    pub(crate) fn memory(&self) -> usize {
        self.objects.memory() + self.references.memory()
    }
}

/// What a file needs to know of the tables.
#[cfg(feature = "dump")]
impl Names {
    /// All names of objects, by their numbers.
    pub(crate) fn objects(&self) -> impl Iterator<Item = ObjectName<StringId>> {
        self.objects.names.iter().copied()
    }

    /// All names of references, by their numbers.
    pub(crate) fn references(&self) -> impl Iterator<Item = ReferenceName<StringId>> {
        self.references.names.iter().copied()
    }

    /// The texts of the names of objects, and the label of each name.
    pub(crate) fn object_labels(&self) -> (&Strings, &[StringId]) {
        (&self.objects.strings, &self.objects.labels)
    }

    /// The texts of the names of references, and the label of each name.
    pub(crate) fn reference_labels(&self) -> (&Strings, &[StringId]) {
        (&self.references.strings, &self.references.labels)
    }
}

/// Collects names of one sort.
#[derive(Clone, Debug)]
struct TableBuilder<N> {
    strings: Interner,
    names: Vec<N>,
    labels: Vec<StringId>,
    by_name: FxHashMap<N, NameId>,
    by_text: FxHashMap<StringId, NameId>,
    overflow: bool,
}

impl<N> Default for TableBuilder<N> {
    fn default() -> Self {
        Self {
            strings: Interner::default(),
            names: Vec::new(),
            labels: Vec::new(),
            by_name: FxHashMap::default(),
            by_text: FxHashMap::default(),
            overflow: false,
        }
    }
}

impl<N: Copy + Eq + Hash> TableBuilder<N> {
    /// The number of a name, a new one where it is not known.
    fn add(&mut self, name: N, label: impl FnOnce(&mut Interner) -> StringId) -> NameId {
        match self.by_name.entry(name) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let label = label(&mut self.strings);
                let id = push(&mut self.names, &mut self.labels, name, label);
                self.overflow |= id == NameId::NONE;
                *place.insert(id)
            }
        }
    }

    /// Bytes of the texts and the tables, about: these double when they are full.
    #[cfg(feature = "dump")]
    fn memory(&self) -> usize {
        let name = 2 * size_of::<N>() + 3 * size_of::<NameId>();
        self.strings.memory() + self.names.capacity().max(self.by_name.capacity()) * name
    }

    /// The number of a name that is new.
    #[cfg(feature = "dump")]
    fn push(&mut self, name: N, label: StringId) -> NameId {
        let id = push(&mut self.names, &mut self.labels, name, label);
        self.overflow |= id == NameId::NONE;
        id
    }

    /// `None` when there were more than 32 bits can number.
    fn finish(self) -> Option<Table<N>> {
        let strings = self.strings.finish()?;
        let (mut names, mut labels) = (self.names, self.labels);
        names.shrink_to_fit();
        labels.shrink_to_fit();
        (!self.overflow).then_some(Table {
            strings,
            names,
            labels,
        })
    }
}

/// [`NameId::NONE`] when there are more than 32 bits can number.
fn push<N>(names: &mut Vec<N>, labels: &mut Vec<StringId>, name: N, label: StringId) -> NameId {
    let id = NameId(names.len().try_into().unwrap_or(u32::MAX));
    if id != NameId::NONE {
        names.push(name);
        labels.push(label);
    }
    id
}

/// Collects names.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamesBuilder {
    objects: TableBuilder<ObjectName<StringId>>,
    references: TableBuilder<ReferenceName<StringId>>,
}

impl NamesBuilder {
    pub(crate) fn object(&mut self, name: ObjectName<&str>) -> NameId {
        let strings = &mut self.objects.strings;
        let own = name.map(|text| strings.intern(text));
        self.objects.add(own, |strings| match own {
            ObjectName::Value { text, .. } | ObjectName::Other(text) => text,
            _ => strings.intern(&name.label()),
        })
    }

    pub(crate) fn reference(&mut self, name: ReferenceName<&str>) -> NameId {
        let strings = &mut self.references.strings;
        let own = name.map(|text| strings.intern(text));
        self.references.add(own, |strings| match own {
            ReferenceName::Field(text) | ReferenceName::Other(text) => text,
            _ => strings.intern(&name.label()),
        })
    }

    /// The name that a text from elsewhere stands for.
    pub(crate) fn parse_object(&mut self, text: &str) -> NameId {
        let id = self.objects.strings.intern(text);
        if let Some(&known) = self.objects.by_text.get(&id) {
            return known;
        }
        let name = self.object(ObjectName::parse(text));
        self.objects.by_text.insert(id, name);
        name
    }

    /// The name that a text from elsewhere stands for.
    pub(crate) fn parse_reference(&mut self, text: &str) -> NameId {
        let id = self.references.strings.intern(text);
        if let Some(&known) = self.references.by_text.get(&id) {
            return known;
        }
        let name = self.reference(ReferenceName::parse(text));
        self.references.by_text.insert(id, name);
        name
    }

    /// The names; `None` when there were more than 32 bits can number.
    pub(crate) fn finish(self) -> Option<Names> {
        Some(Names {
            objects: self.objects.finish()?,
            references: self.references.finish()?,
        })
    }
}

#[cfg(feature = "dump")]
impl NamesBuilder {
    /// Bytes of the names and of what finds them, about.
    pub(crate) fn memory(&self) -> usize {
        self.objects.memory() + self.references.memory()
    }
}

/// Names of a file, whose labels have numbers already: no text is looked for again.
#[cfg(feature = "dump")]
impl NamesBuilder {
    /// Begins with the labels of objects and of references.
    pub(crate) fn with_labels(objects: Interner, references: Interner) -> Self {
        let mut builder = Self::default();
        builder.objects.strings = objects;
        builder.references.strings = references;
        builder
    }

    /// A label of an object.
    pub(crate) fn object_label(&self, label: StringId) -> &str {
        self.objects.strings.get(label).unwrap_or_default()
    }

    /// A label of a reference.
    pub(crate) fn reference_label(&self, label: StringId) -> &str {
        self.references.strings.get(label).unwrap_or_default()
    }

    /// Adds a name that is not there yet, of which the label is.
    pub(crate) fn push_object(&mut self, label: StringId, name: ObjectName<&str>) -> NameId {
        let strings = &mut self.objects.strings;
        let own = match name {
            ObjectName::Other(_) => ObjectName::Other(label),
            ObjectName::Value { type_name, .. } => ObjectName::Value {
                type_name: strings.intern(type_name),
                text: label,
            },
            name => name.map(|text| strings.intern(text)),
        };
        self.objects.push(own, label)
    }

    /// Adds a name that is not there yet, of which the label is.
    pub(crate) fn push_reference(&mut self, label: StringId, name: ReferenceName<&str>) -> NameId {
        let strings = &mut self.references.strings;
        let own = match name {
            ReferenceName::Other(_) => ReferenceName::Other(label),
            ReferenceName::Field(_) => ReferenceName::Field(label),
            name => name.map(|text| strings.append(text)),
        };
        self.references.push(own, label)
    }
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
