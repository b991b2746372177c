//! The names of objects and references as columns.

use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, LargeStringArray, UInt32Array};
use rustc_hash::FxHashMap;

use super::error::DumpError;
use super::texts::TextsBuilder;
use crate::names::strings::StringId;
use crate::names::{
    NameId, Names, NamesBuilder, ObjectKind, ObjectName, ReferenceKind, ReferenceName,
};

/// Types whose instances are shown by their values.
const VALUES: [&str; 7] = [
    "NoneType", "bool", "bytes", "complex", "float", "int", "str",
];

/// A column with a text, or none, for each name.
pub(super) struct NameColumn {
    texts: ArrayRef,
    /// By the number of a name that of its text.
    keys: Vec<Option<u32>>,
}

impl NameColumn {
    fn new<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut known = FxHashMap::default();
        let mut different = Vec::new();
        let keys = texts
            .map(|text| {
                let text = text?;
                Some(*known.entry(text).or_insert_with(|| {
                    different.push(text);
                    different.len() as u32 - 1
                }))
            })
            .collect();
        Self {
            texts: Arc::new(LargeStringArray::from_iter_values(different)),
            keys,
        }
    }

    /// Some rows of the column.
    pub(super) fn array(&self, rows: &[NameId]) -> DictionaryArray<UInt32Type> {
        let key = |id: &NameId| *self.keys.get(id.index())?;
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
    pub(super) fn new(names: &Names) -> Self {
        let objects = || names.object_ids().map(|id| names.object(id));
        let references = || names.reference_ids().filter_map(|id| names.reference(id));
        let labels = names.object_ids().map(|id| names.object_label(id));
        Self {
            labels: NameColumn::new(labels.map(Some)),
            kinds: NameColumn::new(objects().map(|name| Some(name.kind().word()))),
            names: NameColumn::new(objects().map(|name| name.name())),
            reference_labels: NameColumn::new(
                names.reference_ids().map(|id| names.reference_label(id)),
            ),
            reference_kinds: NameColumn::new(references().map(|name| Some(name.kind().word()))),
        }
    }
}

/// The kinds in the rows of a column that was read; `None` for a word that is not known.
pub(super) fn extend_kinds<K: Copy>(
    kinds: &mut Vec<Option<K>>,
    part: &DictionaryArray<UInt32Type>,
    from_word: impl Fn(&str) -> Option<K>,
) -> Result<(), DumpError> {
    let words = part.values().as_any().downcast_ref::<LargeStringArray>();
    let words = words.ok_or_else(|| DumpError::malformed("a column has no texts"))?;
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

/// Makes names of the columns of a file: the types of its objects, their labels, and their kinds,
/// which a file of format 1 does not have. Returns the name of each object.
pub(super) fn object_names(
    types: &TextsBuilder,
    labels: TextsBuilder,
    kinds: Option<&ObjectKinds>,
) -> (NamesBuilder, Vec<NameId>) {
    let (rows, texts) = labels.into_parts();
    let mut first = vec![None; texts.len()];
    let mut others = FxHashMap::default();
    let mut names = NamesBuilder::with_labels(texts);
    let mut add = |row: usize, label| {
        let type_name = types.get(row).unwrap_or_default();
        let text = names.label(label).to_owned();
        let name = match kinds {
            None => of_format_1(&text, type_name),
            Some(known) => match known.kinds[row] {
                Some(kind) => ObjectName::from_label(kind, &text, type_name, known.names.get(row)),
                None => ObjectName::Other(&*text),
            },
        };
        names.add_object(label, name)
    };
    let ids = rows.iter().enumerate().map(|(row, &label)| {
        if label == StringId::NONE {
            return NameId::NONE;
        }
        let own = kinds.map(|known| (known.kinds[row], known.names.number(row)));
        let details = (own, types.number(row));
        // Nearly all labels belong to one name.
        match &mut first[label.index()] {
            Some((known, id)) if *known == details => *id,
            Some(_) => *others
                .entry((label, details))
                .or_insert_with(|| add(row, label)),
            unknown => unknown.insert((details, add(row, label))).1,
        }
    });
    let ids = ids.collect();
    (names, ids)
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

/// The names of all references: their labels, and of format 2 their kinds.
pub(super) fn add_references(
    names: &mut NamesBuilder,
    labels: &TextsBuilder,
    kinds: Option<&[Option<ReferenceKind>]>,
    rows: usize,
) -> Vec<NameId> {
    let mut known = FxHashMap::default();
    (0..rows)
        .map(|row| {
            let Some(number) = labels.number(row) else {
                return NameId::NONE;
            };
            let kind = kinds.map(|kinds| kinds[row]);
            *known.entry((kind, number)).or_insert_with(|| {
                let label = labels.get(row).unwrap_or_default();
                names.reference(match kind {
                    Some(Some(kind)) => ReferenceName::from_label(kind, label),
                    Some(None) => ReferenceName::Other(label),
                    None => ReferenceName::parse(label),
                })
            })
        })
        .collect()
}
