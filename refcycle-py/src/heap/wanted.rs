//! The objects whose references are looked for in memory.

use rustc_hash::FxHashMap;

/// Addresses of objects, each with a number. Most words of memory are none of them, and are rejected
/// by a range and a bitmap.
pub(crate) struct WantedAddresses {
    numbers: FxHashMap<usize, u32>,
    bits: Box<[u64]>,
    low: usize,
    span: usize,
}

/// The bits of an address that select its bit.
const BITS: u32 = 18;

impl WantedAddresses {
    pub(crate) fn new(wanted: impl Iterator<Item = (usize, u32)>) -> Self {
        let numbers: FxHashMap<_, _> = wanted.collect();
        let mut bits = vec![0; 1 << (BITS - 6)].into_boxed_slice();
        for &address in numbers.keys() {
            let (word, bit) = place(address);
            bits[word] |= bit;
        }
        let low = numbers.keys().copied().min().unwrap_or(0);
        let high = numbers.keys().copied().max().unwrap_or(0);
        Self {
            numbers,
            bits,
            low,
            span: high - low,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether the number of an address is not 0.
    #[inline]
    pub(crate) fn wants(&self, address: usize) -> bool {
        self.get(address).is_some_and(|number| number > 0)
    }

    /// The number of an address, if it is wanted.
    #[inline]
    pub(crate) fn get(&self, address: usize) -> Option<u32> {
        if address.wrapping_sub(self.low) > self.span {
            return None;
        }
        let (word, bit) = place(address);
        if self.bits[word] & bit == 0 {
            return None;
        }
        self.numbers.get(&address).copied()
    }
}

#[inline]
fn place(address: usize) -> (usize, u64) {
    let mixed = (address >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (usize::BITS - BITS);
    (mixed >> 6, 1 << (mixed & 63))
}
