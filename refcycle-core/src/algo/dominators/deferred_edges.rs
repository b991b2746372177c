//! Edges whose evaluation is deferred.

use alloc::vec::Vec;
/// The end of a linked list of edges.
pub(super) const END: u32 = u32::MAX;

/// A back edge or a cross edge: its tail, and the previous deferred edge into the same vertex.
#[derive(Clone, Copy)]
pub(super) struct DeferredEdge {
    pub(super) tail: u32,
    pub(super) next: u32,
}

/// A list in blocks: a vector would temporarily need three times the memory when it grows.
#[derive(Default)]
pub(super) struct DeferredEdges {
    blocks: Vec<Vec<DeferredEdge>>,
    /// The index of the next edge.
    next: u32,
}

const BLOCK_BITS: u32 = 14;
const BLOCK: usize = 1 << BLOCK_BITS;

impl DeferredEdges {
    /// Adds an edge and returns its index.
    #[inline]
    pub(super) fn push(&mut self, edge: DeferredEdge) -> u32 {
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => block.push(edge),
            _ => self.push_block(edge),
        }
        self.next += 1;
        self.next - 1
    }

    #[cold]
    fn push_block(&mut self, edge: DeferredEdge) {
        let mut block = Vec::with_capacity(BLOCK);
        block.push(edge);
        self.blocks.push(block);
    }

    #[inline]
    pub(super) fn get(&self, place: u32) -> DeferredEdge {
        self.blocks[(place >> BLOCK_BITS) as usize][place as usize % BLOCK]
    }
}
