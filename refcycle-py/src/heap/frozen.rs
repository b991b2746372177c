//! Objects that `gc.freeze()` has put aside.
//!
//! From 3.14 on they are enumerated with the others. Before, no function shows them; but
//! they are in a list of their own, as the others are: each object has, before it, the
//! addresses of the next and of the one before. One of them is known, as the namespace of
//! `builtins` is there since the start, and so is frozen when anything is.

use std::collections::TryReserveError;

use pyo3::ffi;
use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::discovery::Discovery;
use super::gc::get_freeze_count;
use super::types::static_fields;
use super::{Obj, Still, layout};

/// What is to be known of frozen objects before the heap is looked at.
pub(super) struct Frozen<'py> {
    pub(super) count: usize,
    /// The namespace of `builtins`, `sys.modules` and the type `object`, when anything is
    /// frozen.
    known: Option<[Bound<'py, PyAny>; 3]>,
}

impl<'py> Frozen<'py> {
    pub(super) fn new(py: Python<'py>) -> PyResult<Self> {
        let count = get_freeze_count(py)?;
        if count == 0 {
            return Ok(Self { count, known: None });
        }
        // Not by an import: there is none when the interpreter ends.
        // SAFETY: both return a borrowed reference or null.
        let (builtins, modules) = unsafe {
            let borrowed = |dict| Bound::from_borrowed_ptr_or_opt(py, dict);
            (
                borrowed(ffi::PyEval_GetBuiltins()),
                borrowed(ffi::PyImport_GetModuleDict()),
            )
        };
        let object = py.get_type::<PyAny>().into_any();
        Ok(Self {
            count,
            known: builtins
                .zip(modules)
                .map(|(builtins, modules)| [builtins, modules, object]),
        })
    }

    /// Puts the frozen objects into the set of those that are not. Returns how many are
    /// not seen. Lets go what it holds, which would be counted as references from outside.
    pub(super) fn recover(
        self,
        heap: Still<'_>,
        set: &mut AddressSet,
    ) -> Result<usize, TryReserveError> {
        let Some([builtins, modules, object]) = &self.known else {
            return Ok(0);
        };
        if cfg!(Py_3_14) {
            return Ok(0);
        }
        let builtins = heap.see(builtins);
        // 3.12 freezes what it has made when it starts: parts of the first types.
        let fields = static_fields(heap.see(object));
        let early = fields.into_iter().map(|(_, field)| field);
        let start = std::iter::once(builtins).chain(early).find(|&object| {
            layout::lists_are_known() && is_tracked(object) && !set.contains(object.address())
        });
        if let Some(listed) = start.and_then(|start| in_the_list_of(start, self.count)) {
            for address in listed {
                set.insert(address)?;
            }
            return Ok(0);
        }
        // What is reachable is most of it.
        let known = set.addresses()?;
        let from = [builtins, heap.see(modules)].map(Obj::address);
        // Types and code that are not tracked lead on to what is.
        let mut reached = AddressSet::new();
        for &address in &known {
            reached.insert(address)?;
        }
        let found = Discovery::new(&mut reached, |_| true).run(heap, &known, &from)?;
        let mut seen = 0;
        for address in found {
            // SAFETY: the discovery has found it alive.
            if is_tracked(unsafe { heap.at(address) }) {
                set.insert(address)?;
                seen += 1;
            }
        }
        Ok(self.count.saturating_sub(seen))
    }
}

pub(crate) fn is_tracked(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { pyo3::ffi::PyObject_GC_IsTracked(object.as_ptr()) != 0 }
}

/// The objects in the collector's list of an object, if there are as many as expected and
/// the list is whole.
fn in_the_list_of(start: Obj<'_>, count: usize) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    found.try_reserve_exact(count).ok()?;
    let mut heads = 0;
    let mut node = start.address() - layout::lists::HEADER.get();
    let first = node;
    loop {
        // SAFETY: the node is one of the list: the known object's, or one that says that
        // the one before is before it. Behind the head of the list two counts of zero
        // follow; behind the header of an object its reference count, which is not zero.
        let next = unsafe {
            let is_head = word(node + layout::lists::HEADER.get()) == 0;
            if is_head {
                heads += 1;
            } else {
                found.push(node + layout::lists::HEADER.get());
            }
            let next = word(node + layout::lists::NEXT.get()) & !layout::LIST_FLAGS;
            if next == 0 || word(next + layout::lists::PREVIOUS.get()) & !layout::LIST_FLAGS != node
            {
                return None;
            }
            next
        };
        if next == first {
            return (heads == 1 && found.len() == count).then_some(found);
        }
        if found.len() > count || heads > 1 {
            return None;
        }
        node = next;
    }
}

/// # Safety
/// There is a word at the address.
unsafe fn word(address: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe { (address as *const usize).read() }
}
