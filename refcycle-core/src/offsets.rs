//! Offsets into an array of edges, and the checks of edges, offsets and heads.

use crate::{Error, MAX_EDGES, MAX_VERTICES};

/// An index into an array of edges, of 32 bits if these suffice.
pub trait Offset: Copy + Ord + Default + Send + Sync {
    /// The maximum number of edges with such offsets.
    const MAX: u64;

    fn at(index: usize) -> Self;
    fn index(self) -> usize;
    fn number(self) -> u64;
}

impl Offset for u32 {
    const MAX: u64 = MAX_EDGES as u64;

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

impl Offset for usize {
    const MAX: u64 = <u64 as Offset>::MAX;

    #[inline]
    fn at(index: usize) -> Self {
        index
    }

    #[inline]
    fn index(self) -> usize {
        self
    }

    #[inline]
    fn number(self) -> u64 {
        self as u64
    }
}

impl Offset for u64 {
    // No array is longer than half of the address space.
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
    if vertices > MAX_VERTICES {
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

/// Checks that the slices are a valid graph.
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
    // Without a branch and in 32 bits, so that several heads are compared at once.
    let bound = u32::try_from(vertex_count).unwrap_or(u32::MAX);
    let is_stray = |head: u32| head >= bound;
    if heads.iter().fold(false, |any, &head| any | is_stray(head)) {
        let head = heads.iter().copied().find(|&head| is_stray(head));
        return Err(Error::vertex_out_of_range(
            head.unwrap_or_default(),
            vertex_count,
        ));
    }
    Ok(())
}

pub(crate) fn check_ends(tail: u32, head: u32, vertex_count: usize) -> Result<(), Error> {
    if tail as usize >= vertex_count {
        return Err(Error::tail_out_of_range(tail, vertex_count));
    }
    if head as usize >= vertex_count {
        return Err(Error::vertex_out_of_range(head, vertex_count));
    }
    Ok(())
}
