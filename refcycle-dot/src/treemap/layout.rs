//! Where the blocks are.

use std::borrow::Cow;

use super::block::Block;
use super::thin::{Siblings, siblings};

/// A rectangle, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A block in its place.
pub(super) struct Placed<'a> {
    pub(super) block: Cow<'a, Block>,
    pub(super) rect: Rect,
    pub(super) depth: usize,
    /// The place of its ancestor below the root among the parts of the root.
    pub(super) branch: usize,
    /// Whether there is a line for its name above its parts.
    pub(super) is_headed: bool,
}

/// The height of the line with the name of a block that has parts.
pub(super) const HEAD: f64 = 15.0;

/// The height of a row of an icicle picture.
pub(super) const ROW: f64 = 24.0;

/// The space around the parts of a block.
const INSET: f64 = 2.0;

/// Smaller blocks are not drawn.
const SMALLEST: f64 = 1.5;

/// The blocks of a treemap, each before its parts: squarified, so that the rectangles are as near
/// to squares as possible (Bruls, Huizing and van Wijk, "Squarified treemaps", 2000).
pub(super) fn treemap(root: &Block, rect: Rect) -> Vec<Placed<'_>> {
    let mut placed = Vec::new();
    let mut pending = vec![(root, rect, 0, 0)];
    while let Some((block, rect, depth, branch)) = pending.pop() {
        let is_headed =
            depth > 0 && !block.parts.is_empty() && rect.height > 2.0 * HEAD && rect.width > 40.0;
        placed.push(Placed {
            block: Cow::Borrowed(block),
            rect,
            depth,
            branch,
            is_headed,
        });
        let head = if is_headed { HEAD } else { INSET };
        let inner = match depth {
            0 => rect,
            _ => Rect {
                x: rect.x + INSET,
                y: rect.y + head,
                width: rect.width - 2.0 * INSET,
                height: rect.height - head - INSET,
            },
        };
        if inner.width < SMALLEST || inner.height < SMALLEST {
            continue;
        }
        let places = squarified(block, inner);
        for (place, (part, rect)) in places.into_iter().enumerate() {
            if rect.width >= SMALLEST && rect.height >= SMALLEST {
                let branch = if depth == 0 { place } else { branch };
                pending.push((part, rect, depth + 1, branch));
            }
        }
    }
    placed
}

/// The parts of a block, largest first, in the places that their sizes give them. What the block
/// has beside its parts is left free.
fn squarified(block: &Block, within: Rect) -> Vec<(&Block, Rect)> {
    let mut parts = largest_first(block);
    parts.retain(|part| part.size > 0);
    let scale = within.width * within.height / block.size.max(1) as f64;
    let mut free = within;
    let mut places = Vec::with_capacity(parts.len());
    let mut rest = &*parts;
    while !rest.is_empty() {
        let side = free.width.min(free.height);
        let mut count = 1;
        let mut worst = worst_ratio(&rest[..1], scale, side);
        while count < rest.len() {
            let longer = worst_ratio(&rest[..=count], scale, side);
            if longer > worst {
                break;
            }
            (worst, count) = (longer, count + 1);
        }
        let (row, others) = rest.split_at(count);
        let area: f64 = row.iter().map(|part| part.size as f64 * scale).sum();
        let depth = if side > 0.0 { area / side } else { 0.0 };
        let mut at = 0.0;
        for &part in row {
            let length = if depth > 0.0 {
                part.size as f64 * scale / depth
            } else {
                0.0
            };
            let rect = if free.width >= free.height {
                Rect {
                    x: free.x,
                    y: free.y + at,
                    width: depth,
                    height: length,
                }
            } else {
                Rect {
                    x: free.x + at,
                    y: free.y,
                    width: length,
                    height: depth,
                }
            };
            places.push((part, rect));
            at += length;
        }
        if free.width >= free.height {
            (free.x, free.width) = (free.x + depth, (free.width - depth).max(0.0));
        } else {
            (free.y, free.height) = (free.y + depth, (free.height - depth).max(0.0));
        }
        rest = others;
    }
    places
}

/// The parts of a block, largest first.
fn largest_first(block: &Block) -> Vec<&Block> {
    let mut parts: Vec<_> = block.parts.iter().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.size));
    parts
}

/// The largest ratio of the sides of blocks in a row along `side`.
fn worst_ratio(row: &[&Block], scale: f64, side: f64) -> f64 {
    let area: f64 = row.iter().map(|part| part.size as f64 * scale).sum();
    let depth = area / side;
    let ratios = row.iter().map(|part| {
        let length = part.size as f64 * scale / depth;
        (length / depth).max(depth / length)
    });
    ratios.fold(0.0, f64::max)
}

/// The blocks of an icicle picture, each before its parts, and the number of rows. Parts that are
/// too thin for a name are one block with others, so that none is missing.
pub(super) fn icicle(root: &Block, at: Rect) -> (Vec<Placed<'_>>, usize) {
    let mut placed = Vec::new();
    let mut rows = 0;
    let mut pending = vec![(Siblings::one(root), at.x, at.width, 0, 0)];
    while let Some((siblings_here, x, width, depth, branch)) = pending.pop() {
        rows = rows.max(depth + 1);
        let rect = Rect {
            x,
            y: at.y + depth as f64 * ROW,
            width,
            height: ROW,
        };
        let scale = width / siblings_here.size().max(1) as f64;
        let mut left = x;
        for (place, part) in siblings(&siblings_here, scale).into_iter().enumerate() {
            let own = scale * part.size() as f64;
            if own > 0.0 {
                let branch = if depth == 0 { place } else { branch };
                pending.push((part, left, own, depth + 1, branch));
            }
            left += own;
        }
        placed.push(Placed {
            block: siblings_here.shown(),
            rect,
            depth,
            branch,
            is_headed: true,
        });
    }
    (placed, rows)
}
