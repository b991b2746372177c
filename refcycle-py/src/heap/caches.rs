//! The caches of `functools.lru_cache`.
//!
//! A cache with a maximum size has a dict of links, which the collector does not track: the
//! traversal of the function shows the referents of the links instead. If the links are vertices,
//! they show their referents themselves, and the function shows the links: each is in the dict and
//! in the function's list, and both count it.
//!
//! The types and the fields are known once [`learn`] has found them in a known cache.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple, PyType};
use rustc_hash::FxHashMap;

use super::compiled::{Compiled, is_compiled};
use super::gc_pause::GcPause;
use super::layout::link as at;
use super::measured_layouts::{FieldName, UnnamedReferents, layout};
use super::traversal::{ReferentList, ReferentSink, see_traversed};
use super::{Obj, dict_entries, is_dict, paused};

/// The type of the functions and the type of the links; 0 before they are known.
static FUNCTION: AtomicUsize = AtomicUsize::new(0);
static LINK: AtomicUsize = AtomicUsize::new(0);

/// Whether the object is a function with a cache. Its struct starts like that of a link, which is
/// the end of the list.
#[inline]
fn is_cached_function(object: Obj<'_>) -> bool {
    let function = FUNCTION.load(Ordering::Relaxed);
    // SAFETY: the type of a live object is alive.
    function != 0
        && (object.raw_type() as usize == function
            || unsafe { (*object.raw_type()).tp_base } as usize == function)
}

fn is_link(object: Obj<'_>) -> bool {
    let link = LINK.load(Ordering::Relaxed);
    link != 0 && object.raw_type() as usize == link
}

/// The links of a function, the least recently used first.
fn links<'h>(function: Obj<'h>) -> impl Iterator<Item = Obj<'h>> {
    // SAFETY: the words are those of a function or of a link, and lead to the next link, or back to
    // the function. A link lives as long as it is in the list.
    let next = move |of: Obj<'h>| unsafe {
        let next = of.field(at::NEXT.get())?;
        is_link(next).then_some(next)
    };
    std::iter::successors(next(function), move |&link| next(link))
}

/// The referents of a link, with the names of the fields; empty if the object is not one.
pub(crate) fn link_fields<'h>(object: Obj<'h>) -> Vec<(&'static str, Obj<'h>)> {
    if !is_link(object) {
        return Vec::new();
    }
    // SAFETY: a link has both fields.
    let (key, result) = unsafe { (object.field(at::KEY.get()), object.field(at::RESULT.get())) };
    [
        ("key", key),
        ("result", result),
        ("__class__", Some(object.ty())),
    ]
    .into_iter()
    .filter_map(|(name, field)| Some((name, field?)))
    .collect()
}

/// Shows the referents of a function with its links instead of their referents. `false` if it is
/// not one with links.
pub(super) fn see_links<S: ReferentSink>(function: Obj<'_>, sink: &mut S) -> bool {
    if !is_cached_function(function) {
        return false;
    }
    let mut of_links: FxHashMap<usize, usize> = FxHashMap::default();
    for link in links(function) {
        sink.see(link.address());
        for (_, field) in link_fields(link) {
            *of_links.entry(field.address()).or_default() += 1;
        }
    }
    let mut shown = ReferentList::default();
    // SAFETY: functions take part in collection.
    unsafe { see_traversed(function, &mut shown) };
    for address in shown.0 {
        match of_links.get_mut(&address).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => sink.see(address),
        }
    }
    true
}

/// Finds the types and checks the fields on a cache with two entries. If they are elsewhere, or
/// `_functools` is not loaded, links stay without referents.
pub(super) fn learn(py: Python<'_>) -> PyResult<()> {
    let _gc_pause = GcPause::new(py);
    // SAFETY: a borrowed reference is returned.
    let modules = unsafe { Bound::from_borrowed_ptr_or_err(py, ffi::PyImport_GetModuleDict())? };
    let Some(module) = modules
        .cast_into_exact::<PyDict>()?
        .get_item("_functools")?
    else {
        return Ok(());
    };
    let Ok(wrapper) = module.getattr("_lru_cache_wrapper")?.cast_into::<PyType>() else {
        return Ok(());
    };
    let held = wrapper.as_any().as_unbound();
    if !paused(py, |heap| is_compiled(heap.see(held))) {
        return Ok(());
    }
    let cached = wrapper.call1((py.get_type::<PyList>(), 4, false, py.get_type::<PyTuple>()))?;
    let results = [cached.call1((("first",),))?, cached.call1((("second",),))?];
    let (cached, results) = (cached.as_unbound(), results.map(Bound::unbind));
    let found = paused(py, |heap| {
        let results = results.each_ref().map(|result| heap.see(result));
        known_types(heap.see(cached), results)
    });
    if let Some((function, link)) = found {
        FUNCTION.store(function, Ordering::Relaxed);
        LINK.store(link, Ordering::Relaxed);
    }
    Ok(())
}

/// The addresses of the types of a function and of its two links, if the fields are where they
/// should be. Words are compared and not followed.
fn known_types(function: Obj<'_>, results: [Obj<'_>; 2]) -> Option<(usize, usize)> {
    let mut shown = Vec::new();
    function.traverse(|referent| shown.push(referent));
    let cache = shown
        .into_iter()
        .find(|&found| is_dict(found) && super::container_len(found) == 2)?;
    let entries: Vec<_> = dict_entries(cache)?.collect();
    let &[(first_key, first), (second_key, second)] = &entries[..] else {
        return None;
    };
    let (of_function, of_link) = (Compiled::of_type(function), Compiled::of_type(first));
    let places = [at::PREVIOUS, at::NEXT, at::KEY, at::RESULT].map(|place| place.get());
    let is_inside = |&place: &usize| {
        place.is_multiple_of(8) && place + 8 <= of_link.basic_size.min(of_function.basic_size)
    };
    if !places.iter().all(is_inside) || first.ty() != second.ty() {
        return None;
    }
    // SAFETY: the words are inside of both structs.
    let words = |of: Obj<'_>| unsafe { places.map(|place| of.word(place)) };
    let [first_result, second_result] = results.map(Obj::address);
    let fits = words(function)[..2] == [second.address(), first.address()]
        && words(first)
            == [
                function.address(),
                second.address(),
                first_key.address(),
                first_result,
            ]
        && words(second)
            == [
                first.address(),
                function.address(),
                second_key.address(),
                second_result,
            ];
    fits.then_some((of_function.ty as usize, of_link.ty as usize))
}

/// The referents of a link, recognised among those that the function shows.
pub(super) fn see_entries<'h>(
    referents: &mut UnnamedReferents<'h>,
    found: &mut Vec<(FieldName<'h>, Obj<'h>)>,
) {
    let is_cache = |name| matches!(name, FieldName::Field("cache"));
    let Some(&(_, cache)) = found.iter().find(|&&(name, _)| is_cache(name)) else {
        return;
    };
    for (key, link) in dict_entries(cache).into_iter().flatten() {
        let Some(fields) = layout(Compiled::of_type(link)) else {
            // A cache without a limit has the results themselves in its dict.
            return;
        };
        let (Some(key_offset), Some(result_offset)) =
            (fields.offset("key"), fields.offset("result"))
        else {
            return;
        };
        found.push((FieldName::Value(key), link));
        // SAFETY: the dict keeps the link alive, and both are words of its struct.
        let (own_key, result) = unsafe { (link.word(key_offset), link.word(result_offset)) };
        if let Some(key) = referents.take(own_key) {
            found.push((FieldName::Key, key));
        }
        if let Some(result) = referents.take(result) {
            found.push((FieldName::Value(key), result));
        }
        if let Some(class) = referents.take(link.ty().address()) {
            found.push((FieldName::Field("link.__class__"), class));
        }
    }
}
