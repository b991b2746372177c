//! Counting sort: groups values by small integer keys in linear time, keeping their order.
//!
//! [`offsets_by`] counts the keys and sums the counts, so that each key knows where its group
//! starts; [`fill`] puts the values into their groups. The steps are also available one by one,
//! for keys from another source: [`count`] each key, [`sum`] once, [`put`] each value, [`restore`]
//! once.

use alloc::vec;
use alloc::vec::Vec;

use crate::offsets::Offset;

/// Returns where the group of each key below `key_count` starts, and the end of the last group.
pub(crate) fn offsets_by<O: Offset>(key_count: usize, keys: impl Iterator<Item = u32>) -> Vec<O> {
    let mut offsets = counts_by(key_count, keys);
    sum(&mut offsets);
    offsets
}

/// Counts the keys. Each count is one place after its key, so that [`sum`] can turn the counts
/// into offsets.
pub(crate) fn counts_by<O: Offset>(key_count: usize, keys: impl Iterator<Item = u32>) -> Vec<O> {
    let mut counts = vec![O::default(); key_count + 1];
    keys.for_each(|key| count(&mut counts, key));
    counts
}

/// Counts one key.
#[inline]
pub(crate) fn count<O: Offset>(counts: &mut [O], key: u32) {
    let count = &mut counts[key as usize + 1];
    *count = O::at(count.index() + 1);
}

/// Turns counts into offsets.
pub(crate) fn sum<O: Offset>(counts: &mut [O]) {
    let mut sum = 0;
    for count in counts {
        sum += count.index();
        *count = O::at(sum);
    }
}

/// Puts the value of each `(key, value)` into the group of its key.
pub(crate) fn fill<O: Offset, T>(
    offsets: &mut [O],
    values: &mut [T],
    items: impl Iterator<Item = (u32, T)>,
) {
    items.for_each(|(key, value)| put(offsets, values, key, value));
    restore(offsets);
}

/// Puts a value into the next free place of its group. This advances the offset of the group,
/// which saves a second array; [`restore`] resets the offsets.
#[inline]
pub(crate) fn put<O: Offset, T>(offsets: &mut [O], values: &mut [T], key: u32, value: T) {
    let next = &mut offsets[key as usize];
    // There is no place for an item that was not counted.
    if let Some(place) = values.get_mut(next.index()) {
        *place = value;
    }
    *next = O::at(next.index() + 1);
}

/// Resets the offsets after every group has been filled: each is then at the end of its group,
/// where the next group starts.
pub(crate) fn restore<O: Offset>(offsets: &mut [O]) {
    let last = offsets.len() - 1;
    offsets.copy_within(..last, 1);
    offsets[0] = O::default();
}
