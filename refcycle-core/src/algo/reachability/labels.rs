//! The labels of components.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::algo::Components;
use crate::algo::prefetch::prefetch;
use crate::watch::Meter;
use crate::{Rows, Watch};

/// The labels of a component, in as few bytes as possible: 15.
#[derive(Clone, Copy, Default)]
#[repr(C, packed)]
pub(super) struct Label {
    /// The component reaches all numbers from this one to its own.
    first: u32,
    /// The bits of the components that it reaches, itself included.
    below: u32,
    /// The bits of the components that reach it, itself included.
    above: u32,
    /// The length of the longest path from the component, or the maximum if it is longer; the
    /// highest bit tells whether the component has several vertices.
    level: u16,
    /// The length of the longest path to the component, or the maximum if it is longer.
    depth: u8,
}

/// The number of components that have a bit of their own: the lowest bits.
const HUBS: usize = 8;
const HUB_BITS: u32 = (1 << HUBS) - 1;

const SEVERAL: u16 = 1 << 15;
const MAX_LEVEL: u16 = SEVERAL - 1;

impl Label {
    /// Whether the component has several vertices.
    #[inline]
    pub(super) fn is_several(&self) -> bool {
        self.level & SEVERAL != 0
    }

    #[inline]
    fn level(&self) -> u16 {
        self.level & MAX_LEVEL
    }

    /// Whether the component reaches the component `number`, which is lower than its own: `true`
    /// is certain.
    #[inline]
    pub(super) fn covers(&self, number: u32) -> bool {
        self.first <= number
    }

    /// Whether a path from the component to the other goes through a hub.
    #[inline]
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.below & other.above & HUB_BITS != 0
    }

    /// Whether the component certainly does not reach the other.
    #[inline]
    pub(super) fn excludes(&self, other: &Self) -> bool {
        // A path leads to a lower level and a greater depth, unless both are at their maximum.
        let not_below = self.level() <= other.level() && other.level() != MAX_LEVEL;
        let not_above = other.depth <= self.depth && self.depth != u8::MAX;
        other.below & !self.below != 0 || self.above & !other.above != 0 || not_below || not_above
    }
}

/// The number of bits that components share.
const SHARED: u32 = u32::BITS - HUBS as u32;

/// The components of a block of consecutive numbers share a bit: what a component reaches, and what
/// reaches it, is mostly in few blocks, as the numbers are those of a depth-first search.
#[derive(Clone, Copy)]
struct Blocks {
    /// The logarithm of the size of a block.
    shift: u32,
}

impl Blocks {
    /// Blocks of at most 4,096 numbers; smaller ones if there would be fewer blocks than bits.
    fn new(components: usize) -> Self {
        let most = (components as u32 / SHARED).checked_ilog2();
        Self {
            shift: most.unwrap_or(0).min(12),
        }
    }

    #[inline]
    fn bit(self, number: u32) -> u32 {
        1 << (HUBS as u32 + (number >> self.shift) % SHARED)
    }
}

/// The labels of all components. `rows` are their condensation.
pub(super) fn labels<W: Watch>(
    components: &Components,
    rows: Rows<'_>,
    watch: &mut W,
) -> ControlFlow<W::Stop, Vec<Label>> {
    let mut meter = Meter::new(watch);
    let mut labels = vec![Label::default(); components.len()];
    let blocks = Blocks::new(components.len());
    for (bit, hub) in hubs(components, rows, &mut meter)?.into_iter().enumerate() {
        let label = &mut labels[hub as usize];
        (label.below, label.above) = (1 << bit, 1 << bit);
    }
    // Edges go to lower numbers: first all heads, then all tails are known.
    for number in 0..labels.len() as u32 {
        meter.step()?;
        prefetch_heads(rows, number.wrapping_add(AHEAD), &labels);
        let row = rows.row(number);
        let (mut below, mut level) = (blocks.bit(number), 0);
        for &head in row {
            let head = &labels[head as usize];
            below |= head.below;
            level = level.max(head.level() + 1);
        }
        let level = level.min(MAX_LEVEL);
        let first = reached_interval(number, row, &labels);
        let several = components.component(number).len() > 1;
        let label = &mut labels[number as usize];
        label.below |= below;
        label.first = first;
        label.level = if several { level | SEVERAL } else { level };
    }
    for number in (0..labels.len() as u32).rev() {
        meter.step()?;
        prefetch_heads(rows, number.wrapping_sub(AHEAD), &labels);
        let label = &mut labels[number as usize];
        label.above |= blocks.bit(number);
        let (above, below_it) = (label.above, label.depth.saturating_add(1));
        for &head in rows.row(number) {
            let label = &mut labels[head as usize];
            label.above |= above;
            label.depth = below_it.max(label.depth);
        }
    }
    ControlFlow::Continue(labels)
}

/// The labels of the heads of a component are loaded when this many components are still before it.
const AHEAD: u32 = 6;

/// Loads the labels of the heads of a component, if there is one with this number.
#[inline(always)]
fn prefetch_heads(rows: Rows<'_>, number: u32, labels: &[Label]) {
    if (number as usize) < labels.len() {
        for &head in rows.row(number) {
            prefetch(labels, head as usize);
        }
    }
}

/// The lowest number so that the component reaches all numbers from it to its own, as far as two
/// passes over its edges find it. In the order of the search, the last edges go to the highest
/// numbers.
#[inline]
fn reached_interval(number: u32, row: &[u32], labels: &[Label]) -> u32 {
    let mut first = number;
    for _pass in 0..2 {
        let before = first;
        for &head in row.iter().rev() {
            if head + 1 >= first {
                first = first.min(labels[head as usize].first);
            }
        }
        if first == before {
            break;
        }
    }
    first
}

/// The components through which the most pairs may pass: large ones, with many edges in both
/// directions.
fn hubs<W: Watch>(
    components: &Components,
    rows: Rows<'_>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<u32>> {
    let mut entering = vec![0_u32; components.len()];
    for &head in rows.heads() {
        entering[head as usize] += 1;
    }
    meter.steps(rows.heads().len())?;
    let mut best: Vec<(u128, u32)> = Vec::with_capacity(HUBS + 1);
    for (number, entering) in (0..).zip(entering) {
        let leaving = rows.row(number).len();
        if entering == 0 && leaving == 0 {
            continue;
        }
        let size = components.component(number).len();
        let score = (u128::from(entering) + 1) * (leaving as u128 + 1) * size as u128;
        if best.len() == HUBS && best[HUBS - 1].0 >= score {
            continue;
        }
        let place = best.partition_point(|&(other, _)| other >= score);
        best.insert(place, (score, number));
        best.truncate(HUBS);
    }
    ControlFlow::Continue(best.into_iter().map(|(_, number)| number).collect())
}
