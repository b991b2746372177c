//! A graph in a terminal.

use std::ops::ControlFlow;

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use refcycle_core::{CsrGraph, IDirectedGraph, Run, VertexId, Vertices, algo};
use refcycle_dot::text::{self, Charset, Direction, FEWEST_LINES, TreeOptions};

use super::labels::Labels;
use crate::engine::{Engine, memory_needs};
use crate::heap::memory;
use crate::interrupt;
use crate::modules;

/// In a narrower line, there would be no room for a label.
const NARROWEST: usize = 20;

/// A tree of references as text: the result of a graph's `tree`. It holds labels and numbers,
/// but no objects.
///
/// Its `str` is created on demand: as wide as the terminal is at that time, and in ASCII if
/// `sys.stdout` cannot encode other characters.
#[pyclass(frozen, name = "Tree", module = "refcycle._refcycle")]
pub(crate) struct Tree {
    tree: text::Tree,
    look: Look,
}

/// How a tree looks; `None` means that the output determines it.
#[derive(Clone, Copy)]
struct Look {
    width: Option<usize>,
    ascii: Option<bool>,
}

/// The arguments of a tree.
pub(crate) struct Request {
    options: TreeOptions,
    look: Look,
}

fn at_least(what: &str, least: usize, given: i64) -> PyResult<usize> {
    let number = usize::try_from(given).ok();
    number.filter(|&number| number >= least).ok_or_else(|| {
        PyValueError::new_err(format!("{what} must be at least {least}, but is {given}"))
    })
}

impl Request {
    pub(crate) fn new(
        direction: &str,
        max_depth: Option<i64>,
        max_lines: i64,
        fold: Option<i64>,
        width: Option<i64>,
        ascii: Option<bool>,
    ) -> PyResult<Self> {
        let direction = match direction {
            "referrers" => Direction::Referrers,
            "referents" => Direction::Referents,
            _ => {
                return Err(PyValueError::new_err(format!(
                    "direction must be \"referrers\" (the objects that refer to it) or \
                     \"referents\" (the objects to which it refers), not {direction:?}"
                )));
            }
        };
        let number = |what, least, given: Option<i64>| {
            given.map(|given| at_least(what, least, given)).transpose()
        };
        Ok(Self {
            options: TreeOptions {
                direction,
                max_depth: number("max_depth", 0, max_depth)?,
                max_lines: at_least("max_lines", FEWEST_LINES, max_lines)?,
                fold: number("fold", 1, fold)?,
            },
            look: Look {
                width: number("width", NARROWEST, width)?,
                ascii,
            },
        })
    }
}

/// The tree of a vertex, or as many trees as are needed to include all vertices.
pub(crate) fn tree(
    py: Python<'_>,
    engine: &Engine,
    start: Option<VertexId>,
    request: &Request,
) -> PyResult<Tree> {
    let graph = &*engine.any_graph();
    let direction = request.options.direction;
    let starts = match start {
        Some(v) => vec![v],
        None => starts(py, graph, direction)?,
    };
    let mut labels = Labels::new(py, engine);
    if direction == Direction::Referrers {
        engine.ask_for_in_edges(py)?;
        labels = labels.with_outside();
    }
    let tree = text::Tree::with_names(graph, &mut labels, &starts, &request.options)?;
    Ok(Tree {
        tree,
        look: request.look,
    })
}

fn starts(py: Python<'_>, graph: &CsrGraph, direction: Direction) -> PyResult<Vec<VertexId>> {
    memory::ask(memory_needs::components(graph))?;
    let size = graph.vertex_count() + graph.edge_count();
    interrupt::run(py, size, |signals| {
        let components = algo::strongly_connected_components(Run::on(graph).watch(signals))?;
        ControlFlow::Continue(text::starts(graph, &components, direction))
    })
}

impl Tree {
    pub(crate) fn text(&self, py: Python<'_>) -> PyResult<String> {
        if self.tree.line_count() == 0 {
            return Ok("(a graph without vertices)".to_owned());
        }
        let width = match self.look.width {
            Some(width) => width,
            None => terminal_width(py)?.max(NARROWEST),
        };
        let text = self.tree.render(width, Charset::Unicode);
        let ascii = match self.look.ascii {
            Some(ascii) => ascii,
            None => !can_be_printed(py, &text),
        };
        Ok(match ascii {
            true => self.tree.render(width, Charset::Ascii),
            false => text,
        })
    }
}

const USUAL_WIDTH: usize = 80;

fn terminal_width(py: Python<'_>) -> PyResult<usize> {
    let Ok(size) = modules::attribute(py, "shutil", "get_terminal_size") else {
        return Ok(USUAL_WIDTH); // the program is ending
    };
    size.call0()?.getattr(intern!(py, "columns"))?.extract()
}

/// Whether `sys.stdout` can encode every character, if its encoding is known.
fn can_be_printed(py: Python<'_>, text: &str) -> bool {
    if text.is_ascii() {
        return true;
    }
    let encoding = modules::attribute(py, "sys", "stdout")
        .and_then(|stdout| stdout.getattr(intern!(py, "encoding")));
    match encoding
        .as_ref()
        .map(|encoding| encoding.cast::<PyString>())
    {
        Ok(Ok(encoding)) => PyString::new(py, text)
            .call_method1(intern!(py, "encode"), (encoding,))
            .is_ok(),
        _ => true,
    }
}

#[crate::border::guarded]
#[pymethods]
impl Tree {
    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py)
    }

    /// Returns the representation for a notebook, as a dict by MIME type: the text.
    #[pyo3(signature = (include=None, exclude=None))]
    fn _repr_mimebundle_<'py>(
        &self,
        py: Python<'py>,
        include: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        // There is only one form: IPython itself filters by these arguments.
        let _ = (include, exclude);
        let bundle = PyDict::new(py);
        bundle.set_item("text/plain", self.text(py)?)?;
        Ok(bundle)
    }
}
