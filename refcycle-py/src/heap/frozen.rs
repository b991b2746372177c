//! Objects that `gc.freeze()` has put aside.
//!
//! Since 3.14 and in later releases of 3.13, they are enumerated with the others. Before that, no
//! function returns them. But they are in a linked list of their own: as for all tracked objects, the
//! addresses of the next and the previous object are stored before each object. One of them is known:
//! the namespace of `builtins` exists from the start, so it is frozen if any object is.

use pyo3::ffi;
use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::discovery::Discovery;
use super::interrupts::Polls;
use super::topology::no_memory;
use super::types::static_fields;
use super::{Obj, Still, layout};

/// Given the set of objects that are not frozen, adds the `count` frozen objects. Returns how many
/// of them were not found.
pub(super) fn recover_frozen(
    heap: Still<'_, '_>,
    count: usize,
    set: &mut AddressSet,
    polls: &mut Polls,
) -> PyResult<usize> {
    let Some([builtins, modules]) = namespaces(heap) else {
        return Ok(0);
    };
    if cfg!(Py_3_14) || count == 0 {
        return Ok(0);
    }
    // SAFETY: a type that is compiled into the interpreter is always alive.
    let object = unsafe { heap.at(&raw mut ffi::PyBaseObject_Type as usize) };
    // 3.12 freezes the objects that it creates at start-up: parts of the first types.
    let early = static_fields(object).into_iter().map(|(_, field)| field);
    let mut oldest: Vec<_> = std::iter::once(builtins).chain(early).collect();
    oldest.retain(|&object| layout::lists_are_known() && is_tracked(object));
    // Later releases of 3.13 have enumerated all.
    oldest.sort_by_key(|object| set.contains(object.address()));
    let mut lists = oldest.into_iter();
    if let Some(listed) = lists.find_map(|object| in_the_list_of(object, count)) {
        for address in listed {
            set.insert(address).map_err(no_memory)?;
        }
        return Ok(0);
    }
    // A frame may have builtins of its own, which were never frozen.
    let is_known = |object: Obj<'_>| set.contains(object.address());
    if cfg!(Py_3_13) && is_known(builtins) && is_known(modules) {
        return Ok(0);
    }
    // Most of them are reachable.
    let known = set.addresses().map_err(no_memory)?;
    let from = [builtins, modules].map(Obj::address);
    // Untracked types and code refer to tracked objects.
    let mut reached = AddressSet::new();
    for &address in &known {
        reached.insert(address).map_err(no_memory)?;
    }
    let found = Discovery::new(&mut reached, |_| true).run(heap, &known, &from, polls)?;
    let mut seen = 0;
    for address in found {
        // SAFETY: the discovery has found it alive.
        if is_tracked(unsafe { heap.at(address) }) {
            set.insert(address).map_err(no_memory)?;
            seen += 1;
        }
    }
    Ok(count.saturating_sub(seen))
}

/// The namespace of `builtins`, and `sys.modules`. Read without an import, which is impossible
/// while the interpreter shuts down.
pub(super) fn namespaces<'h>(_heap: Still<'h, '_>) -> Option<[Obj<'h>; 2]> {
    // SAFETY: both return a borrowed reference or null.
    unsafe {
        Some([
            Obj::from_nullable(ffi::PyEval_GetBuiltins())?,
            Obj::from_nullable(ffi::PyImport_GetModuleDict())?,
        ])
    }
}

/// Whether the collector tracks the object.
pub(crate) fn is_tracked(object: Obj<'_>) -> bool {
    // SAFETY: the object is alive.
    unsafe { pyo3::ffi::PyObject_GC_IsTracked(object.as_ptr()) != 0 }
}

/// The objects in the collector's list that contains an object, if the list is consistent and has
/// the expected length.
fn in_the_list_of(start: Obj<'_>, count: usize) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    found.try_reserve_exact(count).ok()?;
    let mut heads = 0;
    let mut node = start.address() - layout::lists::HEADER.get();
    let first = node;
    loop {
        // SAFETY: the node is in the list: it belongs to the known object, or it points back to the
        // previous node. After the head of the list come two counts of zero; after the header of an
        // object comes its reference count, which is not zero.
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
pub(super) unsafe fn word(address: usize) -> usize {
    // SAFETY: guaranteed by the caller.
    unsafe { (address as *const usize).read() }
}
