//! A column of texts, each text stored once.

use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, LargeStringArray, UInt32Array};

use super::error::DumpError;
use crate::names::strings::{Interner, StringId, Strings};

/// Up to this number, texts are searched for among those of other parts of a file, so that equal
/// ones get one number. More are taken over without a search, which would cost more than it saves.
const FEW: usize = 1 << 16;

/// A text, or no text, for each row.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    rows: Box<[StringId]>,
    strings: Strings,
}

impl Texts {
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.strings.get(self.rows[row])
    }

    /// The number of the text of a row: the same for equal texts.
    pub(super) fn number(&self, row: usize) -> Option<u32> {
        Some(self.rows[row])
            .filter(|&id| id != StringId::NONE)
            .map(StringId::number)
    }

    /// The different texts, in the order of their numbers.
    pub(super) fn distinct(&self) -> impl Iterator<Item = &str> {
        self.strings.iter()
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.rows) + self.strings.memory()
    }

    /// The texts as the values of a dictionary of Arrow's.
    pub(super) fn dictionary(&self) -> ArrayRef {
        Arc::new(LargeStringArray::from_iter_values(self.strings.iter()))
    }

    /// Some rows, with these values.
    pub(super) fn array(
        &self,
        rows: std::ops::Range<usize>,
        dictionary: &ArrayRef,
    ) -> DictionaryArray<UInt32Type> {
        let number = |id: &StringId| (*id != StringId::NONE).then(|| id.number());
        let keys: UInt32Array = self.rows[rows].iter().map(number).collect();
        DictionaryArray::try_new(keys, Arc::clone(dictionary)).expect("each text has a number")
    }
}

/// Collects a column.
#[derive(Debug, Default)]
pub(super) struct TextsBuilder {
    rows: Vec<StringId>,
    interner: Interner,
    /// The values of the part that was read last, and their numbers in this column.
    values: Option<(ArrayRef, Vec<StringId>)>,
}

impl TextsBuilder {
    pub(super) fn push(&mut self, text: Option<&str>) {
        let id = match text {
            Some(text) => self.interner.intern(text),
            None => StringId::NONE,
        };
        self.rows.push(id);
    }

    /// Adds the text of an earlier row again.
    pub(super) fn push_again(&mut self, row: usize) {
        self.rows.push(self.rows[row]);
    }

    /// Adds a part that was read.
    pub(super) fn extend(&mut self, part: &DictionaryArray<UInt32Type>) -> Result<(), DumpError> {
        // Each part has its own array of the same texts.
        let texts = part.values().to_data();
        let known = self.values.as_ref();
        let known = known.is_some_and(|(values, _)| values.to_data().ptr_eq(&texts));
        if !known {
            let texts = part.values().as_any().downcast_ref::<LargeStringArray>();
            let texts = texts.ok_or_else(|| DumpError::malformed("a column has no texts"))?;
            let is_few = texts.len() <= FEW;
            let numbers = texts.iter().map(|text| match text {
                Some(text) if is_few => self.interner.intern(text),
                Some(text) => self.interner.append(text),
                None => StringId::NONE,
            });
            self.values = Some((Arc::clone(part.values()), numbers.collect()));
        }
        let (_, numbers) = self.values.as_ref().expect("they are there now");
        for key in part.keys() {
            let id = match key {
                None => StringId::NONE,
                Some(key) => *numbers
                    .get(key as usize)
                    .ok_or_else(|| DumpError::malformed("a row refers to a missing text"))?,
            };
            self.rows.push(id);
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.interner.get(*self.rows.get(row)?)
    }

    /// The rows, and the texts.
    pub(super) fn into_parts(self) -> (Vec<StringId>, Interner) {
        (self.rows, self.interner)
    }

    /// The number of the text of a row. Equal texts may have several.
    pub(super) fn number(&self, row: usize) -> Option<u32> {
        let id = *self.rows.get(row)?;
        (id != StringId::NONE).then(|| id.number())
    }

    /// The column; `None` if there are more different texts than 32 bits can number.
    pub(super) fn finish(self) -> Option<Texts> {
        Some(Texts {
            rows: self.rows.into(),
            strings: self.interner.finish()?,
        })
    }
}
