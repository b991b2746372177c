//! Ids for objects that are the same in every snapshot of a process: DevTools compares two
//! snapshots by them.
//!
//! An object is known by its address. It is taken for another one than that which was
//! there before when its type is another object, or when it is a string, bytes or a number
//! of another value: these never change. An object that took the place of one of its own
//! class cannot be told from it: nothing of ours may be kept in the heap to watch for its
//! end. It has the old one's id, so that DevTools counts neither the one as new nor the
//! other as deleted; the difference between the two is right.
//!
//! One table serves all interpreters of a process: no two objects have one address. It
//! takes some 30 bytes for each address that ever was in a snapshot.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use refcycle_dot::exchange::heapsnapshot::FIRST_ID;
use rustc_hash::{FxHashMap, FxHasher};

struct Ids {
    /// By address: the id, and a hash of what tells the object from others.
    known: Option<FxHashMap<usize, (u32, u32)>>,
    next: u32,
}

static IDS: Mutex<Ids> = Mutex::new(Ids {
    known: None,
    next: FIRST_ID,
});

/// The id of the object at an address, whose type and, if it never changes, whose value
/// these are.
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
    // Even ids are for what an object of 4 GiB does not fit into.
    ids.next = next.checked_add(2).ok_or_else(|| {
        PyOverflowError::new_err(
            "this process has written more objects into heap snapshots than 32-bit ids can number: \
             start a new process",
        )
    })?;
    Ok(next)
}
