//! Loads memory into the cache before it is needed.

/// The number of objects that are prefetched together.
const BLOCK: usize = 32;

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

/// Shows addresses one by one. Some time before that, each address is passed to `first` and then to
/// `second`: `first` may prefetch; `second` may read the memory that `first` has prefetched, and
/// prefetch more.
#[inline]
pub(super) fn for_each_ahead(
    mut addresses: impl Iterator<Item = usize>,
    first: impl Fn(usize),
    second: impl Fn(usize),
    mut see: impl FnMut(usize),
) {
    let mut blocks = [[0; BLOCK]; 3];
    let mut counts = [0; 3];
    for round in 0.. {
        let [new, middle, old] = [round % 3, (round + 2) % 3, (round + 1) % 3];
        counts[new] = 0;
        for (place, address) in blocks[new].iter_mut().zip(&mut addresses) {
            first(address);
            *place = address;
            counts[new] += 1;
        }
        blocks[middle][..counts[middle]]
            .iter()
            .copied()
            .for_each(&second);
        blocks[old][..counts[old]]
            .iter()
            .copied()
            .for_each(&mut see);
        if counts == [0; 3] {
            return;
        }
    }
}
