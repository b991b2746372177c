//! Whether a collection frees garbage.

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;

use super::address_index::AddressSet;
use super::enumerate::list_collectable;
use super::gc::get_objects_of;
use super::interrupts::Polls;
use super::object::takes_part_in_collection;
use super::topology::no_memory;
use super::{Kind, Obj, collector_module, is_tracked, memory, paused, sequence_items};

/// `gc.DEBUG_SAVEALL`.
const SAVE_ALL: u32 = 32;

/// What collections do to garbage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outlook {
    /// The next collection of young objects frees it.
    Next,
    /// The next full collection frees it.
    Full,
    /// `gc.collect()` frees it, but automatic collection is off.
    Disabled,
    /// It is moved to `gc.garbage`, because `gc.DEBUG_SAVEALL` is set.
    Saved,
    /// No collection examines it: `gc.freeze()` has put some of it aside.
    Frozen,
    /// No collection detects its cycles: the collector does not track an object in them.
    Untracked,
    /// No collection looks through a suspended greenlet in its cycles.
    Suspended,
    /// No collection frees it: a type has a finalizer of the old form.
    Uncollectable,
}

impl Outlook {
    /// The name of the variant in Python.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Full => "full",
            Self::Disabled => "disabled",
            Self::Saved => "saved",
            Self::Frozen => "frozen",
            Self::Untracked => "untracked",
            Self::Suspended => "suspended",
            Self::Uncollectable => "uncollectable",
        }
    }
}

/// What collections do to an object if it is held by nothing but `above`, the objects from which it
/// can be reached; `cyclic` are those of `above` that are on cycles. Also, whether a finalizer may
/// revive some of it.
///
/// # Cost
/// At most twice that of `gc.get_objects()`.
pub(crate) fn outlook<'a>(
    py: Python<'_>,
    above: impl Iterator<Item = &'a Py<PyAny>>,
    cyclic: impl Iterator<Item = &'a Py<PyAny>>,
) -> PyResult<(Outlook, bool)> {
    let above: Vec<_> = above.collect();
    let cyclic: Vec<_> = cyclic.collect();
    let collectable = Members::collectable(py)?;
    let young = Members::young(py)?;
    let gc = collector_module(py)?;
    let debug: u32 = gc.call_method0(intern!(py, "get_debug"))?.extract()?;
    let thresholds = gc.call_method0(intern!(py, "get_threshold"))?;
    let threshold: i64 = thresholds.get_item(0)?.extract()?;
    let is_on = gc.call_method0(intern!(py, "isenabled"))?.is_truthy()? && threshold > 0;
    Ok(paused(py, |heap| {
        let all = || above.iter().map(|object| heap.see(object));
        let tracked = || all().filter(|&object| is_tracked(object));
        let revives = all().any(|object| Finalizer::of(object) == Finalizer::New);
        let cyclic = || cyclic.iter().map(|object| heap.see(object));
        let is_kept = |object: Obj<'_>| object.is_greenlet() && !takes_part_in_collection(object);
        let outlook = if cyclic().any(is_kept) {
            Outlook::Suspended
        } else if !cyclic().all(|object| is_tracked(object) || is_shown_frame(object)) {
            Outlook::Untracked
        } else if all().any(|object| Finalizer::of(object) == Finalizer::Old) {
            Outlook::Uncollectable
        } else if !tracked().all(|object| collectable.has(object)) {
            Outlook::Frozen
        } else if debug & SAVE_ALL != 0 {
            Outlook::Saved
        } else if !is_on {
            Outlook::Disabled
        } else if tracked().all(|object| young.has(object)) {
            Outlook::Next
        } else {
            Outlook::Full
        };
        (outlook, revives)
    }))
}

/// Whether it is a frame on a stack. In garbage, that of a suspended greenlet, which shows what the
/// frame refers to where the collector tracks the greenlet.
fn is_shown_frame(object: Obj<'_>) -> bool {
    Kind::of(object) == Kind::Frame
}

/// Objects of the collector's.
struct Members(AddressSet);

impl Members {
    /// The objects that a full collection examines.
    fn collectable(py: Python<'_>) -> PyResult<Self> {
        memory::ask(AddressSet::EMPTY)?;
        let mut set = AddressSet::new();
        list_collectable(py, &mut set, &mut Polls::off())?;
        Ok(Self(set))
    }

    /// The objects that every collection examines.
    fn young(py: Python<'_>) -> PyResult<Self> {
        memory::ask(AddressSet::EMPTY)?;
        let mut set = AddressSet::new();
        let list = get_objects_of(py, 0)?.unbind();
        paused(py, |heap| {
            let objects = sequence_items(heap.see(&list));
            for object in objects.into_iter().flatten().flatten() {
                set.insert(object.address()).map_err(no_memory)?;
            }
            Ok::<_, PyErr>(())
        })?;
        Ok(Self(set))
    }

    fn has(&self, object: Obj<'_>) -> bool {
        self.0.contains(object.address())
    }
}

/// The finalizer of an object's type.
#[derive(PartialEq, Eq)]
enum Finalizer {
    None,
    /// `tp_finalize` of a class: it runs Python code, which may revive the object.
    New,
    /// `tp_del`, which the collector does not call.
    Old,
}

impl Finalizer {
    fn of(object: Obj<'_>) -> Self {
        let ty = object.raw_type();
        // SAFETY: the object and its type are alive.
        let (old, new, is_class) = unsafe {
            let is_class = ffi::PyType_HasFeature(ty, ffi::Py_TPFLAGS_HEAPTYPE) != 0;
            ((*ty).tp_del, (*ty).tp_finalize, is_class)
        };
        // The `tp_finalize` of a compiled type, such as a generator, revives nothing.
        match (old, new) {
            (Some(_), _) => Self::Old,
            (None, Some(_)) if is_class => Self::New,
            _ => Self::None,
        }
    }
}
