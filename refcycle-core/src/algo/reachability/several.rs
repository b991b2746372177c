//! The edges of components of several vertices.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::algo::Components;
use crate::{Rows, VertexId};

/// The edges from components of several vertices to others, so that a search need not go through all
/// their vertices.
#[derive(Clone)]
pub(super) struct Several {
    /// The components, ascending.
    numbers: Box<[u32]>,
    /// Where the edges of each start, and the end of the last.
    starts: Box<[usize]>,
    /// A vertex of each component that an edge leads to.
    heads: Box<[VertexId]>,
}

impl Several {
    /// `rows` are the condensation.
    pub(super) fn new(components: &Components, rows: Rows<'_>) -> Self {
        let is_several = |&number: &u32| components.component(number).len() > 1;
        let numbers: Vec<_> = (0..components.len() as u32).filter(is_several).collect();
        let mut starts = Vec::with_capacity(numbers.len() + 1);
        let mut heads = Vec::new();
        starts.push(0);
        for &number in &numbers {
            let row = rows.row(number).iter();
            heads.extend(row.map(|&head| components.component(head)[0]));
            starts.push(heads.len());
        }
        Self {
            numbers: numbers.into(),
            starts: starts.into(),
            heads: heads.into(),
        }
    }

    /// The heads of the edges of a component of several vertices: a vertex of each component.
    pub(super) fn row(&self, number: u32) -> &[VertexId] {
        let Ok(place) = self.numbers.binary_search(&number) else {
            return &[];
        };
        &self.heads[self.starts[place]..self.starts[place + 1]]
    }

    /// The bytes of the edges.
    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.numbers) + size_of_val(&*self.starts) + size_of_val(&*self.heads)
    }
}
