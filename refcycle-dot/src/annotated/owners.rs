//! The names of an annotated graph, with information about vertices that its edges provide.

use std::borrow::Cow;
use std::convert::Infallible;

use refcycle_core::{EdgeId, IDirectedGraph, Predecessors, VertexId};

use super::graph::AnnotatedGraph;
use crate::names::{NamedGraph, ObjectKind, ObjectName, ReferenceName, owner};

impl NamedGraph for &AnnotatedGraph {
    type Error = Infallible;

    fn object(&mut self, v: VertexId) -> Result<ObjectName<String>, Infallible> {
        Ok(self.object_name(v).owned())
    }

    fn kind(&mut self, v: VertexId) -> Result<ObjectKind, Infallible> {
        Ok(self.object_name(v).kind())
    }

    fn references(
        &mut self,
        tail: VertexId,
        head: VertexId,
    ) -> Result<Vec<ReferenceName<String>>, Infallible> {
        let edges = self.graph().out_edges(tail);
        let names = edges
            .filter(|edge| edge.head == head)
            .filter_map(|edge| self.reference_name(edge.id));
        Ok(names.map(|name| name.owned()).collect())
    }

    fn referrers(&mut self, v: VertexId, most: usize) -> Vec<VertexId> {
        self.graph().predecessors(v).take(most).collect()
    }

    /// The names of cells already contain their variables.
    fn closure_variable(&mut self, _: VertexId, _: u64) -> Result<Option<String>, Infallible> {
        Ok(None)
    }
}

impl AnnotatedGraph {
    /// The name that a module, class or instance of the graph gives a container. Other referrers
    /// are drawn instead.
    pub(crate) fn owner(&self, v: VertexId) -> Option<String> {
        let is_container = matches!(self.object_name(v), ObjectName::Container { .. });
        let mut graph = self;
        match is_container.then(|| owner(&mut graph, v))? {
            Ok(owner) => owner.filter(|owner| owner.is_name).map(|owner| owner.text),
            Err(never) => match never {},
        }
    }

    /// The name of an edge for display, as written after its tail.
    pub(crate) fn edge_text(&self, e: EdgeId) -> Option<Cow<'_, str>> {
        let name = self.reference_name(e)?;
        let holder = self.object_name(self.graph().edge(e).tail);
        Some(name.long(holder))
    }
}
