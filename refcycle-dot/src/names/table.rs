//! The names of a graph, each stored once.
//!
//! A name is stored as its kind and its label; the kind determines where in the label the details
//! are.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::label::Details;
use super::strings::{Interner, StringId, Strings, is_crowded};
use super::{ObjectKind, ObjectName, ReferenceKind, ReferenceName};

/// The number of a name among the names of objects, or those of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NameId(u32);

impl NameId {
    /// Stands for "no name". Unlike an `Option`, it takes no additional memory.
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The name of an object as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ObjectEntry {
    pub(crate) kind: ObjectKind,
    pub(crate) label: StringId,
    /// The type of a value or a container.
    pub(crate) type_name: StringId,
    /// The function of a frame or a generator, or the name of a named object.
    pub(crate) name: StringId,
    /// The file and the line; not for frames.
    pub(crate) place: StringId,
    /// The value of [`ObjectName::about`].
    pub(crate) about: StringId,
}

/// The name of a reference as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ReferenceEntry {
    pub(crate) kind: ReferenceKind,
    pub(crate) label: StringId,
}

trait HasLabel {
    fn label(&self) -> StringId;
}

impl HasLabel for ObjectEntry {
    fn label(&self) -> StringId {
        self.label
    }
}

impl HasLabel for ReferenceEntry {
    fn label(&self) -> StringId {
        self.label
    }
}

/// Different names with their texts.
#[derive(Clone, Debug)]
struct Table<E> {
    strings: Strings,
    entries: Vec<E>,
}

impl<E> Default for Table<E> {
    fn default() -> Self {
        Self {
            strings: Strings::default(),
            entries: Vec::new(),
        }
    }
}

impl<E: HasLabel> Table<E> {
    fn label(&self, id: NameId) -> Option<&str> {
        self.strings.get(self.entries.get(id.index())?.label())
    }

    fn memory(&self) -> usize {
        self.strings.memory() + size_of_val(&*self.entries)
    }
}

/// Names of objects and of references.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    objects: Table<ObjectEntry>,
    references: Table<ReferenceEntry>,
}

impl Names {
    pub(crate) fn object(&self, id: NameId) -> ObjectName<&str> {
        let Table { strings, entries } = &self.objects;
        let Some(entry) = entries.get(id.index()) else {
            return ObjectName::Other("");
        };
        let details = Details {
            type_name: strings.get(entry.type_name).unwrap_or_default(),
            name: strings.get(entry.name),
            place: strings.get(entry.place),
            about: strings.get(entry.about).unwrap_or_default(),
        };
        let label = strings.get(entry.label).unwrap_or_default();
        ObjectName::from_label(entry.kind, label, details)
    }

    pub(crate) fn reference(&self, id: NameId) -> Option<ReferenceName<&str>> {
        let Table { strings, entries } = &self.references;
        let entry = entries.get(id.index())?;
        let label = strings.get(entry.label).unwrap_or_default();
        Some(ReferenceName::from_label(entry.kind, label))
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

    /// The numbers of all names of objects.
    #[cfg(feature = "dump")]
    pub(crate) fn object_ids(&self) -> impl Iterator<Item = NameId> {
        (0..self.objects.entries.len() as u32).map(NameId)
    }

    /// The texts of the names of objects, and the stored form of each name.
    #[cfg(feature = "dump")]
    pub(crate) fn objects(&self) -> (&Strings, &[ObjectEntry]) {
        (&self.objects.strings, &self.objects.entries)
    }

    /// The texts of the names of references, and the stored form of each name.
    #[cfg(feature = "dump")]
    pub(crate) fn references(&self) -> (&Strings, &[ReferenceEntry]) {
        (&self.references.strings, &self.references.entries)
    }
}

/// Collects names of one table.
#[derive(Clone, Debug)]
struct TableBuilder<E> {
    strings: Interner,
    entries: Vec<E>,
    /// The first name with each label, by the number of the label. Nearly all labels have one name.
    first: Vec<NameId>,
    others: FxHashMap<E, NameId>,
    overflow: bool,
}

impl<E> Default for TableBuilder<E> {
    fn default() -> Self {
        Self {
            strings: Interner::default(),
            entries: Vec::new(),
            first: Vec::new(),
            others: FxHashMap::default(),
            overflow: false,
        }
    }
}

impl<E: HasLabel + Copy + Eq + Hash> TableBuilder<E> {
    #[cfg(feature = "dump")]
    fn with_strings(strings: Interner) -> Self {
        Self {
            strings,
            ..Self::default()
        }
    }

    /// The number of a name; a new number if the name is new.
    fn add(&mut self, entry: E) -> NameId {
        if entry.label() == StringId::NONE {
            self.overflow = true;
            return NameId::NONE;
        }
        let label = entry.label().index();
        if self.first.len() <= label {
            self.first.resize(label + 1, NameId::NONE);
        }
        match self.first[label] {
            NameId::NONE => {
                let id = self.push(entry);
                self.first[label] = id;
                id
            }
            known if self.entries[known.index()] == entry => known,
            _ => match self.others.get(&entry) {
                Some(&known) => known,
                None => {
                    let id = self.push(entry);
                    self.others.insert(entry, id);
                    id
                }
            },
        }
    }

    fn push(&mut self, entry: E) -> NameId {
        let id = NameId(self.entries.len().try_into().unwrap_or(u32::MAX));
        self.overflow |= id == NameId::NONE;
        if id != NameId::NONE {
            self.entries.push(entry);
        }
        id
    }

    fn is_crowded(&self, names: usize) -> bool {
        let (entries, first) = (&self.entries, &self.first);
        self.strings.is_crowded(names)
            || is_crowded(entries.capacity(), entries.len(), names)
            || is_crowded(first.capacity(), first.len(), names)
    }

    fn make_room(&mut self, names: usize) {
        self.strings.make_room(names);
        self.entries.reserve(names);
        self.first.reserve(names);
    }

    /// The approximate bytes of the texts and the tables.
    #[cfg(feature = "dump")]
    fn memory(&self) -> usize {
        self.strings.memory()
            + size_of::<E>() * self.entries.capacity()
            + size_of::<NameId>() * self.first.capacity()
    }

    /// `None` if there are more names than 32 bits can number.
    fn finish(self) -> Option<Table<E>> {
        drop((self.first, self.others));
        let strings = self.strings.finish()?;
        let mut entries = self.entries;
        entries.shrink_to_fit();
        (!self.overflow).then_some(Table { strings, entries })
    }
}

/// Collects names.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamesBuilder {
    objects: TableBuilder<ObjectEntry>,
    references: TableBuilder<ReferenceEntry>,
    /// The names of the first items of a sequence, by index: most of a heap's references.
    items: Vec<NameId>,
    /// The name of the keys of dicts, most of the remaining references.
    key: Option<NameId>,
}

/// The indices of items whose names are found without a lookup of their label.
const FIRST_ITEMS: u64 = 1024;

impl NamesBuilder {
    pub(crate) fn object(&mut self, name: ObjectName<&str>) -> NameId {
        let strings = &mut self.objects.strings;
        let label = strings.intern(&name.label());
        let type_name = match name {
            ObjectName::Value { type_name, .. } | ObjectName::Container { type_name, .. } => {
                Some(type_name)
            }
            _ => None,
        };
        let called = match name {
            ObjectName::Frame { .. } | ObjectName::Generator { .. } | ObjectName::Named { .. } => {
                name.name()
            }
            _ => None,
        };
        let place = match name {
            ObjectName::Frame { .. } => None,
            _ => name.place().map(|place| place.to_string()),
        };
        let mut text = |text: Option<&str>| match text {
            None => StringId::NONE,
            Some(text) => strings.intern(text),
        };
        let entry = ObjectEntry {
            kind: name.kind(),
            label,
            type_name: text(type_name),
            name: text(called),
            place: text(place.as_deref()),
            about: text(name.about()),
        };
        self.objects.add(entry)
    }

    pub(crate) fn reference(&mut self, name: ReferenceName<&str>) -> NameId {
        let index = match name {
            ReferenceName::Item(index) if index < FIRST_ITEMS => index as usize,
            ReferenceName::Key => {
                let known = self.key.unwrap_or_else(|| self.new_reference(name));
                self.key = Some(known);
                return known;
            }
            _ => return self.new_reference(name),
        };
        if self.items.len() <= index {
            self.items.resize(index + 1, NameId::NONE);
        }
        if self.items[index] == NameId::NONE {
            self.items[index] = self.new_reference(name);
        }
        self.items[index]
    }

    /// Whether a table is large and would be copied into a larger one for this number of new names.
    pub(crate) fn is_crowded(&self, names: usize) -> bool {
        self.objects.is_crowded(names) || self.references.is_crowded(names)
    }

    /// Makes room for this number of names in the tables that are crowded.
    pub(crate) fn make_room(&mut self, names: usize) {
        if self.objects.is_crowded(names) {
            self.objects.make_room(names);
        }
        if self.references.is_crowded(names) {
            self.references.make_room(names);
        }
    }

    fn new_reference(&mut self, name: ReferenceName<&str>) -> NameId {
        let label = self.references.strings.intern(&name.label());
        self.references.add(ReferenceEntry {
            kind: name.kind(),
            label,
        })
    }

    /// The name for which a text from elsewhere stands.
    pub(crate) fn parse_object(&mut self, text: &str) -> NameId {
        self.object(ObjectName::parse(text))
    }

    /// The name for which a text from elsewhere stands.
    pub(crate) fn parse_reference(&mut self, text: &str) -> NameId {
        self.reference(ReferenceName::parse(text))
    }

    /// The names; `None` if there are more than 32 bits can number.
    pub(crate) fn finish(self) -> Option<Names> {
        Some(Names {
            objects: self.objects.finish()?,
            references: self.references.finish()?,
        })
    }
}

/// Names of a file, whose labels are already numbered, so that no text is looked up again.
#[cfg(feature = "dump")]
impl NamesBuilder {
    /// Starts with the labels of objects and of references.
    pub(crate) fn with_labels(objects: Interner, references: Interner) -> Self {
        Self {
            objects: TableBuilder::with_strings(objects),
            references: TableBuilder::with_strings(references),
            items: Vec::new(),
            key: None,
        }
    }

    /// The text of an object's label.
    pub(crate) fn object_label(&self, label: StringId) -> &str {
        self.objects.strings.get(label).unwrap_or_default()
    }

    /// The text of a reference's label.
    pub(crate) fn reference_label(&self, label: StringId) -> &str {
        self.references.strings.get(label).unwrap_or_default()
    }

    /// The number of a text among those of objects.
    pub(crate) fn object_text(&mut self, text: &str) -> StringId {
        self.objects.strings.intern(text)
    }

    pub(crate) fn add_object(&mut self, entry: ObjectEntry) -> NameId {
        self.objects.add(entry)
    }

    pub(crate) fn add_reference(&mut self, entry: ReferenceEntry) -> NameId {
        self.references.add(entry)
    }

    /// The approximate bytes of the names and of the tables for finding them.
    pub(crate) fn memory(&self) -> usize {
        self.objects.memory() + self.references.memory()
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
        let again = builder.reference(ReferenceName::Attribute("key"));
        assert_ne!(attribute, key);
        assert_eq!([parsed, again], [key, attribute]);
        let names = builder.finish().unwrap();
        for id in [attribute, key] {
            assert_eq!(names.reference_label(id), Some("key"));
        }
        assert_eq!(
            names.reference(attribute),
            Some(ReferenceName::Attribute("key"))
        );
        assert_eq!(names.reference(key), Some(ReferenceName::Key));
        assert_eq!(names.reference(NameId::NONE), None);
    }

    #[test]
    fn items_are_found_by_their_index() {
        let mut builder = NamesBuilder::default();
        let indices = [0, 3, FIRST_ITEMS - 1, FIRST_ITEMS, u64::MAX, 3, 0];
        let ids = indices.map(|index| builder.reference(ReferenceName::Item(index)));
        assert_eq!((ids[5], ids[6]), (ids[1], ids[0]));
        assert_eq!(builder.parse_reference("item[3]"), ids[1]);
        let names = builder.finish().unwrap();
        for (id, index) in ids.into_iter().zip(indices) {
            assert_eq!(names.reference(id), Some(ReferenceName::Item(index)));
        }
    }

    #[test]
    fn a_text_is_a_name_with_a_label() {
        let mut builder = NamesBuilder::default();
        let id = builder.parse_object("function\ncount");
        let count = ObjectName::Function {
            name: "count",
            place: None,
        };
        let named = builder.object(count);
        assert_eq!(id, named);
        let frame = ObjectName::Frame {
            function: "run",
            place: None,
        };
        let nameless = ObjectName::Frame {
            function: "",
            place: None,
        };
        let frames = [frame, nameless].map(|name| builder.object(name));
        let names = builder.finish().unwrap();
        assert_eq!(names.object(id), count);
        assert_eq!(names.object_label(id), "function\ncount");
        assert_eq!(frames.map(|id| names.object(id)), [frame, nameless]);
        assert_eq!(frames.map(|id| names.object_label(id)), ["frame"; 2]);
    }
}
