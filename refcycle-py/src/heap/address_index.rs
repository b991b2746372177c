//! From an object's address to its number: bitmap and rank.
//!
//! Two objects never start in the same 16 bytes. A page of 4 KiB therefore is a bitmap
//! of 256 slots, and the number of an object is the count of those before its page and
//! of the bits before its own. Objects come out numbered in the order of their
//! addresses, so that walking over them is kind to the cache.

use rustc_hash::FxHashMap;

const SLOT_BITS: u32 = 4;
const PAGE_BITS: u32 = 12;
const REGION_BITS: u32 = 30;
const PAGES: usize = 1 << (REGION_BITS - PAGE_BITS);
/// User addresses have 47 bits nearly everywhere; others go through a hash table.
const NEAR_REGIONS: usize = 1 << (47 - REGION_BITS);

/// Four words of bits; the last word holds how many objects are in the pages before, and
/// in its upper half, a byte each, how many are in the words before the second, third
/// and fourth. An array of numbers, so that a table of a whole region is zeroed memory
/// that costs nothing where nothing is.
type Page = [u64; 5];
const COUNTS: usize = 4;
const BEFORE_WORD: [u32; 4] = [56, 32, 40, 48];

/// A gibibyte of addresses.
struct Region {
    number: usize,
    pages: Vec<Page>,
    /// The pages that are not empty.
    used: Vec<u32>,
}

/// The set of addresses while it is being filled.
pub(super) struct AddressSet {
    /// One more than the place of each region in `regions`; 0 where there is none.
    near: Vec<u32>,
    far: FxHashMap<usize, u32>,
    regions: Vec<Region>,
}

impl AddressSet {
    pub(super) fn new() -> Self {
        Self {
            near: vec![0; NEAR_REGIONS],
            far: FxHashMap::default(),
            regions: Vec::new(),
        }
    }

    /// Puts an address in; `false` when it was there, or when it is not aligned as
    /// CPython's allocators align: such an object is left out.
    pub(super) fn insert(&mut self, address: usize) -> bool {
        if address & ((1 << SLOT_BITS) - 1) != 0 {
            return false;
        }
        let region = self.region_or_new(address >> REGION_BITS);
        let region = &mut self.regions[region];
        let number = page_of(address);
        let page = &mut region.pages[number];
        if page[..COUNTS] == [0; COUNTS] {
            region.used.push(number as u32);
        }
        let (word, bit) = slot_of(address);
        let new = page[word] & bit == 0;
        page[word] |= bit;
        new
    }

    fn region_or_new(&mut self, number: usize) -> usize {
        let slot = match self.near.get_mut(number) {
            Some(slot) => slot,
            None => self.far.entry(number).or_insert(0),
        };
        if *slot == 0 {
            *slot = self.regions.len() as u32 + 1;
            self.regions.push(Region {
                number,
                pages: vec![[0; 5]; PAGES],
                used: Vec::new(),
            });
        }
        *slot as usize - 1
    }

    /// Counts, and so numbers the addresses in ascending order.
    pub(super) fn finish(mut self) -> AddressIndex {
        let mut order: Vec<_> = (0..self.regions.len()).collect();
        order.sort_unstable_by_key(|&region| self.regions[region].number);
        let mut base = 0;
        for &region in &order {
            let region = &mut self.regions[region];
            region.used.sort_unstable();
            for &number in &region.used {
                let page = &mut region.pages[number as usize];
                page[COUNTS] = base;
                let mut count = 0;
                for word in 0..COUNTS {
                    page[COUNTS] |= count << BEFORE_WORD[word];
                    count += u64::from(page[word].count_ones());
                }
                base += count;
            }
        }
        AddressIndex {
            set: self,
            order,
            len: base as usize,
        }
    }
}

fn page_of(address: usize) -> usize {
    (address >> PAGE_BITS) & (PAGES - 1)
}

fn slot_of(address: usize) -> (usize, u64) {
    let slot = (address >> SLOT_BITS) & 0xff;
    (slot >> 6, 1 << (slot & 63))
}

/// A set of addresses that knows the number of each.
pub(super) struct AddressIndex {
    set: AddressSet,
    /// The regions by ascending address.
    order: Vec<usize>,
    len: usize,
}

impl AddressIndex {
    /// The number of an address in the ascending order of all; `None` when it is not in
    /// the set.
    #[inline]
    pub(super) fn get(&self, address: usize) -> Option<u32> {
        let region = address >> REGION_BITS;
        let region = match self.set.near.get(region) {
            Some(&region) => region,
            None => self.set.far.get(&region).copied().unwrap_or(0),
        };
        let region = (region as usize).checked_sub(1)?;
        let page = &self.set.regions[region].pages[page_of(address)];
        let (word, bit) = slot_of(address);
        let bits = page[word];
        (bits & bit != 0).then(|| {
            let before = (page[COUNTS] >> BEFORE_WORD[word]) as u8;
            page[COUNTS] as u32 + u32::from(before) + (bits & (bit - 1)).count_ones()
        })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Shows the addresses in ascending order.
    pub(super) fn for_each(&self, mut see: impl FnMut(usize)) {
        for &region in &self.order {
            let region = &self.set.regions[region];
            for &number in &region.used {
                let page = &region.pages[number as usize];
                let start = (region.number << REGION_BITS) | ((number as usize) << PAGE_BITS);
                for (word, &bits) in page[..COUNTS].iter().enumerate() {
                    let mut bits = bits;
                    while bits != 0 {
                        let slot = (word << 6) | bits.trailing_zeros() as usize;
                        see(start | (slot << SLOT_BITS));
                        bits &= bits - 1;
                    }
                }
            }
        }
    }
}
