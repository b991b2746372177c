//! How a graph shows itself in a notebook.

use std::fmt::Write;
use std::time::Duration;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_core::VertexId;
use refcycle_dot::text::Names;
use rustc_hash::FxHashMap;

use super::images::{self, PictureLook};
use super::labels::Labels;
use crate::engine::Engine;
use crate::terminal;

/// The most vertices of a picture that nobody asked for.
const PICTURED: usize = 150;

/// How long it may take to draw.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The types that a summary lists at most.
const LISTED: usize = 20;

/// A picture of a small graph, of another a table of its types, and always a text: by
/// their MIME types. A picture that cannot be made is a table.
pub(crate) fn mimebundle<'py>(
    py: Python<'py>,
    class: &str,
    engine: &Engine,
    wants_picture: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let bundle = PyDict::new(py);
    let summary = Summary::of(py, class, engine)?;
    bundle.set_item("text/plain", summary.text())?;
    let is_small = engine.objects().len() <= PICTURED;
    let picture = match is_small && wants_picture {
        true => unless_exception(py, picture(py, engine))?.flatten(),
        false => None,
    };
    match picture {
        Some(svg) => bundle.set_item("image/svg+xml", svg)?,
        None => bundle.set_item("text/html", summary.html())?,
    }
    Ok(bundle)
}

/// Nothing in place of an error; Ctrl-C and the like are none.
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

/// How many vertices there are of each type.
struct Summary {
    title: String,
    /// The most frequent first.
    types: Vec<(String, usize)>,
    other_types: usize,
    of_other_types: usize,
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(count)),
    }
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Summary {
    fn of(py: Python<'_>, class: &str, engine: &Engine) -> PyResult<Self> {
        let mut labels = Labels::new(py, engine);
        let mut counts = FxHashMap::default();
        for v in (0..engine.objects().len()).map(VertexId::from_index) {
            *counts.entry(labels.kind(v)?).or_insert(0usize) += 1;
        }
        let mut types: Vec<_> = counts
            .into_iter()
            .map(|(kind, count)| (shortened(&kind), count))
            .collect();
        types.sort_by(|(a, a_count), (b, b_count)| (b_count, a).cmp(&(a_count, b)));
        let others = types.split_off(types.len().min(LISTED));
        Ok(Self {
            title: format!(
                "{class}: {}, {}",
                counted(engine.objects().len(), "vertex", "vertices"),
                counted(engine.edge_count(), "edge", "edges"),
            ),
            types,
            other_types: others.len(),
            of_other_types: others.iter().map(|(_, count)| count).sum(),
        })
    }

    /// The types with their counts, and what is said of the others.
    fn rows(&self) -> impl Iterator<Item = (String, &str)> {
        self.types
            .iter()
            .map(|(kind, count)| (grouped(*count), kind.as_str()))
    }

    fn others(&self) -> Option<(String, String)> {
        let name = counted(self.other_types, "other type", "other types");
        (self.other_types > 0).then(|| (grouped(self.of_other_types), name))
    }

    fn text(&self) -> String {
        let others = self.others();
        let others = others.iter().map(|(count, name)| (count.clone(), &**name));
        let rows: Vec<_> = self.rows().chain(others).collect();
        let width = rows.iter().map(|(count, _)| count.len()).max();
        let width = width.unwrap_or_default() + 2;
        let mut text = self.title.clone();
        for (count, name) in rows {
            let _ = write!(text, "\n{count:>width$}  {name}");
        }
        text
    }

    fn html(&self) -> String {
        let mut html = format!(
            "<table><caption>{}</caption>\
             <thead><tr><th>type</th><th>vertices</th></tr></thead><tbody>",
            escaped(&self.title)
        );
        for (count, name) in self.rows() {
            let name = escaped(name);
            let _ = write!(
                html,
                "<tr><td><code>{name}</code></td><td>{count}</td></tr>"
            );
        }
        if let Some((count, name)) = self.others() {
            let _ = write!(html, "<tr><td>{name}</td><td>{count}</td></tr>");
        }
        html + "</tbody></table>"
    }
}

/// A name in one line of bounded length.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 100;

    let name = terminal::line(name);
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
