//! The objects to which a fork for a dump takes references: see [`DumpFork`].

use std::mem;

use pyo3::prelude::*;

use super::address_index::AddressIndex;
use super::dump_fork::DumpFork;
use super::rows::References;
use super::topology::{UNKNOWN, no_memory};
use super::{Still, memory};

/// Takes a reference to each object that may lose one in this process, and never releases it.
pub(super) fn anchor(
    heap: Still<'_, '_>,
    _fork: DumpFork,
    index: &AddressIndex,
    frames: &[usize],
    references: &References,
    counts: &[u32],
) -> PyResult<()> {
    memory::ask(4 * counts.len())?;
    let mut unexplained = Vec::new();
    unexplained
        .try_reserve_exact(counts.len())
        .map_err(no_memory)?;
    unexplained.extend_from_slice(counts);
    let mut uncounted = references.uncounted.iter().copied().peekable();
    for (edge, &head) in references.heads.iter().enumerate() {
        let count = &mut unexplained[head as usize];
        if uncounted.next_if_eq(&(edge as u32)).is_none() && *count != UNKNOWN {
            *count = count.saturating_sub(1);
        }
    }
    for number in frames.iter().filter_map(|&frame| index.get(frame)) {
        unexplained[number as usize] = UNKNOWN;
        let row = &references.offsets[number as usize..][..2];
        for &head in &references.heads[row[0] as usize..row[1] as usize] {
            unexplained[head as usize] = UNKNOWN;
        }
    }
    for (address, count) in index.iter().zip(unexplained) {
        if count != 0 {
            // SAFETY: the index has the addresses of live objects.
            mem::forget(unsafe { heap.at(address) }.hold());
        }
    }
    Ok(())
}
