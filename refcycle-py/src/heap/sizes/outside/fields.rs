//! Fields of structs of the standard library that say how large a buffer is. No pointer among them
//! is followed, but one.
//!
//! The offsets are the same from 3.10 to 3.15 where nothing else is said. Each function returns
//! `None` if the fields contradict each other.

use crate::heap::Obj;
#[cfg(Py_3_12)]
use crate::heap::functions::code_cache_size;

const WORD: usize = size_of::<usize>();

/// A size that no memory has: the field is another.
const ABSURD: usize = 1 << 47;

/// The 32 bits at an offset.
///
/// # Safety
/// The object has a field there.
pub(super) unsafe fn half(object: Obj<'_>, offset: usize) -> u32 {
    // SAFETY: guaranteed by the caller; the fields are aligned.
    unsafe { object.as_ptr().byte_add(offset).cast::<u32>().read() }
}

/// `len * unit`, if there is a buffer of a plausible size.
fn buffer(start: usize, len: usize, unit: usize) -> Option<usize> {
    match (start, len) {
        (0, _) => Some(0),
        (_, len) if len < ABSURD => Some(len * unit),
        _ => None,
    }
}

/// `stringio`: the characters, 4 bytes each, and while text is only appended also the writer that
/// collects it.
///
/// # Safety
/// The object is an `io.StringIO`.
pub(super) unsafe fn string_io(object: Obj<'_>) -> Option<usize> {
    const REALIZED: u32 = 1;
    const ACCUMULATING: u32 = 2;
    const CHARACTER: usize = 4;

    // SAFETY: guaranteed by the caller.
    unsafe {
        let (start, length, room) = (object.word(16), object.word(32), object.word(40));
        let own = buffer(start, room, CHARACTER)?;
        match half(object, 48) {
            REALIZED => (start == 0 || length <= room).then_some(own),
            ACCUMULATING => Some(own + writer(object)?),
            _ => None,
        }
    }
}

/// Before 3.12, the collected texts are in a list, which is an object of its own.
///
/// # Safety
/// No conditions; it is `unsafe` only to match the other versions.
#[cfg(not(Py_3_12))]
unsafe fn writer(_object: Obj<'_>) -> Option<usize> {
    Some(0)
}

/// The `_PyUnicodeWriter` is in the struct.
///
/// # Safety
/// The object is an `io.StringIO`.
#[cfg(all(Py_3_12, not(Py_3_14)))]
unsafe fn writer(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    unsafe { written(object.as_ptr().byte_add(56).cast()) }
}

/// The words of a `_PyUnicodeWriter`.
#[cfg(Py_3_14)]
pub(super) const WRITER_WORDS: usize = 7;

/// The struct has the address of the `_PyUnicodeWriter`.
///
/// # Safety
/// The object is an `io.StringIO`, and the check has found the writer where the field says.
#[cfg(Py_3_14)]
unsafe fn writer(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    unsafe {
        match object.word(56) as *const usize {
            writer if writer.is_null() => Some(0),
            writer => Some(WRITER_WORDS * WORD + written(writer)?),
        }
    }
}

/// The bytes of the string into which a `_PyUnicodeWriter` writes.
///
/// # Safety
/// The pointer is that of a writer.
#[cfg(Py_3_12)]
unsafe fn written(writer: *const usize) -> Option<usize> {
    /// `readonly`: the string is one that the program wrote.
    const READ_ONLY: usize = 1 << 33;
    /// The bytes of the head of a string.
    const HEADS: std::ops::RangeInclusive<usize> = 40..=64;

    // SAFETY: guaranteed by the caller.
    let [string, data, kind, size, _, _, flags] = unsafe { writer.cast::<[usize; 7]>().read() };
    if string == 0 || flags & READ_ONLY != 0 {
        return Some(0);
    }
    let (head, unit) = (data.wrapping_sub(string), kind & 0xffff_ffff);
    (HEADS.contains(&head) && matches!(unit, 1 | 2 | 4) && size < ABSURD)
        .then_some(head + (size + 1) * unit)
}

/// `CDataObject`: the buffer, if the object has to free it and it is not in the struct.
///
/// # Safety
/// The object is one of `ctypes`.
pub(super) unsafe fn c_data(object: Obj<'_>) -> Option<usize> {
    /// The struct ends before this offset.
    const END: usize = 128;

    // SAFETY: guaranteed by the caller.
    unsafe {
        let (start, size) = (object.word(16), object.word(40));
        let is_inside = start.wrapping_sub(object.address()) < END;
        match half(object, 24) {
            0 => Some(0),
            1 if is_inside => Some(0),
            1 => buffer(start, size, 1),
            _ => None,
        }
    }
}

/// `mmap_object`: the mapped bytes. After `close()`, there are none.
///
/// # Safety
/// The object is an `mmap.mmap`.
pub(super) unsafe fn mapping(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    unsafe {
        match object.word(16) {
            usize::MAX => Some(0),
            start => buffer(start, object.word(24), 1),
        }
    }
}

/// `dequeobject`: blocks that it keeps for later.
///
/// # Safety
/// The object is a `collections.deque`.
#[cfg(Py_3_11)]
pub(super) unsafe fn deque(object: Obj<'_>) -> Option<usize> {
    const MOST: usize = 16;
    /// 64 items, and the neighbours.
    const BLOCK: usize = 66 * WORD;

    // SAFETY: guaranteed by the caller.
    let kept = unsafe { object.word(72) };
    (kept <= MOST).then_some(kept * BLOCK)
}

/// `RingBuf` in a `simplequeueobject`.
///
/// # Safety
/// The object is a `queue.SimpleQueue`.
#[cfg(all(Py_3_13, not(Py_3_15)))]
pub(super) unsafe fn queue(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let (start, room, used) = (object.word(40), object.word(48), object.word(56));
        if used > room {
            return None;
        }
        buffer(start, room, WORD)
    }
}

/// `fileio`: the result of `stat` when the file was opened.
///
/// # Safety
/// The object is an `io.FileIO`.
#[cfg(all(unix, Py_3_14))]
pub(super) unsafe fn file(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    let stat = unsafe { object.word(24) };
    let is_address = stat.is_multiple_of(WORD) && (stat == 0 || stat > 1 << 16);
    is_address.then(|| {
        if stat == 0 {
            0
        } else {
            size_of::<libc::stat>()
        }
    })
}

/// The characters of a field or of a record, 4 bytes each.
fn characters(start: usize, room: usize, used: usize, step: usize) -> Option<usize> {
    let fits = used <= room && room.is_multiple_of(step) && (start == 0) == (room == 0);
    if fits { buffer(start, room, 4) } else { None }
}

/// `ReaderObj`: `field`, `field_size`, `field_len`.
///
/// # Safety
/// The object is a `csv.reader`.
pub(super) unsafe fn csv_reader(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller; the struct has the third word too.
    unsafe { characters(object.word(48), object.word(56), object.word(64), 4096) }
}

/// `WriterObj`: `rec`, `rec_size`, `rec_len`.
///
/// # Safety
/// The object is a `csv.writer`.
pub(super) unsafe fn csv_writer(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller; the struct has the third word too.
    unsafe { characters(object.word(32), object.word(40), object.word(48), 32768) }
}

/// `Pdata`: the stack of an unpickler.
///
/// # Safety
/// The object is one.
pub(super) unsafe fn pickle_stack(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let (used, room) = (object.word(16), object.word(48));
        if used > room || half(object, 32) > 1 {
            return None;
        }
        buffer(object.word(24), room, WORD)
    }
}

/// The input of an unpickler: bytes that it has read from its file, and of which it holds a view. If
/// something else holds them too, they are not its own.
///
/// # Safety
/// The object is an `_pickle.Unpickler`.
#[cfg(all(Py_3_11, not(Py_3_15)))]
pub(super) unsafe fn unpickler(object: Obj<'_>) -> Option<usize> {
    use crate::heap::dump_fork::is_held_once;
    use pyo3::ffi;

    /// Where bytes have their items.
    const ITEMS: usize = std::mem::offset_of!(ffi::PyBytesObject, ob_sval);

    // SAFETY: guaranteed by the caller. If the view is one of the items of an object at the address
    // before them, the field is its owner, which lives as long as the view.
    unsafe {
        let (start, owner) = (object.word(64), object.word(72));
        if owner == 0 {
            return Some(0);
        }
        if start != owner.wrapping_add(ITEMS) {
            return None;
        }
        let owner = owner as *mut ffi::PyObject;
        let is_own = ffi::PyBytes_CheckExact(owner) != 0 && is_held_once(Obj::new(owner));
        Some(if is_own {
            ITEMS + 1 + ffi::Py_SIZE(owner) as usize
        } else {
            0
        })
    }
}

/// What a code object keeps of its attributes.
///
/// # Safety
/// The object is a code object.
#[cfg(Py_3_12)]
pub(super) unsafe fn code(object: Obj<'_>) -> Option<usize> {
    // SAFETY: guaranteed by the caller.
    Some(unsafe { code_cache_size(object) })
}
