//! The bytes of a file in memory, aligned so that they can be read as numbers.

use std::fmt;
use std::io::Read;
use std::vec;
use std::vec::Vec;

use crate::Error;

/// Bytes that start at a multiple of eight, as a [`GraphFile`](super::GraphFile) needs them.
#[derive(Clone, Default)]
pub struct AlignedBytes {
    words: Vec<u64>,
    length: usize,
}

/// The number of bytes read at a time, so that the memory depends on the actual length of the
/// file.
const PIECE: usize = 1 << 20;

impl AlignedBytes {
    /// Reads `input` to its end.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io).
    pub fn read(mut input: impl Read) -> Result<Self, Error> {
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
}

impl From<&[u8]> for AlignedBytes {
    /// A copy of the bytes.
    fn from(bytes: &[u8]) -> Self {
        let mut words = vec![0_u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self {
            words,
            length: bytes.len(),
        }
    }
}

impl AsRef<[u8]> for AlignedBytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.length]
    }
}

impl fmt::Debug for AlignedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlignedBytes")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
