//! References that explain nothing.

use pyo3::prelude::*;
use refcycle_core::{CsrGraph, Edge, IDirectedGraph, Successors, VertexId, VertexSet, Vertices};
use refcycle_dot::names::ReferenceName;
use rustc_hash::FxHashMap;

use crate::engine::{Engine, SavedObject};
use crate::heap::{Obj, module_dict, paused, type_module, type_name};
use crate::modules;

/// References that a path to an object does not use: those of our own objects, and those from
/// functions and frames to the names of a module that holds these itself.
pub(super) struct Ignored {
    ours: VertexSet,
    code: VertexSet,
    namespaces: VertexSet,
    /// The imported modules, by the vertex of their names.
    imported: FxHashMap<VertexId, VertexId>,
    /// `sys.modules`.
    modules: Option<VertexId>,
}

#[derive(Clone, Copy)]
enum HolderRole {
    Ours,
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
            _ if is_ours(&module) => Self::Ours,
            _ => Self::Other,
        }
    }

    /// By the name of a type, with its module except for builtins.
    fn of_saved(name: &str) -> Self {
        match name {
            "function" | "frame" => Self::Code,
            "module" => Self::Module,
            _ if is_ours(name) => Self::Ours,
            _ => Self::Other,
        }
    }
}

/// Whether a dotted name begins with our package.
fn is_ours(name: &str) -> bool {
    name.split('.').next() == Some("refcycle")
}

impl Ignored {
    /// `asked`, the object that is asked about, is not ignored.
    pub(super) fn new(py: Python<'_>, engine: &Engine, asked: Option<VertexId>) -> PyResult<Self> {
        if engine.kind().is_from_file() {
            return Ok(Self::in_a_file(py, engine, asked));
        }
        let modules = modules::attribute(py, "sys", "modules")?;
        let modules = engine.find(&modules)?;
        let objects = engine.objects();
        let graph = engine.any_graph();
        let (mut ignored, imported) = Self::with_modules(&graph, modules);
        let mut roles = FxHashMap::default();
        paused(py, |heap| {
            for (v, object) in objects.iter().enumerate() {
                let (v, object) = (VertexId::from_index(v), heap.see(object));
                let ty = object.ty();
                let role = *roles
                    .entry(ty.address())
                    .or_insert_with(|| HolderRole::of(ty));
                ignored.see(v, asked, role, &imported, || {
                    let names = module_dict(object)?.address();
                    let is_it = |head: &VertexId| objects[head.index()].as_ptr() as usize == names;
                    graph.successors(v).find(is_it)
                });
            }
        });
        Ok(ignored)
    }

    /// What is ignored in a graph from a file.
    fn in_a_file(py: Python<'_>, engine: &Engine, asked: Option<VertexId>) -> Self {
        let graph = engine.any_graph();
        let saved = |v: VertexId| SavedObject::of(py, &engine.objects()[v.index()]);
        let modules = graph.vertices().find(|&v| saved(v).is_sys_modules());
        let (mut ignored, imported) = Self::with_modules(&graph, modules);
        for v in graph.vertices() {
            let role = HolderRole::of_saved(saved(v).type_name());
            ignored.see(v, asked, role, &imported, || {
                let is_it = |edge: &Edge| {
                    engine.saved_reference(py, v, edge.id)
                        == Some(ReferenceName::Attribute("__dict__"))
                };
                graph.out_edges(v).find(is_it).map(|edge| edge.head)
            });
        }
        ignored
    }

    /// An empty set of ignored references, and the vertices that `sys.modules` holds.
    fn with_modules(graph: &CsrGraph, modules: Option<VertexId>) -> (Self, VertexSet) {
        let held = modules
            .into_iter()
            .flat_map(|modules| graph.successors(modules));
        let held = VertexSet::from_vertices(graph.vertex_count(), held);
        let set = || VertexSet::new(graph.vertex_count());
        let ignored = Self {
            ours: set(),
            code: set(),
            namespaces: set(),
            imported: FxHashMap::default(),
            modules,
        };
        (ignored, held)
    }

    /// Takes in a vertex; `names` finds the vertex of the names of a module.
    fn see(
        &mut self,
        v: VertexId,
        asked: Option<VertexId>,
        role: HolderRole,
        imported: &VertexSet,
        names: impl FnOnce() -> Option<VertexId>,
    ) {
        match role {
            HolderRole::Other => {}
            HolderRole::Ours if Some(v) == asked => {}
            HolderRole::Ours => drop(self.ours.insert(v)),
            HolderRole::Code => drop(self.code.insert(v)),
            HolderRole::Module => {
                let Some(names) = names() else {
                    return;
                };
                self.namespaces.insert(names);
                if imported.contains(v) {
                    self.imported.insert(names, v);
                }
            }
        }
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

    /// Whether the reference between these does not count.
    pub(super) fn has(&self, tail: VertexId, head: VertexId) -> bool {
        self.ours.contains(tail) || self.code.contains(tail) && self.namespaces.contains(head)
    }
}
