//! The least that a snapshot of the heap can do, as a floor for `benches/python/snapshot_floor.py`:
//! find all objects that the collector tracks, number them, and write the numbers of their
//! referents into rows. It takes no references and counts nothing; it knows no frames, no frozen
//! objects and no fields that the traversal leaves out; and it stops for nobody.
//!
//! Called through `ctypes.PyDLL`, with the GIL held.

use std::convert::Infallible;
use std::ffi::{c_int, c_void};

use pyo3_ffi as ffi;

#[allow(dead_code)]
#[path = "../../../refcycle-py/src/heap/address_index.rs"]
mod address_index;
#[allow(dead_code)]
#[path = "../../../refcycle-py/src/heap/prefetch.rs"]
mod prefetch;

use address_index::{AddressIndex, AddressSet};
use prefetch::{for_each_ahead, prefetch};

const NO_MEMORY: &str = "memory for the set of addresses";

/// Reads the heap; returns the number of references between its objects. `listed` is the list of
/// `gc.get_objects()` up to 3.11, and ignored afterwards.
///
/// # Safety
/// The GIL is held, and nothing else runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn refcycle_bare(listed: *mut ffi::PyObject) -> u64 {
    let mut set = AddressSet::new();
    // SAFETY: guaranteed by the caller.
    unsafe { enumerate(listed, &mut set) };
    let index = set.finish();
    let mut rows = Rows {
        index: &index,
        offsets: Vec::with_capacity(index.len() + 1),
        heads: Vec::with_capacity(4 * index.len()),
        pending: Vec::with_capacity(PENDING),
        ends: Vec::with_capacity(PENDING),
    };
    rows.offsets.push(0);
    let items = |address: usize| {
        // SAFETY: the address is that of a live object.
        unsafe {
            let object = address as *mut ffi::PyObject;
            if ffi::Py_TYPE(object) == &raw mut ffi::PyList_Type {
                prefetch((*object.cast::<ffi::PyListObject>()).ob_item as usize);
            } else if ffi::Py_TYPE(object) == &raw mut ffi::PyDict_Type {
                prefetch((*object.cast::<ffi::PyDictObject>()).ma_keys as usize);
            }
        }
    };
    let done = for_each_ahead::<Infallible>(index.iter(), prefetch, items, |address| {
        // SAFETY: the address is that of a live object that takes part in collection.
        unsafe { see(address as *mut ffi::PyObject, &mut rows) };
        rows.ends.push(rows.pending.len());
        if rows.ends.len() == PENDING || rows.pending.len() >= PENDING {
            rows.look_up();
        }
        Ok(())
    });
    let Ok(()) = done;
    rows.look_up();
    assert_eq!(rows.offsets.len(), index.len() + 1, "a row for each object");
    rows.heads.len() as u64
}

/// As many addresses are looked up together.
const PENDING: usize = 2048;

struct Rows<'a> {
    index: &'a AddressIndex,
    offsets: Vec<u32>,
    heads: Vec<u32>,
    pending: Vec<usize>,
    ends: Vec<usize>,
}

impl Rows<'_> {
    #[inline(never)]
    fn look_up(&mut self) {
        let start = self.heads.len();
        let mut before = vec![0; self.pending.len() + 1];
        self.heads.resize(start + self.pending.len(), 0);
        let mut count = 0;
        let found = &mut self.heads[start..];
        self.index
            .look_up_all(&self.pending, |place, number, is_in| {
                found[count] = number;
                count += usize::from(is_in);
                before[place + 1] = (start + count) as u32;
            });
        before[0] = start as u32;
        self.heads.truncate(start + count);
        self.offsets
            .extend(self.ends.iter().map(|&end| before[end]));
        self.pending.clear();
        self.ends.clear();
    }
}

/// # Safety
/// The object is alive and takes part in collection.
#[inline]
unsafe fn see(object: *mut ffi::PyObject, rows: &mut Rows<'_>) {
    /// # Safety
    /// `rows` points to the rows, which nobody else uses.
    unsafe extern "C" fn visit(object: *mut ffi::PyObject, rows: *mut c_void) -> c_int {
        // SAFETY: this is the argument given below.
        unsafe { (*rows.cast::<Rows<'_>>()).pending.push(object as usize) };
        0
    }
    // SAFETY: guaranteed by the caller.
    unsafe {
        let ty = ffi::Py_TYPE(object);
        let count = || ffi::Py_SIZE(object) as usize;
        let items = if ty == &raw mut ffi::PyTuple_Type {
            (&raw const (*object.cast::<ffi::PyTupleObject>()).ob_item).cast()
        } else if ty == &raw mut ffi::PyList_Type {
            (*object.cast::<ffi::PyListObject>()).ob_item.cast_const()
        } else {
            if let Some(traverse) = (*ty).tp_traverse {
                traverse(object, visit, std::ptr::from_mut(rows).cast());
            }
            return;
        };
        rows.pending
            .extend((0..count()).map(|place| *items.add(place) as usize));
    }
}

/// # Safety
/// As [`refcycle_bare`].
#[cfg(Py_3_12)]
unsafe fn enumerate(_listed: *mut ffi::PyObject, set: &mut AddressSet) {
    unsafe extern "C" {
        fn PyUnstable_GC_VisitObjects(
            callback: unsafe extern "C" fn(*mut ffi::PyObject, *mut c_void) -> c_int,
            arg: *mut c_void,
        );
    }
    /// # Safety
    /// `set` points to the set, which nobody else uses.
    unsafe extern "C" fn visit(object: *mut ffi::PyObject, set: *mut c_void) -> c_int {
        // SAFETY: this is the argument given below.
        unsafe { (*set.cast::<AddressSet>()).insert(object as usize) }.expect(NO_MEMORY);
        1
    }
    // SAFETY: guaranteed by the caller.
    unsafe { PyUnstable_GC_VisitObjects(visit, std::ptr::from_mut(set).cast()) };
}

/// # Safety
/// As [`refcycle_bare`].
#[cfg(not(Py_3_12))]
unsafe fn enumerate(listed: *mut ffi::PyObject, set: &mut AddressSet) {
    // SAFETY: guaranteed by the caller.
    unsafe {
        for place in 0..ffi::PyList_Size(listed) {
            set.insert(ffi::PyList_GET_ITEM(listed, place) as usize)
                .expect(NO_MEMORY);
        }
    }
}
