//! Sorting edges by one of their ends, by counting; and what sorted edges must be like.

use crate::Error;
use alloc::vec;
use alloc::vec::Vec;

/// A place in an array of edges: 32 bits as long as they are enough.
pub(crate) trait Offset: Copy + Ord + Default + Send + Sync {
    /// The most edges that such offsets are for.
    const MAX: u64;

    fn at(index: usize) -> Self;
    fn index(self) -> usize;
    fn number(self) -> u64;
}

impl Offset for u32 {
    const MAX: u64 = crate::MAX_EDGES as u64;

    #[inline]
    fn at(index: usize) -> Self {
        index as u32
    }

    #[inline]
    fn index(self) -> usize {
        self as usize
    }

    #[inline]
    fn number(self) -> u64 {
        self.into()
    }
}

impl Offset for u64 {
    // No array is longer than half of what can be addressed.
    const MAX: u64 = u64::MAX >> 1;

    #[inline]
    fn at(index: usize) -> Self {
        index as u64
    }

    #[inline]
    fn index(self) -> usize {
        self as usize
    }

    #[inline]
    fn number(self) -> u64 {
        self
    }
}

pub(crate) fn check_vertex_count(vertices: usize) -> Result<(), Error> {
    if vertices > crate::MAX_VERTICES {
        return Err(Error::too_many_vertices(vertices));
    }
    Ok(())
}

pub(crate) fn check_sizes<O: Offset>(vertices: usize, edges: usize) -> Result<(), Error> {
    check_vertex_count(vertices)?;
    if edges as u64 > O::MAX {
        return Err(Error::too_many_edges(edges));
    }
    Ok(())
}

/// Whether slices are those of a graph.
pub(crate) fn check_rows<O: Offset>(offsets: &[O], heads: &[u32]) -> Result<(), Error> {
    check_sizes::<O>(offsets.len().saturating_sub(1), heads.len())?;
    if offsets.first().is_none_or(|first| first.number() != 0) {
        return Err(Error::malformed_offsets(0));
    }
    if let Some(index) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
        return Err(Error::malformed_offsets(index + 1));
    }
    let vertex_count = offsets.len() - 1;
    if offsets[vertex_count].number() != heads.len() as u64 {
        return Err(Error::malformed_offsets(vertex_count));
    }
    if let Some(&head) = heads.iter().find(|&&head| head as usize >= vertex_count) {
        return Err(Error::vertex_out_of_range(head, vertex_count));
    }
    Ok(())
}

pub(crate) fn check_ends(tail: u32, head: u32, vertex_count: usize) -> Result<(), Error> {
    for end in [tail, head] {
        if end as usize >= vertex_count {
            return Err(Error::vertex_out_of_range(end, vertex_count));
        }
    }
    Ok(())
}

/// Where the edges of each key start in a table sorted by key: the first pass of the sort.
pub(super) fn offsets_by<O: Offset>(
    vertex_count: usize,
    keys: impl Iterator<Item = u32>,
) -> Vec<O> {
    let mut offsets = vec![O::default(); vertex_count + 1];
    keys.for_each(|key| {
        let count = &mut offsets[key as usize + 1];
        *count = O::at(count.index() + 1);
    });
    sum(&mut offsets);
    offsets
}

pub(super) fn sum<O: Offset>(counts: &mut [O]) {
    let mut sum = 0;
    for count in counts {
        sum += count.index();
        *count = O::at(sum);
    }
}

/// Puts the value of each `(key, value)` into its place: the second pass. Keeps the order of
/// equal keys.
///
/// The offsets count along and are put back at the end, which saves a second array of them.
pub(super) fn fill<O: Offset>(
    offsets: &mut [O],
    values: &mut [u32],
    items: impl Iterator<Item = (u32, u32)>,
) {
    items.for_each(|(key, value)| {
        let next = &mut offsets[key as usize];
        // There is none when items come of which the counts did not know.
        if let Some(place) = values.get_mut(next.index()) {
            *place = value;
        }
        *next = O::at(next.index() + 1);
    });
    let last = offsets.len() - 1;
    offsets.copy_within(..last, 1);
    offsets[0] = O::default();
}

/// The edges sorted by head: where they come from.
#[derive(Clone)]
pub(crate) struct Transposed<O> {
    pub(crate) offsets: Vec<O>,
    pub(crate) tails: Vec<u32>,
}

impl<O: Offset> Transposed<O> {
    pub(crate) fn new(offsets: &[impl Offset], heads: &[u32]) -> Self {
        let mut back = offsets_by(offsets.len() - 1, heads.iter().copied());
        let mut tails = vec![0; heads.len()];
        fill(&mut back, &mut tails, turned(offsets, heads));
        Self {
            offsets: back,
            tails,
        }
    }
}

/// Head and tail of each edge.
pub(super) fn turned<O: Offset>(
    offsets: &[O],
    heads: &[u32],
) -> impl Iterator<Item = (u32, u32)> + Clone {
    (0..offsets.len() as u32 - 1).flat_map(|v| {
        let row = offsets[v as usize].index()..offsets[v as usize + 1].index();
        heads[row].iter().map(move |&head| (head, v))
    })
}
