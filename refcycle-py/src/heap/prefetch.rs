//! Loads memory into the cache before it is needed.

/// How many objects are between the two prefetches, and between the second one and the visit.
const AHEAD: usize = 32;

/// Asks the processor to load the memory at an address into the cache. An invalid address has no
/// effect.
#[inline(always)]
pub(super) fn prefetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch only affects the cache, and never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address as *const i8);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// Shows addresses one by one, until an error. Some time before that, each address is passed to
/// `first` and then to `second`: `first` may prefetch; `second` may read the memory that `first` has
/// prefetched, and prefetch more.
///
/// The three take turns: many prefetches in a row would wait for each other, because the processor
/// loads only a dozen lines at a time.
#[inline]
pub(super) fn for_each_ahead<E>(
    mut addresses: impl Iterator<Item = usize>,
    first: impl Fn(usize),
    second: impl Fn(usize),
    mut see: impl FnMut(usize) -> Result<(), E>,
) -> Result<(), E> {
    // The last addresses that were passed to `first`, at their position modulo the length.
    let mut last = [0; 2 * AHEAD];
    let mut count = 0;
    addresses.try_for_each(|address| {
        first(address);
        let place = count % (2 * AHEAD);
        if count >= AHEAD {
            second(last[(place + AHEAD) % (2 * AHEAD)]);
        }
        if count >= 2 * AHEAD {
            see(last[place])?;
        }
        last[place] = address;
        count += 1;
        Ok(())
    })?;
    for number in count.saturating_sub(AHEAD)..count {
        second(last[number % (2 * AHEAD)]);
    }
    for number in count.saturating_sub(2 * AHEAD)..count {
        see(last[number % (2 * AHEAD)])?;
    }
    Ok(())
}
