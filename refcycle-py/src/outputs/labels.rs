//! The labels of a graph, computed on demand.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use pyo3::prelude::*;
use refcycle_core::{Edge, VertexId};
use refcycle_dot::names::ReferenceName;
use refcycle_dot::text::Names;
use rustc_hash::FxHashMap;

use crate::answers::ObjectNames;
use crate::engine::Engine;
use crate::heap::Measured;
use crate::heap::memory;
use crate::interrupt::Checkpoint;

/// The labels of a graph. Only those that are needed are looked up.
pub(crate) struct Labels<'a, 'py> {
    py: Python<'py>,
    engine: &'a Engine,
    names: ObjectNames<'a, 'py>,
    /// Whether to state how many references to a vertex come from outside the graph.
    outside: bool,
    measured: Measured,
    /// By the address of the type.
    kinds: FxHashMap<usize, Rc<str>>,
    checkpoint: Checkpoint,
}

/// The memory for a line of a tree, and for a neighbour while the lines are chosen.
const LINE: usize = 400;
const NEIGHBOUR: usize = 100;

impl<'a, 'py> Labels<'a, 'py> {
    pub(crate) fn new(py: Python<'py>, engine: &'a Engine) -> Self {
        Self {
            py,
            engine,
            names: ObjectNames::new(py, engine),
            outside: false,
            measured: Measured::default(),
            kinds: FxHashMap::default(),
            checkpoint: Checkpoint::new(),
        }
    }

    /// The same, with notes on the references from outside.
    pub(crate) fn with_outside(mut self) -> Self {
        self.outside = true;
        self
    }
}

impl Names for Labels<'_, '_> {
    type Error = PyErr;

    fn vertex(&mut self, v: VertexId) -> PyResult<Cow<'_, str>> {
        let label = match self.engine.kind().is_of_objects() {
            true => self.names.name(v)?.borrowed().long().into_owned(),
            false => self.engine.kind().label(self.py, self.engine, v)?,
        };
        memory::room_for(LINE + 4 * label.len())?;
        Ok(Cow::Owned(label))
    }

    fn references(&mut self, edges: &[Edge]) -> PyResult<Vec<Option<String>>> {
        let (engine, measured) = (self.engine, &mut self.measured);
        let names = engine.kind().edge_names(self.py, engine, measured, edges)?;
        let holder = match edges.first() {
            Some(edge) if engine.kind().is_of_objects() => self.names.name(edge.tail)?,
            Some(edge) => engine.kind().holder_name(self.py, engine, edge.tail)?,
            None => return Ok(Vec::new()),
        };
        let shown = |name: ReferenceName<String>| {
            let text = name.borrowed().long(holder.borrowed());
            text.into_owned()
        };
        Ok(names.into_iter().map(|name| name.map(shown)).collect())
    }

    fn kind(&mut self, v: VertexId) -> PyResult<Rc<str>> {
        self.checkpoint.step(self.py)?;
        memory::room_for(NEIGHBOUR)?;
        let (py, engine) = (self.py, self.engine);
        let group = || engine.kind().group(py, engine, v);
        if !engine.kind().groups_by_type() {
            return Ok(group()?.into());
        }
        match self.kinds.entry(engine.type_key(py, v)) {
            Entry::Occupied(known) => Ok(Rc::clone(known.get())),
            Entry::Vacant(place) => Ok(Rc::clone(place.insert(group()?.into()))),
        }
    }

    fn note(&mut self, v: VertexId) -> PyResult<Option<String>> {
        if !self.outside {
            return Ok(None);
        }
        Ok(match self.engine.external_references_of(self.py, v)? {
            None | Some(0) => None,
            Some(count) => Some(format!("{count} from outside")),
        })
    }
}
