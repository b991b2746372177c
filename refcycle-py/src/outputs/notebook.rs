//! The representation of a graph in a notebook.

use std::fmt::Write;
use std::rc::Rc;
use std::time::Duration;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_dot::summary::{Ranking, Tally};
use refcycle_dot::text::{self, Names, counted, grouped};

use super::images::{self, PictureLook};
use super::labels::Labels;
use crate::engine::Engine;
use crate::provided::{Provided, provided};
use crate::terminal;

/// The maximum number of vertices of a picture that is drawn by default.
const PICTURED: usize = 150;

/// How long it may take to draw.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The types that a table lists.
const LISTED: usize = 20;

/// A picture of a small graph, or a table of the types of a larger one, and always a text, by MIME
/// type. If a picture cannot be drawn, it is replaced by the table.
pub(crate) fn mimebundle<'py>(
    py: Python<'py>,
    class: &str,
    engine: &Engine,
    wants_picture: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let bundle = PyDict::new(py);
    let table = TypeTable::of(py, class, engine)?;
    bundle.set_item("text/plain", table.text())?;
    let is_small = engine.vertex_count() <= PICTURED;
    let picture = match is_small && wants_picture {
        true => unless_exception(py, picture(py, engine))?.flatten(),
        false => None,
    };
    match picture {
        Some(svg) => bundle.set_item("image/svg+xml", described(svg, &table.title))?,
        None => bundle.set_item("text/html", table.html(py)?)?,
    }
    Ok(bundle)
}

/// `None` for an exception; Ctrl-C and similar exceptions are passed on.
fn unless_exception<T>(py: Python<'_>, result: PyResult<T>) -> PyResult<Option<T>> {
    match result {
        Err(error) if error.is_instance_of::<PyException>(py) => Ok(None),
        result => result.map(Some),
    }
}

fn picture(py: Python<'_>, engine: &Engine) -> PyResult<Option<String>> {
    if !engine.kind().is_quiet() {
        return Ok(None);
    }
    let look = PictureLook::new(py, engine, None)?.within(TIME_LIMIT);
    images::to_svg(py, engine, look).map(Some)
}

/// The types of the vertices as a table.
struct TypeTable {
    title: String,
    ranking: Ranking<Rc<str>>,
}

impl TypeTable {
    fn of(py: Python<'_>, class: &str, engine: &Engine) -> PyResult<Self> {
        let mut labels = Labels::new(py, engine);
        let vertices = engine.vertex_count();
        let mut tally = Tally::default();
        for v in engine.vertices() {
            tally.add(labels.kind(v)?, v, 0);
        }
        Ok(Self {
            title: format!(
                "{class}: {}, {}",
                counted(vertices as u64, "vertex", "vertices"),
                counted(engine.edge_count() as u64, "edge", "edges"),
            ),
            ranking: tally.ranked(LISTED, Ord::cmp),
        })
    }

    /// The listed types with their counts.
    fn rows(&self) -> impl Iterator<Item = (String, String)> {
        let types = self.ranking.types.iter();
        types.map(|ty| (grouped(ty.count), shortened(&ty.key)))
    }

    /// A last row for all other types.
    fn others(&self) -> Option<(String, String)> {
        let name = self.ranking.others_name()?;
        Some((grouped(self.ranking.others_count()), name))
    }

    fn text(&self) -> String {
        let rows: Vec<_> = self.rows().chain(self.others()).collect();
        let width = rows.iter().map(|(count, _)| count.len()).max();
        let width = width.unwrap_or_default() + 2;
        let mut text = self.title.clone();
        for (count, name) in rows {
            let _ = write!(text, "\n{count:>width$}  {name}");
        }
        text
    }

    fn html<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows: Vec<_> = self.rows().collect();
        provided(py, Provided::GraphTable)?.call1((&self.title, rows, self.others()))
    }
}

/// A picture with a description for readers who do not see it.
fn described(svg: String, title: &str) -> String {
    const START: &str = "<svg ";

    let Some((before, rest)) = svg.split_once(START) else {
        return svg;
    };
    if rest
        .split('>')
        .next()
        .is_some_and(|tag| tag.contains("role="))
    {
        return svg;
    }
    let title = escaped(title);
    format!("{before}{START}role=\"img\" aria-label=\"{title}\" {rest}")
}

/// A name in one line of bounded length.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 100;

    text::shortened(&terminal::line(name), LONGEST).into_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
