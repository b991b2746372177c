//! Objects of lazy imports, which exist since 3.15.
//!
//! A module-level variable that holds one is another object as soon as it is read: the interpreter
//! performs the import, and replaces the value of the variable. So a loop at the top level of a
//! module over the vertices of a graph never sees them.

use pyo3::ffi;
use pyo3::prelude::*;

use super::containers::dict_value;
use super::types::{dotted_name, is_static_type};
use super::{Obj, module_dict, paused, text};

const NAME_LIMIT: usize = 1000;
/// More dots than the name of an imported module has.
const DEEPEST: usize = 50;

/// The number of the first of these objects that is a lazy import of a value. Takes time in
/// proportion to the objects. Nothing is imported.
pub(crate) fn lazy_import_of(
    py: Python<'_>,
    objects: &[Py<PyAny>],
    value: &Bound<'_, PyAny>,
) -> Option<usize> {
    // SAFETY: a borrowed reference is returned, and held.
    let modules = unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyImport_GetModuleDict())? };
    let (modules, value) = (modules.unbind(), value.as_unbound());
    paused(py, |heap| {
        let (modules, value) = (heap.see(&modules), heap.see(value));
        let mut last = None;
        objects.iter().position(|object| {
            let object = heap.see(object);
            let is_lazy = match last {
                Some((ty, is_lazy)) if ty == object.ty() => is_lazy,
                _ => is_lazy_import(object),
            };
            last = Some((object.ty(), is_lazy));
            is_lazy && imported(object, modules, DEEPEST) == Some(value)
        })
    })
}

fn is_lazy_import(object: Obj<'_>) -> bool {
    let ty = object.ty();
    is_static_type(ty) && dotted_name(ty) == "lazy_import"
}

/// The value of a lazy import, if the module has been imported.
fn imported<'h>(import: Obj<'h>, modules: Obj<'h>, depth: usize) -> Option<Obj<'h>> {
    let (mut from, mut name, mut has_list) = (None, None, false);
    import.traverse(|referent| {
        if is_lazy_import(referent) {
            from = Some(referent);
        } else if let Some((text, _)) = text(referent, NAME_LIMIT) {
            name = Some(text);
        } else {
            // The names of `from module import names`.
            // SAFETY: the object is alive.
            has_list |= unsafe { ffi::PyTuple_Check(referent.as_ptr()) } != 0;
        }
    });
    let name = name?;
    let Some(from) = from else {
        // `import a.b` gives `a`.
        let first = name.split('.').next().unwrap_or_default();
        return dict_value(modules, if has_list { &name } else { first });
    };
    let module = module_dict(imported(from, modules, depth.checked_sub(1)?)?)?;
    let own = dict_value(module, &name).filter(|&own| !is_lazy_import(own));
    own.or_else(|| {
        let (package, _) = text(dict_value(module, "__name__")?, NAME_LIMIT)?;
        dict_value(modules, &format!("{package}.{name}"))
    })
}
