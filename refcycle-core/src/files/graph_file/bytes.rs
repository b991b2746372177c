//! The bytes of a graph file, aligned so that they can be read as numbers.

use std::io::Read;
use std::vec::Vec;

use crate::Error;

/// Bytes that are checked once: nothing can change any of these while it is shared.
pub(super) enum Bytes<'a> {
    Borrowed(&'a [u8]),
    Read(AlignedBytes),
    /// The caller of [`map`](super::GraphFile::map) has promised that they do not change.
    #[cfg(feature = "mmap")]
    Mapped(memmap2::Mmap),
}

impl Bytes<'_> {
    #[inline]
    pub(super) fn all(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Read(bytes) => bytes.all(),
            #[cfg(feature = "mmap")]
            Self::Mapped(bytes) => bytes,
        }
    }
}

/// Bytes that start at a multiple of eight.
#[derive(Default)]
pub(super) struct AlignedBytes {
    words: Vec<u64>,
    length: usize,
}

/// The number of bytes read at a time, so that the memory depends on the actual length of the
/// file.
const PIECE: usize = 1 << 20;

impl AlignedBytes {
    /// Reads `input` to its end.
    pub(super) fn read(mut input: impl Read) -> Result<Self, Error> {
        let mut bytes = Self::default();
        loop {
            if bytes.length == 8 * bytes.words.len() {
                bytes.words.resize(bytes.words.len() + PIECE / 8, 0);
            }
            let free = &mut bytemuck::cast_slice_mut(&mut bytes.words)[bytes.length..];
            match input.read(free) {
                Ok(0) => return Ok(bytes),
                Ok(count) => bytes.length += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    #[inline]
    fn all(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.length]
    }
}
