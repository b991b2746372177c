//! Building a heap snapshot.

use std::fmt;

use refcycle_core::algo::descendants_set;
use refcycle_core::{Algorithms, CsrGraph, Error, IDirectedGraph, VertexId, VertexSet, Vertices};

use super::display_names::{self, Shown, shown};
use super::node::{NODE_FIELDS, Node, NodeKind, Reference, StoredNode};
use super::snapshot::HeapSnapshot;
use crate::annotated::BuildError;
use crate::names::ReferenceName;
use crate::names::strings::{Interner, StringId};
use crate::roots::Group;

/// Collects the contents of a heap snapshot: a [`Node`] for each vertex and a name for each
/// edge of a graph, and the parts that the graph does not have: weak references and roots.
///
/// # Memory
/// 24 bytes per vertex, 8 per edge, 12 per weak reference, 12 per root, and each distinct name
/// once.
///
/// # Example
/// ```
/// use refcycle_core::CsrGraph;
/// use refcycle_dot::names::ReferenceName;
/// use refcycle_dot::exchange::heapsnapshot::{FIRST_ID, Group, HeapSnapshot, Node, NodeKind};
/// let graph = CsrGraph::from_edges(2, [(0, 1)])?;
/// let mut heap = HeapSnapshot::builder(&graph);
/// heap.node(Node { kind: NodeKind::Object, name: "list", id: FIRST_ID, size: 64 });
/// heap.node(Node { kind: NodeKind::String, name: "text", id: FIRST_ID + 2, size: 53 });
/// heap.edge(Some(ReferenceName::Item(0)));
/// heap.root(Group::Threads, "running in thread MainThread", 0.into());
/// let mut text = Vec::new();
/// heap.build()?.write(&mut text)?;
/// assert!(String::from_utf8(text)?.starts_with(r#"{"snapshot":{"meta":{"node_fields":["#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct HeapSnapshotBuilder<'g> {
    graph: &'g CsrGraph,
    nodes: Vec<StoredNode>,
    edges: Vec<Reference>,
    weak: Vec<(u32, u32, StringId)>,
    roots: Vec<(Group, u32, StringId)>,
    names: Interner,
}

impl<'g> HeapSnapshotBuilder<'g> {
    /// Adds the node of the next vertex, starting with the first vertex.
    pub fn node(&mut self, node: Node<'_>) {
        let name = match node.kind {
            NodeKind::Object => display_names::class(node.name),
            _ => display_names::cut(node.name),
        };
        self.nodes.push(StoredNode {
            size: node.size,
            id: node.id,
            name: self.names.intern(&name),
            kind: node.kind,
        });
    }

    /// Adds the name of the next edge, starting with the first edge. Items are shown as
    /// elements, local variables as variables, all others as properties.
    pub fn edge(&mut self, name: Option<ReferenceName<&str>>) {
        let mut text = |name: &str| self.names.intern(&display_names::cut(name));
        self.edges.push(match name.map(shown) {
            Some(Shown::Element(index)) => Reference::Element(index),
            Some(Shown::Variable(name)) => Reference::Variable(text(name)),
            Some(Shown::Property(name)) => Reference::Property(text(&name)),
            None => Reference::Nameless,
        });
    }

    /// Adds a weak reference, which keeps nothing alive.
    pub fn weak(&mut self, tail: VertexId, head: VertexId, name: &str) {
        let name = self.names.intern(&display_names::cut(name));
        self.weak.push((tail.number(), head.number(), name));
    }

    /// Adds a reference from outside the graph.
    pub fn root(&mut self, group: Group, name: &str, vertex: VertexId) {
        let name = self.names.intern(&display_names::cut(name));
        self.roots.push((group, vertex.number(), name));
    }

    /// Finds the vertices that no root reaches, and checks that the parts are consistent.
    ///
    /// # Errors
    /// [`BuildError::Count`] if there is not one node per vertex and one name per edge,
    /// [`BuildError::Graph`] for a vertex that is not in the graph or for more objects than the
    /// tools can number (about 600 million), [`BuildError::TooManyAnnotations`].
    ///
    /// # Complexity
    /// O(vertices + edges) time, plus sorting the roots.
    pub fn build(mut self) -> Result<HeapSnapshot<'g>, BuildError> {
        self.check()?;
        self.add_unreached()?;
        self.weak.sort_by_key(|&(tail, ..)| tail);
        self.roots.sort_by_key(|&(group, ..)| group);
        Ok(HeapSnapshot {
            graph: self.graph,
            nodes: self.nodes,
            edges: self.edges,
            weak: self.weak,
            roots: self.roots,
            names: self.names.finish().ok_or(BuildError::TooManyAnnotations)?,
        })
    }

    fn check(&self) -> Result<(), BuildError> {
        for (what, expected, given) in [
            ("vertices", self.graph.vertex_count(), self.nodes.len()),
            ("edges", self.graph.edge_count(), self.edges.len()),
        ] {
            if expected != given {
                return Err(BuildError::Count {
                    what,
                    expected,
                    given,
                });
            }
        }
        let weak = self.weak.iter().flat_map(|&(tail, head, _)| [tail, head]);
        let roots = self.roots.iter().map(|&(_, vertex, _)| vertex);
        let count = self.nodes.len();
        if let Some(vertex) = weak.chain(roots).find(|&vertex| vertex as usize >= count) {
            return Err(Error::vertex_out_of_range(vertex, count).into());
        }
        // A reference to a node is the index of its first field, in 32 bits.
        let rests: u64 = self.nodes.iter().map(|node| node.rests()).sum();
        let all = count as u64 + rests + Group::ALL.len() as u64 + 2;
        if all * NODE_FIELDS > u64::from(u32::MAX) {
            return Err(Error::too_many_vertices(count).into());
        }
        Ok(())
    }

    /// Adds roots for the vertices that no root reaches: all members of the source components,
    /// because it is unknown which of them is held.
    fn add_unreached(&mut self) -> Result<(), BuildError> {
        let starts = self.roots.iter().map(|&(_, vertex, _)| vertex.into());
        let reached = if self.roots.is_empty() {
            VertexSet::new(self.nodes.len())
        } else {
            descendants_set(self.graph, starts)?
        };
        if reached.len() == self.nodes.len() {
            return Ok(());
        }
        let split = self.graph.split();
        let mut tops: Vec<_> = (split.sources().into_iter())
            .flat_map(|number| split.components().component(number).iter().copied())
            .filter(|&v| !reached.contains(v))
            .collect();
        tops.sort_unstable();
        for v in tops {
            self.root(Group::Unreached, "no reference is known", v);
        }
        Ok(())
    }
}

impl<'g> HeapSnapshot<'g> {
    /// Creates a builder for the vertices and edges of `graph`, in graph order.
    pub fn builder(graph: &'g CsrGraph) -> HeapSnapshotBuilder<'g> {
        HeapSnapshotBuilder {
            graph,
            nodes: Vec::with_capacity(graph.vertex_count()),
            edges: Vec::with_capacity(graph.edge_count()),
            weak: Vec::new(),
            roots: Vec::new(),
            names: Interner::default(),
        }
    }
}

impl fmt::Debug for HeapSnapshotBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeapSnapshotBuilder")
            .field("nodes", &self.nodes.len())
            .field("edges", &self.edges.len())
            .finish_non_exhaustive()
    }
}
