//! The vertices and edges of an annotated graph.

use pyo3::basic::CompareOp;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use pyo3::{PyTraverseError, PyVisit};
use refcycle_dot::Annotator;
use refcycle_dot::names::{ObjectName, ReferenceName};
use refcycle_dot::text::{class_of, kind_of};

use crate::heap::memory;

/// The Python objects for a vertex or an edge: itself, its numbers, its annotation.
const PART: usize = 320;

/// A vertex with an id, an integer, and an annotation, a string. Vertices with the same
/// id are equal.
#[pyclass(module = "refcycle.annotated_graph")]
pub(crate) struct AnnotatedVertex {
    /// The id: an integer, for an object its address.
    #[pyo3(get)]
    id: Py<PyInt>,
    /// The label of the vertex, a string.
    #[pyo3(get)]
    annotation: Py<PyString>,
    /// The name from which the annotation was made, if the annotation does not contain all of it.
    name: Option<Box<ObjectName<String>>>,
    is_changed: bool,
}

/// An edge with an id, an integer, an annotation, a string or `None`, and the ids of the
/// vertices at its ends. Edges with the same id are equal.
#[pyclass(module = "refcycle.annotated_graph")]
pub(crate) struct AnnotatedEdge {
    /// The id: an integer.
    #[pyo3(get)]
    id: Py<PyInt>,
    /// The name of the reference, a string, or `None`.
    #[pyo3(get)]
    annotation: Option<Py<PyString>>,
    /// The id of the vertex to which the edge goes.
    #[pyo3(get)]
    head: Py<PyInt>,
    /// The id of the vertex from which the edge comes.
    #[pyo3(get)]
    tail: Py<PyInt>,
    /// As for a vertex.
    name: Option<Box<ReferenceName<String>>>,
    is_changed: bool,
}

/// A vertex or an edge, whose attributes can be set.
pub(super) trait Part {
    /// Whether an attribute has been set since it was created.
    fn is_changed(&self) -> bool;
}

impl Part for AnnotatedVertex {
    fn is_changed(&self) -> bool {
        self.is_changed
    }
}

impl Part for AnnotatedEdge {
    fn is_changed(&self) -> bool {
        self.is_changed
    }
}

fn int(py: Python<'_>, number: u64) -> PyResult<Py<PyInt>> {
    Ok(number.into_pyobject(py)?.unbind())
}

fn number(id: &Bound<'_, PyInt>, what: &str) -> PyResult<u64> {
    id.extract().map_err(|_| {
        PyValueError::new_err(format!(
            "the id of {what} is not an integer from 0 to 2**64 - 1: only such ids can be written"
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
    pub(super) fn make(py: Python<'_>, id: u64, name: ObjectName<&str>) -> PyResult<Py<Self>> {
        let label = name.label();
        memory::room_for(PART + 4 * label.len())?;
        let is_told = ObjectName::parse(&label) == name;
        let vertex = Self {
            id: int(py, id)?,
            annotation: PyString::new(py, &label).unbind(),
            name: (!is_told).then(|| Box::new(name.owned())),
            is_changed: false,
        };
        Py::new(py, vertex)
    }

    /// Adds its id and its name as those of the next vertex.
    pub(super) fn annotate(&self, py: Python<'_>, annotator: &mut Annotator) -> PyResult<()> {
        let what = "a vertex";
        let id = number(self.id.bind(py), what)?;
        match &self.name {
            Some(name) => annotator.vertex(id, name),
            None => {
                let text = text(self.annotation.bind(py), what)?;
                annotator.vertex(id, &ObjectName::parse(&text));
            }
        }
        Ok(())
    }

    /// Its name.
    pub(super) fn object_name(&self, py: Python<'_>) -> ObjectName<String> {
        match &self.name {
            Some(name) => (**name).clone(),
            None => ObjectName::parse(&self.label(py)).owned(),
        }
    }

    /// Its name in one line.
    pub(super) fn long_name(&self, py: Python<'_>) -> String {
        self.object_name(py).borrowed().long().into_owned()
    }

    /// The class according to its name.
    pub(super) fn class(&self, py: Python<'_>) -> String {
        match &self.name {
            Some(name) => class_of(name.borrowed()).to_owned(),
            None => kind_of(&self.label(py)).to_owned(),
        }
    }

    pub(crate) fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyInt> {
        self.id.bind(py).clone()
    }

    /// The annotation, with a replacement for lone surrogates.
    pub(crate) fn label(&self, py: Python<'_>) -> String {
        self.annotation.bind(py).to_string_lossy().into_owned()
    }
}

#[crate::border::guarded]
#[pymethods]
impl AnnotatedVertex {
    #[new]
    fn new(id: Py<PyInt>, annotation: Py<PyString>) -> Self {
        Self {
            id,
            annotation,
            name: None,
            is_changed: false,
        }
    }

    #[setter]
    fn set_id(&mut self, id: Py<PyInt>) {
        self.is_changed = true;
        self.id = id;
    }

    #[setter]
    fn set_annotation(&mut self, annotation: Py<PyString>) {
        self.is_changed = true;
        self.name = None;
        self.annotation = annotation;
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
    pub(super) fn make(
        py: Python<'_>,
        id: u64,
        name: Option<ReferenceName<&str>>,
        head: u64,
        tail: u64,
    ) -> PyResult<Py<Self>> {
        let label = name.map(|name| name.label());
        let label = label.as_deref();
        memory::room_for(PART + 4 * label.map_or(0, str::len))?;
        let is_told = label.map(ReferenceName::parse) == name;
        let name = name.filter(|_| !is_told);
        let edge = Self {
            id: int(py, id)?,
            annotation: label.map(|text| PyString::new(py, text).unbind()),
            head: int(py, head)?,
            tail: int(py, tail)?,
            name: name.map(|name| Box::new(name.owned())),
            is_changed: false,
        };
        Py::new(py, edge)
    }

    /// Adds its id and its name as those of the next edge.
    pub(super) fn annotate(&self, py: Python<'_>, annotator: &mut Annotator) -> PyResult<()> {
        let what = "an edge";
        let id = number(self.id.bind(py), what)?;
        match (&self.name, &self.annotation) {
            (Some(name), _) => annotator.edge(id, Some(&**name)),
            (None, Some(annotation)) => {
                let text = text(annotation.bind(py), what)?;
                annotator.edge(id, Some(&ReferenceName::parse(&text)));
            }
            (None, None) => annotator.edge::<&str>(id, None),
        }
        Ok(())
    }

    pub(crate) fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyInt> {
        self.id.bind(py).clone()
    }

    /// The annotation, with a replacement for lone surrogates.
    pub(crate) fn label(&self, py: Python<'_>) -> Option<String> {
        let annotation = self.annotation.as_ref()?;
        Some(annotation.bind(py).to_string_lossy().into_owned())
    }

    /// Its name, if it has one.
    pub(super) fn reference_name(&self, py: Python<'_>) -> Option<ReferenceName<String>> {
        match &self.name {
            Some(name) => Some((**name).clone()),
            None => {
                let label = self.label(py)?;
                Some(ReferenceName::parse(&label).owned())
            }
        }
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
            name: None,
            is_changed: false,
        }
    }

    #[setter]
    fn set_id(&mut self, id: Py<PyInt>) {
        self.is_changed = true;
        self.id = id;
    }

    #[setter]
    fn set_annotation(&mut self, annotation: Option<Py<PyString>>) {
        self.is_changed = true;
        self.name = None;
        self.annotation = annotation;
    }

    #[setter]
    fn set_head(&mut self, head: Py<PyInt>) {
        self.is_changed = true;
        self.head = head;
    }

    #[setter]
    fn set_tail(&mut self, tail: Py<PyInt>) {
        self.is_changed = true;
        self.tail = tail;
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

    #[expect(clippy::type_complexity, reason = "required by pickle")]
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
