//! The references of an object: those that its traversal shows, and some that CPython keeps to
//! itself.

use pyo3::ffi;

use super::caches::{link_fields, see_links};
use super::frames::see_unshown_of_frame;
use super::functions::hidden_code_fields;
use super::greenlets::see_greenlet;
use super::instances::unshown_dict;
use super::members::members;
use super::newline_decoders::newline_decoder_fields;
use super::object::has_traversal;
use super::prefetch::prefetch;
use super::traversal::{ReferentSink, see_traversed};
use super::types::{is_static_type, is_type, static_fields, unshown_fields};
use super::{Obj, arrays, dicts, layout, time_zone};

/// Shows the referents of objects.
#[derive(Clone, Copy)]
pub(super) struct Referents {
    knows_dicts: bool,
    /// Whether to include the keys of dicts that are strings: the collector is not shown them,
    /// because they are in no cycle. Likewise the links of caches.
    wants_keys: bool,
    /// Whether to include what instances of subclasses of NumPy's arrays hold as arrays, among
    /// all referents.
    wants_arrays: bool,
}

impl Referents {
    pub(super) fn new() -> Self {
        Self {
            knows_dicts: layout::dicts_are_known(),
            wants_keys: false,
            wants_arrays: true,
        }
    }

    /// The same, including all keys of dicts.
    pub(super) fn with_keys(self) -> Self {
        Self {
            wants_keys: true,
            ..self
        }
    }

    /// The same, except what arrays of subclasses hold.
    pub(super) fn without_arrays(self) -> Self {
        Self {
            wants_arrays: false,
            ..self
        }
    }

    /// The references that the traversal of a collectable object shows.
    ///
    /// Exact tuples, lists and dicts, two thirds of most heaps, are read without a function call
    /// for each referent, which saves a quarter of the time of a snapshot.
    #[inline]
    pub(super) fn see_shown<S: ReferentSink>(self, object: Obj<'_>, sink: &mut S) {
        let ty = object.raw_type();
        // SAFETY: the types of the objects were checked, and the objects are alive and do not
        // change meanwhile. The traversal only records addresses.
        unsafe {
            if ty == &raw mut ffi::PyTuple_Type {
                let tuple = object.as_ptr().cast::<ffi::PyTupleObject>();
                see_items((&raw const (*tuple).ob_item).cast(), object, sink);
            } else if ty == &raw mut ffi::PyList_Type {
                let list = object.as_ptr().cast::<ffi::PyListObject>();
                see_items((*list).ob_item.cast_const(), object, sink);
            } else if (ty != &raw mut ffi::PyDict_Type
                || !self.knows_dicts
                || !dicts::see_shown(object, sink))
                && !see_generator(object, sink)
                && !self.see_links(object, sink)
            {
                see_traversed(object, sink);
            }
        }
    }

    /// The referents of a function with a cache whose links are vertices; otherwise `false`.
    #[inline]
    fn see_links<S: ReferentSink>(self, object: Obj<'_>, sink: &mut S) -> bool {
        self.wants_keys && see_links(object, sink)
    }

    /// Prefetches the memory from which an object's referents are read.
    #[inline]
    pub(super) fn prefetch(self, object: Obj<'_>) {
        let ty = object.raw_type();
        // SAFETY: the object is alive, and of the type that was checked.
        unsafe {
            if ty == &raw mut ffi::PyList_Type {
                let list = object.as_ptr().cast::<ffi::PyListObject>();
                prefetch((*list).ob_item as usize);
            } else if ty == &raw mut ffi::PyDict_Type {
                let dict = object.as_ptr().cast::<ffi::PyDictObject>();
                let table = (*dict).ma_keys as usize;
                prefetch(table);
                prefetch(table + 64);
            }
        }
    }

    /// All referents of an object that takes part in collection.
    #[inline]
    pub(super) fn see_tracked<S: ReferentSink>(
        self,
        object: Obj<'_>,
        is_running: bool,
        sink: &mut S,
    ) {
        if object.is_greenlet() {
            see_greenlet(object, sink);
        } else {
            self.see_shown(object, sink);
        }
        if let Some(dict) = unshown_dict(object)
            && !sink.has_seen(dict.address())
        {
            sink.see(dict.address());
        }
        if is_type(object) {
            for (_, field) in unshown_fields(object) {
                sink.see(field.address());
            }
        }
        see_unshown_of_frame(object, is_running, sink);
    }

    /// All referents of any object.
    pub(super) fn see<S: ReferentSink>(self, object: Obj<'_>, is_running: bool, sink: &mut S) {
        if has_traversal(object) {
            self.see_tracked(object, is_running, sink);
            if self.wants_keys {
                dicts::see_unshown_keys(object, sink);
            }
            if self.wants_arrays && !is_static_type(object.ty()) {
                arrays::references(object).for_each(|value| sink.see(value.address()));
            }
        } else {
            see_untracked(object, sink);
            if self.wants_keys {
                link_fields(object)
                    .into_iter()
                    .for_each(|(_, field)| sink.see(field.address()));
            }
        }
    }
}

/// Shows the references that a generator's traversal shows, and marks those that the generator does
/// not count. `false` if the object is not a generator, or counts all its references.
#[cfg(Py_3_14)]
#[inline]
fn see_generator<S: ReferentSink>(object: Obj<'_>, sink: &mut S) -> bool {
    let Some(mut uncounted) = super::generators::uncounted(object) else {
        return false;
    };
    if uncounted.is_empty() {
        return false;
    }
    let mut shown = super::traversal::ReferentList::default();
    // SAFETY: generators take part in collection.
    unsafe { see_traversed(object, &mut shown) };
    for address in shown.0 {
        match uncounted.iter().position(|&other| other == address) {
            Some(place) => {
                uncounted.swap_remove(place);
                sink.see_uncounted(address);
            }
            None => sink.see(address),
        }
    }
    true
}

/// Before 3.14, a generator counts all its references.
#[cfg(not(Py_3_14))]
#[inline]
fn see_generator<S: ReferentSink>(_object: Obj<'_>, _sink: &mut S) -> bool {
    false
}

/// # Safety
/// `items` has as many entries as the object has items; each is a reference or null.
#[inline]
unsafe fn see_items<S: ReferentSink>(
    items: *const *mut ffi::PyObject,
    object: Obj<'_>,
    sink: &mut S,
) {
    // SAFETY: guaranteed by the caller.
    unsafe {
        for index in 0..ffi::Py_SIZE(object.as_ptr()) as usize {
            let item = *items.add(index);
            if !item.is_null() {
                sink.see(item as usize);
            }
        }
    }
}

/// Shows the references of an object that takes no part in collection: those that its type
/// declares.
fn see_untracked<S: ReferentSink>(object: Obj<'_>, sink: &mut S) {
    if is_type(object) {
        for (_, field) in static_fields(object)
            .into_iter()
            .chain(unshown_fields(object))
        {
            sink.see(field.address());
        }
        return;
    }
    members(object).for_each(|(_, value)| sink.see(value.address()));
    let hidden = hidden_code_fields(object)
        .into_iter()
        .chain(newline_decoder_fields(object));
    hidden
        .map(|(_, value)| value)
        .chain(time_zone(object))
        .chain(arrays::references(object))
        .for_each(|value| sink.see(value.address()));
}
