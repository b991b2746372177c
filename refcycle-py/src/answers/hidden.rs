//! References that explain nothing.

use pyo3::intern;
use pyo3::prelude::*;
use refcycle_core::{IDirectedGraph, Successors, VertexId, VertexSet};
use rustc_hash::FxHashMap;

use crate::graphs::{Engine, Kind, SavedObject};
use crate::heap::{Obj, Still, module_dict, type_module, type_name};

/// What a way to an object is not to lead through: our own objects, and from functions and
/// frames to the names of a module that holds these itself.
pub(super) struct Hidden {
    ours: VertexSet,
    code: VertexSet,
    namespaces: VertexSet,
    /// The modules that are imported, by the vertex of their names.
    imported: FxHashMap<VertexId, VertexId>,
    /// `sys.modules`.
    modules: Option<VertexId>,
}

#[derive(Clone, Copy)]
enum Sort {
    Ours,
    Code,
    Module,
    Other,
}

impl Sort {
    fn of(ty: Obj<'_>) -> Self {
        let module = type_module(ty).unwrap_or_default();
        match (&*module, &*type_name(ty)) {
            ("builtins", "function" | "frame") => Self::Code,
            ("builtins", "module") => Self::Module,
            _ if module.split('.').next() == Some("refcycle") => Self::Ours,
            _ => Self::Other,
        }
    }
}

impl Hidden {
    /// The object that is asked about is not hidden.
    pub(super) fn new(py: Python<'_>, engine: &Engine, asked: VertexId) -> PyResult<Self> {
        if matches!(engine.kind(), Kind::Saved) {
            return Ok(Self::in_a_file(py, engine, asked));
        }
        let modules = py
            .import(intern!(py, "sys"))?
            .getattr(intern!(py, "modules"))?;
        let modules = engine.find(&modules)?;
        let objects = engine.objects();
        let graph = engine.any_graph();
        let imported = modules
            .into_iter()
            .flat_map(|modules| graph.successors(modules));
        let imported = VertexSet::from_vertices(objects.len(), imported);
        let set = || VertexSet::new(objects.len());
        let mut hidden = Self {
            ours: set(),
            code: set(),
            namespaces: set(),
            imported: FxHashMap::default(),
            modules,
        };
        let mut sorts = FxHashMap::default();
        let heap = Still::new(py);
        for (v, object) in objects.iter().enumerate() {
            let (v, object) = (VertexId::from_index(v), heap.see_held(object));
            let ty = object.ty();
            match *sorts.entry(ty.address()).or_insert_with(|| Sort::of(ty)) {
                Sort::Other => {}
                Sort::Ours if v == asked => {}
                Sort::Ours => drop(hidden.ours.insert(v)),
                Sort::Code => drop(hidden.code.insert(v)),
                Sort::Module => {
                    let Some(names) = module_dict(object) else {
                        continue;
                    };
                    let is_it = |head: &VertexId| {
                        heap.see_held(&objects[head.index()]).address() == names.address()
                    };
                    let Some(names) = graph.successors(v).find(is_it) else {
                        continue;
                    };
                    hidden.namespaces.insert(names);
                    if imported.contains(v) {
                        hidden.imported.insert(names, v);
                    }
                }
            }
        }
        Ok(hidden)
    }

    /// The same of objects that are known from a file.
    fn in_a_file(py: Python<'_>, engine: &Engine, asked: VertexId) -> Self {
        let objects = engine.objects();
        let graph = engine.any_graph();
        let vertices = || (0..objects.len()).map(VertexId::from_index);
        let modules =
            vertices().find(|v| SavedObject::of(py, &objects[v.index()]).is_sys_modules());
        let imported = modules
            .into_iter()
            .flat_map(|modules| graph.successors(modules));
        let imported = VertexSet::from_vertices(objects.len(), imported);
        let set = || VertexSet::new(objects.len());
        let mut hidden = Self {
            ours: set(),
            code: set(),
            namespaces: set(),
            imported: FxHashMap::default(),
            modules,
        };
        for v in vertices() {
            match SavedObject::of(py, &objects[v.index()]).type_name() {
                "function" | "frame" => drop(hidden.code.insert(v)),
                "module" => {
                    let names = graph.out_edges(v).find(|edge| {
                        engine.saved_reference(py, v, edge.id).as_deref() == Some("__dict__")
                    });
                    let Some(names) = names else {
                        continue;
                    };
                    hidden.namespaces.insert(names.head);
                    if imported.contains(v) {
                        hidden.imported.insert(names.head, v);
                    }
                }
                name if v != asked && name.split('.').next() == Some("refcycle") => {
                    hidden.ours.insert(v);
                }
                _ => {}
            }
        }
        hidden
    }

    /// Whether these are the names of a module that is imported, whose every item has a
    /// holder of its own: the name.
    pub(super) fn is_imported(&self, names: VertexId) -> bool {
        self.imported.contains_key(&names)
    }

    /// `sys.modules`, the module, and the names of the module, which are `names`.
    pub(super) fn way_to(&self, names: VertexId) -> Vec<VertexId> {
        let module = self.imported.get(&names).copied();
        self.modules
            .into_iter()
            .chain(module)
            .chain([names])
            .collect()
    }

    /// Whether the reference between these does not count.
    pub(super) fn has(&self, tail: VertexId, head: VertexId) -> bool {
        self.ours.contains(tail) || self.code.contains(tail) && self.namespaces.contains(head)
    }
}
