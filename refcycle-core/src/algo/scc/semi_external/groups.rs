//! The groups of vertices that are known to be in the same component.

use std::vec;
use std::vec::Vec;

use super::merge::{Merged, rows_of};
use super::open::Open;
use crate::algo::scc::starts::Starts;
use crate::algo::{Components, strongly_connected_components};
use crate::counting_sort::{fill, offsets_by};
use crate::{Rows, VertexId};

/// An edge of a pass enters the group.
const ENTERED: u8 = 1;
/// An edge of a pass leaves the group.
const LEFT: u8 = 2;

/// The groups: closed ones, which are components, and open ones.
///
/// No edge goes from a closed sink to a group that is open or was closed later, and no edge goes to
/// a closed source from such a group. So closed sinks have the lowest numbers, in the order in which
/// they were closed, and closed sources the highest.
pub(super) struct Groups {
    /// The group of each vertex: `number` for a closed sink, `sinks + number` for an open group,
    /// `!number` for a closed source.
    group: Vec<u32>,
    sinks: u32,
    sources: u32,
    open: Open,
}

impl Groups {
    /// A group for each vertex.
    pub(super) fn new(vertices: usize) -> Self {
        Self {
            group: (0..vertices as u32).collect(),
            sinks: 0,
            sources: 0,
            open: Open::new(vertices),
        }
    }

    /// The number of open groups.
    pub(super) fn open(&self) -> usize {
        self.open.levels.len()
    }

    /// The number of the group of `v`, a number of this pass's file, if it is open.
    #[inline]
    pub(super) fn open_group(&self, v: u32) -> Option<u32> {
        // Closed sinks wrap to the numbers above all open groups.
        let number = self.group[v as usize].wrapping_sub(self.sinks);
        ((number as usize) < self.open()).then_some(number)
    }

    /// Notes an edge between two groups, and returns whether it does not go to a higher level.
    #[inline]
    pub(super) fn note(&mut self, tail: u32, head: u32) -> bool {
        self.open.flags[tail as usize] |= LEFT;
        self.open.flags[head as usize] |= ENTERED;
        self.open.levels[tail as usize] >= self.open.levels[head as usize]
    }

    /// Merges the components of these edges and the forest.
    pub(super) fn merge(&mut self, edges: Vec<(u32, u32)>) {
        let (offsets, heads) = rows_of(edges, self.open(), &self.open.parents);
        let rows = Rows::trusted(&offsets, &heads, None);
        let merged = Merged::of(rows, &self.open);
        let sinks = self.sinks;
        self.renumber(|number| sinks + merged.number[number as usize]);
        self.open = merged.open;
    }

    /// Closes all groups; the edges are all that remain.
    pub(super) fn close_all(&mut self, edges: Vec<(u32, u32)>) {
        let (offsets, heads) = rows_of(edges, self.open(), &[]);
        let components = strongly_connected_components(&Rows::trusted(&offsets, &heads, None));
        let sinks = self.sinks;
        self.renumber(|number| sinks + components.number(VertexId::new(number)));
        self.sinks += components.len() as u32;
        self.open = Open::new(0);
    }

    /// Closes all groups; the remaining edges go to higher levels.
    pub(super) fn close_by_level(&mut self) {
        let mut order: Vec<u32> = (0..self.open() as u32).collect();
        order.sort_unstable_by_key(|&number| core::cmp::Reverse(self.open.levels[number as usize]));
        let mut new = vec![0; order.len()];
        for (place, number) in (self.sinks..).zip(order) {
            new[number as usize] = place;
        }
        self.renumber(|number| new[number as usize]);
        self.sinks += new.len() as u32;
        self.open = Open::new(0);
    }

    /// Closes the groups that no edge of the pass enters, or that no edge leaves, and prepares the
    /// others for the next pass.
    pub(super) fn close_ends(&mut self) {
        let flags = core::mem::take(&mut self.open.flags);
        let is_sink = |&&flags: &&u8| flags & LEFT == 0 && flags & ENTERED != 0;
        let sinks = self.sinks + flags.iter().filter(is_sink).count() as u32;
        let mut kept = 0;
        let mut next_sink = self.sinks;
        let take = |next: &mut u32| {
            *next += 1;
            *next - 1
        };
        let mut new = vec![0; flags.len()];
        for (new, &flags) in new.iter_mut().zip(&flags) {
            *new = match (flags & ENTERED != 0, flags & LEFT != 0) {
                (false, _) => !take(&mut self.sources),
                (true, false) => take(&mut next_sink),
                (true, true) => sinks + take(&mut kept),
            };
        }
        self.renumber(|number| new[number as usize]);
        self.sinks = sinks;
        self.open.keep(|number| {
            let place = new[number as usize].wrapping_sub(sinks);
            (place < kept).then_some(place)
        });
    }

    /// Gives each open group the number in `group` that `new` returns for it.
    fn renumber(&mut self, new: impl Fn(u32) -> u32) {
        let open = self.open() as u32;
        for group in &mut self.group {
            let number = group.wrapping_sub(self.sinks);
            if number < open {
                *group = new(number);
            }
        }
    }

    /// The components, when all groups are closed.
    pub(super) fn into_components(mut self) -> Components {
        let count = self.sinks + self.sources;
        for group in &mut self.group {
            if *group >= self.sinks {
                *group = count - 1 - !*group;
            }
        }
        let count = count as usize;
        let mut offsets: Vec<u32> = offsets_by(count, self.group.iter().copied());
        let mut members = vec![VertexId::default(); self.group.len()];
        let vertices = (0..).map(VertexId::new);
        let items = self.group.iter().copied().zip(vertices);
        fill(&mut offsets, &mut members, items);
        let mut starts = Starts::new(count);
        for (number, range) in offsets.windows(2).enumerate() {
            let others = range[1] - range[0] - 1;
            if others > 0 {
                starts.note(number, others);
            }
        }
        for group in &mut self.group {
            *group = !*group;
        }
        Components::from_search(self.group, members, starts.finish(count))
    }
}
