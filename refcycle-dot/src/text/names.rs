//! Where the labels come from.

use std::borrow::Cow;
use std::convert::Infallible;
use std::rc::Rc;

use refcycle_core::{Edge, VertexId};

use super::kind::kind_of;
use crate::annotated::AnnotatedGraph;

/// The labels of a graph, asked for one by one.
///
/// A graph of a million objects has no labels yet, and to find them all takes longer than
/// anybody waits for a tree of 40 lines.
pub trait Names {
    /// What may go wrong.
    type Error;

    /// The label of a vertex.
    ///
    /// # Errors
    /// That it cannot be found out.
    fn vertex(&mut self, v: VertexId) -> Result<Cow<'_, str>, Self::Error>;

    /// The labels of edges that are parallel: all that go from one vertex to another.
    ///
    /// # Errors
    /// That they cannot be found out.
    fn references(&mut self, edges: &[Edge]) -> Result<Vec<Option<String>>, Self::Error>;

    /// The kind of a vertex, by which siblings are folded: [`kind_of`] its label, found
    /// faster perhaps. It is asked for all neighbours of what is shown.
    ///
    /// # Errors
    /// That it cannot be found out.
    fn kind(&mut self, v: VertexId) -> Result<Rc<str>, Self::Error> {
        self.vertex(v).map(|label| kind_of(&label).into())
    }

    /// What to say of a vertex at which a tree ends, as nothing comes after it.
    ///
    /// # Errors
    /// That it cannot be found out.
    fn note(&mut self, v: VertexId) -> Result<Option<String>, Self::Error> {
        let _ = v;
        Ok(None)
    }
}

impl Names for &AnnotatedGraph {
    type Error = Infallible;

    fn vertex(&mut self, v: VertexId) -> Result<Cow<'_, str>, Infallible> {
        Ok(self.vertex_annotation(v).into())
    }

    fn references(&mut self, edges: &[Edge]) -> Result<Vec<Option<String>>, Infallible> {
        let labels = edges.iter().map(|edge| self.edge_annotation(edge.id));
        Ok(labels.map(|label| label.map(str::to_owned)).collect())
    }
}
