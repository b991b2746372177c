//! Pictures of graphs, and what is drawn in the place of a graph that is too large.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use refcycle_core::VertexId;
use refcycle_dot::text::grouped;

use super::base::GraphBase;
use super::why::told;
use crate::answers::{self, Taken};
use crate::engine::Engine;
use crate::outputs::images::{self, ImageRequest, PictureLook};

/// The number of chains in a picture.
const CHAINS: usize = 5;

/// Draws a graph into a file.
pub(super) fn export_image(
    py: Python<'_>,
    engine: &Engine,
    request: &ImageRequest,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    shown(py, engine, keywords, |engine, look| {
        images::export_image(py, engine, request, look)
    })
}

/// The picture of a graph as SVG.
pub(super) fn to_svg(
    py: Python<'_>,
    engine: &Engine,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<String> {
    shown(py, engine, keywords, |engine, look| {
        images::to_svg(py, engine, look)
    })
}

/// Draws a graph, or what is drawn in its place.
fn shown<T>(
    py: Python<'_>,
    engine: &Engine,
    keywords: Option<&Bound<'_, PyDict>>,
    draw: impl FnOnce(&Engine, PictureLook) -> PyResult<T>,
) -> PyResult<T> {
    let look = PictureLook::new(py, engine, keywords)?;
    let Some(explained) = Explained::of(py, engine, &look)? else {
        return draw(engine, look);
    };
    let part = explained.part.borrow();
    let look = explained.look(py, part.engine(), keywords)?;
    draw(part.engine(), look)
}

/// The picture of why an object is alive, in the place of that of a large graph.
struct Explained<'py> {
    part: Bound<'py, GraphBase>,
    target: Bound<'py, PyAny>,
    note: String,
    advice: Vec<String>,
    /// The references to cut, as edges of the part.
    cut: Bound<'py, PyAny>,
}

impl<'py> Explained<'py> {
    /// `None` if the graph itself is drawn.
    fn of(py: Python<'py>, engine: &Engine, look: &PictureLook) -> PyResult<Option<Self>> {
        let Some(v) = look.target_to_explain(engine) else {
            return Ok(None);
        };
        if look.svg_of_whole(py, engine)?.is_some() {
            return Ok(None);
        }
        let open = answers::held_from_outside(py, engine)?;
        let found = answers::why(py, engine, &open, v, CHAINS, Taken::Before)?;
        let name = found.name.clone();
        let target = engine.object(py, v)?;
        let why = told(engine, &target, found)?;
        let advice = why.call_method0(intern!(py, "_advice"))?.extract()?;
        let cut = why.call_method0(intern!(py, "_edges_to_cut"))?;
        let part = why.getattr(intern!(py, "graph"))?;
        let part = part.cast_into::<GraphBase>()?;
        let shown = part.borrow().engine().vertex_count();
        let note = format!(
            "What keeps {} alive, as why() says: {} of {} objects. The others are left out;\n\
             summary=False draws them, and all are in the JSON, DOT or HTML export.",
            name.replace('\n', " "),
            grouped(shown as u64),
            grouped(engine.vertex_count() as u64),
        );
        Ok(Some(Self {
            part,
            target,
            note,
            advice,
            cut,
        }))
    }

    fn look(
        &self,
        py: Python<'_>,
        part: &Engine,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PictureLook> {
        let target: Option<VertexId> = part.find(&self.target)?;
        let look = PictureLook::new(py, part, keywords)?;
        look.about(
            part,
            target,
            self.note.clone(),
            self.advice.clone(),
            &self.cut,
        )
    }
}
