//! The source of labels.

use std::borrow::Cow;
use std::convert::Infallible;
use std::rc::Rc;

use refcycle_core::{Edge, VertexId};

use super::kind::{class_of, kind_of};
use crate::annotated::AnnotatedGraph;

/// Supplies the labels of a graph one by one.
///
/// Computing all labels of a graph with a million objects would take far longer than a tree of
/// 40 lines needs.
pub trait Names {
    /// The error of a lookup.
    type Error;

    /// The label of a vertex.
    ///
    /// # Errors
    /// If it cannot be determined.
    fn vertex(&mut self, v: VertexId) -> Result<Cow<'_, str>, Self::Error>;

    /// The labels of parallel edges: all edges from one vertex to another.
    ///
    /// # Errors
    /// If they cannot be determined.
    fn references(&mut self, edges: &[Edge]) -> Result<Vec<Option<String>>, Self::Error>;

    /// The kind of a vertex, by which siblings are folded: [`kind_of`] its label. Override it
    /// if there is a faster way: it is called for all neighbours of shown vertices.
    ///
    /// # Errors
    /// If it cannot be determined.
    fn kind(&mut self, v: VertexId) -> Result<Rc<str>, Self::Error> {
        self.vertex(v).map(|label| kind_of(&label).into())
    }

    /// A note for a vertex without neighbours, where the tree ends.
    ///
    /// # Errors
    /// If it cannot be determined.
    fn note(&mut self, v: VertexId) -> Result<Option<String>, Self::Error> {
        let _ = v;
        Ok(None)
    }
}

impl Names for &AnnotatedGraph {
    type Error = Infallible;

    fn vertex(&mut self, v: VertexId) -> Result<Cow<'_, str>, Infallible> {
        Ok(self.object_name(v).long())
    }

    fn references(&mut self, edges: &[Edge]) -> Result<Vec<Option<String>>, Infallible> {
        let texts = edges.iter().map(|edge| self.edge_text(edge.id));
        Ok(texts.map(|text| text.map(Cow::into_owned)).collect())
    }

    fn kind(&mut self, v: VertexId) -> Result<Rc<str>, Infallible> {
        Ok(class_of(self.object_name(v)).into())
    }
}
