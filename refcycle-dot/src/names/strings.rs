//! Many strings in one allocation, each text stored once.

use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashMap, FxHasher};

/// The number of a string in its [`Strings`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct StringId(u32);

impl StringId {
    /// Stands for "no string". Unlike an `Option`, it takes no additional memory.
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) fn number(self) -> u32 {
        self.0
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Texts one after another. Takes their bytes and 8 more a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// The string; `None` for [`StringId::NONE`].
    pub(crate) fn get(&self, id: StringId) -> Option<&str> {
        let index = id.0 as usize;
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    /// The number of strings.
    #[cfg(feature = "dump")]
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All strings, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).filter_map(|id| self.get(StringId(id)))
    }

    /// `NONE` if there are more strings than 32 bits can number.
    fn append(&mut self, text: &str) -> StringId {
        let id = StringId(self.ends.len().try_into().unwrap_or(u32::MAX));
        if id != StringId::NONE {
            self.text.push_str(text);
            self.ends.push(self.text.len());
        }
        id
    }

    pub(crate) fn memory(&self) -> usize {
        self.text.len() + size_of_val(&*self.ends)
    }
}

/// Few labels have more bytes on average.
const LENGTH: usize = 32;

/// Whether a table has many items and no room for this number of others.
pub(crate) fn is_crowded(capacity: usize, items: usize, more: usize) -> bool {
    /// A smaller table is copied in a millisecond.
    const MANY: usize = 1 << 15;

    items >= MANY && capacity - items < more
}

/// Collects strings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    strings: Strings,
    /// The first string with each hash. Two texts with the same hash are rare; the second one is
    /// then stored at each occurrence, which is correct too.
    by_hash: FxHashMap<u64, StringId>,
    overflow: bool,
}

impl Interner {
    pub(crate) fn intern(&mut self, text: &str) -> StringId {
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(text);
        match self.by_hash.entry(hash) {
            Entry::Occupied(known) if self.strings.get(*known.get()) == Some(text) => *known.get(),
            entry => {
                let id = self.strings.append(text);
                self.overflow |= id == StringId::NONE;
                entry.or_insert(id);
                id
            }
        }
    }

    /// Whether a table is large and would be copied into a larger one for this number of new texts.
    pub(crate) fn is_crowded(&self, texts: usize) -> bool {
        let Strings { text, ends } = &self.strings;
        is_crowded(self.by_hash.capacity(), self.by_hash.len(), texts)
            || is_crowded(ends.capacity(), ends.len(), texts)
            || is_crowded(text.capacity(), text.len(), LENGTH * texts)
    }

    /// Makes room for this number of texts.
    pub(crate) fn make_room(&mut self, texts: usize) {
        self.by_hash.reserve(texts);
        self.strings.ends.reserve(texts);
        self.strings.text.reserve(LENGTH * texts);
    }

    /// The bytes of the texts, and of the tables for finding them.
    #[cfg(feature = "dump")]
    pub(crate) fn memory(&self) -> usize {
        let entry = size_of::<(u64, StringId)>() + 1;
        self.strings.text.capacity()
            + size_of::<usize>() * self.strings.ends.capacity()
            + entry * self.by_hash.capacity()
    }

    #[cfg(feature = "dump")]
    pub(crate) fn get(&self, id: StringId) -> Option<&str> {
        self.strings.get(id)
    }

    /// Adds a text without a search for an equal one.
    #[cfg(feature = "dump")]
    pub(crate) fn append(&mut self, text: &str) -> StringId {
        let id = self.strings.append(text);
        self.overflow |= id == StringId::NONE;
        id
    }

    /// The strings; `None` if there are more than 32 bits can number.
    pub(crate) fn finish(mut self) -> Option<Strings> {
        self.strings.text.shrink_to_fit();
        self.strings.ends.shrink_to_fit();
        (!self.overflow).then_some(self.strings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_room_is_not_crowded() {
        let mut interner = Interner::default();
        assert!(!interner.is_crowded(1 << 20));
        for number in 0..1 << 15 {
            interner.intern(&number.to_string());
        }
        assert!(interner.is_crowded(1 << 20));
        interner.make_room(1 << 20);
        assert!(!interner.is_crowded(1 << 20));
        assert_eq!(interner.intern("7"), StringId(7));
    }

    #[test]
    fn equal_texts_are_held_once() {
        let mut interner = Interner::default();
        let ids = ["item[0]", "", "item[0]", "é\n", ""].map(|text| interner.intern(text));
        assert_eq!((ids[0], ids[1]), (ids[2], ids[4]));
        let strings = interner.finish().unwrap();
        assert_eq!(
            ids.map(|id| strings.get(id).unwrap()),
            ["item[0]", "", "item[0]", "é\n", ""]
        );
        assert_eq!(strings.text, "item[0]é\n");
        assert_eq!(strings.get(StringId::NONE), None);
    }
}
