//! The vertices and edges of an annotated graph.

use pyo3::basic::CompareOp;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use pyo3::{PyTraverseError, PyVisit};

/// A vertex with an id, an integer, and an annotation, a string. Vertices with the same
/// id are equal.
#[pyclass(module = "refcycle.annotated_graph", get_all, set_all)]
pub(crate) struct AnnotatedVertex {
    /// The id: an integer, for an object its address.
    id: Py<PyInt>,
    /// What the vertex is, a string.
    annotation: Py<PyString>,
}

/// An edge with an id, an integer, an annotation, a string or `None`, and the ids of the
/// vertices at its ends. Edges with the same id are equal.
#[pyclass(module = "refcycle.annotated_graph", get_all, set_all)]
pub(crate) struct AnnotatedEdge {
    /// The id: an integer.
    id: Py<PyInt>,
    /// The name of the reference, a string, or `None`.
    annotation: Option<Py<PyString>>,
    /// The id of the vertex to which the edge goes.
    head: Py<PyInt>,
    /// The id of the vertex from which the edge comes.
    tail: Py<PyInt>,
}

fn int(py: Python<'_>, number: u64) -> PyResult<Py<PyInt>> {
    Ok(number.into_pyobject(py)?.unbind())
}

fn number(id: &Bound<'_, PyInt>, what: &str) -> PyResult<u64> {
    id.extract().map_err(|_| {
        PyValueError::new_err(format!(
            "the id of {what} is not an integer from 0 to 2**64 - 1, and only such ids can be written"
        ))
    })
}

fn text(annotation: &Bound<'_, PyString>, what: &str) -> PyResult<String> {
    annotation.extract().map_err(|_| {
        PyValueError::new_err(format!(
            "the annotation of {what} contains a lone surrogate, which is not a character; \
             replace it, for instance with text.encode('utf-8', 'replace').decode()"
        ))
    })
}

fn compare_ids(
    py: Python<'_>,
    ours: &Py<PyInt>,
    theirs: Option<&Py<PyInt>>,
    op: CompareOp,
) -> PyResult<Py<PyAny>> {
    let equal = match theirs {
        Some(theirs) => ours.bind(py).as_any().eq(theirs)?,
        None => false,
    };
    let result = match op {
        CompareOp::Eq => equal,
        CompareOp::Ne => !equal,
        _ => return Ok(py.NotImplemented()),
    };
    Ok(result.into_pyobject(py)?.to_owned().into_any().unbind())
}

impl AnnotatedVertex {
    pub(crate) fn make(py: Python<'_>, id: u64, annotation: &str) -> PyResult<Py<Self>> {
        let vertex = Self {
            id: int(py, id)?,
            annotation: PyString::new(py, annotation).unbind(),
        };
        Py::new(py, vertex)
    }

    pub(crate) fn parts(&self, py: Python<'_>) -> PyResult<(u64, String)> {
        let what = "a vertex";
        Ok((
            number(self.id.bind(py), what)?,
            text(self.annotation.bind(py), what)?,
        ))
    }

    pub(crate) fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyInt> {
        self.id.bind(py).clone()
    }

    /// The annotation, with a mark for what is no character.
    pub(crate) fn label(&self, py: Python<'_>) -> String {
        self.annotation.bind(py).to_string_lossy().into_owned()
    }
}

#[crate::border::guarded]
#[pymethods]
impl AnnotatedVertex {
    #[new]
    fn new(id: Py<PyInt>, annotation: Py<PyString>) -> Self {
        Self { id, annotation }
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let other = other.cast::<Self>().ok().map(|other| other.borrow());
        compare_ids(py, &self.id, other.as_deref().map(|other| &other.id), op)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.id.bind(py).hash()
    }

    // A string of a subclass may have attributes.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.id)?;
        visit.call(&self.annotation)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "AnnotatedVertex(id={}, annotation={})",
            self.id.bind(py),
            self.annotation.bind(py).repr()?
        ))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (Py<PyInt>, Py<PyString>)) {
        let py = slf.py();
        let vertex = slf.borrow();
        let parts = (vertex.id.clone_ref(py), vertex.annotation.clone_ref(py));
        (slf.get_type().into_any(), parts)
    }
}

impl AnnotatedEdge {
    pub(crate) fn make(
        py: Python<'_>,
        id: u64,
        annotation: Option<&str>,
        head: u64,
        tail: u64,
    ) -> PyResult<Py<Self>> {
        let edge = Self {
            id: int(py, id)?,
            annotation: annotation.map(|text| PyString::new(py, text).unbind()),
            head: int(py, head)?,
            tail: int(py, tail)?,
        };
        Py::new(py, edge)
    }

    pub(crate) fn parts(&self, py: Python<'_>) -> PyResult<(u64, Option<String>)> {
        let what = "an edge";
        let annotation = self.annotation.as_ref();
        let annotation = annotation.map(|annotation| text(annotation.bind(py), what));
        Ok((number(self.id.bind(py), what)?, annotation.transpose()?))
    }

    pub(crate) fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyInt> {
        self.id.bind(py).clone()
    }

    /// The annotation, with a mark for what is no character.
    pub(crate) fn label(&self, py: Python<'_>) -> Option<String> {
        let annotation = self.annotation.as_ref()?;
        Some(annotation.bind(py).to_string_lossy().into_owned())
    }

    /// The ids of the tail and of the head.
    pub(crate) fn ends<'py>(&self, py: Python<'py>) -> [Bound<'py, PyInt>; 2] {
        [self.tail.bind(py).clone(), self.head.bind(py).clone()]
    }
}

#[crate::border::guarded]
#[pymethods]
impl AnnotatedEdge {
    #[new]
    fn new(
        id: Py<PyInt>,
        annotation: Option<Py<PyString>>,
        head: Py<PyInt>,
        tail: Py<PyInt>,
    ) -> Self {
        Self {
            id,
            annotation,
            head,
            tail,
        }
    }

    fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let other = other.cast::<Self>().ok().map(|other| other.borrow());
        compare_ids(py, &self.id, other.as_deref().map(|other| &other.id), op)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.id.bind(py).hash()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.id)?;
        visit.call(&self.annotation)?;
        visit.call(&self.head)?;
        visit.call(&self.tail)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let annotation = match &self.annotation {
            Some(annotation) => annotation.bind(py).repr()?.to_string(),
            None => "None".to_owned(),
        };
        Ok(format!(
            "AnnotatedEdge(id={}, annotation={annotation}, head={}, tail={})",
            self.id.bind(py),
            self.head.bind(py),
            self.tail.bind(py),
        ))
    }

    #[expect(clippy::type_complexity, reason = "what pickle asks for")]
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> (
        Bound<'py, PyAny>,
        (Py<PyInt>, Option<Py<PyString>>, Py<PyInt>, Py<PyInt>),
    ) {
        let py = slf.py();
        let edge = slf.borrow();
        let parts = (
            edge.id.clone_ref(py),
            edge.annotation.as_ref().map(|text| text.clone_ref(py)),
            edge.head.clone_ref(py),
            edge.tail.clone_ref(py),
        );
        (slf.get_type().into_any(), parts)
    }
}
