//! References that explain nothing.

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Edge, IDirectedGraph, Successors, VertexId, VertexSet, Vertices};
use rustc_hash::{FxHashMap, FxHashSet};

use super::object_types::ObjectTypes;
use crate::engine::{Engine, Saved};
use crate::heap::{Obj, module_dict, paused, type_module, type_name};
use crate::modules;

/// References that a path to an object does not use: those of our own objects, and those from
/// functions and frames to the names of a module that holds these itself.
pub(super) struct Ignored {
    ours: VertexSet,
    /// Objects that wait for a condition, and what they hold for this.
    hooks: VertexSet,
    code: VertexSet,
    namespaces: VertexSet,
    /// The imported modules, by the vertex of their names.
    imported: FxHashMap<VertexId, VertexId>,
    /// `sys.modules`.
    modules: Option<VertexId>,
    /// References that were cut, in addition.
    cut: Option<CutReferences>,
}

/// References that are ignored as if they had been cut.
struct CutReferences {
    /// Those of these objects.
    tails: VertexSet,
    edges: FxHashSet<(VertexId, VertexId)>,
}

impl CutReferences {
    fn has(&self, tail: VertexId, head: VertexId) -> bool {
        self.tails.contains(tail) || self.edges.contains(&(tail, head))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum HolderRole {
    Ours,
    Hook,
    Code,
    Module,
    Other,
}

impl HolderRole {
    fn of(ty: Obj<'_>) -> Self {
        let module = type_module(ty).unwrap_or_default();
        match (&*module, &*type_name(ty)) {
            ("builtins", "function" | "frame") => Self::Code,
            ("builtins", "module") => Self::Module,
            _ if is_in(&module, &HOOKS) => Self::Hook,
            _ if is_ours(&module) => Self::Ours,
            _ => Self::Other,
        }
    }

    /// By the name of a type, with its module except for builtins.
    fn of_saved(name: &str) -> Self {
        match name {
            "function" | "frame" => Self::Code,
            "module" => Self::Module,
            _ if is_in(name, &HOOKS) => Self::Hook,
            _ if is_ours(name) => Self::Ours,
            _ => Self::Other,
        }
    }
}

/// Our modules whose objects hold others as those of any library do: names and numbers, what was
/// put into a container, and applications behind a middleware.
const ORDINARY: [&str; 8] = [
    "refcycle.dumping",
    "refcycle.element_transform_set",
    "refcycle.expectations",
    "refcycle.integrations",
    "refcycle.key_transform_dict",
    "refcycle.memory_account",
    "refcycle.monitor",
    "refcycle.unshared_memory",
];

/// Our modules whose objects wait for a condition in order to dump. They also hold handlers and hooks
/// of the program, which are called or restored later.
const HOOKS: [&str; 2] = ["refcycle.memory_error_dumps", "refcycle.signal_dumps"];

/// Whether a dotted name, of a module or a class, is that of objects which hold others only because
/// somebody looked at these: graphs, and what is found in them.
pub(super) fn is_ours(name: &str) -> bool {
    is_in(name, &["refcycle"]) && !is_in(name, &ORDINARY) && !is_in(name, &HOOKS)
}

/// Whether a class, by its dotted name, is that of graphs of refcycle.
pub(super) fn is_graph(type_name: &str) -> bool {
    let name = type_name.rsplit('.').next().unwrap_or_default();
    is_ours(type_name) && ["ObjectGraph", "LoadedGraph", "AnnotatedGraph"].contains(&name)
}

/// Whether a dotted name is that of one of these modules, or of something in one.
fn is_in(name: &str, modules: &[&str]) -> bool {
    modules.iter().any(|module| {
        let rest = name.strip_prefix(module);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Whether a class, by its dotted name, is one of ours whose objects wait for a condition.
pub(super) fn is_hook(type_name: &str) -> bool {
    is_in(type_name, &HOOKS)
}

impl Ignored {
    /// `asked`, the object that is asked about, is not ignored.
    pub(super) fn new(
        py: Python<'_>,
        engine: &Engine,
        types: &ObjectTypes,
        asked: Option<VertexId>,
    ) -> PyResult<Self> {
        let graph = &*engine.any_graph();
        let set = || VertexSet::new(graph.vertex_count());
        let mut ignored = Self {
            ours: set(),
            hooks: set(),
            code: set(),
            namespaces: set(),
            imported: FxHashMap::default(),
            modules: sys_modules(py, engine)?,
            cut: None,
        };
        let live = |object: Obj<'_>| HolderRole::of(object.ty());
        let saved = |saved: Saved<'_>| HolderRole::of_saved(saved.type_name());
        let roles = types.facts(py, engine, live, saved);
        let mut modules = Vec::new();
        for v in types.objects_of(|ty| roles[ty] != HolderRole::Other) {
            match roles[types.of(v)] {
                HolderRole::Ours if Some(v) != asked => drop(ignored.ours.insert(v)),
                HolderRole::Hook => drop(ignored.hooks.insert(v)),
                HolderRole::Ours | HolderRole::Other => {}
                HolderRole::Code => drop(ignored.code.insert(v)),
                HolderRole::Module => modules.push(v),
            }
        }
        let held = ignored.modules.iter();
        let held = held.flat_map(|&modules| graph.successors(modules));
        let imported = VertexSet::from_vertices(graph.vertex_count(), held);
        for (names, module) in namespaces(py, engine, graph, &modules) {
            ignored.namespaces.insert(names);
            if imported.contains(module) {
                ignored.imported.insert(names, module);
            }
        }
        Ok(ignored)
    }

    /// The names of each imported module, and the module.
    pub(super) fn imported(&self) -> impl Iterator<Item = (VertexId, VertexId)> {
        self.imported
            .iter()
            .map(|(&names, &module)| (names, module))
    }

    /// Whether these are the names of an imported module. Each of its items has a holder of its
    /// own: the name.
    pub(super) fn is_imported(&self, names: VertexId) -> bool {
        self.imported.contains_key(&names)
    }

    /// `sys.modules`, the module, and the names of the module, which are `names`.
    pub(super) fn path_to(&self, names: VertexId) -> Vec<VertexId> {
        let module = self.imported.get(&names).copied();
        self.modules
            .into_iter()
            .chain(module)
            .chain([names])
            .collect()
    }

    /// Our own objects.
    pub(super) fn ours(&self) -> &VertexSet {
        &self.ours
    }

    /// Whether this is one of our objects that wait for a condition.
    pub(super) fn is_hook(&self, v: VertexId) -> bool {
        self.hooks.contains(v)
    }

    /// The same without the references of `tails`, and without `edges`.
    pub(super) fn without(&self, tails: VertexSet, edges: FxHashSet<(VertexId, VertexId)>) -> Self {
        Self {
            ours: self.ours.clone(),
            hooks: self.hooks.clone(),
            code: self.code.clone(),
            namespaces: self.namespaces.clone(),
            imported: self.imported.clone(),
            modules: self.modules,
            cut: Some(CutReferences { tails, edges }),
        }
    }

    /// Whether the reference between these does not count.
    pub(super) fn has(&self, tail: VertexId, head: VertexId) -> bool {
        self.ours.contains(tail)
            || self.code.contains(tail) && self.namespaces.contains(head)
            || self.cut.as_ref().is_some_and(|cut| cut.has(tail, head))
    }
}

/// The vertex of `sys.modules`, if the graph has it.
fn sys_modules(py: Python<'_>, engine: &Engine) -> PyResult<Option<VertexId>> {
    if engine.kind().is_from_file() {
        let address = engine
            .dump(py)
            .and_then(|dump| dump.address_of_sys_modules());
        let is_it = |&v: &VertexId| Some(engine.saved(py, v).address()) == address;
        return Ok(address.and_then(|_| engine.vertices().find(is_it)));
    }
    engine.find(&modules::attribute(py, "sys", "modules")?)
}

/// The vertices of the names of some modules, each with its module.
fn namespaces(
    py: Python<'_>,
    engine: &Engine,
    graph: &CsrGraph,
    modules: &[VertexId],
) -> Vec<(VertexId, VertexId)> {
    let objects = engine.objects();
    if engine.kind().is_from_file() {
        let names = |&module: &VertexId| {
            let is_it = |edge: &Edge| {
                let name = engine.saved_reference(py, module, edge.id);
                name.is_some_and(|name| name.is_dict())
            };
            Some((graph.out_edges(module).find(is_it)?.head, module))
        };
        return modules.iter().filter_map(names).collect();
    }
    paused(py, |heap| {
        let names = |&module: &VertexId| {
            let names = module_dict(heap.see(&objects[module.index()]))?.address();
            let is_it = |head: &VertexId| objects[head.index()].as_ptr() as usize == names;
            Some((graph.successors(module).find(is_it)?, module))
        };
        modules.iter().filter_map(names).collect()
    })
}
