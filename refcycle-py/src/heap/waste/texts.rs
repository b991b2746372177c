//! Strings and bytes with equal contents, by a hash whose key is random and never leaves the call.

use std::hash::{BuildHasher, Hasher, RandomState};

use pyo3::ffi;

use crate::heap::Obj;
use crate::heap::scalars::{bytes_of, text_units};

/// CPython itself shares shorter ones.
const SHORTEST: usize = 2;

/// The hash of the contents of exact bytes.
pub(super) fn hash_of_bytes(object: Obj<'_>, key: &RandomState) -> Option<u64> {
    // SAFETY: the object is alive, and read as bytes only if it is.
    let bytes = unsafe {
        if ffi::PyBytes_CheckExact(object.as_ptr()) == 0 {
            return None;
        }
        bytes_of(object)
    };
    (bytes.len() >= SHORTEST).then(|| hash(key, 0, bytes))
}

/// The hash of the characters of an exact string. A string with equal characters stores them with
/// the same width.
pub(super) fn hash_of_text(object: Obj<'_>, key: &RandomState) -> Option<u64> {
    let (width, units) = text_units(object)?;
    (units.len() >= SHORTEST * width).then(|| hash(key, width, units))
}

fn hash(key: &RandomState, width: usize, contents: &[u8]) -> u64 {
    let mut hasher = key.build_hasher();
    hasher.write_u8(width as u8);
    hasher.write(contents);
    hasher.finish()
}
