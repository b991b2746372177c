//! The names of objects and references as columns.

use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, LargeStringArray, UInt32Array};
use rustc_hash::FxHashMap;

use super::error::DumpError;
use super::texts::TextsBuilder;
use crate::names::strings::{StringId, Strings};
use crate::names::{
    NameId, Names, NamesBuilder, ObjectEntry, ObjectKind, ObjectName, ReferenceEntry,
    ReferenceKind, ReferenceName,
};

/// Types whose instances are shown by their values.
const VALUES: [&str; 7] = [
    "NoneType", "bool", "bytes", "complex", "float", "int", "str",
];

/// More than the number of kinds, now and in future versions.
const MOST_KINDS: usize = 256;

/// Stands for "no text", and for a row without a number.
const NONE: u32 = u32::MAX;

/// A column that has a text, or none, for each name.
pub(super) struct NameColumn {
    texts: ArrayRef,
    /// The number of the text of each name, by the number of the name.
    keys: Vec<u32>,
}

impl NameColumn {
    /// The labels, each once.
    fn of_labels(strings: &Strings, labels: impl Iterator<Item = StringId>) -> Self {
        let mut known = vec![NONE; strings.len()];
        let mut different = Vec::new();
        let keys = labels.map(|label| {
            let key = &mut known[label.index()];
            if *key == NONE {
                *key = different.len() as u32;
                different.push(label);
            }
            *key
        });
        let keys = keys.collect();
        let texts = different.into_iter().map(|text| strings.get(text));
        Self {
            texts: Arc::new(texts.collect::<LargeStringArray>()),
            keys,
        }
    }

    /// Texts that few names have, each once.
    fn of_texts<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut known = FxHashMap::default();
        let mut different = Vec::new();
        let keys = texts.map(|text| {
            let Some(text) = text else {
                return NONE;
            };
            *known.entry(text).or_insert_with(|| {
                different.push(text);
                different.len() as u32 - 1
            })
        });
        let keys = keys.collect();
        Self {
            texts: Arc::new(LargeStringArray::from_iter_values(different)),
            keys,
        }
    }

    /// The words of kinds.
    fn of_kinds<const N: usize>(words: [&str; N], kinds: impl Iterator<Item = usize>) -> Self {
        Self {
            texts: Arc::new(LargeStringArray::from_iter_values(words)),
            keys: kinds.map(|kind| kind as u32).collect(),
        }
    }

    /// Some rows of the column.
    pub(super) fn array(&self, rows: &[NameId]) -> DictionaryArray<UInt32Type> {
        let key = |id: &NameId| {
            self.keys
                .get(id.index())
                .copied()
                .filter(|&key| key != NONE)
        };
        let keys: UInt32Array = rows.iter().map(key).collect();
        DictionaryArray::try_new(keys, Arc::clone(&self.texts)).expect("each text has a number")
    }
}

/// The columns of all names.
pub(super) struct NameColumns {
    pub(super) labels: NameColumn,
    pub(super) kinds: NameColumn,
    pub(super) names: NameColumn,
    pub(super) places: NameColumn,
    pub(super) abouts: NameColumn,
    pub(super) reference_labels: NameColumn,
    pub(super) reference_kinds: NameColumn,
}

impl NameColumns {
    /// Takes about as much memory as the names.
    pub(super) fn new(names: &Names) -> Self {
        let (strings, objects) = names.objects();
        let (reference_strings, references) = names.references();
        let kind = |entry: &ObjectEntry| place(&ObjectKind::ALL, entry.kind);
        let reference_kind = |entry: &ReferenceEntry| place(&ReferenceKind::ALL, entry.kind);
        let text_of = |part: fn(&ObjectEntry) -> StringId| {
            objects.iter().map(move |entry| strings.get(part(entry)))
        };
        Self {
            labels: NameColumn::of_labels(strings, objects.iter().map(|entry| entry.label)),
            kinds: NameColumn::of_kinds(
                ObjectKind::ALL.map(ObjectKind::word),
                objects.iter().map(kind),
            ),
            names: NameColumn::of_texts(names.object_ids().map(|id| names.object(id).name())),
            places: NameColumn::of_texts(text_of(|entry| entry.place)),
            abouts: NameColumn::of_texts(text_of(|entry| entry.about)),
            reference_labels: NameColumn::of_labels(
                reference_strings,
                references.iter().map(|entry| entry.label),
            ),
            reference_kinds: NameColumn::of_kinds(
                ReferenceKind::ALL.map(ReferenceKind::word),
                references.iter().map(reference_kind),
            ),
        }
    }
}

fn place<K: PartialEq>(all: &[K], kind: K) -> usize {
    let place = all.iter().position(|known| *known == kind);
    place.expect("all kinds are there")
}

/// Reads the kinds of a part of a column; `None` if a word is unknown.
pub(super) fn extend_kinds<K: Copy>(
    kinds: &mut Vec<Option<K>>,
    part: &DictionaryArray<UInt32Type>,
    from_word: impl Fn(&str) -> Option<K>,
) -> Result<(), DumpError> {
    let words = part.values().as_any().downcast_ref::<LargeStringArray>();
    let words = words.ok_or_else(|| DumpError::malformed("a column has no texts"))?;
    if words.len() > MOST_KINDS {
        return Err(DumpError::malformed("it has too many kinds of names"));
    }
    let known: Vec<_> = words.iter().map(|word| from_word(word?)).collect();
    for key in part.keys() {
        let kind = match key {
            None => None,
            Some(key) => *known
                .get(key as usize)
                .ok_or_else(|| DumpError::malformed("a row refers to a missing text"))?,
        };
        kinds.push(kind);
    }
    Ok(())
}

/// The data about the objects of a file of format 2, besides their labels.
#[derive(Default)]
pub(super) struct ObjectKinds {
    pub(super) kinds: Vec<Option<ObjectKind>>,
    pub(super) names: TextsBuilder,
    /// Empty if the file does not have this column.
    pub(super) places: TextsBuilder,
    pub(super) abouts: TextsBuilder,
}

/// Creates names from the columns of a file, some rows at a time.
#[derive(Default)]
pub(super) struct Naming {
    pub(super) names: NamesBuilder,
    labels: Vec<StringId>,
    reference_labels: Vec<StringId>,
    pub(super) objects: Vec<NameId>,
    pub(super) references: Vec<NameId>,
    /// By their numbers in the file: the types, the names and the other details of objects.
    types: Vec<Option<StringId>>,
    called: Vec<Option<StringId>>,
    places: Vec<Option<StringId>>,
    abouts: Vec<Option<StringId>>,
}

impl Naming {
    pub(super) fn new(labels: TextsBuilder, reference_labels: TextsBuilder) -> Self {
        let (labels, texts) = labels.into_parts();
        let (reference_labels, reference_texts) = reference_labels.into_parts();
        Self {
            objects: Vec::with_capacity(labels.len()),
            references: Vec::with_capacity(reference_labels.len()),
            labels,
            reference_labels,
            names: NamesBuilder::with_labels(texts, reference_texts),
            types: Vec::new(),
            called: Vec::new(),
            places: Vec::new(),
            abouts: Vec::new(),
        }
    }

    /// Names some more objects; returns how many.
    pub(super) fn next_objects(
        &mut self,
        most: usize,
        types: &TextsBuilder,
        kinds: Option<&ObjectKinds>,
    ) -> usize {
        let start = self.objects.len();
        let end = self.labels.len().min(start + most);
        for row in start..end {
            let label = self.labels[row];
            let id = match label {
                StringId::NONE => NameId::NONE,
                _ => self.object(row, label, types, kinds),
            };
            self.objects.push(id);
        }
        end - start
    }

    fn object(
        &mut self,
        row: usize,
        label: StringId,
        types: &TextsBuilder,
        kinds: Option<&ObjectKinds>,
    ) -> NameId {
        let kind = match kinds {
            Some(known) => known.kinds[row].unwrap_or(ObjectKind::Other),
            None => {
                let text = self.names.object_label(label);
                kind_of_format_1(text, types.get(row).unwrap_or_default())
            }
        };
        let names = &mut self.names;
        let has_type = matches!(kind, ObjectKind::Value | ObjectKind::Container(_));
        let type_name = match has_type {
            true => number_of(&mut self.types, types, row, names),
            false => StringId::NONE,
        };
        let mut entry = ObjectEntry {
            kind,
            label,
            type_name,
            name: StringId::NONE,
            place: StringId::NONE,
            about: StringId::NONE,
        };
        if let Some(known) = kinds {
            // The labels of other kinds contain their names.
            if matches!(
                kind,
                ObjectKind::Frame | ObjectKind::Generator | ObjectKind::Instance
            ) {
                entry.name = number_of(&mut self.called, &known.names, row, names);
            }
            entry.place = number_of(&mut self.places, &known.places, row, names);
            entry.about = number_of(&mut self.abouts, &known.abouts, row, names);
        }
        names.add_object(entry)
    }

    /// Names some more references; returns how many.
    pub(super) fn next_references(
        &mut self,
        most: usize,
        kinds: Option<&[Option<ReferenceKind>]>,
    ) -> usize {
        let start = self.references.len();
        let end = self.reference_labels.len().min(start + most);
        for row in start..end {
            let label = self.reference_labels[row];
            if label == StringId::NONE {
                self.references.push(NameId::NONE);
                continue;
            }
            let kind = match kinds {
                Some(kinds) => kinds[row].unwrap_or(ReferenceKind::Other),
                None => ReferenceName::parse(self.names.reference_label(label)).kind(),
            };
            let entry = ReferenceEntry { kind, label };
            self.references.push(self.names.add_reference(entry));
        }
        end - start
    }
}

/// The number, among the texts of objects, of the text that a row has in another column.
fn number_of(
    known: &mut Vec<Option<StringId>>,
    column: &TextsBuilder,
    row: usize,
    names: &mut NamesBuilder,
) -> StringId {
    let (Some(number), Some(text)) = (column.number(row), column.get(row)) else {
        return StringId::NONE;
    };
    let number = number as usize;
    if known.len() <= number {
        known.resize(number + 1, None);
    }
    *known[number].get_or_insert_with(|| names.object_text(text))
}

/// The kind of an object in a file of format 1, from its label and type.
fn kind_of_format_1(label: &str, type_name: &str) -> ObjectKind {
    if VALUES.contains(&type_name) {
        return ObjectKind::Value;
    }
    match ObjectName::parse(label).kind() {
        ObjectKind::Value => ObjectKind::Other,
        kind => kind,
    }
}
