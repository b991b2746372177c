//! Ids for objects that are the same in every snapshot of a process: DevTools uses them to compare
//! two snapshots.
//!
//! An object is identified by its address. It counts as a different object from the earlier one at
//! this address if its type is another object, or if it is a string, bytes or a number with
//! another value: these never change. If an object has replaced one of the same class, it cannot
//! be distinguished from it, because refcycle must not keep anything in the heap that would watch
//! for its end. It gets the id of the old one, so DevTools counts neither the new object as new
//! nor the old one as deleted; the difference in their numbers is right.
//!
//! One table serves all interpreters of a process, because no two objects have the same address.
//! It takes about 30 bytes for each address that was ever in a snapshot.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use refcycle_dot::exchange::heapsnapshot::FIRST_ID;
use rustc_hash::{FxHashMap, FxHasher};

struct Ids {
    /// By address: the id, and a hash of the data that identifies the object.
    known: Option<FxHashMap<usize, (u32, u32)>>,
    next: u32,
}

/// Locked with the GIL only: a process that is forked by another thread would have it locked for ever.
static IDS: Mutex<Ids> = Mutex::new(Ids {
    known: None,
    next: FIRST_ID,
});

/// The id of the object at an address, given its type and, if it never changes, its value.
pub(crate) fn id_of(address: usize, ty: usize, value: &str) -> PyResult<u32> {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one((ty, value));
    let print = (hash >> 32) as u32;
    let mut ids = IDS.lock().unwrap_or_else(PoisonError::into_inner);
    let next = ids.next;
    let known = ids.known.get_or_insert_default();
    if let Some(&(id, known_print)) = known.get(&address)
        && known_print == print
    {
        return Ok(id);
    }
    known.insert(address, (next, print));
    // Even ids are for the extra nodes of objects of 4 GiB or more.
    ids.next = next.checked_add(2).ok_or_else(|| {
        PyOverflowError::new_err(
            "this process has written more objects into heap snapshots than 32-bit ids can number: \
             start a new process",
        )
    })?;
    Ok(next)
}
