//! The parts of a program, as opposed to the data that it works with.

use pyo3::prelude::*;
use refcycle_core::{IDirectedGraph, Predecessors, VertexId};
use refcycle_dot::dump::Holder;
use refcycle_dot::names::ObjectName;

use crate::annotate::{Values, shown_dotted};
use crate::engine::{Engine, Saved};
use crate::heap::{
    HOLDER_OF_INTERNED_STRINGS, Kind, is_interned_strings, module_dict, paused, type_fields,
};
use crate::modules;

/// Modules of classes that have many instances when an interpreter starts.
const OF_INTERPRETER: [&str; 8] = [
    "_abc",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "abc",
    "codecs",
    "enum",
    "importlib",
    "weakref",
];

/// Classes, modules, functions, code, and the dicts of their names.
pub(super) struct ProgramParts<'e, 'py> {
    py: Python<'py>,
    engine: &'e Engine,
    /// `sys.modules`, of a live heap.
    modules: Option<VertexId>,
}

impl<'e, 'py> ProgramParts<'e, 'py> {
    pub(super) fn new(py: Python<'py>, engine: &'e Engine) -> PyResult<Self> {
        engine.ask_for_backward(py)?;
        let modules = match engine.kind().is_from_file() {
            true => None,
            false => engine.find(&modules::attribute(py, "sys", "modules")?)?,
        };
        Ok(Self {
            py,
            engine,
            modules,
        })
    }

    /// Whether a vertex is one of them.
    pub(super) fn has(&self, v: VertexId) -> bool {
        self.is_code(v)
            || self.is_sys_modules(v)
            || self.is_namespace(v)
            || self.is_interned_strings(v)
    }

    /// Whether a vertex is of a builtin type, or of one that has instances in every interpreter.
    pub(super) fn is_common(&self, v: VertexId) -> bool {
        let name = self.type_name(v);
        match name.split_once('.') {
            Some((module, _)) => OF_INTERPRETER.contains(&module) || self.is_code(v),
            None => true,
        }
    }

    fn is_saved(&self) -> bool {
        self.engine.kind().is_from_file()
    }

    fn object(&self, v: VertexId) -> &Py<PyAny> {
        &self.engine.objects()[v.index()]
    }

    fn saved(&self, v: VertexId) -> Saved<'_> {
        self.engine.saved(self.py, v)
    }

    /// The name of its type, with its module except for builtins.
    fn type_name(&self, v: VertexId) -> String {
        if self.is_saved() {
            return self.saved(v).type_name().to_owned();
        }
        let object = self.object(v);
        paused(self.py, |heap| {
            shown_dotted(heap.see(object).ty(), Values::Shown)
        })
    }

    fn is_code(&self, v: VertexId) -> bool {
        if self.is_saved() {
            let saved = self.saved(v);
            let is_named = matches!(
                saved.name(),
                ObjectName::Class { .. } | ObjectName::Module(_) | ObjectName::Function { .. }
            );
            return is_named || saved.type_name() == "code";
        }
        let object = self.object(v);
        paused(self.py, |heap| {
            let object = heap.see(object);
            let kind = Kind::of(object);
            matches!(kind, Kind::Type | Kind::Module | Kind::Function)
                || shown_dotted(object.ty(), Values::Shown) == "code"
        })
    }

    fn is_sys_modules(&self, v: VertexId) -> bool {
        match self.is_saved() {
            true => self.saved(v).is_sys_modules(),
            false => self.modules == Some(v),
        }
    }

    fn is_interned_strings(&self, v: VertexId) -> bool {
        if self.is_saved() {
            let is_it = |holder: &Holder| holder.name == HOLDER_OF_INTERNED_STRINGS;
            return self.saved(v).holders().iter().any(is_it);
        }
        let object = self.object(v);
        paused(self.py, |heap| is_interned_strings(heap.see(object)))
    }

    /// Whether a vertex has the names of a module or of a class.
    fn is_namespace(&self, v: VertexId) -> bool {
        let graph = self.engine.any_graph();
        graph
            .predecessors(v)
            .any(|owner| owner != v && self.is_code(owner) && self.is_dict_of(owner, v))
    }

    fn is_dict_of(&self, owner: VertexId, v: VertexId) -> bool {
        if self.is_saved() {
            let graph = self.engine.any_graph();
            return graph.out_edges(owner).any(|edge| {
                let name = self.engine.saved_reference(self.py, owner, edge.id);
                edge.head == v && name.is_some_and(|name| name.is_dict())
            });
        }
        let (owner, names) = (self.object(owner), self.object(v));
        paused(self.py, |heap| {
            let (owner, names) = (heap.see(owner), heap.see(names));
            let of_class = || {
                let fields = type_fields(owner).into_iter();
                fields
                    .filter(|&(name, _)| name == "__dict__")
                    .any(|(_, dict)| dict == names)
            };
            module_dict(owner) == Some(names) || of_class()
        })
    }
}
