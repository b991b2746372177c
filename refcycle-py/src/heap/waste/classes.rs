//! Instances with a dict that slots would save.

use pyo3::ffi;
use rustc_hash::FxHashSet;

use crate::heap::sizes::GC_HEAD;
use crate::heap::types::{type_bases, type_fields};
use crate::heap::{
    Obj, dict_entries, instance_attributes, instance_dict, sequence_items, type_module,
    type_short_name,
};

const WORD: usize = size_of::<usize>();

/// A class whose instances could have slots, and those instances.
pub(super) struct ClassUse {
    /// The bytes of an instance with slots, without the slots of its attributes.
    bare: usize,
    /// The names of the attributes of all instances, by address: attribute names are interned.
    names: FxHashSet<usize>,
    pub(super) is_weakly_referenced: bool,
    /// Whether an instance has attributes that no slot can have.
    is_dynamic: bool,
    /// Each instance with its bytes, its dict included.
    pub(super) instances: Vec<(u32, u64)>,
}

impl ClassUse {
    /// `None` if slots in the classes of the program cannot replace the dict of its instances.
    pub(super) fn of(ty: Obj<'_>) -> Option<Self> {
        Some(Self {
            bare: bare_size(ty)?,
            names: FxHashSet::default(),
            is_weakly_referenced: false,
            is_dynamic: false,
            instances: Vec::new(),
        })
    }

    /// Adds an instance of `bytes`, without the dict that it may have.
    pub(super) fn see(&mut self, object: Obj<'_>, number: u32, bytes: u64) {
        match instance_dict(object) {
            Some(dict) => {
                let keys = dict_entries(dict).into_iter().flatten();
                for (key, _) in keys {
                    self.see_name(key);
                }
            }
            None => {
                for (name, _) in instance_attributes(object) {
                    self.see_name(name);
                }
            }
        }
        self.instances.push((number, bytes));
    }

    fn see_name(&mut self, name: Obj<'_>) {
        // SAFETY: the object is alive.
        if unsafe { ffi::PyUnicode_CheckExact(name.as_ptr()) } == 0 {
            self.is_dynamic = true;
        }
        self.names.insert(name.address());
    }

    /// Says that the dict of an instance has other holders.
    pub(super) fn see_shared_dict(&mut self) {
        self.is_dynamic = true;
    }

    /// The bytes of each instance with slots; `None` if its attributes differ too much.
    pub(super) fn with_slots(&self) -> Option<u64> {
        /// For fewer instances, a class need not change.
        const FEWEST: usize = 32;
        /// A class shares the names of at most this number of attributes with its instances.
        const MOST: usize = 30;

        if self.instances.len() < FEWEST || self.is_dynamic || self.names.len() > MOST {
            return None;
        }
        let slots = self.names.len() + usize::from(self.is_weakly_referenced);
        Some((self.bare + WORD * slots) as u64)
    }
}

/// The bytes of an instance without its dict and its list of weak references, if all its classes
/// were made by class statements of one package, each with one base, and all can have slots.
fn bare_size(ty: Obj<'_>) -> Option<usize> {
    let metaclass = type_short_name(ty.ty());
    if metaclass != "type" && metaclass != "ABCMeta" {
        return None;
    }
    let package = package(ty)?;
    let mut slots = 0;
    let mut class = ty;
    while !class.is(&raw mut ffi::PyBaseObject_Type) {
        let base = only_base(class)?;
        let (own, has_dict) = own_slots(class, base)?;
        if has_dict && package_of(class).as_deref() != Some(&package)
            || is_bound_to_dict(class, base)
        {
            return None;
        }
        slots += own;
        class = base;
    }
    Some(GC_HEAD + size_of::<ffi::PyObject>() + WORD * slots)
}

fn package(ty: Obj<'_>) -> Option<String> {
    package_of(ty).filter(|package| package != "builtins")
}

/// The first part of the name of the module of a class.
fn package_of(ty: Obj<'_>) -> Option<String> {
    let module = type_module(ty)?;
    module.split('.').next().map(str::to_owned)
}

fn only_base(class: Obj<'_>) -> Option<Obj<'_>> {
    let mut bases = sequence_items(type_bases(class)?)?;
    match (bases.next(), bases.next()) {
        (Some(base), None) => base,
        _ => None,
    }
}

/// The slots that a class adds to its base, and whether its instances have a dict; `None` if it
/// adds other fields, so it is not from a class statement.
fn own_slots(class: Obj<'_>, base: Obj<'_>) -> Option<(usize, bool)> {
    // SAFETY: both are types, and alive.
    let (added, slots, has_dict, is_heap_type) = unsafe {
        let (own, of_base) = (raw(class), raw(base));
        let fields = |ty: &ffi::PyTypeObject| {
            usize::from(ty.tp_dictoffset > 0) + usize::from(ty.tp_weaklistoffset > 0)
        };
        let own_fields = fields(&*own).checked_sub(fields(&*of_base))?;
        let added = (*own).tp_basicsize - (*of_base).tp_basicsize;
        let added = usize::try_from(added)
            .ok()?
            .checked_sub(WORD * own_fields)?;
        (
            added,
            ffi::Py_SIZE(class.as_ptr()) as usize,
            (*own).tp_dictoffset != 0,
            ffi::PyType_HasFeature(own, ffi::Py_TPFLAGS_HEAPTYPE) != 0 && (*own).tp_itemsize == 0,
        )
    };
    (is_heap_type && added == WORD * slots).then_some((slots, has_dict))
}

fn raw(ty: Obj<'_>) -> *mut ffi::PyTypeObject {
    ty.as_ptr().cast()
}

/// Whether instances need a dict: for the value of a `cached_property`, or because `__slots__`
/// asks for one.
fn is_bound_to_dict(class: Obj<'_>, base: Obj<'_>) -> bool {
    let fields = type_fields(class).into_iter();
    let mut namespaces = fields.filter(|&(name, _)| name == "__dict__");
    let Some((_, namespace)) = namespaces.next() else {
        return true;
    };
    // SAFETY: both are types, and alive.
    let adds_dict = unsafe { (*raw(class)).tp_dictoffset != 0 && (*raw(base)).tp_dictoffset == 0 };
    let is_named = |key, name: &str| {
        let text = crate::heap::text(key, name.len() + 1);
        text.is_some_and(|(text, _)| text == name)
    };
    dict_entries(namespace)
        .into_iter()
        .flatten()
        .any(|(key, value)| {
            type_short_name(value.ty()) == "cached_property"
                || adds_dict && is_named(key, "__slots__")
        })
}
