//! What a sample of the vertices shows of a graph.

use crate::Rows;

/// With fewer vertices, their states are in the cache.
const FEW_VERTICES: usize = 1 << 18;
/// The number of vertices in a sample.
const SAMPLE: usize = 1 << 10;

/// Some numbers spread evenly below `bound`.
pub(super) fn sample(bound: usize) -> impl Iterator<Item = u32> {
    // Odd, so that it is not in step with a pattern of the ids.
    let step = (bound / SAMPLE) | 1;
    (0..bound).step_by(step).map(|v| v as u32)
}

/// Whether the edges of most vertices lead to distant ids, so that a search finds little of what it
/// reads in a cache.
pub(super) fn is_scattered(rows: Rows<'_>) -> bool {
    let vertices = rows.offsets().len() - 1;
    if vertices < FEW_VERTICES {
        return false;
    }
    let near = (vertices / 64) as u32;
    let (mut local, mut all) = (0, 0);
    for v in sample(vertices) {
        if let Some(&w) = rows.row(v).first() {
            all += 1;
            local += usize::from(w.abs_diff(v) <= near);
        }
    }
    2 * local < all
}
