//! The names of the references of many objects, for a dump. Most names of attributes and keys occur
//! again and again: a name that depends on a text alone is made once.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::ops::Range;

use refcycle_dot::dump::{HeapDumpBuilder, ReferenceNameId};
use refcycle_dot::names::ReferenceName;
use rustc_hash::{FxHashMap, FxHasher};

use super::keys::{Keys, sketched_length};
use super::lookup::{Namer, Wanted};
use super::sink::Source;
use super::spelling::Values;
use crate::heap::{Kind, Obj, text_units};

/// Longer texts, in bytes, are too rare to be remembered.
const LONGEST: usize = 100;

/// The bytes of the texts that are remembered.
const MOST: usize = 1 << 20;

/// The names of references that were made before.
///
/// They are found by the contents of the texts, of which copies are stored: a string may be freed,
/// and its address belong to another one.
#[derive(Default)]
pub(crate) struct KnownNames {
    /// By a hash of what the name depends on. Two texts with the same hash are rare; names after the
    /// second one are then made at each occurrence.
    by_hash: FxHashMap<u64, Known>,
    texts: Vec<u8>,
    /// By what a redacted file shows of data: the address of a builtin type, and the length.
    by_length: FxHashMap<(usize, usize), ReferenceNameId>,
}

struct Known {
    sort: Sort,
    width: usize,
    text: Range<usize>,
    name: ReferenceNameId,
}

/// All that a name depends on besides the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Sort {
    Key(Keys),
    Attribute,
}

/// All that a name depends on.
#[derive(Clone, Copy, Hash)]
struct Text<'h> {
    sort: Sort,
    /// The bytes of a character.
    width: usize,
    contents: &'h [u8],
}

impl<'h> Text<'h> {
    /// `None` of a text that is not remembered.
    fn of(source: Source<'h>) -> Option<Self> {
        let (object, sort) = match source {
            Source::Key(key, keys) => (key, Sort::Key(keys)),
            Source::Attribute(name) => (name, Sort::Attribute),
        };
        let (width, contents) = text_units(object)?;
        (contents.len() <= LONGEST).then_some(Self {
            sort,
            width,
            contents,
        })
    }
}

/// Lists that are filled for one object after another.
#[derive(Default)]
pub(crate) struct Lists<'h> {
    targets: Vec<Obj<'h>>,
    names: Vec<Option<ReferenceNameId>>,
}

impl KnownNames {
    /// Adds the references from an object to its targets to the dump, each with its name: see
    /// [`names_of`](super::names_of).
    pub(crate) fn add_references<'h>(
        &mut self,
        object: Obj<'h>,
        targets: impl Iterator<Item = Obj<'h>>,
        values: Values<'_>,
        lists: &mut Lists<'h>,
        dump: &mut HeapDumpBuilder,
    ) {
        lists.targets.clear();
        lists.targets.extend(targets);
        let namer = Remembering {
            known: self,
            dump: &mut *dump,
        };
        Wanted::new(&lists.targets, &mut lists.names, namer).name_all(object, values);
        for &name in &lists.names {
            dump.reference_named(name);
        }
    }

    /// The approximate bytes of the tables.
    pub(crate) fn memory(&self) -> usize {
        size_of::<(u64, Known)>() * self.by_hash.capacity()
            + size_of::<((usize, usize), ReferenceNameId)>() * self.by_length.capacity()
            + self.texts.capacity()
    }

    fn is(&self, known: &Known, text: Text<'_>) -> bool {
        (known.sort, known.width) == (text.sort, text.width)
            && self.texts[known.text.clone()] == *text.contents
    }

    fn remember(&mut self, hash: u64, text: Text<'_>, name: ReferenceNameId) {
        let start = self.texts.len();
        if start + text.contents.len() > MOST {
            return;
        }
        self.texts.extend_from_slice(text.contents);
        let known = Known {
            sort: text.sort,
            width: text.width,
            text: start..self.texts.len(),
            name,
        };
        self.by_hash.insert(hash, known);
    }
}

/// Adds names to the dump.
struct Remembering<'a> {
    known: &'a mut KnownNames,
    dump: &'a mut HeapDumpBuilder,
}

impl<'h> Namer<'h> for Remembering<'_> {
    type Name = ReferenceNameId;

    fn name(&mut self, name: &dyn Fn() -> ReferenceName<String>) -> ReferenceNameId {
        self.dump.reference_name(name().borrowed())
    }

    fn name_after(
        &mut self,
        source: Source<'h>,
        name: &dyn Fn() -> ReferenceName<String>,
    ) -> ReferenceNameId {
        if let Source::Key(key, Keys::Redacted(None)) = source {
            return self.name_after_data(key, name);
        }
        let Some(text) = Text::of(source) else {
            return self.name(name);
        };
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(text);
        match self.known.by_hash.get(&hash) {
            Some(known) if self.known.is(known, text) => known.name,
            Some(_) => self.name(name),
            None => {
                let made = self.name(name);
                self.known.remember(hash, text, made);
                made
            }
        }
    }
}

impl Remembering<'_> {
    /// The name after a key of which a redacted file shows the type, and the length of a text.
    fn name_after_data(
        &mut self,
        key: Obj<'_>,
        name: &dyn Fn() -> ReferenceName<String>,
    ) -> ReferenceNameId {
        // Of a tuple or a class, more is shown.
        let is_atom = Kind::of(key) == Kind::Atom;
        let Some(length) = is_atom.then(|| sketched_length(key)).flatten() else {
            return self.name(name);
        };
        // The types of atoms are never freed.
        let sketch = (key.ty().address(), length);
        if let Some(&known) = self.known.by_length.get(&sketch) {
            return known;
        }
        let made = self.name(name);
        self.known.by_length.insert(sketch, made);
        made
    }
}
