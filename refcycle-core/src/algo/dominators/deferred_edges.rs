//! Edges whose evaluation is deferred, grouped by their heads.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

/// A back edge or a cross edge.
#[derive(Clone, Copy)]
pub(super) struct DeferredEdge {
    pub(super) tail: u32,
    pub(super) head: u32,
}

/// The edges by blocks of their heads, in each block in the order in which they were added. There
/// are few enough blocks to add to all of them concurrently, and the data of a block is in the
/// cache while its edges are sorted.
#[derive(Default)]
pub(super) struct DeferredEdges {
    blocks: Vec<Block>,
}

/// Lists of edges: a single one would temporarily need three times the memory when it grows.
#[derive(Default)]
struct Block {
    full: Vec<Vec<DeferredEdge>>,
    last: Vec<DeferredEdge>,
}

const BLOCK_BITS: u32 = 13;
const BLOCK: usize = 1 << BLOCK_BITS;
/// The length of the first list of a block, and of the longest.
const SHORTEST: usize = 16;
const LONGEST: usize = 1 << 12;

impl DeferredEdges {
    #[inline]
    pub(super) fn push(&mut self, edge: DeferredEdge) {
        match self.blocks.get_mut((edge.head >> BLOCK_BITS) as usize) {
            Some(block) if block.last.len() < block.last.capacity() => block.last.push(edge),
            _ => self.push_to_new_list(edge),
        }
    }

    #[cold]
    fn push_to_new_list(&mut self, edge: DeferredEdge) {
        let place = (edge.head >> BLOCK_BITS) as usize;
        if place >= self.blocks.len() {
            self.blocks.resize_with(place + 1, Block::default);
        }
        let block = &mut self.blocks[place];
        let length = (2 * block.last.len()).clamp(SHORTEST, LONGEST);
        let full = core::mem::replace(&mut block.last, Vec::with_capacity(length));
        if !full.is_empty() {
            block.full.push(full);
        }
        block.last.push(edge);
    }

    /// The blocks of heads below `count`, in descending order.
    pub(super) fn blocks(count: usize) -> impl Iterator<Item = usize> {
        (0..count.div_ceil(BLOCK)).rev()
    }

    /// The heads of a block.
    pub(super) fn heads(block: usize) -> Range<usize> {
        block * BLOCK..(block + 1) * BLOCK
    }

    /// Takes the edges of a block.
    fn take(&mut self, block: usize) -> Block {
        let block = self.blocks.get_mut(block);
        block.map(core::mem::take).unwrap_or_default()
    }
}

/// The tails of the deferred edges of a block, sorted by head.
pub(super) struct SortedTails {
    starts: Vec<u32>,
    ends: Vec<u32>,
    tails: Vec<u32>,
}

impl SortedTails {
    /// For heads below `count`.
    pub(super) fn new(count: usize) -> Self {
        Self {
            starts: vec![0; count.min(BLOCK)],
            ends: vec![0; count.min(BLOCK)],
            tails: Vec::new(),
        }
    }

    /// Takes the edges of a block.
    pub(super) fn take(&mut self, edges: &mut DeferredEdges, block: usize) {
        let Block { mut full, last } = edges.take(block);
        full.push(last);
        let edges = || full.iter().flatten();
        let length: usize = full.iter().map(Vec::len).sum();
        assert!(
            u32::try_from(length).is_ok(),
            "{length} deferred edges end in a block of {BLOCK} vertices: the limit is 2^32 - 1"
        );
        self.ends.fill(0);
        edges().for_each(|edge| self.ends[edge.head as usize % BLOCK] += 1);
        let mut count = 0;
        for (start, end) in self.starts.iter_mut().zip(&mut self.ends) {
            *start = count;
            count += core::mem::replace(end, count);
        }
        self.tails.clear();
        self.tails.resize(count as usize, 0);
        for edge in edges() {
            let head = edge.head as usize % BLOCK;
            let end = self.ends[head] as usize;
            // If the last tail is higher, it is below this one in the tree and covers both.
            if end == self.starts[head] as usize || self.tails[end - 1] < edge.tail {
                self.tails[end] = edge.tail;
                self.ends[head] += 1;
            }
        }
    }

    /// The tails of the edges into a head of the block, in ascending order.
    #[inline]
    pub(super) fn of(&self, head: usize) -> &[u32] {
        &self.tails[self.starts[head % BLOCK] as usize..self.ends[head % BLOCK] as usize]
    }
}
