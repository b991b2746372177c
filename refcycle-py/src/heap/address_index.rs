//! From an object's address to its number: bitmap and rank.
//!
//! Two objects never start in the same 16 bytes, and most objects start at a multiple of 16. So a
//! page of 4 KiB is a bitmap of 256 slots. The number of an object is the number of objects in all
//! previous pages plus the number of bits before its own bit in its page. This numbers the objects
//! in the order of their addresses, so iterating over them is kind to the cache. The few objects
//! that are compiled into the interpreter and start between two slots come after all others.

use std::collections::TryReserveError;

use rustc_hash::FxHashMap;

const SLOT_BITS: u32 = 4;
const PAGE_BITS: u32 = 12;
const PART_BITS: u32 = 23;
const REGION_BITS: u32 = 30;
const PAGES: usize = 1 << (PART_BITS - PAGE_BITS);
const PARTS: usize = 1 << (REGION_BITS - PART_BITS);
/// User addresses have 47 bits nearly everywhere; others go through a hash table.
const NEAR_REGIONS: usize = 1 << (47 - REGION_BITS);

/// Four words of bits. The last word holds the number of objects in all previous pages and, in its
/// upper half, one byte each, the number of objects in the words before each word. While the set is
/// being filled, the last word is 1 if the page is in use.
type Page = [u64; 5];
const COUNTS: usize = 4;

/// The place of the byte that counts the objects before a word. A number of 0 to 3 becomes 32 to 56.
#[inline(always)]
fn before_word(word: usize) -> u32 {
    32 + 8 * word as u32
}

/// Finds the page of an address: a table of regions of 1 GiB, a table of parts for each region, and
/// one array, in large pages of memory, with the pages of all parts. The first entry of each is
/// empty and stands for all missing ones.
struct Table {
    near: Vec<u32>,
    far: FxHashMap<usize, u32>,
    regions: Vec<[u32; PARTS]>,
    pages: Vec<Page>,
}

/// The set of addresses while it is being filled.
pub(super) struct AddressSet {
    table: Table,
    /// The pages that are not empty: addresses divided by the size of a page.
    used: Vec<usize>,
    /// The addresses that start between two slots.
    between: FxHashMap<usize, u32>,
}

impl AddressSet {
    /// Bytes of an empty set.
    pub(super) const EMPTY: usize = size_of::<u32>() * NEAR_REGIONS + size_of::<Page>() * PAGES;

    pub(super) fn new() -> Self {
        Self {
            table: Table::new(),
            used: Vec::new(),
            between: FxHashMap::default(),
        }
    }

    /// Adds an address; `false` if the set already contains it.
    #[inline(always)]
    pub(super) fn insert(&mut self, address: usize) -> Result<bool, TryReserveError> {
        if is_between(address) {
            return self.insert_between(address);
        }
        let page = address >> PAGE_BITS;
        let mut place = self.table.place(page);
        if self.table.pages[place][COUNTS] == 0 {
            place = self.start_page(page)?;
        }
        let record = &mut self.table.pages[place];
        let (word, bit) = slot_of(address);
        let new = record[word] & bit == 0;
        record[word] |= bit;
        Ok(new)
    }

    pub(super) fn contains(&self, address: usize) -> bool {
        let (word, bit) = slot_of(address);
        if is_between(address) {
            return self.between.contains_key(&address);
        }
        self.table.page(address >> PAGE_BITS)[word] & bit != 0
    }

    /// The addresses added so far, in any order.
    pub(super) fn addresses(&self) -> Result<Vec<usize>, TryReserveError> {
        let mut found = Vec::new();
        for &page in &self.used {
            found.try_reserve(1 << (PAGE_BITS - SLOT_BITS))?;
            let record = self.table.page(page);
            found.extend(addresses_of(page, record));
        }
        found.try_reserve(self.between.len())?;
        found.extend(self.between.keys());
        Ok(found)
    }

    /// Makes a page ready for its first address. Returns the index of the page.
    #[cold]
    fn start_page(&mut self, page: usize) -> Result<usize, TryReserveError> {
        self.used.try_reserve(1)?;
        let place = self.table.place_or_new(page)?;
        self.used.push(page);
        self.table.pages[place][COUNTS] = 1;
        Ok(place)
    }

    #[cold]
    fn insert_between(&mut self, address: usize) -> Result<bool, TryReserveError> {
        self.between.try_reserve(1)?;
        Ok(self.between.insert(address, 0).is_none())
    }

    /// Counts the addresses, which numbers them in ascending order.
    pub(super) fn finish(mut self) -> AddressIndex {
        let mut used = std::mem::take(&mut self.used);
        used.sort_unstable();
        let mut base = 0;
        for &page in &used {
            let place = self.table.place(page);
            let page = &mut self.table.pages[place];
            page[COUNTS] = base;
            let mut count = 0;
            for word in 0..COUNTS {
                page[COUNTS] |= count << before_word(word);
                count += u64::from(page[word].count_ones());
            }
            base += count;
        }
        let mut between: Vec<_> = self.between.keys().copied().collect();
        between.sort_unstable();
        let numbers = between.iter().copied().zip(base as u32..);
        self.between = numbers.collect();
        AddressIndex {
            table: self.table,
            used,
            len: base as usize + between.len(),
            numbers_between: self.between,
            between,
        }
    }
}

impl Table {
    fn new() -> Self {
        Self {
            near: vec![0; NEAR_REGIONS],
            far: FxHashMap::default(),
            regions: vec![[0; PARTS]],
            pages: vec![[0; 5]; PAGES],
        }
    }

    /// The index of a page in `pages`. If the page does not exist, an index below `PAGES`, where
    /// the page is empty.
    #[inline]
    fn place(&self, page: usize) -> usize {
        let region = page >> (REGION_BITS - PAGE_BITS);
        let region = match self.near.get(region) {
            Some(&region) => region,
            None => self.far.get(&region).copied().unwrap_or(0),
        };
        let part = self.regions[region as usize][part_of(page)];
        part as usize * PAGES + (page & (PAGES - 1))
    }

    #[inline]
    fn page(&self, page: usize) -> &Page {
        &self.pages[self.place(page)]
    }

    fn place_or_new(&mut self, page: usize) -> Result<usize, TryReserveError> {
        let number = page >> (REGION_BITS - PAGE_BITS);
        let region = match self.near.get_mut(number) {
            Some(region) => region,
            None => {
                self.far.try_reserve(1)?;
                self.far.entry(number).or_insert(0)
            }
        };
        if *region == 0 {
            self.regions.try_reserve(1)?;
            *region = self.regions.len() as u32;
            self.regions.push([0; PARTS]);
        }
        let part = &mut self.regions[*region as usize][part_of(page)];
        if *part == 0 {
            self.pages.try_reserve(PAGES)?;
            *part = (self.pages.len() / PAGES) as u32;
            self.pages.resize(self.pages.len() + PAGES, [0; 5]);
        }
        Ok(*part as usize * PAGES + (page & (PAGES - 1)))
    }
}

fn part_of(page: usize) -> usize {
    (page >> (PART_BITS - PAGE_BITS)) & (PARTS - 1)
}

/// Whether an address is not at the start of a slot.
#[inline]
fn is_between(address: usize) -> bool {
    address & ((1 << SLOT_BITS) - 1) != 0
}

fn slot_of(address: usize) -> (usize, u64) {
    let slot = (address >> SLOT_BITS) & 0xff;
    (slot >> 6, 1 << (slot & 63))
}

/// A set of addresses that maps each address to its number.
pub(super) struct AddressIndex {
    table: Table,
    /// The pages that are not empty, ascending.
    used: Vec<usize>,
    /// The addresses that start between two slots, ascending.
    between: Vec<usize>,
    numbers_between: FxHashMap<usize, u32>,
    len: usize,
}

impl AddressIndex {
    /// The number of an address; `None` if the set does not contain it.
    #[inline]
    pub(super) fn get(&self, address: usize) -> Option<u32> {
        let (number, is_in) = self.look_up(address);
        is_in.then_some(number)
    }

    /// The number of an address, and whether the set contains the address; if not, the number is
    /// meaningless. The code does not branch on the result, for a loop over many addresses.
    #[inline(always)]
    pub(super) fn look_up(&self, address: usize) -> (u32, bool) {
        if is_between(address) {
            let number = self.number_between(address);
            return (number.unwrap_or(0), number.is_some());
        }
        let page = self.table.page(address >> PAGE_BITS);
        let (word, bit) = slot_of(address);
        let bits = page[word];
        let before = (page[COUNTS] >> before_word(word)) as u8;
        let number = page[COUNTS] as u32 + u32::from(before) + (bits & (bit - 1)).count_ones();
        (number, bits & bit != 0)
    }

    /// Looks up many addresses: passes the position of each, and the result of
    /// [`look_up`](Self::look_up), to `see`.
    #[inline]
    pub(super) fn look_up_all(&self, addresses: &[usize], see: impl FnMut(usize, u32, bool)) {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("popcnt") {
            // SAFETY: the processor supports the instruction.
            return unsafe { self.look_up_with_popcnt(addresses, see) };
        }
        self.look_up_each(addresses, see);
    }

    /// Uses the instruction that counts bits, which the baseline of the architecture lacks. Makes a
    /// snapshot faster by a tenth.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "popcnt")]
    fn look_up_with_popcnt(&self, addresses: &[usize], see: impl FnMut(usize, u32, bool)) {
        self.look_up_each(addresses, see);
    }

    #[inline(always)]
    fn look_up_each(&self, addresses: &[usize], mut see: impl FnMut(usize, u32, bool)) {
        for (place, &address) in addresses.iter().enumerate() {
            let (number, is_in) = self.look_up(address);
            see(place, number, is_in);
        }
    }

    #[cold]
    fn number_between(&self, address: usize) -> Option<u32> {
        self.numbers_between.get(&address).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The addresses in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let in_slots = self.used.iter().flat_map(|&page| {
            let record = self.table.page(page);
            addresses_of(page, record)
        });
        in_slots.chain(self.between.iter().copied())
    }
}

/// The addresses on a page.
fn addresses_of(page: usize, record: &Page) -> impl Iterator<Item = usize> {
    let words = record[..COUNTS].iter().enumerate();
    words.flat_map(move |(word, &bits)| {
        let left = std::iter::successors(Some(bits), |bits| Some(bits & (bits - 1)));
        left.take_while(|&bits| bits != 0).map(move |bits| {
            let slot = (word << 6) | bits.trailing_zeros() as usize;
            (page << PAGE_BITS) | (slot << SLOT_BITS)
        })
    })
}
