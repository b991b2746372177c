//! Determines which of many heads each vertex reaches, with one bit per head.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::table::Table;
use crate::Watch;
use crate::watch::Meter;

/// An edge that may be redundant.
#[derive(Clone, Copy)]
pub(super) struct Doubtful {
    /// The position of its tail in the order.
    pub(super) tail: u32,
    pub(super) head: u32,
}

/// The redundant edges, sorted, as tail and head.
pub(super) fn sweep<W: Watch>(
    table: &Table,
    order: &[u32],
    doubtful: Vec<Doubtful>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop, Vec<(u32, u32)>> {
    let heads = by_head(table, order, doubtful);
    let mut implied = Vec::new();
    let different = heads.chunk_by(|a, b| a.head == b.head).count();
    if different <= 64 {
        sweeps::<1, W>(table, order, &heads, &mut implied, meter)?;
    } else {
        sweeps::<4, W>(table, order, &heads, &mut implied, meter)?;
    }
    implied.sort_unstable();
    ControlFlow::Continue(implied)
}

/// The edges with the positions of both ends in the order, late heads first.
fn by_head(table: &Table, order: &[u32], mut doubtful: Vec<Doubtful>) -> Vec<Doubtful> {
    let mut place = vec![0; table.starts.len()];
    for (position, &v) in order.iter().enumerate() {
        place[v as usize] = position as u32;
    }
    for edge in &mut doubtful {
        edge.head = place[edge.head as usize];
    }
    doubtful.sort_unstable_by_key(|edge| core::cmp::Reverse(edge.head));
    doubtful
}

/// One sweep for each `64 * WORDS` heads. Vertices before the heads of a sweep have no bits, and
/// as late heads come first, no earlier sweep has written there.
fn sweeps<const WORDS: usize, W: Watch>(
    table: &Table,
    order: &[u32],
    edges: &[Doubtful],
    implied: &mut Vec<(u32, u32)>,
    meter: &mut Meter<'_, W>,
) -> ControlFlow<W::Stop> {
    let mut reached = vec![[0u64; WORDS]; table.starts.len()];
    let mut groups = edges.chunk_by(|a, b| a.head == b.head).peekable();
    while groups.peek().is_some() {
        let mut heads = Vec::new();
        let mut asked = Vec::new();
        for (bit, group) in groups.by_ref().take(64 * WORDS).enumerate() {
            heads.push(group[0].head);
            asked.extend(group.iter().map(|edge| (edge.tail, bit)));
        }
        asked.sort_unstable();
        let mut asked = asked.into_iter().peekable();
        let mut next_head = heads.len();
        let mut position = heads[heads.len() - 1];
        while asked.peek().is_some() {
            meter.step()?;
            let v = order[position as usize];
            let (mut once, mut twice) = ([0; WORDS], [0; WORDS]);
            for &w in table.row(v) {
                let below = &reached[w as usize];
                for word in 0..WORDS {
                    twice[word] |= once[word] & below[word];
                    once[word] |= below[word];
                }
            }
            if next_head > 0 && heads[next_head - 1] == position {
                next_head -= 1;
                once[next_head / 64] |= 1 << (next_head % 64);
            }
            reached[v as usize] = once;
            while let Some((_, bit)) = asked.next_if(|&(tail, _)| tail == position) {
                // The first child that reaches the head is the head itself.
                if twice[bit / 64] >> (bit % 64) & 1 == 1 {
                    implied.push((v, order[heads[bit] as usize]));
                }
            }
            position += 1;
        }
    }
    ControlFlow::Continue(())
}
