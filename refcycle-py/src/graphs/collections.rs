//! The collections of vertices and of edges, and iteration over them.

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use refcycle_core::{EdgeId, VertexId};

use super::base::GraphBase;
use crate::interrupt::Checkpoint;

/// One of the two collections of a graph.
#[derive(Clone, Copy)]
pub(super) enum Items {
    Vertices,
    Edges,
}

impl Items {
    fn len(self, graph: &GraphBase) -> usize {
        match self {
            Self::Vertices => graph.engine.vertex_count(),
            Self::Edges => graph.engine.edge_count(),
        }
    }

    fn get<'py>(
        self,
        py: Python<'py>,
        graph: &GraphBase,
        position: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Vertices => graph.engine.object(py, VertexId::from_index(position)),
            Self::Edges => graph.engine.edge_name(py, EdgeId::from_index(position)),
        }
    }

    fn contains(self, graph: &GraphBase, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        match self {
            Self::Vertices => Ok(graph.engine.find(object)?.is_some()),
            Self::Edges => Ok(graph.engine.find_edge(object)?.is_some()),
        }
    }
}

macro_rules! view {
    ($(#[$doc:meta])* $name:ident, $part:expr) => {
        $(#[$doc])*
        #[pyclass(module = "refcycle._refcycle")]
        pub(crate) struct $name {
            graph: Option<Py<GraphBase>>,
        }

        impl $name {
            pub(super) fn new(graph: Py<GraphBase>) -> Self {
                Self { graph: Some(graph) }
            }

            fn len(&self, py: Python<'_>) -> usize {
                self.graph.as_ref().map_or(0, |graph| $part.len(&graph.borrow(py)))
            }
        }

        #[crate::border::guarded]
        #[pymethods]
        impl $name {
            fn __len__(&self, py: Python<'_>) -> usize {
                self.len(py)
            }

            fn __contains__(&self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
                match &self.graph {
                    Some(graph) => $part.contains(&graph.borrow(object.py()), object),
                    None => Ok(false),
                }
            }

            fn __iter__(&self, py: Python<'_>) -> GraphIterator {
                GraphIterator {
                    graph: self.graph.as_ref().map(|graph| graph.clone_ref(py)),
                    part: $part,
                    position: 0,
                    checkpoint: Checkpoint::new(),
                }
            }

            fn __repr__(&self, py: Python<'_>) -> String {
                format!(concat!("<", stringify!($name), " of size {}>"), self.len(py))
            }

            fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                visit.call(&self.graph)
            }

            fn __clear__(&mut self) {
                self.graph = None;
            }
        }
    };
}

view! {
    /// The vertices of a graph.
    VertexView, Items::Vertices
}

view! {
    /// The edges of a graph.
    EdgeView, Items::Edges
}

/// How many vertices or edges a function such as `list` takes until other threads may run.
const PART: usize = 1 << 12;

/// An iterator over the vertices or the edges of a graph.
#[pyclass(module = "refcycle._refcycle")]
pub(crate) struct GraphIterator {
    graph: Option<Py<GraphBase>>,
    part: Items,
    position: usize,
    checkpoint: Checkpoint,
}

impl GraphIterator {
    pub(super) fn new(graph: Py<GraphBase>, part: Items) -> Self {
        Self {
            graph: Some(graph),
            part,
            position: 0,
            checkpoint: Checkpoint::new(),
        }
    }
}

#[crate::border::guarded]
#[pymethods]
impl GraphIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let mut this = slf.try_borrow_mut()?;
        if this.position % PART == PART - 1 {
            let mut checkpoint = std::mem::take(&mut this.checkpoint);
            drop(this);
            checkpoint.turn(py)?; // other threads may use the iterator
            this = slf.try_borrow_mut()?;
            this.checkpoint = checkpoint;
        }
        let this = &mut *this;
        let Some(graph) = &this.graph else {
            return Ok(None);
        };
        let graph = graph.borrow(py);
        if this.position >= this.part.len(&graph) {
            return Ok(None);
        }
        this.position += 1;
        this.part.get(py, &graph, this.position - 1).map(Some)
    }

    fn __length_hint__(&self, py: Python<'_>) -> usize {
        let len = |graph: &Py<GraphBase>| self.part.len(&graph.borrow(py));
        self.graph
            .as_ref()
            .map_or(0, |graph| len(graph).saturating_sub(self.position))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.graph)
    }

    fn __clear__(&mut self) {
        self.graph = None;
    }
}
