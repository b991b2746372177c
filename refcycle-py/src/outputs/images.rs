//! Pictures of graphs with names: the request, and how it is drawn.

use std::ffi::CString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_dot::{End, ExportError, Format, Graphviz, ImageOptions};
use refcycle_dot::{Style, Summary, Theme};

use super::named::export_error;
use crate::engine::lookup::type_name;
use crate::engine::{Asked, Engine};
use crate::heap::memory;
use crate::interrupt::check_signals;
use crate::roots::drawn;

/// The longest limit, in seconds: a year.
const LONGEST: f64 = 366.0 * 86_400.0;

/// How a picture looks, and how long drawing it may take.
pub(crate) struct PictureLook {
    style: Style,
    limit: Option<Duration>,
    /// Whether to show what holds objects from outside; by default, only for a snapshot.
    roots: Option<bool>,
}

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
            _ => {
                return Err(PyTypeError::new_err(format!(
                    "unknown keyword '{name}': the keywords are target, fold, merge_edges, \
                     legend, roots, theme, summary and limit_seconds"
                )));
            }
        }
        Ok(())
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

fn theme(value: &Bound<'_, PyAny>) -> PyResult<Theme> {
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
        path: Option<PathBuf>,
        format: Option<String>,
        dot_executable: Option<PathBuf>,
    ) -> Self {
        Self {
            path: path.unwrap_or_else(|| PathBuf::from("refcycle.png")),
            format,
            dot_executable,
        }
    }
}

/// Draws a graph into a file.
pub(crate) fn export_image(
    py: Python<'_>,
    engine: &Engine,
    request: &ImageRequest,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let look = PictureLook::new(py, engine, keywords)?;
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
