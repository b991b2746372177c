//! The names of objects and references as columns.

use std::hash::Hash;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, LargeStringArray, UInt32Array};
use rustc_hash::FxHashMap;

use super::error::DumpError;
use super::texts::TextsBuilder;
use crate::names::strings::{StringId, Strings};
use crate::names::{
    NameId, Names, NamesBuilder, ObjectKind, ObjectName, ReferenceKind, ReferenceName,
};

/// Types whose instances are shown by their values.
const VALUES: [&str; 7] = [
    "NoneType", "bool", "bytes", "complex", "float", "int", "str",
];

/// More different words than there are kinds, and that will be there.
const MOST_KINDS: usize = 256;

/// Stands for "no text", and for a row without a number.
const NONE: u32 = u32::MAX;

/// A column with a text, or none, for each name.
pub(super) struct NameColumn {
    texts: ArrayRef,
    /// By the number of a name that of its text.
    keys: Vec<u32>,
}

impl NameColumn {
    /// Each text once, in the order in which it first comes.
    fn of_texts(strings: &Strings, names: impl Iterator<Item = Option<StringId>>) -> Self {
        let mut known = vec![NONE; strings.len()];
        let mut different = Vec::new();
        let keys = names.map(|text| {
            let Some(text) = text else {
                return NONE;
            };
            let key = &mut known[text.index()];
            if *key == NONE {
                *key = different.len() as u32;
                different.push(text);
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
    pub(super) reference_labels: NameColumn,
    pub(super) reference_kinds: NameColumn,
}

impl NameColumns {
    /// Takes about as much memory as the names.
    pub(super) fn new(names: &Names) -> Self {
        let (strings, labels) = names.object_labels();
        let (reference_strings, reference_labels) = names.reference_labels();
        let own = names.objects().map(|name| match name {
            ObjectName::Class(name)
            | ObjectName::Function(name)
            | ObjectName::Method(name)
            | ObjectName::Module(name)
            | ObjectName::Frame { function: name, .. }
            | ObjectName::Generator { function: name, .. } => {
                Some(name).filter(|&name| strings.get(name) != Some(""))
            }
            _ => None,
        });
        let kind = |name: ObjectName<StringId>| place(&ObjectKind::ALL, name.kind());
        let reference_kind =
            |name: ReferenceName<StringId>| place(&ReferenceKind::ALL, name.kind());
        Self {
            labels: NameColumn::of_texts(strings, labels.iter().copied().map(Some)),
            kinds: NameColumn::of_kinds(
                ObjectKind::ALL.map(ObjectKind::word),
                names.objects().map(kind),
            ),
            names: NameColumn::of_texts(strings, own),
            reference_labels: NameColumn::of_texts(
                reference_strings,
                reference_labels.iter().copied().map(Some),
            ),
            reference_kinds: NameColumn::of_kinds(
                ReferenceKind::ALL.map(ReferenceKind::word),
                names.references().map(reference_kind),
            ),
        }
    }
}

fn place<K: PartialEq>(all: &[K], kind: K) -> usize {
    let place = all.iter().position(|known| *known == kind);
    place.expect("all kinds are there")
}

/// Reads the kinds of a part of a column; `None` for a word that is not known.
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
                .ok_or_else(|| DumpError::malformed("a row has a text that is not there"))?,
        };
        kinds.push(kind);
    }
    Ok(())
}

/// What a file of format 2 says of its objects besides their labels.
#[derive(Default)]
pub(super) struct ObjectKinds {
    pub(super) kinds: Vec<Option<ObjectKind>>,
    pub(super) names: TextsBuilder,
}

/// Makes names of the columns of a file, some rows at a time.
pub(super) struct Naming {
    pub(super) names: NamesBuilder,
    pub(super) objects: RowNames<ObjectDetails>,
    pub(super) references: RowNames<Option<ReferenceKind>>,
}

/// What tells names of one label apart: the kind, the text of the name, the type.
type ObjectDetails = (Option<ObjectKind>, u32, u32);

/// The names of the rows of a column.
pub(super) struct RowNames<D> {
    labels: Vec<StringId>,
    pub(super) ids: Vec<NameId>,
    /// By the number of a label the details of the first name with it, and its number.
    first: Vec<Option<(D, NameId)>>,
    others: FxHashMap<(StringId, D), NameId>,
}

impl<D: Copy + Eq + Hash> RowNames<D> {
    fn new(labels: Vec<StringId>, different: usize) -> Self {
        Self {
            ids: Vec::with_capacity(labels.len()),
            labels,
            first: vec![None; different],
            others: FxHashMap::default(),
        }
    }

    /// Names some more rows; returns how many. `add` makes a name of a row and its label.
    fn next(
        &mut self,
        most: usize,
        details: impl Fn(usize) -> D,
        mut add: impl FnMut(usize, StringId) -> NameId,
    ) -> usize {
        let start = self.ids.len();
        let end = self.labels.len().min(start + most);
        for row in start..end {
            let label = self.labels[row];
            if label == StringId::NONE {
                self.ids.push(NameId::NONE);
                continue;
            }
            let details = details(row);
            // Nearly all labels belong to one name.
            let id = match &mut self.first[label.index()] {
                Some((known, id)) if *known == details => *id,
                Some(_) => *self
                    .others
                    .entry((label, details))
                    .or_insert_with(|| add(row, label)),
                unknown => unknown.insert((details, add(row, label))).1,
            };
            self.ids.push(id);
        }
        end - start
    }
}

impl Naming {
    pub(super) fn new(labels: TextsBuilder, reference_labels: TextsBuilder) -> Self {
        let (labels, texts) = labels.into_parts();
        let (reference_labels, reference_texts) = reference_labels.into_parts();
        Self {
            objects: RowNames::new(labels, texts.len()),
            references: RowNames::new(reference_labels, reference_texts.len()),
            names: NamesBuilder::with_labels(texts, reference_texts),
        }
    }

    /// Names some more objects; returns how many.
    pub(super) fn next_objects(
        &mut self,
        most: usize,
        types: &TextsBuilder,
        kinds: Option<&ObjectKinds>,
    ) -> usize {
        let names = &mut self.names;
        let details = |row| {
            let kind = kinds.and_then(|known| known.kinds[row]);
            let own = kinds.and_then(|known| known.names.number(row));
            let ty = types.number(row);
            (kind, own.unwrap_or(NONE), ty.unwrap_or(NONE))
        };
        self.objects.next(most, details, |row, label| {
            let type_name = types.get(row).unwrap_or_default();
            let text = names.object_label(label).to_owned();
            let name = match kinds {
                None => of_format_1(&text, type_name),
                Some(known) => match known.kinds[row] {
                    Some(kind) => {
                        ObjectName::from_label(kind, &text, type_name, known.names.get(row))
                    }
                    None => ObjectName::Other(&*text),
                },
            };
            names.push_object(label, name)
        })
    }

    /// Names some more references; returns how many.
    pub(super) fn next_references(
        &mut self,
        most: usize,
        kinds: Option<&[Option<ReferenceKind>]>,
    ) -> usize {
        let names = &mut self.names;
        let details = |row: usize| kinds.and_then(|kinds| kinds[row]);
        self.references.next(most, details, |row, label| {
            let text = names.reference_label(label).to_owned();
            let name = match kinds.map(|kinds| kinds[row]) {
                None => ReferenceName::parse(&text),
                Some(Some(kind)) => ReferenceName::from_label(kind, &text),
                Some(None) => ReferenceName::Other(&*text),
            };
            names.push_reference(label, name)
        })
    }
}

/// The name of an object of which a file of format 1 has the label and the type.
fn of_format_1<'a>(label: &'a str, type_name: &'a str) -> ObjectName<&'a str> {
    if VALUES.contains(&type_name) {
        let text = label;
        return ObjectName::Value { type_name, text };
    }
    match ObjectName::parse(label) {
        ObjectName::Container { container, len, .. } => ObjectName::Container {
            container,
            type_name,
            len,
        },
        ObjectName::Value { text, .. } => ObjectName::Other(text),
        name => name,
    }
}
