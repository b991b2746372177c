//! An HTML page for exploring a graph: one file that needs no network.

mod base64;
mod kinds;
mod overview;
mod report;
mod retention;
mod texts;
mod types;

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use refcycle_core::algo::{self, Components, Split};
use refcycle_core::{Algorithms, IDirectedGraph, Successors, VertexId, Vertices};

use self::base64::Base64;
use self::kinds::{ALL, PageKind};
pub use self::report::{PageReport, ReportFinding, ReportNote, ReportNoteKind, ReportSection};
use self::retention::Retention;
use self::texts::{PageTexts, write_string};
use self::types::types_of_names;
use crate::annotated::AnnotatedGraph;
use crate::error::ExportError;
use crate::files;
use crate::summary::{GraphSummary, Input, VertexTypes};

/// The page without a graph; its sources are in `viewer`.
const PAGE: &str = include_str!("../../assets/viewer.html");

/// The placeholder for the report, which the script of the page shows before it reads the graph.
const PLACE_OF_REPORT: &str = "<!-- report -->";

/// The placeholder for the graph.
const PLACE: &str = "<!-- graph -->";

/// A page with at least this number of vertices has an overview.
const MANY: usize = 150;

/// The largest sum of vertices and edges for which the page names the owners of all containers.
const MOST_OWNED: usize = 400_000;

/// The number of vertices of a larger graph whose owners are named: those that retain most.
const OWNED: usize = 20_000;

/// Options for HTML pages.
///
/// # Example
/// ```
/// use refcycle_core::VertexId;
/// use refcycle_dot::HtmlOptions;
/// let options = HtmlOptions { target: Some(VertexId::new(3)), ..HtmlOptions::default() };
/// assert_eq!(options.most_whole, 8_000_000);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HtmlOptions<'a> {
    /// The vertex at which the page starts. Ignored if it is not in the graph.
    pub target: Option<VertexId>,
    /// The size of each vertex in bytes, if known. The page then shows retained sizes.
    pub sizes: Option<&'a [u64]>,
    /// The vertices that are held from outside the graph, if known. Retained sizes are computed
    /// from these roots. In parts of the graph that they do not reach, all vertices of each source
    /// component count as roots.
    pub roots: &'a [VertexId],
    /// The type number of each vertex, and the name of each type. Without them, types are
    /// derived from the labels.
    pub types: Option<(&'a [u32], &'a [String])>,
    /// The findings with which the page opens. Without them, it opens with the graph.
    pub report: Option<&'a PageReport>,
    /// The holders of vertices that are held from outside, as texts such as "running in thread
    /// MainThread". The details of a vertex show its holder.
    pub holders: &'a [(VertexId, String)],
    /// How vertices are held, if known: the place of the chain of each vertex in the list of chains,
    /// plus one, and these chains, such as `module app.pool -> list[*] -> app.Session`. 0 for a
    /// vertex whose chain is not in the list. Search results are grouped by them.
    pub chains: Option<(&'a [u32], &'a [String])>,
    /// The title of the page.
    pub title: &'a str,
    /// The largest sum of vertices and edges for which the page contains every vertex and edge.
    /// For a larger graph, the page has only an overview, and says so.
    pub most_whole: usize,
}

impl Default for HtmlOptions<'_> {
    fn default() -> Self {
        Self {
            target: None,
            sizes: None,
            roots: &[],
            types: None,
            report: None,
            holders: &[],
            chains: None,
            title: "refcycle",
            most_whole: 8_000_000,
        }
    }
}

/// Writes a self-contained HTML page for exploring the graph. It opens from disk and makes no
/// network requests.
///
/// The page starts with the report if there is one, else at the target or, for a large graph,
/// with an overview of components and types. It expands with clicks. It contains the first 2000 characters of each label.
///
/// # Errors
/// [`ErrorKind::InvalidInput`](io::ErrorKind::InvalidInput) if the number of sizes, types or chains
/// differs from the number of vertices; errors of the writer.
///
/// # Complexity
/// O(text + edges log vertices) time and about 60 bytes of memory per vertex. The file takes about
/// 20 bytes per vertex and 5 per edge, plus the texts and 0.9 MB for the page itself.
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, HtmlOptions, write_html};
/// let mut builder = AnnotatedGraph::builder();
/// builder.vertex(1, "</script>");
/// let mut page = Vec::new();
/// write_html(&builder.build()?, &mut page, &HtmlOptions::default())?;
/// let page = String::from_utf8(page)?;
/// assert!(page.starts_with("<!DOCTYPE html>"));
/// assert!(page.contains(r#""\u003c/script\u003e""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_html(
    graph: &AnnotatedGraph,
    out: impl Write,
    options: &HtmlOptions<'_>,
) -> io::Result<()> {
    let vertices = graph.vertex_count();
    check_length("sizes", options.sizes.map(<[u64]>::len), vertices)?;
    check_length("types", options.types.map(|types| types.0.len()), vertices)?;
    check_length(
        "chains",
        options.chains.map(|chains| chains.0.len()),
        vertices,
    )?;
    let (start, rest) = PAGE
        .split_once(PLACE_OF_REPORT)
        .expect("the page has the place");
    let (middle, after) = rest.split_once(PLACE).expect("the page has the place");
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let writer = PageWriter::new(graph, options);
    out.write_all(start.as_bytes())?;
    writer.write_report(&mut out)?;
    out.write_all(middle.as_bytes())?;
    writer.write(&mut out)?;
    out.write_all(after.as_bytes())?;
    out.flush()
}

/// Writes the page of [`write_html`] to a file, in the same way as
/// [`export_image`](crate::export_image).
///
/// # Errors
/// [`ExportError::Io`].
///
/// # Example
/// ```
/// use refcycle_dot::{AnnotatedGraph, HtmlOptions, export_html};
/// let path = std::env::temp_dir().join(format!("refcycle-doc-{}.html", std::process::id()));
/// export_html(&AnnotatedGraph::default(), &path, &HtmlOptions::default())?;
/// assert!(std::fs::read_to_string(&path)?.contains("Content-Security-Policy"));
/// std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn export_html(
    graph: &AnnotatedGraph,
    path: impl AsRef<Path>,
    options: &HtmlOptions<'_>,
) -> Result<(), ExportError> {
    let path = path.as_ref();
    files::replace(path, |out| write_html(graph, out, options))
        .map_err(|error| ExportError::io(path, error))
}

fn check_length(what: &str, given: Option<usize>, vertices: usize) -> io::Result<()> {
    match given.filter(|&given| given != vertices) {
        Some(given) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{given} {what} for {vertices} vertices"),
        )),
        None => Ok(()),
    }
}

/// A page, with the data computed before it is written.
struct PageWriter<'a> {
    graph: &'a AnnotatedGraph,
    options: &'a HtmlOptions<'a>,
    types: Cow<'a, [u32]>,
    type_names: Vec<Cow<'a, str>>,
    components: Components,
}

impl<'a> PageWriter<'a> {
    fn new(graph: &'a AnnotatedGraph, options: &'a HtmlOptions<'a>) -> Self {
        let (types, type_names) = match options.types {
            Some((types, names)) => (
                Cow::Borrowed(types),
                names.iter().map(|name| Cow::Borrowed(&**name)).collect(),
            ),
            None => types_of_names(graph),
        };
        Self {
            graph,
            options,
            types,
            type_names,
            components: algo::strongly_connected_components(graph.graph()),
        }
    }

    fn type_name(&self, ty: u32) -> &str {
        self.type_names.get(ty as usize).map_or("", |name| name)
    }

    /// The name of a vertex. For a container with at least this weight, a second line names its
    /// owner.
    fn name(&self, v: VertexId, retention: Option<&Retention>, least: u64) -> Cow<'a, str> {
        let lines = self.graph.object_name(v).lines();
        let weight = retention.map_or(0, |retention| retention.sizes[v.index()]);
        match (weight >= least).then(|| self.graph.owner(v)).flatten() {
            None => lines,
            Some(owner) => format!("{lines}\n{owner}").into(),
        }
    }

    fn summary(&self) -> GraphSummary {
        overview::overview(Input {
            graph: self.graph.graph(),
            components: &self.components,
            types: VertexTypes {
                of: &self.types,
                name: &|ty| self.type_name(ty),
            },
            sizes: self.options.sizes,
            target: None,
        })
    }

    /// Whether the page contains every vertex and edge.
    fn is_whole(&self) -> bool {
        self.graph.vertex_count() + self.graph.edge_count() <= self.options.most_whole
    }

    /// Whether the page has an overview.
    fn has_overview(&self) -> bool {
        self.graph.vertex_count() >= MANY || !self.is_whole()
    }

    /// Writes what the page shows first.
    fn write_report(&self, out: &mut impl Write) -> io::Result<()> {
        self.write_about(out)?;
        let Some(report) = self.options.report else {
            return Ok(());
        };
        out.write_all(b"<script type=\"application/json\" id=\"report\">")?;
        report.write(out, self.graph)?;
        out.write_all(b"</script>\n")
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let whole = self.is_whole();
        let summary = self.has_overview().then(|| self.summary());
        let mut texts = PageTexts::default();
        self.write_types(out, &mut texts)?;
        if let Some(summary) = &summary {
            self.write_overview(out, &mut texts, summary, whole)?;
        }
        if whole {
            self.write_graph(out, &mut texts)?;
        }
        out.write_all(b"<script type=\"application/json\" id=\"texts\">")?;
        texts.write(out)?;
        out.write_all(b"</script>\n")
    }

    fn write_about(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"<script type=\"application/json\" id=\"about\">{\"title\":")?;
        write_string(out, self.options.title)?;
        let cycles = self
            .components
            .iter()
            .filter(|vertices| vertices.len() > 1)
            .count();
        write!(
            out,
            ",\"vertices\":{},\"edges\":{},\"cycles\":{cycles},\"whole\":{},\"overview\":{},\"sizes\":{},\"target\":",
            self.graph.vertex_count(),
            self.graph.edge_count(),
            self.is_whole(),
            self.has_overview(),
            self.options.sizes.is_some(),
        )?;
        match self.target() {
            Some(target) => write!(out, "{target}")?,
            None => out.write_all(b"null")?,
        }
        writeln!(out, ",\"kinds\":{ALL:?}}}</script>")
    }

    fn target(&self) -> Option<VertexId> {
        self.options
            .target
            .filter(|&v| self.graph.contains_vertex(v))
    }

    /// Writes the table of types: names, counts, bytes.
    fn write_types(&self, out: &mut impl Write, texts: &mut PageTexts<'a>) -> io::Result<()> {
        let mut counts = vec![(0, 0); self.type_names.len()];
        for (v, &ty) in self.types.iter().enumerate() {
            if let Some((count, bytes)) = counts.get_mut(ty as usize) {
                *count += 1;
                *bytes += self.options.sizes.map_or(0, |sizes| sizes[v]);
            }
        }
        let names: Vec<_> = self
            .type_names
            .iter()
            .map(|name| texts.number(name.clone()))
            .collect();
        column(out, "type-names", names)?;
        column(out, "type-counts", counts.iter().map(|count| count.0))?;
        column(out, "type-sizes", counts.iter().map(|count| count.1))
    }

    fn write_overview(
        &self,
        out: &mut impl Write,
        texts: &mut PageTexts<'a>,
        summary: &GraphSummary,
        whole: bool,
    ) -> io::Result<()> {
        let classes = &summary.classes;
        let types = VertexTypes {
            of: &self.types,
            name: &|ty| self.type_name(ty),
        };
        let labels: Vec<_> = classes
            .iter()
            .map(|class| texts.number(overview::label(class, summary, types)))
            .collect();
        column(out, "group-labels", labels)?;
        let types: Vec<_> = classes
            .iter()
            .map(|class| texts.number(overview::type_name(class).to_owned()))
            .collect();
        column(out, "group-types", types)?;
        let kinds = classes
            .iter()
            .map(|class| PageKind::of_class(class, self.graph).number());
        column(out, "group-kinds", kinds)?;
        column(out, "group-counts", classes.iter().map(|class| class.count))?;
        column(out, "group-sizes", classes.iter().map(|class| class.size))?;
        let examples = classes.iter().map(|class| class.example.number().into());
        column(out, "group-firsts", examples)?;
        let edges = summary
            .edges
            .iter()
            .flat_map(|&(tail, head, count)| [tail.into(), head.into(), count]);
        column(out, "group-edges", edges)?;
        if whole {
            let groups = summary.class_of.iter().map(|&class| class.into());
            column(out, "groups", groups)?;
        }
        Ok(())
    }

    fn write_graph(&self, out: &mut impl Write, texts: &mut PageTexts<'a>) -> io::Result<()> {
        let graph = self.graph.graph();
        let retention = match self.options.sizes {
            Some(sizes) => Retention::new(graph, self.starts(), sizes)?,
            None => None,
        };
        let is_small = self.graph.vertex_count() + self.graph.edge_count() <= MOST_OWNED;
        let least = match &retention {
            _ if is_small => 0,
            Some(retention) => retention.least_of_largest(OWNED),
            None => u64::MAX,
        };
        let names = graph
            .vertices()
            .map(|v| texts.number(self.name(v, retention.as_ref(), least)));
        column(out, "labels", names)?;
        let kinds = graph
            .vertices()
            .map(|v| PageKind::of(self.graph.object_name(v)).number());
        column(out, "kinds", kinds)?;
        column(out, "types", self.types.iter().map(|&ty| u64::from(ty)))?;
        column(
            out,
            "degrees",
            graph.vertices().map(|v| graph.out_degree(v) as u64),
        )?;
        let heads = graph
            .vertices()
            .flat_map(|v| differences(v, graph.successors(v)));
        column(out, "heads", heads)?;
        // 0 means no name.
        let names = graph.edges().map(|edge| {
            let name = self.graph.edge_text(edge.id);
            name.map_or(0, |name| 1 + texts.number(name))
        });
        column(out, "names", names)?;
        let components = graph.vertices().map(|v| {
            let number = self.components.component_of(v);
            let cyclic = |&number: &u32| self.components.component(number).len() > 1;
            number
                .filter(cyclic)
                .map_or(0, |number| 1 + u64::from(number))
        });
        column(out, "components", components)?;
        column(out, "ids", self.graph.vertex_ids().iter().copied())?;
        let holders = self.options.holders.iter();
        let holders: Vec<_> = holders
            .filter(|(v, _)| self.graph.contains_vertex(*v))
            .flat_map(|(v, text)| [v.number().into(), texts.number(&**text)])
            .collect();
        column(out, "holders", holders)?;
        if let Some((chain_of, chains)) = self.options.chains {
            // A number beyond the list is none.
            let known = |&chain: &u32| {
                if (chain as usize) <= chains.len() {
                    chain
                } else {
                    0
                }
            };
            column(out, "chain-of", chain_of.iter().map(known).map(u64::from))?;
            let chains: Vec<_> = chains.iter().map(|chain| texts.number(&**chain)).collect();
            column(out, "chains", chains)?;
        }
        if let Some(sizes) = self.options.sizes {
            column(out, "sizes", sizes.iter().copied())?;
        }
        let Some(retention) = retention else {
            return Ok(());
        };
        column(out, "dominators", retention.above(graph))?;
        column(out, "retained", retention.sizes)
    }

    /// Vertices that together reach the whole graph: the roots, and the source components that
    /// the roots do not reach.
    fn starts(&self) -> Vec<VertexId> {
        let roots = self.options.roots.iter().copied();
        let split = Split::new(self.graph.graph(), &self.components);
        split.expect("they are its components").covering(roots)
    }
}

/// Writes a column of numbers as an element of the page.
fn column(
    out: &mut impl Write,
    id: &str,
    numbers: impl IntoIterator<Item = u64>,
) -> io::Result<()> {
    write!(out, "<script type=\"text/plain\" id=\"{id}\">")?;
    let mut base64 = Base64::new(&mut *out);
    for number in numbers {
        base64.number(number)?;
    }
    base64.finish()?;
    out.write_all(b"</script>\n")
}

/// Each head as its difference from the previous head; the first, from the tail. The lowest bit is
/// the sign.
fn differences(tail: VertexId, heads: impl Iterator<Item = VertexId>) -> impl Iterator<Item = u64> {
    let mut before = i64::from(tail.number());
    heads.map(move |head| {
        let head = i64::from(head.number());
        let way = head - before;
        before = head;
        (way << 1 ^ way >> 63) as u64
    })
}

#[cfg(test)]
mod tests;
