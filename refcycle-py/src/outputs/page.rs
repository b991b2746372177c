//! A graph as an HTML page.

use std::path::{Path, PathBuf};

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_dot::{
    HtmlOptions, PageReport, ReportFinding, ReportNote, ReportNoteKind, ReportSection,
};
use rustc_hash::FxHashMap;

use super::named::export_error;
use crate::annotate::Values;
use crate::answers::{ObjectTypes, holder_groups};
use crate::engine::Engine;
use crate::heap::{is_ending, memory};
use crate::interrupt::Checkpoint;
use crate::modules;
use crate::progress;
use crate::provided::{Provided, provided};
use crate::roots::explained;

/// A page of a graph: where it starts, and what it is compared with.
pub(crate) struct PageRequest<'a, 'py> {
    /// The graph as a Python object.
    pub(crate) graph: &'a Bound<'py, PyAny>,
    pub(crate) target: Option<&'a Bound<'py, PyAny>>,
    /// An earlier graph.
    pub(crate) before: Option<&'a Bound<'py, PyAny>>,
}

/// Facts about the objects of a graph: their types, the bytes that each uses, and which are held
/// from outside.
struct Facts {
    sizes: Vec<u64>,
    roots: Vec<VertexId>,
    types: Vec<u32>,
    names: Vec<String>,
    /// The known holders outside the graph.
    holders: Vec<(VertexId, String)>,
    chains: Chains,
}

/// How objects are held: the chain of each object, plus one, and the chains.
type Chains = (Vec<u32>, Vec<String>);

/// The number of chains that a page names: those of more than one object that retain most.
const MOST_CHAINS: usize = 5_000;

/// How the objects of a graph are held. A page without the objects of a large graph needs none.
fn chains(py: Python<'_>, engine: &Engine) -> PyResult<Chains> {
    let targets: Vec<_> = engine.vertices().collect();
    let size = targets.len() + engine.edge_count();
    if targets.is_empty() || size > HtmlOptions::default().most_whole || is_ending(py) {
        return Ok((vec![0; targets.len()], Vec::new()));
    }
    let types = ObjectTypes::new(py, engine)?;
    let found = holder_groups(py, engine, &types, &targets)?;
    let mut chains = Vec::new();
    let numbers: Vec<_> = found
        .groups
        .iter()
        .map(|group| {
            // One object is a chain of its own, and most of a program are.
            if group.count < 2 || chains.len() >= MOST_CHAINS {
                return 0;
            }
            chains.push(group.signature.clone());
            chains.len() as u32
        })
        .collect();
    let number = |&group: &u32| numbers[group as usize];
    Ok((found.group_of.iter().map(number).collect(), chains))
}

impl Facts {
    /// Reads them from the objects; no code of the objects runs.
    fn of(py: Python<'_>, engine: &Engine) -> PyResult<Self> {
        let count = engine.vertex_count();
        memory::ask(40 * count)?;
        let mut checkpoint = Checkpoint::new();
        // Types by address, and then by name, which several types may share.
        let mut known = FxHashMap::default();
        let mut numbers = FxHashMap::default();
        let mut names = Vec::new();
        let mut types = Vec::with_capacity(count);
        let mut roots = Vec::new();
        for v in 0..count {
            checkpoint.step(py)?;
            let v = VertexId::from_index(v);
            // An object without a count may be held from outside.
            if engine.external_references_of(py, v)? != Some(0) {
                roots.push(v);
            }
            let number = *known.entry(engine.type_key(py, v)).or_insert_with(|| {
                let name = engine.dotted_type(py, v);
                *numbers.entry(name.clone()).or_insert_with(|| {
                    names.push(name);
                    names.len() as u32 - 1
                })
            });
            types.push(number);
        }
        Ok(Self {
            sizes: engine.sizes(py),
            roots,
            types,
            names,
            holders: holders(py, engine)?,
            chains: chains(py, engine)?,
        })
    }
}

/// What is known to hold vertices from outside the graph, one text for each vertex.
fn holders(py: Python<'_>, engine: &Engine) -> PyResult<Vec<(VertexId, String)>> {
    let found = explained(py, engine, Values::Shown)?;
    let named = found.iter().filter(|open| !open.holders().is_empty());
    let text = |names: &[(_, String)]| {
        let names: Vec<_> = names.iter().map(|(_, name)| name.as_str()).collect();
        names.join(", ")
    };
    Ok(named
        .map(|open| (VertexId::from_index(open.vertex()), text(open.holders())))
        .collect())
}

/// A finding as Python returns it: name, objects, count, size, retained size, share, notes,
/// references to cut.
type FoundInPython<'py> = (
    String,
    Vec<Bound<'py, PyAny>>,
    Option<i64>,
    Option<i64>,
    Option<u64>,
    Option<f64>,
    Vec<(String, String)>,
    Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
);

/// A section as Python returns it: key, title, paragraphs, findings, number left out.
type SectionInPython<'py> = (String, String, Vec<String>, Vec<FoundInPython<'py>>, u64);

/// What the page says about the graph; `None` while the program ends.
fn report(
    py: Python<'_>,
    engine: &Engine,
    request: &PageRequest<'_, '_>,
    target: Option<VertexId>,
) -> PyResult<Option<PageReport>> {
    if is_ending(py) {
        return Ok(None);
    }
    let target = target.map(|v| engine.object(py, v)).transpose()?;
    let found: Vec<SectionInPython<'_>> = provided(py, Provided::PageReport)?
        .call1((request.graph, target, request.before))?
        .extract()?;
    let finding = |found: FoundInPython<'_>| {
        let (name, objects, count, size, retained, share, notes, cut) = found;
        let vertices: PyResult<Vec<_>> = objects.iter().map(|one| engine.vertex(one)).collect();
        let ends = |(tail, head)| Ok((engine.vertex(&tail)?, engine.vertex(&head)?));
        let cut: PyResult<Vec<_>> = cut.into_iter().map(ends).collect();
        Ok(ReportFinding {
            name,
            vertices: vertices?,
            count,
            size,
            retained,
            share,
            notes: notes.into_iter().map(note).collect(),
            cut: cut?,
        })
    };
    let section = |(key, title, about, findings, more): SectionInPython<'_>| {
        let findings: PyResult<Vec<_>> = findings.into_iter().map(finding).collect();
        Ok(ReportSection {
            key,
            title,
            about,
            findings: findings?,
            more,
        })
    };
    let sections: PyResult<Vec<_>> = found.into_iter().map(section).collect();
    Ok(Some(PageReport {
        sections: sections?,
    }))
}

fn note((kind, text): (String, String)) -> ReportNote {
    let kind = match &*kind {
        "chain" => ReportNoteKind::Chain,
        "fix" => ReportNoteKind::Fix,
        _ => ReportNoteKind::Text,
    };
    ReportNote { kind, text }
}

/// Writes the page of a graph, which starts at `target` or at the vertex of the query.
pub(crate) fn export(
    py: Python<'_>,
    engine: &Engine,
    path: &Path,
    request: &PageRequest<'_, '_>,
) -> PyResult<()> {
    let target = request.target.map(|target| engine.vertex(target));
    let target = target.transpose()?;
    let target = target.or(engine.asked().map(|asked| asked.vertex));
    let (facts, report) = match engine.kind().is_of_objects() {
        true => {
            progress::stage(0.2);
            let facts = Facts::of(py, engine)?;
            progress::stage(0.7);
            (Some(facts), report(py, engine, request, target)?)
        }
        false if request.before.is_some() => {
            return Err(PyTypeError::new_err(
                "only a graph of objects can be compared with an earlier one: omit before",
            ));
        }
        false => (None, None),
    };
    progress::stage(0.5);
    let (graph, facts) = (engine.kind().named(py, engine)?, facts.as_ref());
    // Components, dominators, retained sizes, and strings by number.
    memory::ask(100 * graph.vertex_ids().len() + 16 * graph.edge_ids().len())?;
    let title = title(py, engine);
    let options = HtmlOptions {
        target,
        title: &title,
        sizes: facts.map(|facts| &*facts.sizes),
        roots: facts.map_or(&[], |facts| &facts.roots),
        types: facts.map(|facts| (&*facts.types, &*facts.names)),
        report: report.as_ref(),
        holders: facts.map_or(&[], |facts| &facts.holders),
        chains: facts.map(|facts| (&*facts.chains.0, &*facts.chains.1)),
        ..HtmlOptions::default()
    };
    py.detach(|| refcycle_dot::export_html(&graph, path, &options))
        .map_err(|error| export_error(py, error))
}

/// The title of the page; for a dump, with what the memory of the process was for.
fn title(py: Python<'_>, engine: &Engine) -> String {
    const NAME: &str = "refcycle";
    /// Parts with a smaller share are left out.
    const LEAST: f64 = 0.05;
    let Some(dump) = engine.dump(py) else {
        return NAME.to_owned();
    };
    let figures = dump.process_figures();
    let Some(&Some(resident)) = figures.get("resident") else {
        return NAME.to_owned();
    };
    let share = |(name, bytes): (&String, &Option<u64>)| {
        let name = name.strip_prefix("part.")?.replace('_', " ");
        Some(((*bytes)? as f64 / resident.max(1) as f64, name))
    };
    let mut shares: Vec<_> = figures.iter().filter_map(share).collect();
    shares.retain(|&(share, _)| share >= LEAST);
    shares.sort_by(|one, other| other.0.total_cmp(&one.0));
    let shares = shares.iter();
    let shares: Vec<_> = shares
        .map(|(share, name)| format!("{name} {:.0}%", 100.0 * share))
        .collect();
    let megabytes = resident as f64 / 1e6;
    format!(
        "{NAME}: process of {megabytes:.0} MB: {}",
        shares.join(", ")
    )
}

/// Writes the page of a graph into a new temporary file, and opens it in the browser. Returns
/// its path.
pub(crate) fn view(
    py: Python<'_>,
    engine: &Engine,
    request: &PageRequest<'_, '_>,
) -> PyResult<String> {
    let (file, path): (i32, String) = modules::attribute(py, "tempfile", "mkstemp")?
        .call1((".html", "refcycle-"))?
        .extract()?;
    modules::attribute(py, "os", "close")?.call1((file,))?;
    let done = export(py, engine, Path::new(&path), request).and_then(|()| {
        let url = modules::attribute(py, "pathlib", "Path")?
            .call1((&path,))?
            .call_method0(intern!(py, "as_uri"))?;
        modules::attribute(py, "webbrowser", "open")?.call1((url,))
    });
    match done {
        Ok(_) => Ok(path),
        Err(error) => {
            // The first error is the one to report.
            let _ = std::fs::remove_file(PathBuf::from(path));
            Err(error)
        }
    }
}
