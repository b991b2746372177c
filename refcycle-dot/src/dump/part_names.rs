//! The names of the rows of a part of a file.

use std::hash::Hash;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, DictionaryArray, LargeStringArray, ListArray, RecordBatch};
use rustc_hash::FxHashMap;

use super::arrays::{column, lengths, values};
use super::columns;
use super::error::DumpError;
use super::names::extend_kinds;
use crate::names::{Details, ObjectKind, ObjectName, ReferenceKind, ReferenceName};

/// Stands for "no text", and for a reference without a name.
const NONE: u32 = u32::MAX;

/// The numbers of the texts of an object's name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct ObjectTexts {
    kind: ObjectKind,
    label: u32,
    name: u32,
    place: u32,
    about: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct ReferenceText {
    kind: ReferenceKind,
    label: u32,
}

/// Names of the objects of a part, and of their references. Different names are stored once, and
/// the texts are those of the file's dictionaries, which all parts share.
pub(super) struct PartNames {
    objects: Rows<ObjectTexts>,
    references: Rows<ReferenceText>,
    labels: LargeStringArray,
    names: LargeStringArray,
    places: Option<LargeStringArray>,
    abouts: Option<LargeStringArray>,
    reference_labels: LargeStringArray,
}

/// A value for each row, the different ones stored once.
struct Rows<T> {
    rows: Box<[u32]>,
    different: Box<[T]>,
}

impl<T: Copy + Eq + Hash> Rows<T> {
    /// `None` stands for no value.
    fn new(values: impl ExactSizeIterator<Item = Option<T>>) -> Self {
        let mut rows = Vec::with_capacity(values.len());
        let mut different = Vec::new();
        let mut known = FxHashMap::default();
        let mut last = None;
        for value in values {
            let number = match (value, last) {
                (None, _) => NONE,
                (Some(value), Some((of, number))) if of == value => number,
                (Some(value), _) => *known.entry(value).or_insert_with(|| {
                    different.push(value);
                    different.len() as u32 - 1
                }),
            };
            last = value.map(|value| (value, number)).or(last);
            rows.push(number);
        }
        Self {
            rows: rows.into(),
            different: different.into(),
        }
    }

    fn get(&self, row: usize) -> Option<T> {
        self.different.get(self.rows[row] as usize).copied()
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.rows) + size_of_val(&*self.different)
    }
}

impl PartNames {
    /// Reads and checks them. `offsets` are those of the references of the rows.
    pub(super) fn of(batch: &RecordBatch, offsets: &[u32]) -> Result<Self, DumpError> {
        let count = offsets.len() - 1;
        if batch.num_rows() != count {
            return Err(DumpError::malformed("a part of it has a wrong length"));
        }
        let mut kinds = Vec::with_capacity(count);
        let words = column(batch, columns::KIND)?;
        extend_kinds(&mut kinds, words, ObjectKind::from_word)?;
        let label = Column::of(column(batch, columns::LABEL)?)?;
        let name = Column::of(column(batch, columns::NAME)?)?;
        let optional = |name| match batch.column_by_name(name) {
            Some(_) => Column::of(column(batch, name)?).map(Some),
            None => Ok(None),
        };
        let (place, about) = (optional(columns::PLACE)?, optional(columns::ABOUT)?);
        if label.keys.contains(&NONE) {
            return Err(DumpError::malformed("an object has no type or no name"));
        }
        let key = |column: &Option<Column>, row: usize| match column {
            Some(column) => column.keys[row],
            None => NONE,
        };
        let objects = kinds.iter().enumerate().map(|(row, kind)| {
            let kind = kind.unwrap_or(ObjectKind::Other);
            // The labels of other kinds contain their names.
            let is_named = matches!(
                kind,
                ObjectKind::Frame | ObjectKind::Generator | ObjectKind::Instance
            );
            Some(ObjectTexts {
                kind,
                label: label.keys[row],
                name: if is_named { name.keys[row] } else { NONE },
                place: key(&place, row),
                about: key(&about, row),
            })
        });
        let objects = Rows::new(objects);
        let lists = column::<ListArray>(batch, columns::REFERENCE_LABELS)?;
        let reference_label = Column::of(&values(lists)?)?;
        let of_kinds = column::<ListArray>(batch, columns::REFERENCE_KINDS)?;
        let mut kinds = Vec::with_capacity(reference_label.keys.len());
        extend_kinds(&mut kinds, &values(of_kinds)?, ReferenceKind::from_word)?;
        let wanted = || offsets.windows(2).map(|pair| (pair[1] - pair[0]) as usize);
        if lists.null_count() > 0 || !lengths(lists).eq(wanted()) {
            return Err(DumpError::malformed("not every reference has a label"));
        }
        if of_kinds.null_count() > 0 || !lengths(of_kinds).eq(wanted()) {
            return Err(DumpError::malformed("not every reference has a kind"));
        }
        let references = kinds.iter().zip(&reference_label.keys);
        let references = references.map(|(kind, &label)| {
            let kind = kind.unwrap_or(ReferenceKind::Other);
            (label != NONE).then_some(ReferenceText { kind, label })
        });
        Ok(Self {
            objects,
            references: Rows::new(references),
            labels: label.texts,
            names: name.texts,
            places: place.map(|column| column.texts),
            abouts: about.map(|column| column.texts),
            reference_labels: reference_label.texts,
        })
    }

    /// The name of an object of the part.
    pub(super) fn object<'a>(&'a self, row: usize, type_name: &'a str) -> ObjectName<&'a str> {
        let Some(texts) = self.objects.get(row) else {
            return ObjectName::Other("");
        };
        let optional = |column: &'a Option<LargeStringArray>, key| text(column.as_ref()?, key);
        let details = Details {
            type_name: match texts.kind {
                ObjectKind::Value | ObjectKind::Container(_) => type_name,
                _ => "",
            },
            name: text(&self.names, texts.name),
            place: optional(&self.places, texts.place),
            about: optional(&self.abouts, texts.about).unwrap_or_default(),
        };
        let label = text(&self.labels, texts.label).unwrap_or_default();
        ObjectName::from_label(texts.kind, label, details)
    }

    pub(super) fn object_label(&self, row: usize) -> &str {
        let texts = self.objects.get(row);
        let label = texts.and_then(|texts| text(&self.labels, texts.label));
        label.unwrap_or_default()
    }

    /// The name of a reference of the part.
    pub(super) fn reference(&self, edge: usize) -> Option<ReferenceName<&str>> {
        let texts = self.references.get(edge)?;
        let label = text(&self.reference_labels, texts.label).unwrap_or_default();
        Some(ReferenceName::from_label(texts.kind, label))
    }

    pub(super) fn reference_label(&self, edge: usize) -> Option<&str> {
        text(&self.reference_labels, self.references.get(edge)?.label)
    }

    /// The bytes of the rows.
    pub(super) fn memory(&self) -> usize {
        self.objects.memory() + self.references.memory()
    }
}

/// The number of the text of each row, and the texts.
struct Column {
    keys: Vec<u32>,
    texts: LargeStringArray,
}

impl Column {
    fn of(part: &DictionaryArray<UInt32Type>) -> Result<Self, DumpError> {
        let texts = part.values().as_any().downcast_ref::<LargeStringArray>();
        let texts = texts.ok_or_else(|| DumpError::malformed("a column has no texts"))?;
        let mut keys = Vec::with_capacity(part.len());
        for key in part.keys() {
            keys.push(match key {
                None => NONE,
                Some(key) if (key as usize) < texts.len() => match texts.is_null(key as usize) {
                    true => NONE,
                    false => key,
                },
                Some(_) => return Err(DumpError::malformed("a row refers to a missing text")),
            });
        }
        Ok(Self {
            keys,
            texts: texts.clone(),
        })
    }
}

fn text(texts: &LargeStringArray, key: u32) -> Option<&str> {
    let key = key as usize;
    (key < texts.len()).then(|| texts.value(key))
}
