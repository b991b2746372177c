//! Lists and tuples of numbers.

use pyo3::ffi;

use super::WasteKind;
use crate::heap::scalars::digits_of_word;
use crate::heap::sizes::INTEGER_MIN;
use crate::heap::{Obj, sequence_items};

/// Shorter sequences are not worth an array.
const SHORTEST: usize = 32;

/// An `array.array` without items, with the collector's header.
const ARRAY: usize = 80;

/// The bytes of a number in an array.
const ITEM: usize = 8;

/// A sequence of numbers of one type that fit into 64 bits.
pub(super) struct Numbers {
    pub(super) kind: WasteKind,
    pub(super) len: usize,
    /// The bytes of an array of them.
    pub(super) array: usize,
    /// The bytes of the numbers that nothing else holds, provided that the graph holds none.
    pub(super) own: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Integer,
    Float,
}

/// The numbers of a list or a tuple, if it has nothing else.
pub(super) fn numbers(sequence: Obj<'_>) -> Option<Numbers> {
    let items = sequence_items(sequence)?;
    let (len, _) = items.size_hint();
    if len < SHORTEST {
        return None;
    }
    let mut known = None;
    let mut own = 0;
    for item in items {
        let item = item?;
        let (ty, size) = number(item)?;
        if *known.get_or_insert(ty) != ty {
            return None;
        }
        // SAFETY: the item is alive.
        if unsafe { ffi::Py_REFCNT(item.as_ptr()) } == 1 {
            own += size;
        }
    }
    let kind = match known? {
        Type::Integer => WasteKind::Integers,
        Type::Float => WasteKind::Floats,
    };
    Some(Numbers {
        kind,
        len,
        array: ARRAY + ITEM * len,
        own,
    })
}

/// The type and the bytes of a number of exactly one of these types.
fn number(object: Obj<'_>) -> Option<(Type, usize)> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PyFloat_CheckExact(object.as_ptr()) } != 0 {
        return Some((Type::Float, size_of::<ffi::PyFloatObject>()));
    }
    let digits = digits_of_word(object)?;
    let size = size_of::<ffi::PyVarObject>() + size_of::<u32>() * digits.max(1);
    Some((Type::Integer, size.max(INTEGER_MIN)))
}
