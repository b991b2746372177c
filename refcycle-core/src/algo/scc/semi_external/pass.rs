//! A pass over the file.

use core::ops::ControlFlow;
use std::io::{Read, Seek};
use std::vec::Vec;

use super::groups::Groups;
use crate::Error;
use crate::files::RowParts;

/// How many edges are read between two reports.
const REPORT: usize = 1 << 20;

/// A pass over the file, which collects edges between open groups.
pub(super) struct Pass {
    /// Tails and heads, as numbers of open groups.
    edges: Vec<(u32, u32)>,
    /// The most edges in memory.
    most: usize,
    /// Whether there were more edges than that, so that some have been merged and dropped.
    overflowed: bool,
    /// Whether one of the edges in memory does not go to a higher level.
    disagrees: bool,
    /// The same for an edge of the pass, with the levels at the time when it was read.
    disagreed: bool,
}

impl Pass {
    /// A pass with `most` edges in memory, over a file of `edges` edges.
    pub(super) fn new(most: usize, edges: usize) -> Self {
        Self {
            edges: Vec::with_capacity(most.min(edges)),
            most,
            overflowed: false,
            disagrees: false,
            disagreed: false,
        }
    }

    /// Reads the rows.
    pub(super) fn read<R: Read + Seek, B>(
        &mut self,
        groups: &mut Groups,
        rows: &mut RowParts<'_, R>,
        mut report: impl FnMut(&Groups, u64) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, Error> {
        let mut unreported = 0;
        while let Some((v, heads)) = rows.next_part(|v| groups.open_group(v).is_some())? {
            let mut left = heads;
            while !left.is_empty() {
                left = self.collect(groups, v, left);
                if self.edges.len() == self.most {
                    self.overflowed = true;
                    self.merge(groups);
                }
            }
            unreported += heads.len();
            if unreported >= REPORT {
                unreported = 0;
                if let ControlFlow::Break(stop) = report(groups, rows.bytes_read()) {
                    return Ok(ControlFlow::Break(stop));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Collects edges from `v` to these heads until the memory is full, and returns the heads that
    /// are left.
    fn collect<'h>(&mut self, groups: &mut Groups, v: u32, heads: &'h [u32]) -> &'h [u32] {
        let Some(tail) = groups.open_group(v) else {
            return &[];
        };
        // Vertices of a group are often next to each other.
        let mut last = tail;
        for (place, &w) in heads.iter().enumerate() {
            let Some(head) = groups.open_group(w) else {
                continue;
            };
            if head == last || head == tail {
                continue;
            }
            if self.edges.len() == self.most {
                return &heads[place..];
            }
            last = head;
            self.disagrees |= groups.note(tail, head);
            self.edges.push((tail, head));
        }
        &[]
    }

    /// Merges the edges in memory into the groups.
    fn merge(&mut self, groups: &mut Groups) {
        if self.disagrees {
            let edges = core::mem::take(&mut self.edges);
            let capacity = edges.capacity();
            groups.merge(edges);
            self.edges = Vec::with_capacity(capacity);
        }
        self.edges.clear();
        self.disagreed |= self.disagrees;
        self.disagrees = false;
    }

    /// Ends the pass: closes all groups if it was the last one, otherwise some.
    pub(super) fn end(mut self, groups: &mut Groups) {
        if !self.overflowed {
            return groups.close_all(self.edges);
        }
        self.merge(groups);
        match self.disagreed {
            true => groups.close_ends(),
            false => groups.close_by_level(),
        }
    }
}
