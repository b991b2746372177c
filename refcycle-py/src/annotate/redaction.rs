//! Determines which dicts are namespaces, and which files are source files: what a redacted file
//! shows depends on this. [`refcycle_dot::dump::redaction`] determines which strings can be names.

use pyo3::prelude::*;
use refcycle_dot::dump::redaction::{MAX_PATH, Namespace, is_function, is_source_file, text_label};
use rustc_hash::{FxHashMap, FxHashSet};

use super::type_names::dotted;
use crate::heap::memory;
use crate::heap::{
    Held, Kind, Obj, attribute, dict_entries, dict_value, frame_fields, function_fields,
    generator_fields, instance_dict, is_dict, members, module_dict, paused, text, type_fields,
    weak_referent,
};
use crate::interrupt::Checkpoint;
use crate::modules;

/// Fields of functions, frames and generators that hold dicts whose keys are names.
const FIELDS: [&str; 7] = [
    "__annotations__",
    "__builtins__",
    "__globals__",
    "__kwdefaults__",
    "f_builtins",
    "f_globals",
    "f_locals",
];

/// Keys in the dict of a module or a class; since 3.14, a class has the second one.
const ANNOTATIONS: [&str; 2] = ["__annotations__", "__annotations_cache__"];

/// An address, with room for the array to grow.
const BYTES_AN_OBJECT: usize = 16;

/// The dicts that are namespaces, and the source files of the modules.
///
/// Whether a dict is a namespace depends on the references to it, not on its keys. Only addresses
/// are stored; they are compared with dicts of the graph, which holds them.
pub(crate) struct Redaction {
    /// Ascending.
    names: Box<[usize]>,
    modules: usize,
    environment: Option<usize>,
    sources: FxHashSet<String>,
}

impl Redaction {
    /// Examines the objects of a graph, and the modules, which a part of a graph may lack.
    pub(crate) fn of(py: Python<'_>, objects: &Held) -> PyResult<Self> {
        let modules = modules(py)?;
        memory::ask(BYTES_AN_OBJECT * objects.len())?;
        let mut names = Vec::new();
        let mut sorts = FxHashMap::default();
        let mut checkpoint = Checkpoint::of(objects.len());
        for object in objects {
            // A signal handler may run here.
            checkpoint.step(py)?;
            paused(py, |heap| {
                see_namespaces_by(heap.see(object), &mut sorts, &mut names);
            });
        }
        let modules = modules.unbind();
        Ok(paused(py, |heap| {
            let modules = heap.see(&modules);
            let mut sources = FxHashSet::default();
            for module in imported(modules) {
                see_namespaces(module, &mut |dict| names.push(dict.address()));
                sources.extend(source_of(module));
            }
            names.sort_unstable();
            names.dedup();
            Self {
                names: names.into(),
                modules: modules.address(),
                environment: environment(modules).map(Obj::address),
                sources,
            }
        }))
    }

    /// The kind of namespace that a dict is; `None` if its keys are data.
    pub(super) fn namespace(&self, dict: Obj<'_>) -> Option<Namespace> {
        let address = dict.address();
        if address == self.modules {
            Some(Namespace::Modules)
        } else if Some(address) == self.environment {
            Some(Namespace::Environment)
        } else {
            let place = self.names.binary_search(&address);
            place.is_ok().then_some(Namespace::Names)
        }
    }

    /// The name of a frame's file, or its length if the file cannot be a source file.
    pub(super) fn file(&self, name: String) -> String {
        if is_source_file(&name) || self.sources.contains(&name) {
            name
        } else {
            text_label(name.chars().count())
        }
    }
}

/// Adds the addresses of the dicts that this object shows to be namespaces. `sorts` has the types
/// seen so far, by address.
fn see_namespaces_by(object: Obj<'_>, sorts: &mut FxHashMap<usize, Sort>, names: &mut Vec<usize>) {
    let mut see = |dict: Obj<'_>| names.push(dict.address());
    see_namespaces(object, &mut see);
    let ty = object.ty();
    let sort = *sorts.entry(ty.address()).or_insert_with(|| {
        // Types that are compiled in are not in the graph, but their dicts are.
        see_namespaces(ty, &mut see);
        Sort::of(ty)
    });
    match sort {
        Sort::Descriptor => {
            let class = members(object).find(|&(name, _)| name == "__objclass__");
            if let Some((_, class)) = class {
                sorts.entry(class.address()).or_insert_with(|| {
                    see_namespaces(class, &mut see);
                    Sort::of(class)
                });
            }
        }
        Sort::ThreadLocal => see_of_threads(object, &mut see),
        Sort::Other => {}
    }
}

/// The ways in which instances of a type lead to namespaces.
#[derive(Clone, Copy)]
enum Sort {
    /// A descriptor, which belongs to a type that is compiled in.
    Descriptor,
    ThreadLocal,
    Other,
}

impl Sort {
    fn of(ty: Obj<'_>) -> Self {
        const DESCRIPTORS: [&str; 5] = [
            "classmethod_descriptor",
            "getset_descriptor",
            "member_descriptor",
            "method_descriptor",
            "wrapper_descriptor",
        ];
        let mut bases = std::iter::successors(Some(ty), base_of);
        if DESCRIPTORS.contains(&&*dotted(ty)) {
            Self::Descriptor
        } else if bases.any(|base| dotted(base) == "_thread._local") {
            Self::ThreadLocal
        } else {
            Self::Other
        }
    }
}

fn base_of<'h>(ty: &Obj<'h>) -> Option<Obj<'h>> {
    let mut fields = type_fields(*ty).into_iter();
    fields.find_map(|(name, base)| (name == "__base__").then_some(base))
}

/// The dicts that a thread local holds for its threads. The key of each is an object that stands
/// for the thread, which is held weakly up to 3.12.
fn see_of_threads<'h>(local: Obj<'h>, see: &mut impl FnMut(Obj<'h>)) {
    let stands_for_thread = |key: Obj<'h>| {
        let key = weak_referent(key).flatten().unwrap_or(key);
        dotted(key.ty()) == "_thread._localdummy"
    };
    local.traverse(|held| {
        for (key, value) in dict_entries(held).into_iter().flatten() {
            if stands_for_thread(key) && is_dict(value) {
                see(value);
            }
        }
    });
}

/// The name of a frame's file as a redacted file shows it.
pub(crate) fn redacted_file(py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<String> {
    let (modules, name) = (modules(py)?.unbind(), name.as_unbound());
    let (name, is_source) = paused(py, |heap| {
        let name = text(heap.see(name), MAX_PATH).map_or_else(String::new, |(name, _)| name);
        let mut sources = imported(heap.see(&modules)).filter_map(source_of);
        let is_source = is_source_file(&name) || sources.any(|source| source == name);
        (name, is_source)
    });
    match is_source {
        true => Ok(name),
        false => Ok(text_label(name.chars().count())),
    }
}

/// The name of a function as a redacted file shows it.
pub(crate) fn redacted_function(name: &str) -> String {
    match is_function(name) {
        true => name.to_owned(),
        false => text_label(name.chars().count()),
    }
}

fn modules(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    modules::attribute(py, "sys", "modules")
}

/// The modules in `sys.modules`, which may contain other objects too.
fn imported<'h>(modules: Obj<'h>) -> impl Iterator<Item = Obj<'h>> {
    let entries = dict_entries(modules).into_iter().flatten();
    let values = entries.map(|(_, value)| value);
    values.filter(|&value| Kind::of(value) == Kind::Module)
}

fn source_of(module: Obj<'_>) -> Option<String> {
    let file = dict_value(module_dict(module)?, "__file__")?;
    let (file, cut) = text(file, MAX_PATH)?;
    (!cut).then_some(file)
}

/// The dict behind `os.environ`.
fn environment(modules: Obj<'_>) -> Option<Obj<'_>> {
    let environ = dict_value(module_dict(dict_value(modules, "os")?)?, "environ")?;
    attribute(environ, "_data").filter(|&data| is_dict(data))
}

/// Shows the dicts that are namespaces because this object holds them.
fn see_namespaces<'h>(object: Obj<'h>, see: &mut impl FnMut(Obj<'h>)) {
    if let Some(dict) = instance_dict(object) {
        see(dict);
    }
    match Kind::of(object) {
        Kind::Module => see_owned(module_dict(object), see),
        Kind::Type => {
            let mut fields = type_fields(object).into_iter();
            let dict = fields.find(|&(name, _)| name == "__dict__");
            see_owned(dict.map(|(_, dict)| dict), see);
        }
        Kind::Function => see_fields(function_fields(object), see),
        Kind::Frame => see_fields(frame_fields(object), see),
        Kind::Generator => see_fields(generator_fields(object), see),
        _ => {}
    }
}

/// The dict of a module or a class, and that of its annotations.
fn see_owned<'h>(dict: Option<Obj<'h>>, see: &mut impl FnMut(Obj<'h>)) {
    let Some(dict) = dict else {
        return;
    };
    see(dict);
    for name in ANNOTATIONS {
        if let Some(annotations) = dict_value(dict, name).filter(|&found| is_dict(found)) {
            see(annotations);
        }
    }
}

/// Shows the fields that are namespaces; for a frame, including those of its function.
fn see_fields<'h>(
    fields: impl IntoIterator<Item = (&'h str, Obj<'h>)>,
    see: &mut impl FnMut(Obj<'h>),
) {
    for (name, value) in fields {
        if FIELDS.contains(&name) && is_dict(value) {
            see(value);
        } else if name == "f_func" {
            for (name, value) in function_fields(value) {
                if FIELDS.contains(&name) && is_dict(value) {
                    see(value);
                }
            }
        }
    }
}
