//! The header of a graph file, and the positions of the arrays.

use std::ops::Range;

use crate::offsets::Offset;
use crate::{Error, MAX_VERTICES};

const MAGIC: [u8; 8] = *b"\x89RCG\r\n\x1a\n";
const VERSION: u32 = 1;
pub(super) const HEADER: usize = 64;
/// Where the zeros of the header start.
const UNUSED: usize = 32;

/// A type of weights that a graph file can store: `u32`, `u64`, `f32`, `f64`.
#[diagnostic::on_unimplemented(
    message = "a graph file cannot store weights of type `{Self}`",
    note = "it stores `u32`, `u64`, `f32` and `f64`"
)]
pub trait FileWeight: private::Stored {}

#[diagnostic::do_not_recommend]
impl<W: private::Stored> FileWeight for W {}

pub(super) mod private {
    /// A number with the same representation in a file and in memory.
    pub trait Stored: bytemuck::Pod {
        /// Its code in the header.
        const KIND: u8;
    }
}

macro_rules! stored {
    ($($name:ty: $kind:literal),*) => {$(
        impl private::Stored for $name {
            const KIND: u8 = $kind;
        }
    )*};
}

stored!(u32: 1, u64: 2, f32: 3, f64: 4);

fn weight_size(kind: u8) -> Option<u64> {
    match kind {
        0 => Some(0),
        1 | 3 => Some(4),
        2 | 4 => Some(8),
        _ => None,
    }
}

/// The contents of the header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) wide: bool,
    pub(super) backward: bool,
    pub(super) vertex_weights: u8,
    pub(super) edge_weights: u8,
    pub(super) vertices: u64,
    pub(super) edges: u64,
}

impl Header {
    pub(super) fn encode(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12] = if self.wide { 8 } else { 4 };
        bytes[13] = self.backward.into();
        bytes[14] = self.vertex_weights;
        bytes[15] = self.edge_weights;
        bytes[16..24].copy_from_slice(&self.vertices.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.edges.to_le_bytes());
        bytes
    }

    pub(super) fn decode(file: &[u8]) -> Result<Self, Error> {
        if !file.starts_with(&MAGIC) {
            return Err(Error::foreign_file());
        }
        let Some(bytes) = file.first_chunk::<HEADER>() else {
            return Err(Error::file_length(file.len() as u64, HEADER as u64));
        };
        let version = u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]);
        if version != VERSION {
            return Err(Error::unsupported_version(version, VERSION));
        }
        let header = Self {
            wide: match bytes[12] {
                4 => false,
                8 => true,
                _ => return Err(Error::malformed_file("offsets have neither 4 nor 8 bytes")),
            },
            backward: match bytes[13] {
                0 => false,
                1 => true,
                _ => return Err(Error::malformed_file("an unknown flag is set")),
            },
            vertex_weights: bytes[14],
            edge_weights: bytes[15],
            vertices: number(bytes, 16),
            edges: number(bytes, 24),
        };
        if weight_size(bytes[14]).is_none() || weight_size(bytes[15]).is_none() {
            return Err(Error::malformed_file("the weights have an unknown type"));
        }
        if bytes[UNUSED..].iter().any(|&byte| byte != 0) {
            return Err(Error::malformed_file("the end of the header is not zero"));
        }
        if header.vertices > MAX_VERTICES as u64 {
            return Err(Error::too_many_vertices(saturated(header.vertices)));
        }
        if !header.wide && header.edges > <u32 as Offset>::MAX {
            return Err(Error::too_many_edges(saturated(header.edges)));
        }
        Ok(header)
    }

    /// The positions of the arrays; `None` if they overflow.
    fn layout(&self) -> Option<Layout<u64>> {
        let mut end = HEADER as u64;
        let mut array = |items: u64, size: u64| {
            let start = end;
            let last = start.checked_add(items.checked_mul(size)?)?;
            end = last.checked_next_multiple_of(8)?;
            Some(start..last)
        };
        let width = if self.wide { 8 } else { 4 };
        let forward = (array(self.vertices + 1, width)?, array(self.edges, 4)?);
        let backward = match self.backward {
            true => Some((array(self.vertices + 1, width)?, array(self.edges, 4)?)),
            false => None,
        };
        let vertex_weights = array(self.vertices, weight_size(self.vertex_weights)?)?;
        let edge_weights = array(self.edges, weight_size(self.edge_weights)?)?;
        Some(Layout {
            forward,
            backward,
            vertex_weights,
            edge_weights,
            end,
        })
    }

    /// The positions of the arrays in a file of this length, which must match exactly.
    pub(super) fn layout_of(&self, length: u64) -> Result<Layout<u64>, Error> {
        let layout = self.layout();
        let end = layout.as_ref().map_or(u64::MAX, |layout| layout.end);
        let layout = layout.filter(|_| end == length);
        layout.ok_or_else(|| Error::file_length(length, end))
    }

    /// The same in bytes that are in memory.
    pub(super) fn layout_in_memory(&self, length: usize) -> Result<Layout<usize>, Error> {
        // All positions are below the length, so they fit.
        let fit = |range: Range<u64>| range.start as usize..range.end as usize;
        Ok(self.layout_of(length as u64)?.map(fit))
    }
}

fn saturated(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn number(bytes: &[u8; HEADER], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

/// The positions of the arrays: each pair is the offsets and the ends of one direction.
#[derive(Clone, Debug)]
pub(super) struct Layout<N> {
    pub(super) forward: (Range<N>, Range<N>),
    pub(super) backward: Option<(Range<N>, Range<N>)>,
    pub(super) vertex_weights: Range<N>,
    pub(super) edge_weights: Range<N>,
    pub(super) end: N,
}

impl Layout<u64> {
    fn map(self, f: impl Fn(Range<u64>) -> Range<usize>) -> Layout<usize> {
        let both = |(offsets, ends)| (f(offsets), f(ends));
        Layout {
            forward: both(self.forward),
            backward: self.backward.map(both),
            vertex_weights: f(self.vertex_weights),
            edge_weights: f(self.edge_weights),
            end: self.end as usize,
        }
    }
}

/// Fails on a big-endian machine.
pub(super) fn check_byte_order() -> Result<(), Error> {
    if cfg!(target_endian = "little") {
        Ok(())
    } else {
        Err(Error::byte_order())
    }
}
