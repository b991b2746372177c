//! Pictures of graphs with names: the request, and how it is drawn.

use std::ffi::CString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyUserWarning, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_core::VertexId;
use refcycle_dot::{End, ExportError, Format, Graphviz, ImageOptions};
use refcycle_dot::{Style, Summary, Theme};

use super::destination::destination;
use super::named::export_error;
use crate::engine::lookup::type_name;
use crate::engine::{Asked, Engine};
use crate::heap::memory;
use crate::interrupt::check_signals;
use crate::provided::{Provided, provided};
use crate::roots::drawn;

/// The longest limit, in seconds: a year.
const LONGEST: f64 = 366.0 * 86_400.0;

/// How a picture looks, and how long drawing it may take.
#[derive(Clone)]
pub(crate) struct PictureLook {
    style: Style,
    limit: Option<Duration>,
    /// Whether to show what holds objects from outside; by default, only for a snapshot.
    roots: Option<bool>,
}

/// A larger graph is not drawn whole: objects that play the same role hardly leave so few boxes.
const MOST_DRAWN_WHOLE: usize = 2_000;

/// For larger graphs the holders are not looked up: a picture of that size does not show them.
const MOST_WITH_ROOTS: usize = 5_000;

impl PictureLook {
    /// The keywords of `export_image` and `to_svg` that determine the look of a picture.
    pub(crate) fn new(
        py: Python<'_>,
        engine: &Engine,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let mut style = Style::default();
        if let Some(Asked { vertex, end }) = engine.asked() {
            style.target = Some(vertex);
            style.target_end = end;
        }
        let mut look = Self {
            style,
            limit: None,
            roots: None,
        };
        look.style.left_out = engine.left_out().to_vec();
        for (name, value) in keywords.into_iter().flatten() {
            look.set(engine, &name.extract::<String>()?, &value)?;
        }
        let wants_roots = look.roots.unwrap_or(engine.reading().is_some());
        if wants_roots && engine.vertex_count() <= MOST_WITH_ROOTS {
            look.style.roots = drawn(py, engine)?;
        }
        Ok(look)
    }

    /// This look with a time limit.
    pub(crate) fn within(self, limit: Duration) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    fn set(&mut self, engine: &Engine, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let style = &mut self.style;
        match name {
            // The default in the signature: the argument was not given.
            "target" if value.is(value.py().Ellipsis()) => {}
            "target" if value.is_none() => style.target = None,
            "target" => {
                let target = engine.vertex(value)?;
                if style.target != Some(target) {
                    (style.target, style.target_end) = (Some(target), End::Bottom);
                }
            }
            "fold" => style.fold = truth(name, value)?,
            "merge_edges" => style.merge_edges = truth(name, value)?,
            "legend" => style.legend = truth(name, value)?,
            "roots" if value.is_none() => self.roots = None,
            "roots" if truth(name, value)? && !engine.kind().is_of_objects() => {
                return Err(PyValueError::new_err(
                    "roots=True needs an ObjectGraph: this graph has names and no objects, so that \
                     what holds them from outside is unknown",
                ));
            }
            "roots" => self.roots = Some(truth(name, value)?),
            "theme" => style.theme = theme(value)?,
            "summary" if value.is_none() => style.summary = Summary::WhenLarge,
            "summary" => {
                style.summary = match truth(name, value)? {
                    true => Summary::Always,
                    false => Summary::Never,
                }
            }
            "limit_seconds" => self.limit = Some(limit(value)?),
            "cut" if value.is_none() => {}
            "cut" => self.set_cut(engine, value)?,
            "advice" if value.is_none() => {}
            "advice" => {
                let text: String = value
                    .extract()
                    .map_err(|_| wrong(name, "a string or None", value))?;
                self.style.advice = text.lines().map(str::to_owned).collect();
            }
            _ => {
                return Err(PyTypeError::new_err(format!(
                    "unknown keyword '{name}': the keywords are target, fold, merge_edges, \
                     legend, roots, theme, summary, cut, advice and limit_seconds"
                )));
            }
        }
        Ok(())
    }
}

impl PictureLook {
    /// The references to cut: a `Cut`, or the numbers of edges. Edges of other graphs are ignored.
    fn set_cut(&mut self, engine: &Engine, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = value.py();
        let cut = provided(py, Provided::Cut)?;
        let edges = match value.is_instance(&cut)? {
            true => value.getattr(intern!(py, "edges"))?,
            false => value.clone(),
        };
        let edges = edges
            .try_iter()
            .map_err(|_| wrong("cut", "a Cut or the numbers of edges", value))?;
        for edge in edges {
            self.style.cut.extend(engine.find_edge(&edge?)?);
        }
        if self.style.advice.is_empty() && value.is_instance(&cut)? {
            self.style.advice = vec![format!("Fix: {}", value.str()?)];
        }
        Ok(())
    }

    /// The target, if the picture is a graph in which chains of references to it can be shown
    /// instead.
    pub(crate) fn target_to_explain(&self, engine: &Engine) -> Option<VertexId> {
        let style = &self.style;
        let is_large = engine.vertex_count() > style.most_boxes
            && style.summary == Summary::WhenLarge
            && style.target_end == End::Bottom
            && style.fold;
        let can_be_explained = engine.kind().is_of_objects() && engine.is_closed();
        style.target.filter(|_| is_large && can_be_explained)
    }

    /// The picture of the whole graph as SVG; `None` if it would be too large.
    pub(crate) fn svg_of_whole(&self, py: Python<'_>, engine: &Engine) -> PyResult<Option<String>> {
        if engine.vertex_count() > MOST_DRAWN_WHOLE {
            return Ok(None);
        }
        let mut look = self.clone();
        look.style.summary = Summary::Refused;
        let graph = engine.kind().named(py, engine)?;
        draw(py, look, None, |options| {
            match refcycle_dot::render(&graph, &Format::Svg, options) {
                Err(ExportError::TooLarge { .. }) => Ok(None),
                Err(error) => Err(error),
                Ok(svg) => Ok(Some(String::from_utf8_lossy(&svg).into_owned())),
            }
        })
    }

    /// The look of a part of the graph: about this object, with this note and advice. The edges to
    /// cut are those of the part.
    pub(crate) fn about(
        mut self,
        part: &Engine,
        target: Option<VertexId>,
        note: String,
        advice: Vec<String>,
        cut: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        self.style.target = target;
        self.style.target_end = End::Bottom;
        self.style.note = Some(note);
        self.style.advice = advice;
        self.style.cut.clear();
        self.set_cut(part, cut)?;
        Ok(self)
    }
}

fn wrong(name: &str, expected: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let found = type_name(value);
    PyTypeError::new_err(format!("{name} must be {expected}, not {found}"))
}

/// Only a bool is accepted: the truth value of another object may run code.
fn truth(name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let expected = match name {
        "summary" | "roots" => "True, False or None",
        _ => "True or False",
    };
    value.extract().map_err(|_| wrong(name, expected, value))
}

pub(super) fn theme(value: &Bound<'_, PyAny>) -> PyResult<Theme> {
    let name: String = value
        .extract()
        .map_err(|_| wrong("theme", "'light' or 'dark'", value))?;
    match &*name {
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        _ => Err(PyValueError::new_err(format!(
            "theme must be 'light' or 'dark', not '{name}'"
        ))),
    }
}

fn limit(value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let seconds: f64 = value
        .extract()
        .map_err(|_| wrong("limit_seconds", "a number", value))?;
    if !(seconds > 0.0 && seconds <= LONGEST) {
        return Err(PyValueError::new_err(format!(
            "limit_seconds must be more than 0 and at most a year, not {seconds}"
        )));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// The target of a picture, and the program that draws it.
pub(crate) struct ImageRequest {
    path: PathBuf,
    format: Option<String>,
    dot_executable: Option<PathBuf>,
}

impl ImageRequest {
    pub(crate) fn new(
        py: Python<'_>,
        path: Option<PathBuf>,
        format: Option<String>,
        dot_executable: Option<PathBuf>,
    ) -> PyResult<Self> {
        let path = path.unwrap_or_else(|| PathBuf::from("refcycle.png"));
        Ok(Self {
            path: destination(py, &path)?,
            format,
            dot_executable,
        })
    }
}

/// Draws a graph into a file.
pub(crate) fn export_image(
    py: Python<'_>,
    engine: &Engine,
    request: &ImageRequest,
    look: PictureLook,
) -> PyResult<()> {
    let graph = engine.kind().named(py, engine)?;
    let format = request.format.as_deref().map(Format::named);
    let graphviz = request.dot_executable.as_ref().map(Graphviz::new);
    draw(py, look, graphviz.as_ref(), |options| {
        refcycle_dot::export_image(&graph, &request.path, format, options)
    })
}

/// The picture of a graph as SVG.
pub(crate) fn to_svg(py: Python<'_>, engine: &Engine, look: PictureLook) -> PyResult<String> {
    let graph = engine.kind().named(py, engine)?;
    let svg = draw(py, look, None, |options| {
        refcycle_dot::render(&graph, &Format::Svg, options)
    })?;
    String::from_utf8(svg).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// The stack of the thread that draws, plus the other memory that the largest pictures need.
const DRAWING: usize = 128 << 20;

/// Draws with the interpreter detached; Ctrl-C interrupts it. If there is a picture, problems with
/// it are issued as warnings.
fn draw<T: Send>(
    py: Python<'_>,
    look: PictureLook,
    graphviz: Option<&Graphviz>,
    job: impl FnOnce(&ImageOptions<'_>) -> Result<T, ExportError> + Send,
) -> PyResult<T> {
    if graphviz.is_none() {
        memory::ask(DRAWING)?;
    }
    let signal = Mutex::new(None);
    let warnings = Mutex::new(Vec::new());
    let result = py.detach(|| {
        let interrupted = || match check_signals() {
            Ok(()) => false,
            Err(error) => {
                *signal.lock().expect("nobody panics with it") = Some(error);
                true
            }
        };
        let warn = |text: &str| {
            let mut warnings = warnings.lock().expect("nobody panics with it");
            warnings.push(text.to_owned());
        };
        let default = ImageOptions::default();
        job(&ImageOptions {
            engine: graphviz.map(|engine| engine as _),
            style: look.style,
            time_limit: look.limit.unwrap_or(default.time_limit),
            interrupted: Some(&interrupted),
            warn: Some(&warn),
        })
    });
    if let Some(signal) = signal.into_inner().expect("nobody panics with it") {
        return Err(signal);
    }
    let result = result.map_err(|error| export_error(py, error))?;
    for text in warnings.into_inner().expect("nobody panics with it") {
        let category = py.get_type::<PyUserWarning>();
        PyErr::warn(py, &category, &CString::new(text)?, 1)?;
    }
    Ok(result)
}
