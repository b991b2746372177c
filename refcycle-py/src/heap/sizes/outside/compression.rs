//! What zlib and libbzip2 allocate for a stream. The formulas are those of their documentation; the
//! sizes with which a stream was opened are in its state.
//!
//! A state is recognised by its first field, the address of the stream in the object, and by
//! numbers in it that depend on each other. It is read by a system call, which reports an address
//! that is no longer valid, because another thread may use the stream.

use super::locks::INNER_LOCK;
use crate::heap::Obj;
use crate::heap::peek::peek;

/// Where the objects have their stream: after the header.
const STREAM: usize = 16;

/// The state of a stream, as words.
struct State(Vec<usize>);

impl State {
    /// The state at an address in the object, of which this number of words is read; `None` if it
    /// is not that of the object's stream.
    ///
    /// # Safety
    /// The object has a word at the offset.
    unsafe fn of(object: Obj<'_>, offset: usize, words: usize) -> Option<Self> {
        // SAFETY: guaranteed by the caller.
        let state = Self(peek(unsafe { object.word(offset) }, words)?);
        (state.word(0) == object.address() + STREAM).then_some(state)
    }

    fn word(&self, offset: usize) -> usize {
        self.0[offset / 8]
    }

    /// The 32 bits at an offset.
    fn half(&self, offset: usize) -> usize {
        self.word(offset) >> (8 * (offset % 8)) & 0xffff_ffff
    }
}

/// Where `z_stream` has the address of its state, in the object.
const ZLIB_STATE: usize = STREAM + 56;

/// # Safety
/// The object is a `zlib.Compress`.
pub(super) unsafe fn deflating(object: Obj<'_>) -> Option<usize> {
    /// `deflate_state`, of a few bytes more or less in some releases of zlib.
    const OWN: usize = 5952;

    // SAFETY: guaranteed by the caller.
    let state = unsafe { State::of(object, ZLIB_STATE, 18)? };
    let power = |bits: usize| 1usize.checked_shl(u32::try_from(bits).ok()?);
    let (window, bits, mask) = (state.half(80), state.half(84), state.half(88));
    let (hash, hash_bits, hash_mask) = (state.half(132), state.half(136), state.half(140));
    let fits = (8..=15).contains(&bits)
        && power(bits) == Some(window)
        && mask == window - 1
        && state.word(104) == 2 * window
        && (8..=16).contains(&hash_bits)
        && power(hash_bits) == Some(hash)
        && hash_mask == hash - 1;
    // The window twice, the previous places, the hash table, the pending output.
    let pending = state.word(24);
    (fits && pending <= 1 << 20).then_some(OWN + 4 * window + 2 * hash + pending + INNER_LOCK)
}

/// # Safety
/// The object is a `zlib.Decompress`.
pub(super) unsafe fn inflating(object: Obj<'_>) -> Option<usize> {
    /// `inflate_state`.
    const OWN: usize = 7160;

    // SAFETY: guaranteed by the caller.
    let state = unsafe { State::of(object, ZLIB_STATE, 10)? };
    let (mode, bits, window) = (state.half(8), state.half(56), state.word(72));
    if !(16180..=16211).contains(&mode) || bits > 15 {
        return None;
    }
    let window = if window == 0 { 0 } else { 1 << bits };
    Some(OWN + window + INNER_LOCK)
}

/// # Safety
/// The object is a `zlib._ZlibDecompressor`.
pub(super) unsafe fn inflating_in_parts(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    unsafe { Some(inflating(object)? + input(object, 152)?) }
}

/// The input that a decompressor keeps: the address and the size at an offset.
///
/// # Safety
/// The object has both words.
unsafe fn input(object: Obj<'_>, offset: usize) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    unsafe {
        match object.word(offset) {
            0 => Some(0),
            _ => Some(object.word(offset + 8)).filter(|&size| size < 1 << 47),
        }
    }
}

/// Where `bz_stream` has the address of its state, in the object.
const BZ2_STATE: usize = STREAM + 48;

/// The bytes of a block at compression level 1.
const BLOCK: usize = 100_000;

/// # Safety
/// The object is a `bz2.BZ2Compressor`.
pub(super) unsafe fn bz2_compressor(object: Obj<'_>) -> Option<usize> {
    /// `EState`, and its table of frequencies.
    const OWN: usize = 55_768 + 4 * 65_537;
    const OVERSHOOT: usize = 34;

    // SAFETY: guaranteed by the caller.
    let state = unsafe { State::of(object, BZ2_STATE, 84)? };
    let level = state.half(664);
    let block = BLOCK * level;
    let fits = (1..=9).contains(&level) && state.half(112) == block - 19;
    fits.then_some(OWN + 4 * block + 4 * (block + OVERSHOOT) + INNER_LOCK)
}

/// # Safety
/// The object is a `bz2.BZ2Decompressor`.
pub(super) unsafe fn bz2_decompressor(object: Obj<'_>) -> Option<usize> {
    /// `DState`.
    const OWN: usize = 64_144;
    /// The place of the block in it, which exists once the head of the data was read.
    const PLACE: usize = 3152;

    // SAFETY: guaranteed by the caller.
    let (state, input) = unsafe { (State::of(object, BZ2_STATE, 395)?, input(object, 120)?) };
    let level = state.half(40);
    let is_small = state.half(44) & 0xff != 0;
    let block = match state.word(PLACE) {
        0 => 0,
        _ if (1..=9).contains(&level) && !is_small => 4 * BLOCK * level,
        _ => return None,
    };
    Some(OWN + block + input + INNER_LOCK)
}
