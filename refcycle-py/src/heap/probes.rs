//! Measures where private structs store their references.
//!
//! A probe is a few lines of Python that create an object of a type and say which object is in
//! which of its fields. Their addresses are then searched for in the memory of the object. Probes
//! run once, when a reference of an object of such a type is to be named for the first time. They
//! leave nothing behind: they import nothing, create no class, and the objects that they create are
//! freed before they end. (One exception: a function written in C keeps a tuple of the names of its
//! parameters once it has been called.)
//!
//! They only use definitions of compiled modules that the process has already imported, so no user
//! code runs. Meanwhile, tracing is off and the collector is paused.

use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::{
    PyException, PyImportError, PyMemoryError, PyNameError, PyRecursionError, PySystemError,
    PyTypeError,
};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};
use rustc_hash::FxHashSet;

use super::compiled::{Compiled, is_compiled};
use super::gc_pause::GcPause;
use super::greenlet_type::look_for_greenlets;
use super::measured_layouts::{Layout, Shape, layout, set_layout};
use super::members::member_offsets;
use super::private_fields::size_of_object;
use super::samples::{Samples, type_address};
use super::{Obj, dict_entries, dict_value, module_dict, paused, text};

/// Probes for the types whose names start in the same way.
struct Probes {
    /// The first part of the types' names, usually a module; the names of types without a module
    /// have no dot.
    prefixes: &'static [&'static str],
    /// Modules whose functions and types the probes may use.
    modules: &'static [&'static str],
    source: &'static str,
    /// Whether they have been run.
    done: AtomicBool,
}

/// Python code that defines `probe` for all of them.
const PRELUDE: &str = include_str!("probes/prelude.py");

macro_rules! probes {
    ($($file:literal, $prefixes:expr, $modules:expr;)*) => {
        [$(Probes {
            prefixes: &$prefixes,
            modules: &$modules,
            source: include_str!(concat!("probes/", $file, ".py")),
            done: AtomicBool::new(false),
        }),*]
    };
}

static PROBES: [Probes; 13] = probes! {
    "builtins", ["", "types", "string.templatelib"], ["types"];
    "iterators", [""], ["types", "_collections"];
    "coroutines", [""], ["types", "sys"];
    "contexts", ["", "_contextvars"], ["_contextvars"];
    "collections", ["collections", "_collections"], ["_collections"];
    "itertools", ["itertools"], ["itertools"];
    "functools", ["functools", "_functools"], ["_functools"];
    "abstract", ["_abc"], ["_abc", "types"];
    "typing", ["typing"], ["_typing", "types"];
    "asyncio", ["_asyncio", "TaskStepMethWrapper"], ["_asyncio", "_contextvars", "types"];
    "operators", ["operator", "_operator", "decimal"], ["_operator", "_decimal"];
    "files", ["_io", "_thread", "_csv", "_queue"], ["_io", "_thread", "_csv", "_queue"];
    "cffi", ["_cffi_backend"], ["_cffi_backend"];
};

/// Probes that look at objects of the process, for types of which a probe cannot create an
/// instance.
static SAMPLERS: [Probes; 1] = probes! {
    "samples",
        [MYPYC, "_asyncio", "_ctypes", "_cython", "_io", "iterator", "lazy_import",
         "pandas._libs.properties.CachedProperty", "re.Pattern", "uarray"],
        ["types"];
};

/// The name under which the classes that mypyc compiled are sampled: that of the tuple with the names
/// of their attributes.
const MYPYC: &str = "__mypyc_attrs__";

/// The name by which probes are chosen for a type.
fn name_for_probes(ty: Compiled) -> String {
    if is_of_mypyc(ty) {
        return MYPYC.to_owned();
    }
    ty.name()
}

/// Whether mypyc compiled a class.
fn is_of_mypyc(ty: Compiled) -> bool {
    // SAFETY: the caller's type is alive, and keeps its namespace alive.
    let namespace = unsafe {
        let is_made_at_run_time = ffi::PyType_HasFeature(ty.ty, ffi::Py_TPFLAGS_HEAPTYPE) != 0;
        let namespace = (*ty.ty).tp_dict;
        (is_made_at_run_time && !ty.is_class() && !namespace.is_null()).then(|| Obj::new(namespace))
    };
    namespace.is_some_and(|namespace| dict_value(namespace, MYPYC).is_some())
}

/// Measures everything that is needed to name the references of objects.
#[derive(Default)]
pub(crate) struct Measured {
    last: usize,
    types: FxHashSet<usize>,
    /// The objects that samplers look at, once one is asked for.
    samples: Option<Samples>,
}

impl Measured {
    /// Runs the probes for an object's type if they have not been run yet. The heap must not be
    /// paused.
    #[inline]
    pub(crate) fn see(
        &mut self,
        py: Python<'_>,
        objects: &[Py<PyAny>],
        number: usize,
    ) -> PyResult<()> {
        let ty = type_address(&objects[number]);
        if ty != self.last {
            self.last = ty;
            if self.types.insert(ty) {
                measure_type(py, objects, number, &mut self.samples)?;
            }
        }
        Ok(())
    }
}

/// Measures the type of one of some objects, which are the same at each call.
fn measure_type(
    py: Python<'_>,
    objects: &[Py<PyAny>],
    number: usize,
    samples: &mut Option<Samples>,
) -> PyResult<()> {
    look_for_greenlets(py);
    let bases: Vec<_> = paused(py, |heap| {
        let bases = Compiled::bases_of(heap.see(&objects[number]));
        bases.map(|base| (base, name_for_probes(base))).collect()
    });
    for (base, name) in bases {
        for probes in PROBES.iter().filter(|probes| probes.are_for(&name)) {
            if !probes.done.swap(true, Ordering::Relaxed) {
                let result = probes.run(py, &[], &name);
                probes.done.store(result.is_ok(), Ordering::Relaxed);
                unless_impossible(py, result)?;
            }
        }
        for probes in SAMPLERS.iter().filter(|probes| probes.are_for(&name)) {
            let samples = samples.get_or_insert_with(|| Samples::of(py, objects, is_sampled));
            let samples = samples.take(objects, base);
            if !samples.is_empty() {
                unless_impossible(py, probes.run(py, &samples, &name))?;
            }
        }
    }
    Ok(())
}

/// Whether a sampler is for a type.
fn is_sampled(ty: Compiled) -> bool {
    let name = name_for_probes(ty);
    SAMPLERS.iter().any(|probes| probes.are_for(&name))
}

/// Passes on an exception that a signal handler raises during a probe. If a probe cannot run, the
/// fields have no names, and the exception is ignored. The cause may be lack of memory (the
/// parser's error may then be a SystemError) or of stack, a trace function, a builtin that the
/// program has replaced, or the end of the interpreter.
fn unless_impossible(py: Python<'_>, result: PyResult<()>) -> PyResult<()> {
    result.or_else(|error| {
        let is_expected = error.is_instance_of::<PyMemoryError>(py)
            || error.is_instance_of::<PyRecursionError>(py)
            || error.is_instance_of::<PyTypeError>(py)
            || error.is_instance_of::<PyNameError>(py)
            || error.is_instance_of::<PyImportError>(py)
            || error.is_instance_of::<PySystemError>(py)
            || error.is_instance_of::<Unmeasured>(py);
        if is_expected { Ok(()) } else { Err(error) }
    })
}

impl Probes {
    fn are_for(&self, name: &str) -> bool {
        let module = name.rsplit_once('.').map_or("", |(module, _)| module);
        let first = module.split('.').next().unwrap_or_default();
        self.prefixes.iter().any(|&prefix| {
            first == prefix
                || name == prefix
                || (prefix == "_cython" && first.starts_with("_cython_"))
        })
    }

    fn run(&'static self, py: Python<'_>, samples: &[&Py<PyAny>], name: &str) -> PyResult<()> {
        let _gc_pause = GcPause::new(py);
        let _untraced = Untraced::new(py)?;
        let scope = PyDict::new(py);
        let builtins = PyDict::new(py);
        add_compiled(py, &builtins, "builtins")?;
        scope.set_item("__builtins__", builtins)?;
        scope.set_item("modules", modules(py)?)?;
        scope.set_item(
            "version",
            (py.version_info().major, py.version_info().minor),
        )?;
        scope.set_item("samples", samples)?;
        scope.set_item("name", name)?;
        for module in self.modules {
            add_compiled(py, &scope, module)?;
        }
        let measure = move |arguments: &Bound<'_, PyTuple>,
                            _: Option<&Bound<'_, PyDict>>|
              -> PyResult<bool> { self.measure(arguments) };
        scope.set_item(
            "measure",
            PyCFunction::new_closure(py, Some(c"measure"), None, measure)?,
        )?;
        scope.set_item(
            "get_referents",
            PyCFunction::new_closure(py, Some(c"get_referents"), None, get_referents)?,
        )?;
        let source = CString::new(format!("{PRELUDE}\n{}", self.source))?;
        let result = run_file(py, &source, &scope);
        // The functions refer to the scope, and the scope refers to the functions.
        scope.clear();
        result
    }

    /// `measure(holder, fields, shape, contents)`, called by the probes. Whether all of these
    /// fields are known now.
    fn measure(&self, arguments: &Bound<'_, PyTuple>) -> PyResult<bool> {
        let py = arguments.py();
        let holder = arguments.get_item(0)?;
        let fields = arguments.get_item(1)?;
        let shape = arguments.get_item(2).and_then(|shape| shape.extract());
        let shape: String = shape.unwrap_or_default();
        let contents = arguments.get_item(3).ok().map(Bound::unbind);
        let (holder, fields) = (holder.unbind(), fields.unbind());
        Ok(paused(py, |heap| {
            let contents = contents.as_ref().map(|contents| heap.see(contents));
            let contents: Vec<_> = contents
                .and_then(super::sequence_items)
                .into_iter()
                .flatten()
                .flatten()
                .collect();
            let fields: Vec<(String, Obj<'_>)> = dict_entries(heap.see(&fields))
                .into_iter()
                .flatten()
                .filter_map(|(name, target)| Some((text(name, 100)?.0, target)))
                .collect();
            self.measure_object(heap.see(&holder), &fields, &shape, &contents)
        }))
    }

    fn measure_object(
        &self,
        holder: Obj<'_>,
        fields: &[(String, Obj<'_>)],
        shape: &str,
        contents: &[Obj<'_>],
    ) -> bool {
        let ty = Compiled::of_type(holder);
        if !self.are_for(&name_for_probes(ty)) || ty.is_class() {
            return false;
        }
        let mut found = layout(ty).cloned().unwrap_or(Layout {
            ty,
            fields: Vec::new(),
            shape: None,
            is_odd: false,
        });
        let before = found.fields.len();
        let declared: Vec<_> = member_offsets(holder).collect();
        let dict_place = ty.dict_offset();
        let mut shown = Vec::new();
        holder.traverse(|referent| shown.push(referent));
        for (name, target) in fields {
            let is_shown = ty.traverse == 0 || shown.contains(target);
            let mut places = words(holder, ty).filter(|&offset| {
                // SAFETY: the word is in the holder's struct.
                unsafe { holder.word(offset) == target.address() }
            });
            let (Some(place), None, true) = (places.next(), places.next(), is_shown) else {
                continue;
            };
            // The dict of an object has a name of its own.
            if Some(place) == dict_place {
                continue;
            }
            let is_known = |&(offset, other): &(usize, &'static str)| {
                offset == place || other == name.as_str()
            };
            if !declared.contains(&place) && !found.fields.iter().any(is_known) {
                found.fields.push((place, name.clone().leak()));
            }
        }
        let is_known = |name: &str| found.fields.iter().any(|&(_, other)| other == name);
        let are_known = !fields.is_empty() && fields.iter().all(|(name, _)| is_known(name));
        if !shape.is_empty() {
            let shape = measure_shape(holder, ty, shape, contents, &shown);
            found.is_odd |= shape.is_none();
            found.shape = shape.filter(|_| !found.is_odd);
            set_layout(found);
        } else if found.fields.len() > before {
            set_layout(found);
        }
        are_known
    }
}

/// The offsets of the words in an object's struct after the header; for a type, after the fields
/// that all types have.
fn words(object: Obj<'_>, ty: Compiled) -> impl Iterator<Item = usize> {
    /// No struct for which there is a probe is larger.
    const LIMIT: usize = 4096;

    // SAFETY: the object is alive.
    let is_type = unsafe { ffi::PyType_Check(object.as_ptr()) } != 0;
    let start = if is_type {
        size_of::<ffi::PyHeapTypeObject>()
    } else {
        size_of::<ffi::PyObject>()
    };
    (start..ty.basic_size.min(LIMIT).saturating_sub(7)).step_by(8)
}

fn measure_shape(
    holder: Obj<'_>,
    ty: Compiled,
    shape: &str,
    contents: &[Obj<'_>],
    shown: &[Obj<'_>],
) -> Option<Shape> {
    let holds = |offset: usize, object: Obj<'_>| {
        // SAFETY: the callers' offsets are within the holder.
        unsafe { holder.word(offset) == object.address() }
    };
    match (shape, contents) {
        ("items", items) => (size_of_object(holder) == items.len() && shown.ends_with(items))
            .then_some(Shape::Items),
        ("pairs", &[key, value]) => (size_of_object(holder) == 2
            && holds(ty.basic_size, key)
            && holds(ty.basic_size + 8, value))
        .then_some(Shape::Pairs),
        ("a_array", parts) => {
            let start = ty.basic_size.checked_sub(32 * 8)?;
            let is_part = |&part| (start..ty.basic_size).step_by(8).any(|at| holds(at, part));
            (start >= 16 && !parts.is_empty() && parts.iter().all(is_part))
                .then_some(Shape::Array("a_array", 32))
        }
        ("values", &[first, second]) => {
            let count = 57;
            let start = ty.basic_size.checked_sub(count * 8)?;
            (start >= 16 && holds(start, first) && holds(start + 8, second))
                .then_some(Shape::Array("values", count))
        }
        ("cache", _) => Some(Shape::Cache),
        _ => None,
    }
}

/// Like `gc.get_referents`, but works if the process has not imported `gc`, and raises no audit
/// event.
fn get_referents(
    arguments: &Bound<'_, PyTuple>,
    _: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<Py<PyAny>>> {
    let object = arguments.get_item(0)?.unbind();
    Ok(paused(arguments.py(), |heap| {
        let mut found = Vec::new();
        heap.see(&object)
            .traverse(|referent| found.push(referent.hold()));
        found
    }))
}

/// Runs a source under a file name that identifies it.
fn run_file(py: Python<'_>, source: &CStr, scope: &Bound<'_, PyDict>) -> PyResult<()> {
    // SAFETY: the strings end with a null; both calls return new references, or null and an
    // exception.
    unsafe {
        let file = c"<refcycle probes>".as_ptr();
        let code = ffi::Py_CompileString(source.as_ptr(), file, ffi::Py_file_input);
        let code = Bound::from_owned_ptr_or_err(py, code)?;
        let result = ffi::PyEval_EvalCode(code.as_ptr(), scope.as_ptr(), scope.as_ptr());
        Bound::from_owned_ptr_or_err(py, result).map(drop)
    }
}

/// Adds the compiled definitions of an imported module to a dict.
fn add_compiled(py: Python<'_>, scope: &Bound<'_, PyDict>, module: &str) -> PyResult<()> {
    let Some(module) = modules(py)?.get_item(module)? else {
        return Ok(());
    };
    let module = module.unbind();
    let names: Vec<_> = paused(py, |heap| {
        let names = module_dict(heap.see(&module)).and_then(dict_entries);
        let compiled = names
            .into_iter()
            .flatten()
            .filter(|&(_, value)| is_compiled(value));
        compiled
            .map(|(name, value)| (name.hold(), value.hold()))
            .collect()
    });
    for (name, value) in names {
        scope.set_item(name, value)?;
    }
    Ok(())
}

/// `sys.modules`.
fn modules(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    // SAFETY: a borrowed reference is returned.
    let modules = unsafe { Bound::from_borrowed_ptr_or_err(py, ffi::PyImport_GetModuleDict())? };
    Ok(modules.cast_into_exact::<PyDict>()?)
}

pyo3::create_exception!(refcycle, Unmeasured, PyException);

/// While this is alive, no trace or profile function of the program is called.
#[cfg(Py_3_11)]
struct Untraced {
    thread: *mut ffi::PyThreadState,
}

#[cfg(Py_3_11)]
impl Untraced {
    fn new(_py: Python<'_>) -> PyResult<Self> {
        // SAFETY: the GIL is held, by this thread.
        unsafe {
            let thread = ffi::PyThreadState_Get();
            ffi::PyThreadState_EnterTracing(thread);
            Ok(Self { thread })
        }
    }
}

#[cfg(Py_3_11)]
impl Drop for Untraced {
    fn drop(&mut self) {
        // SAFETY: it is this thread's state, as above.
        unsafe { ffi::PyThreadState_LeaveTracing(self.thread) };
    }
}

/// 3.10 cannot switch tracing off, so nothing is measured under a trace function.
#[cfg(not(Py_3_11))]
struct Untraced;

#[cfg(not(Py_3_11))]
impl Untraced {
    fn new(py: Python<'_>) -> PyResult<Self> {
        let sys = py.import("sys")?;
        let is_traced =
            !sys.call_method0("gettrace")?.is_none() || !sys.call_method0("getprofile")?.is_none();
        if is_traced {
            return Err(Unmeasured::new_err("a trace function would be called"));
        }
        Ok(Self)
    }
}
