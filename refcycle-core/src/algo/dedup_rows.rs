//! Rows without duplicate heads.

use alloc::vec::Vec;
/// Up to this many heads are compared one by one; a table would cost a cache miss for each.
const FEW: usize = 8;

/// Appends heads to the last row of a table, each once per row.
pub(super) struct RowDedup {
    vertex_count: usize,
    /// The last row that contained each head, counted from 1. Allocated when a row has many heads.
    seen_in: Vec<u32>,
    row: u32,
    start: usize,
    listed: bool,
}

impl RowDedup {
    /// For heads below `vertex_count`.
    pub(super) fn new(vertex_count: usize) -> Self {
        Self {
            vertex_count,
            seen_in: Vec::new(),
            row: 0,
            start: 0,
            listed: false,
        }
    }

    /// Starts a row at the end of `heads`.
    #[inline]
    pub(super) fn start_row(&mut self, heads: &[u32]) {
        self.row += 1;
        self.start = heads.len();
        self.listed = false;
    }

    /// Appends a head to the row, unless the row has it already.
    #[inline]
    pub(super) fn push(&mut self, heads: &mut Vec<u32>, head: u32) {
        if self.listed || heads.len() - self.start >= FEW {
            self.push_to_many(heads, head);
        } else if !heads[self.start..].contains(&head) {
            heads.push(head);
        }
    }

    fn push_to_many(&mut self, heads: &mut Vec<u32>, head: u32) {
        if !self.listed {
            self.listed = true;
            self.seen_in.resize(self.vertex_count, 0);
            for &head in &heads[self.start..] {
                self.seen_in[head as usize] = self.row;
            }
        }
        let seen_in = &mut self.seen_in[head as usize];
        if *seen_in != self.row {
            *seen_in = self.row;
            heads.push(head);
        }
    }
}
