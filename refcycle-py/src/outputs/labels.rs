//! The labels of a graph, found one by one.

use std::borrow::Cow;
use std::rc::Rc;

use pyo3::prelude::*;
use refcycle_core::{Edge, VertexId};
use refcycle_dot::text::{Names, kind_of};
use rustc_hash::FxHashMap;

use super::named;
use crate::annotate::{names_of, object_annotation, type_name_of};
use crate::engine::{Engine, Kind, SavedObject};
use crate::graphs::{AnnotatedEdge, AnnotatedVertex};
use crate::graphs::{hashable_named, to_named};
use crate::heap::{Measured, paused};
use crate::interrupt::Checkpoint;
use crate::memory;

/// The labels of a graph. What is not asked for is not looked up.
pub(crate) struct Labels<'a, 'py> {
    py: Python<'py>,
    engine: &'a Engine,
    /// Whether to say of a vertex how often it is referred to from outside the graph.
    outside: bool,
    measured: Measured,
    /// By the address of the type.
    kinds: FxHashMap<usize, Rc<str>>,
    checkpoint: Checkpoint,
}

/// What a line of a tree takes, and a neighbour while the lines are chosen.
const LINE: usize = 400;
const NEIGHBOUR: usize = 100;

impl<'a, 'py> Labels<'a, 'py> {
    pub(crate) fn new(py: Python<'py>, engine: &'a Engine) -> Self {
        Self {
            py,
            engine,
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

    fn object(&self, v: VertexId) -> &'a Py<PyAny> {
        &self.engine.objects()[v.index()]
    }

    fn label(&self, v: VertexId) -> PyResult<String> {
        let object = self.object(v);
        match self.engine.kind() {
            Kind::Object => Ok(paused(self.py, |heap| object_annotation(heap.see(object)))),
            Kind::Saved => Ok(SavedObject::of(self.py, object).label().to_owned()),
            Kind::Annotated => {
                let vertex = object.bind(self.py).cast::<AnnotatedVertex>()?;
                Ok(vertex.borrow().label(self.py))
            }
            Kind::Directed | Kind::User(_) => {
                let text = object.bind(self.py).str()?;
                Ok(text.to_string_lossy().into_owned())
            }
        }
    }

    /// The kind of a vertex by the type of its object.
    fn kind_of_type(&mut self, v: VertexId, kind: impl Fn() -> String) -> Rc<str> {
        let ty = self.object(v).bind(self.py).get_type_ptr() as usize;
        self.kinds
            .entry(ty)
            .or_insert_with(|| kind().into())
            .clone()
    }
}

impl Names for Labels<'_, '_> {
    type Error = PyErr;

    fn vertex(&mut self, v: VertexId) -> PyResult<Cow<'_, str>> {
        let label = self.label(v)?;
        memory::room_for(LINE + 4 * label.len())?;
        Ok(Cow::Owned(label))
    }

    fn references(&mut self, edges: &[Edge]) -> PyResult<Vec<Option<String>>> {
        let py = self.py;
        let Some(first) = edges.first() else {
            return Ok(Vec::new());
        };
        match self.engine.kind() {
            Kind::Object => {
                self.measured
                    .see(py, self.engine.objects(), first.tail.index())?;
                let objects = self.engine.objects();
                Ok(paused(py, |heap| {
                    let object = |v: VertexId| heap.see(&objects[v.index()]);
                    let heads = edges.iter().map(|edge| object(edge.head));
                    names_of(object(first.tail), heads)
                }))
            }
            Kind::Saved => Ok(edges
                .iter()
                .map(|edge| self.engine.saved_reference(py, edge.tail, edge.id))
                .collect()),
            Kind::Annotated => edges
                .iter()
                .map(|edge| {
                    let edge = self.engine.edge_name(py, edge.id)?;
                    Ok(edge.cast::<AnnotatedEdge>()?.borrow().label(py))
                })
                .collect(),
            Kind::Directed | Kind::User(_) => Ok(vec![None; edges.len()]),
        }
    }

    fn kind(&mut self, v: VertexId) -> PyResult<Rc<str>> {
        self.checkpoint.step(self.py)?;
        memory::room_for(NEIGHBOUR)?;
        let (py, object) = (self.py, self.object(v));
        match self.engine.kind() {
            // A label says of which kind an object is by its type alone.
            Kind::Object => Ok(self.kind_of_type(v, || {
                kind_of(&paused(py, |heap| object_annotation(heap.see(object)))).to_owned()
            })),
            Kind::Annotated | Kind::Saved => Ok(kind_of(&self.label(v)?).into()),
            Kind::Directed | Kind::User(_) => {
                Ok(self.kind_of_type(v, || paused(py, |heap| type_name_of(heap.see(object)))))
            }
        }
    }

    fn note(&mut self, v: VertexId) -> PyResult<Option<String>> {
        if !self.outside {
            return Ok(None);
        }
        Ok(match self.engine.external_references_of(v)? {
            None | Some(0) => None,
            Some(count) => Some(format!("{count} from outside")),
        })
    }
}

/// All labels of a graph at once.
pub(crate) fn all_labels(
    py: Python<'_>,
    engine: &Engine,
) -> PyResult<refcycle_dot::AnnotatedGraph> {
    match engine.kind() {
        Kind::Object | Kind::Saved => named::named(py, engine),
        Kind::Annotated => to_named(py, engine),
        Kind::Directed | Kind::User(_) => hashable_named(py, engine),
    }
}

/// The name of the type of each vertex; of an annotated one, what its label says.
pub(crate) fn types(py: Python<'_>, engine: &Engine) -> PyResult<Vec<Rc<str>>> {
    let mut labels = Labels::new(py, engine);
    let objects = engine.objects().iter().enumerate();
    let types = objects.map(|(number, object)| {
        // A place in an array that grows, and perhaps a text.
        memory::room_for(48 + 64)?;
        let v = VertexId::from_index(number);
        match engine.kind() {
            Kind::Annotated => labels.kind(v),
            Kind::Saved => Ok(engine.type_name(py, v).into()),
            _ => {
                labels.checkpoint.step(py)?;
                Ok(labels.kind_of_type(v, || paused(py, |heap| type_name_of(heap.see(object)))))
            }
        }
    });
    types.collect()
}
