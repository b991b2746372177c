//! Adds names to an existing graph.

use std::sync::Arc;

use refcycle_core::{CsrGraph, Vertices};

use super::error::BuildError;
use super::graph::AnnotatedGraph;
use super::ids::{edge_table, vertex_table};
use super::order::EdgeOrder;
use crate::names::{NameId, NamesBuilder, ObjectName, ReferenceName};

/// Collects the ids and names of the vertices and edges of a [`CsrGraph`], each in the order of
/// the ids in that graph. Vertices and edges may be interleaved.
///
/// # Complexity
/// Memory: 12 bytes per vertex and per edge, and each distinct name once. Nothing else is copied.
///
/// # Example
/// ```
/// use refcycle_core::CsrGraph;
/// use refcycle_dot::Annotator;
/// use refcycle_dot::names::{ObjectName, ReferenceName};
///
/// let mut annotator = Annotator::with_capacity(2, 1);
/// annotator.vertex(7, &ObjectName::Instance("app.Pool"));
/// annotator.edge(0, Some(&ReferenceName::Attribute("owner")));
/// annotator.vertex(9, &ObjectName::Module("app"));
/// let graph = annotator.finish(CsrGraph::from_edges(2, [(0, 1)])?)?;
/// assert_eq!(graph.find_vertex(9).map(|v| graph.vertex_annotation(v)), Some("module\napp"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Annotator {
    names: NamesBuilder,
    vertices: Vec<u64>,
    vertex_names: Vec<NameId>,
    edges: Vec<u64>,
    edge_names: Vec<NameId>,
}

impl Annotator {
    /// Creates an annotator with capacity for this number of vertices and edges.
    pub fn with_capacity(vertices: usize, edges: usize) -> Self {
        Self {
            names: NamesBuilder::default(),
            vertices: Vec::with_capacity(vertices),
            vertex_names: Vec::with_capacity(vertices),
            edges: Vec::with_capacity(edges),
            edge_names: Vec::with_capacity(edges),
        }
    }

    /// Whether the next new names make a large table move into a larger one, which takes up to a
    /// second with ten millions of them. Call [`make_room`](Self::make_room) where that time does not
    /// matter. `names` is an upper bound of the number of new names.
    ///
    /// # Example
    /// ```
    /// use refcycle_dot::Annotator;
    /// assert!(!Annotator::default().is_crowded(100));
    /// ```
    pub fn is_crowded(&self, names: usize) -> bool {
        self.names.is_crowded(names)
    }

    /// Makes room for new names: see [`is_crowded`](Self::is_crowded).
    pub fn make_room(&mut self, names: usize) {
        self.names.make_room(names);
    }

    /// Names the next vertex.
    pub fn vertex<T: AsRef<str>>(&mut self, id: u64, name: &ObjectName<T>) {
        let name = self.names.object(name.borrowed());
        self.vertices.push(id);
        self.vertex_names.push(name);
    }

    /// Names the next edge, if it has a name.
    pub fn edge<T: AsRef<str>>(&mut self, id: u64, name: Option<&ReferenceName<T>>) {
        let name = name.map_or(NameId::NONE, |name| self.names.reference(name.borrowed()));
        self.edges.push(id);
        self.edge_names.push(name);
    }

    /// Adds the names to the graph, which may be shared.
    ///
    /// # Errors
    /// [`BuildError::Count`], [`BuildError::DuplicateVertex`],
    /// [`BuildError::DuplicateEdge`], [`BuildError::TooManyAnnotations`].
    pub fn finish(self, graph: impl Into<Arc<CsrGraph>>) -> Result<AnnotatedGraph, BuildError> {
        let graph = graph.into();
        check_count("vertices", graph.vertex_count(), self.vertices.len())?;
        check_count("edges", graph.heads().len(), self.edges.len())?;
        Ok(AnnotatedGraph {
            graph,
            vertex_ids: vertex_table(self.vertices)?,
            vertex_names: self.vertex_names.into(),
            edge_ids: edge_table(self.edges)?,
            edge_names: self.edge_names.into(),
            order: EdgeOrder::default(),
            names: self.names.finish().ok_or(BuildError::TooManyAnnotations)?,
        })
    }
}

impl AnnotatedGraph {
    /// Gives every vertex and edge of a graph an id and an annotation, in the order of the ids in
    /// that graph. [`ObjectName::parse`] and [`ReferenceName::parse`] turn the annotations into
    /// names.
    ///
    /// # Errors
    /// [`BuildError::Count`], [`BuildError::DuplicateVertex`],
    /// [`BuildError::DuplicateEdge`], [`BuildError::TooManyAnnotations`].
    ///
    /// # Complexity
    /// O(vertices + edges) time if the ids ascend; otherwise, the ids are also sorted.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::CsrGraph;
    /// use refcycle_dot::AnnotatedGraph;
    /// let pair = CsrGraph::from_edges(2, [(0, 1)])?;
    /// let graph = AnnotatedGraph::annotate(pair, [(7, "a"), (9, "b")], [(0, Some("next"))])?;
    /// assert_eq!(graph.find_vertex(9).map(|v| graph.vertex_annotation(v)), Some("b"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn annotate<V: AsRef<str>, E: AsRef<str>>(
        graph: impl Into<Arc<CsrGraph>>,
        vertices: impl IntoIterator<Item = (u64, V)>,
        edges: impl IntoIterator<Item = (u64, Option<E>)>,
    ) -> Result<Self, BuildError> {
        let mut annotator = Annotator::default();
        for (id, text) in vertices {
            annotator.vertex(id, &ObjectName::parse(text.as_ref()));
        }
        for (id, text) in edges {
            let text = text.as_ref().map(AsRef::as_ref);
            annotator.edge(id, text.map(ReferenceName::parse).as_ref());
        }
        annotator.finish(graph)
    }

    /// The same as [`annotate`](Self::annotate), but with names.
    ///
    /// # Errors
    /// As for [`annotate`](Self::annotate).
    ///
    /// # Example
    /// ```
    /// use refcycle_core::CsrGraph;
    /// use refcycle_dot::AnnotatedGraph;
    /// use refcycle_dot::names::{ObjectName, ReferenceName};
    /// let pair = CsrGraph::from_edges(2, [(0, 1)])?;
    /// let vertices = [(7, ObjectName::Instance("app.Pool")), (9, ObjectName::Module("app"))];
    /// let edges = [(0, Some(ReferenceName::Attribute("owner")))];
    /// let graph = AnnotatedGraph::name(pair, vertices, edges)?;
    /// let module = graph.find_vertex(9).unwrap();
    /// assert_eq!(graph.object_name(module), ObjectName::Module("app"));
    /// assert_eq!(graph.vertex_annotation(module), "module\napp");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn name<V: AsRef<str>, E: AsRef<str>>(
        graph: impl Into<Arc<CsrGraph>>,
        vertices: impl IntoIterator<Item = (u64, ObjectName<V>)>,
        edges: impl IntoIterator<Item = (u64, Option<ReferenceName<E>>)>,
    ) -> Result<Self, BuildError> {
        let mut annotator = Annotator::default();
        for (id, name) in vertices {
            annotator.vertex(id, &name);
        }
        for (id, name) in edges {
            annotator.edge(id, name.as_ref());
        }
        annotator.finish(graph)
    }
}

fn check_count(what: &'static str, expected: usize, given: usize) -> Result<(), BuildError> {
    if expected == given {
        return Ok(());
    }
    Err(BuildError::Count {
        what,
        expected,
        given,
    })
}
