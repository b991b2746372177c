//! The objects that keep arenas of CPython's allocator alive.

use pyo3::prelude::*;
use refcycle_core::VertexId;
use refcycle_core::algo::Dominator;

use super::program_parts::ProgramParts;
use crate::engine::{Engine, dominators};
use crate::interrupt::Checkpoint;

/// If a vertex has less than this share of its arenas in common with each of its children, the
/// arenas spread out there.
const PASSED_ON: f64 = 0.7;

/// The objects that hold blocks in most of some arenas, each with the number of these arenas, the
/// largest number first. `arena_of` is the arena of each vertex, if it is one of them.
///
/// An object holds the blocks of what it retains. As for suspects, an object counts if the arenas
/// spread out from it, and if it is not a part of the program; what is below such an object does
/// not count again.
///
/// # Cost
/// That of the dominators; besides, each vertex is visited once for each arena in which it
/// retains something.
pub(crate) fn arena_holders(
    py: Python<'_>,
    engine: &Engine,
    arena_of: &[Option<u32>],
    limit: usize,
) -> PyResult<Vec<(VertexId, usize)>> {
    if arena_of.iter().all(Option::is_none) {
        return Ok(Vec::new());
    }
    let (dominators, _) = dominators(py, engine, &engine.any_graph(), |found| found)?;
    let above = |v| {
        dominators
            .immediate_dominator(v)
            .and_then(Dominator::vertex)
    };
    let mut counts = vec![0u32; arena_of.len()];
    let mut checkpoint = Checkpoint::new();
    let mut marks = vec![u32::MAX; arena_of.len()];
    for (v, arena) in engine.vertices().zip(arena_of) {
        let Some(arena) = *arena else { continue };
        let mut at = Some(v);
        while let Some(v) = at.filter(|v| marks[v.index()] != arena) {
            checkpoint.step(py)?;
            marks[v.index()] = arena;
            counts[v.index()] += 1;
            at = above(v);
        }
    }
    drop(marks);
    let mut most = vec![0u32; arena_of.len()];
    for v in engine.vertices() {
        if let Some(above) = above(v) {
            let most = &mut most[above.index()];
            *most = (*most).max(counts[v.index()]);
        }
    }
    let spreads = |v: &VertexId| {
        let count = counts[v.index()];
        count > 1 && f64::from(most[v.index()]) < PASSED_ON * f64::from(count)
    };
    let mut candidates: Vec<_> = engine.vertices().filter(spreads).collect();
    candidates.sort_by_key(|v| (std::cmp::Reverse(counts[v.index()]), *v));
    let program = ProgramParts::new(py, engine)?;
    let mut found: Vec<(VertexId, usize)> = Vec::new();
    for v in candidates {
        if found.len() == limit {
            break;
        }
        let mut holders = std::iter::successors(above(v), |&v| above(v));
        let is_below = holders.any(|holder| found.iter().any(|&(known, _)| known == holder));
        if !is_below && !program.has(v) {
            found.push((v, counts[v.index()] as usize));
        }
    }
    Ok(found)
}
