//! References that an object holds in its own memory, and that its traversal does not show.
//!
//! Two kinds are certain: an instance of a class holds its class, and a class holds the names of
//! the attributes that its instances share. All others are found as words of the object's struct
//! that are the address of an object with unexplained references. A field may also borrow its
//! object: a weak reference does. So a field of a type is trusted only if it does not lead to objects
//! whose references all have an explanation.

use std::cmp::Reverse;
use std::ops::Range;

use pyo3::ffi;
use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::instances::class_keys;
use super::members::declared;
use super::object::has_traversal;
use super::refcounts::reference_count;
use super::referents::Referents;
use super::sizes::{bytes_before, lacks_time_zone, may_lack_time_zone};
use super::topology::UNKNOWN;
use super::traversal::ReferentList;
use super::types::{is_generator, is_static_type, is_type};
use super::wanted::WantedAddresses;
use super::{Kind, Obj};

/// Where an object holds a reference that its traversal does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnshownPlace {
    /// The names of the attributes that the instances of this class share.
    SharedKeys,
    /// The field at this offset of its struct.
    Field(usize),
}

/// A reference that a traversal does not show.
pub(super) struct Unshown {
    pub(super) holder: Py<PyAny>,
    /// The address of the holder's type.
    ty: usize,
    pub(super) target: usize,
    pub(super) place: UnshownPlace,
}

/// Collects the references that objects hold to wanted objects and do not show. It holds the types
/// that it has seen, and the objects that it has found, so the objects may be shown in slices.
pub(super) struct UnshownSearch<'w> {
    wanted: &'w WantedAddresses,
    referents: Referents,
    structs: FxHashMap<usize, Struct>,
    /// The types in `structs`: no other type can have the address of one of them.
    held_types: Vec<Py<PyAny>>,
    /// The type of the object that was looked at last.
    last: Option<(usize, Struct)>,
    found: Vec<Unshown>,
    /// How many instances hold a type and do not show it, up to the number that is wanted.
    types: FxHashMap<usize, u32>,
    /// How many references to each target are known.
    counts: FxHashMap<usize, u32>,
    /// The types and the offsets of the fields that were found.
    fields: FxHashMap<usize, FxHashMap<usize, Evidence>>,
}

/// How many instances have an object with unexplained references in a field, and how many one without.
#[derive(Clone, Copy, Default)]
struct Evidence {
    hits: usize,
    against: usize,
}

impl Evidence {
    /// Counts may be those of an earlier time, so a few exceptions prove nothing.
    fn is_trusted(self) -> bool {
        const EXCEPTIONS: usize = 20;

        EXCEPTIONS * self.against <= self.hits
    }
}

/// What is known about the instances of a type.
#[derive(Clone, Copy)]
struct Struct {
    /// The number of words to search.
    words: usize,
    /// Where the list of weak references starts: they are borrowed.
    weak: usize,
    /// Whether an instance holds its type, which is wanted, and does not show it.
    hides_type: bool,
    /// Whether some instances have a shorter struct.
    varies: bool,
}

const WORD: usize = size_of::<usize>();
/// `ob_refcnt` and `ob_type`.
const HEADER: usize = 2;

impl<'w> UnshownSearch<'w> {
    /// `has_arrays` is whether the graph has edges for what arrays of subclasses hold.
    pub(super) fn new(wanted: &'w WantedAddresses, has_arrays: bool) -> Self {
        let referents = Referents::new().with_keys();
        Self {
            wanted,
            referents: match has_arrays {
                true => referents,
                false => referents.without_arrays(),
            },
            structs: FxHashMap::default(),
            held_types: Vec::new(),
            last: None,
            found: Vec::new(),
            types: FxHashMap::default(),
            counts: FxHashMap::default(),
            fields: FxHashMap::default(),
        }
    }

    /// Searches the memory of an object.
    pub(super) fn look_at(&mut self, object: Obj<'_>) {
        let ty = object.ty().address();
        let known = match self.last {
            Some((last, known)) if last == ty => known,
            _ => self.known(object, ty),
        };
        if known.hides_type && self.is_within_limit(ty, 0) {
            *self.types.entry(ty).or_default() += 1;
        }
        if is_type(object) {
            for key in class_keys(object) {
                self.give(object, key.address(), UnshownPlace::SharedKeys);
            }
        }
        let words = match known.varies {
            true => struct_words(object, known.words),
            false => known.words,
        };
        let hits = (HEADER..words).filter_map(|place| {
            // SAFETY: the struct of the object has this number of words.
            let word = unsafe { object.word(WORD * place) };
            let is_hit = WORD * place != known.weak && self.wanted.wants(word);
            is_hit.then_some((WORD * place, word))
        });
        let mut hits: Vec<_> = hits.collect();
        if hits.is_empty() {
            return;
        }
        let mut shown = self.shown(object);
        hits.retain(|&(_, target)| !take(&mut shown, target));
        for (offset, target) in hits {
            let field = self.fields.entry(ty).or_default().entry(offset);
            field.or_default().hits += 1;
            self.give(object, target, UnshownPlace::Field(offset));
        }
    }

    /// What is known about the type of an object.
    fn known(&mut self, object: Obj<'_>, ty: usize) -> Struct {
        let known = match self.structs.get(&ty) {
            Some(known) => *known,
            None => {
                let known = self.learn(object);
                self.structs.insert(ty, known);
                self.held_types.push(object.ty().hold());
                known
            }
        };
        self.last = Some((ty, known));
        known
    }

    /// Counts a reference that another object is known to hold.
    pub(super) fn count(&mut self, target: usize) {
        *self.counts.entry(target).or_default() += 1;
    }

    /// Counts a reference. Whether all those to its target so far have room among the wanted ones
    /// and this number of further ones.
    fn is_within_limit(&mut self, target: usize, spare: u32) -> bool {
        let Some(limit) = self.wanted.get(target) else {
            return false;
        };
        let count = self.counts.entry(target).or_default();
        *count += 1;
        *count <= limit.saturating_add(spare)
    }

    fn give(&mut self, holder: Obj<'_>, target: usize, place: UnshownPlace) {
        /// Places that are kept in addition to the number of references: fields that many objects
        /// of a type have come first. Further places are only counted.
        const SPARE: u32 = 8;

        if self.is_within_limit(target, SPARE) {
            self.found.push(Unshown {
                holder: holder.hold(),
                ty: holder.ty().address(),
                target,
                place,
            });
        }
    }

    /// The types some of whose fields have to be [checked](Self::check).
    pub(super) fn needs_check(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Counts the fields of this object that lead to an object of the graph without unexplained
    /// references.
    pub(super) fn check(&mut self, object: Obj<'_>, is_in_graph: impl Fn(usize) -> bool) {
        let ty = object.ty().address();
        let Some(fields) = self.fields.get(&ty) else {
            return;
        };
        let words = struct_words(object, self.structs[&ty].words);
        let offsets = fields.keys().copied().filter(|&offset| {
            if offset >= WORD * words {
                return false;
            }
            // SAFETY: the struct of the object has a word at the offset.
            let word = unsafe { object.word(offset) };
            is_in_graph(word) && self.wanted.get(word).is_none() && {
                // SAFETY: it is the address of an object of the graph, which is held.
                let target = unsafe { Obj::new(word as *mut ffi::PyObject) };
                reference_count(target) != UNKNOWN && !take(&mut self.shown(object), word)
            }
        });
        let offsets: Vec<_> = offsets.collect();
        let fields = self.fields.get_mut(&ty).into_iter().flatten();
        for (_, evidence) in fields.filter(|(offset, _)| offsets.contains(offset)) {
            evidence.against += 1;
        }
    }

    /// The types that instances hold without showing them, each with the number of instances, but no
    /// more than wanted.
    pub(super) fn hidden_types(&self) -> Vec<(usize, u32)> {
        self.types.iter().map(|(&ty, &count)| (ty, count)).collect()
    }

    /// The other references that were found, in the order of certainty. The flag says whether it is
    /// certain that each of the places found for the object holds one of its references.
    pub(super) fn into_found(self) -> Vec<(Unshown, bool)> {
        let evidence = |found: &Unshown| match found.place {
            UnshownPlace::Field(offset) => {
                let fields = self.fields.get(&found.ty);
                fields.and_then(|fields| fields.get(&offset)).copied()
            }
            UnshownPlace::SharedKeys => None,
        };
        let is_certain = |found: &Unshown| {
            let limit = self.wanted.get(found.target).unwrap_or(0);
            matches!(found.place, UnshownPlace::SharedKeys) || self.counts[&found.target] <= limit
        };
        let found = self.found.into_iter();
        let trusted = found.filter_map(|found| match evidence(&found) {
            Some(evidence) if !evidence.is_trusted() => None,
            Some(evidence) => Some((is_certain(&found), evidence.hits, found)),
            None => Some((true, usize::MAX, found)),
        });
        let mut trusted: Vec<_> = trusted.collect();
        // A word that is left over from an earlier object is in few objects of a type.
        trusted.sort_by_key(|&(is_certain, hits, _)| Reverse((is_certain, hits)));
        trusted
            .into_iter()
            .map(|(is_certain, _, found)| (found, is_certain))
            .collect()
    }

    fn shown(&self, object: Obj<'_>) -> Vec<usize> {
        let mut shown = ReferentList::default();
        self.referents.see(object, false, &mut shown);
        shown.0
    }

    fn learn(&self, object: Obj<'_>) -> Struct {
        let ty = object.ty();
        // SAFETY: an object's type is alive.
        let weak = unsafe { (*object.raw_type()).tp_weaklistoffset };
        let is_wanted = !is_static_type(ty) && self.wanted.wants(ty.address());
        let words = searched_words(object);
        Struct {
            words,
            weak: usize::try_from(weak).unwrap_or(0),
            hides_type: is_wanted
                && (!has_traversal(object) || !self.shown(object).contains(&ty.address())),
            varies: words != HEADER && (is_type(object) || may_lack_time_zone(object)),
        }
    }
}

/// The number of words of the struct of an object, including the header, that may hold references
/// which the object does not show. It is that of all instances of the type, except that static types
/// have a shorter struct than others.
pub(super) fn searched_words(object: Obj<'_>) -> usize {
    // SAFETY: an object's type is alive.
    let basic_size = unsafe { (*object.raw_type()).tp_basicsize };
    match is_searched(object) {
        true => usize::try_from(basic_size).unwrap_or(0) / WORD,
        false => HEADER,
    }
}

/// The number of these words that the struct of this object has.
pub(super) fn words_of_struct(object: Obj<'_>) -> usize {
    struct_words(object, searched_words(object))
}

/// The memory of the struct of an object, with what is before it: the header of the collector, and
/// the words for its dict and its weak references.
pub(crate) fn struct_range(object: Obj<'_>) -> Range<usize> {
    // SAFETY: an object's type is alive.
    let (before, size) = unsafe {
        let ty = object.raw_type();
        (bytes_before(ty), (*ty).tp_basicsize)
    };
    let words = struct_words(object, usize::try_from(size).unwrap_or(0) / WORD);
    object.address() - before..object.address() + WORD * words
}

/// The number of words of the struct of an object of a type whose instances have this number. A
/// type that is compiled in has the struct of a static type, which is shorter, and a `datetime`
/// without a time zone lacks the last field.
fn struct_words(object: Obj<'_>, words: usize) -> usize {
    if words == HEADER {
        words
    } else if is_type(object) && is_static_type(object) {
        words.min(size_of::<ffi::PyTypeObject>() / WORD)
    } else if lacks_time_zone(object) {
        words - 1
    } else {
        words
    }
}

/// Whether the fields of an object may hold references that it does not show. Not so if all are
/// shown, or if the struct has another size, or if its fields may borrow their objects.
fn is_searched(object: Obj<'_>) -> bool {
    let is_whole = match Kind::of(object) {
        Kind::Atom | Kind::Frame | Kind::WeakReference | Kind::Generator => false,
        Kind::List | Kind::Tuple | Kind::Dict | Kind::Set | Kind::Function | Kind::Method => {
            !Kind::is_exact(object)
        }
        _ => true,
    };
    is_whole && !borrows(object) && !object.is_greenlet() && !is_foreign(object)
}

/// Whether it is of a type whose fields borrow objects: a capsule has any pointer, and a context
/// variable remembers its value.
fn borrows(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe {
        ffi::PyCapsule_CheckExact(object.as_ptr()) != 0
            || ffi::PyContextVar_CheckExact(object.as_ptr()) != 0
            || is_generator(object)
    }
}

/// Whether it is a value of `ctypes`: its own memory is what the program writes into it.
fn is_foreign(object: Obj<'_>) -> bool {
    let meta = object.ty().ty();
    super::types::type_module(meta).is_some_and(|module| module == "_ctypes")
}

/// Removes an address from a list. `false` if the list does not contain it.
fn take(list: &mut Vec<usize>, address: usize) -> bool {
    match list.iter().position(|&other| other == address) {
        Some(place) => {
            list.swap_remove(place);
            true
        }
        None => false,
    }
}

/// The name of the field at this offset of an object's struct, if its type declares it.
pub(crate) fn field_name<'h>(object: Obj<'h>, offset: usize) -> Option<&'h str> {
    // SAFETY: an object's type is alive.
    let dict = unsafe { (*object.raw_type()).tp_dictoffset };
    if usize::try_from(dict) == Ok(offset) {
        return Some("__dict__");
    }
    declared(object).find_map(|(name, place)| (place == offset).then(|| name.to_str().ok())?)
}
