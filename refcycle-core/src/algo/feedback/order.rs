//! An order of vertices. Moving a vertex and comparing two vertices take constant time.

use alloc::vec;
use alloc::vec::Vec;
/// A range of labels may hold this many times as many vertices as a range of half its width. Its
/// 64th power must exceed 2^32, the number of vertices.
const FULLEST: f64 = 1.43;

/// A linked list whose items have ascending labels with gaps between them.
///
/// M. A. Bender et al., "Two simplified algorithms for maintaining order in a list", ESA
/// 2002, doi:10.1007/3-540-45749-6_17.
pub(super) struct Order {
    label: Vec<u64>,
    next: Vec<u32>,
    previous: Vec<u32>,
}

impl Order {
    /// The order `vertices`, which must contain all numbers below its length.
    pub(super) fn new(vertices: &[u32]) -> Self {
        let n = vertices.len();
        let mut order = Self {
            label: vec![0; n + 1],
            next: vec![0; n + 1],
            previous: vec![0; n + 1],
        };
        let mut last = order.end();
        for &v in vertices.iter().chain([&order.end()]) {
            order.next[last as usize] = v;
            order.previous[v as usize] = last;
            last = v;
        }
        order.spread();
        order
    }

    /// The position before the first and after the last.
    pub(super) fn end(&self) -> u32 {
        self.label.len() as u32 - 1
    }

    #[inline]
    pub(super) fn label(&self, v: u32) -> u64 {
        self.label[v as usize]
    }

    #[inline]
    pub(super) fn before(&self, v: u32, w: u32) -> bool {
        self.label(v) < self.label(w)
    }

    /// Whether `v` is between two vertices or one of them.
    #[inline]
    pub(super) fn within(&self, v: u32, first: u32, last: u32) -> bool {
        (self.label(first)..=self.label(last)).contains(&self.label(v))
    }

    pub(super) fn previous(&self, v: u32) -> u32 {
        self.previous[v as usize]
    }

    /// Assigns labels as far apart as possible.
    fn spread(&mut self) {
        let gap = u64::MAX / (self.label.len() as u64 + 1);
        let mut v = self.end();
        // The end keeps 0, so that all others are after it.
        for place in 0..self.label.len() as u64 {
            self.label[v as usize] = place * gap;
            v = self.next[v as usize];
        }
    }

    /// Puts `v` after `place`.
    pub(super) fn move_behind(&mut self, v: u32, place: u32) {
        if v == place || self.next[place as usize] == v {
            return;
        }
        self.link_behind(v, place);
        let after = self.next[v as usize];
        if self.gap(place, after) < 2 {
            self.make_room(v, place);
        } else {
            self.label[v as usize] = self.label(place) + self.gap(place, after) / 2;
        }
    }

    /// Puts these vertices after `place`, which is not one of them.
    pub(super) fn move_all_behind(&mut self, vertices: &[u32], mut place: u32) {
        for &v in vertices {
            self.link_behind(v, place);
            place = v;
        }
        let (Some(&first), Some(&last)) = (vertices.first(), vertices.last()) else {
            return;
        };
        let (before, after) = (self.previous(first), self.next[last as usize]);
        let step = self.gap(before, after) / (vertices.len() as u64 + 1);
        if step == 0 {
            return self.spread();
        }
        let mut label = self.label(before);
        for &v in vertices {
            label += step;
            self.label[v as usize] = label;
        }
    }

    fn gap(&self, before: u32, after: u32) -> u64 {
        let high = if after == self.end() {
            u64::MAX
        } else {
            self.label(after)
        };
        high - self.label(before)
    }

    fn link_behind(&mut self, v: u32, place: u32) {
        let (before, after) = (self.previous[v as usize], self.next[v as usize]);
        self.next[before as usize] = after;
        self.previous[after as usize] = before;
        let after = self.next[place as usize];
        self.next[place as usize] = v;
        self.previous[v as usize] = place;
        self.next[v as usize] = after;
        self.previous[after as usize] = v;
    }

    /// Relabels the vertices around `v`, whose own label is ignored: those in the smallest range
    /// of labels that is not too full. The larger the range, the emptier it must be, which bounds
    /// the cost to a logarithm per move.
    fn make_room(&mut self, v: u32, place: u32) {
        self.label[v as usize] = self.label(place).max(1);
        let (mut first, mut last, mut count) = (v, v, 1_u64);
        let mut most = 1.0;
        for bits in 1..64 {
            most *= FULLEST;
            let low = self.label(v) >> bits << bits;
            let high = low | ((1 << bits) - 1);
            while self.previous(first) != self.end() && self.label(self.previous(first)) >= low {
                first = self.previous(first);
                count += 1;
            }
            while self.next[last as usize] != self.end()
                && self.label(self.next[last as usize]) <= high
            {
                last = self.next[last as usize];
                count += 1;
            }
            let step = (high - low) / (count + 1);
            if count as f64 <= most && step >= 2 {
                let (mut label, mut w) = (low, first);
                for _ in 0..count {
                    label += step;
                    self.label[w as usize] = label;
                    w = self.next[w as usize];
                }
                return;
            }
        }
        self.spread();
    }

    /// The vertices in order.
    pub(super) fn vertices(&self) -> Vec<u32> {
        let mut vertices = Vec::with_capacity(self.label.len() - 1);
        let mut v = self.next[self.end() as usize];
        while v != self.end() {
            vertices.push(v);
            v = self.next[v as usize];
        }
        vertices
    }
}
