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
const NO_PAGE: u32 = u32::MAX;
const NO_REGION: u32 = u32::MAX;

#[derive(Clone, Copy, Default)]
struct Page {
    bits: [u64; 4],
    /// How many objects are in the pages before.
    base: u32,
    /// How many are in the words of `bits` before each.
    before: [u8; 4],
}

/// The set of addresses while it is being filled.
#[derive(Default)]
pub(super) struct AddressSet {
    near: Vec<u32>,
    far: FxHashMap<usize, u32>,
    /// The pages of each region: numbers of records.
    regions: Vec<(usize, Vec<u32>)>,
    pages: Vec<Page>,
}

impl AddressSet {
    pub(super) fn new() -> Self {
        Self {
            near: vec![NO_REGION; NEAR_REGIONS],
            ..Self::default()
        }
    }

    /// Puts an address in; `false` when it was there, or when it is not aligned as
    /// CPython's allocators align: such an object is left out.
    pub(super) fn insert(&mut self, address: usize) -> bool {
        if address & ((1 << SLOT_BITS) - 1) != 0 {
            return false;
        }
        let region = self.region_or_new(address >> REGION_BITS);
        let page = &mut self.regions[region].1[page_of(address)];
        if *page == NO_PAGE {
            *page = self.pages.len() as u32;
            self.pages.push(Page::default());
        }
        let (word, bit) = slot_of(address);
        let word = &mut self.pages[*page as usize].bits[word];
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    fn region_or_new(&mut self, region: usize) -> usize {
        let slot = match self.near.get_mut(region) {
            Some(slot) => slot,
            None => self.far.entry(region).or_insert(NO_REGION),
        };
        if *slot == NO_REGION {
            *slot = self.regions.len() as u32;
            self.regions.push((region, vec![NO_PAGE; PAGES]));
        }
        *slot as usize
    }

    /// Counts, and so numbers the addresses in ascending order.
    pub(super) fn finish(mut self) -> AddressIndex {
        let mut order: Vec<_> = (0..self.regions.len()).collect();
        order.sort_unstable_by_key(|&number| self.regions[number].0);
        let mut base = 0;
        for &number in &order {
            for &page in self.regions[number]
                .1
                .iter()
                .filter(|&&page| page != NO_PAGE)
            {
                let page = &mut self.pages[page as usize];
                page.base = base;
                let mut count = 0;
                for (before, bits) in page.before.iter_mut().zip(page.bits) {
                    *before = count as u8;
                    count += bits.count_ones();
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
            None => self.set.far.get(&region).copied().unwrap_or(NO_REGION),
        };
        let page = self.set.regions.get(region as usize)?.1[page_of(address)];
        let page = self.set.pages.get(page as usize)?;
        let (word, bit) = slot_of(address);
        let bits = page.bits[word];
        (bits & bit != 0)
            .then(|| page.base + u32::from(page.before[word]) + (bits & (bit - 1)).count_ones())
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The addresses in ascending order.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().flat_map(move |&number| {
            let (region, pages) = &self.set.regions[number];
            pages
                .iter()
                .enumerate()
                .filter(|&(_, &page)| page != NO_PAGE)
                .flat_map(move |(number, &page)| {
                    let start = (region << REGION_BITS) | (number << PAGE_BITS);
                    let page = &self.set.pages[page as usize];
                    (0..4).flat_map(move |word| {
                        ones(page.bits[word])
                            .map(move |bit| start | (((word << 6) | bit) << SLOT_BITS))
                    })
                })
        })
    }
}

fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (bits != 0).then(|| {
            let bit = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            bit
        })
    })
}
