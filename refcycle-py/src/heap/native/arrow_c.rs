//! The C data interface of Arrow: the addresses of the buffers of an array, without a copy.
//!
//! The interface does not state the sizes of buffers. They follow from the type and the length of
//! an array, so of memory that was cut into slices, only the part up to the end of the slice is
//! seen.

use std::ffi::{CStr, c_char, c_int, c_void};

use pyo3::ffi;
use pyo3::prelude::*;

use super::extents::Extents;

#[repr(C)]
pub(super) struct Schema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    child_count: i64,
    children: *const *const Schema,
    dictionary: *const Schema,
    release: Option<unsafe extern "C" fn(*mut Schema)>,
    private_data: *mut c_void,
}

#[repr(C)]
pub(super) struct Array {
    length: i64,
    null_count: i64,
    offset: i64,
    buffer_count: i64,
    child_count: i64,
    buffers: *const *const u8,
    children: *const *const Array,
    dictionary: *const Array,
    release: Option<unsafe extern "C" fn(*mut Array)>,
    private_data: *mut c_void,
}

#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut Array) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

/// A struct that is released when it is no longer needed.
pub(super) struct Owned<T: Released>(T);

pub(super) trait Released {
    /// # Safety
    /// The struct was filled in by a producer, or is zero.
    unsafe fn release(&mut self);
}

impl Released for Schema {
    unsafe fn release(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: guaranteed by the caller.
            unsafe { release(self) };
        }
    }
}

impl Released for Array {
    unsafe fn release(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: guaranteed by the caller.
            unsafe { release(self) };
        }
    }
}

impl<T: Released> Owned<T> {
    fn empty() -> Self {
        // SAFETY: all fields are numbers, pointers and optional functions, which may be zero.
        Self(unsafe { std::mem::zeroed() })
    }
}

impl<T: Released> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: a producer has filled it in, or it is zero.
        unsafe { self.0.release() };
    }
}

/// The arrays that an object provides as a stream, which its capsule holds.
pub(super) struct Chunks<'py> {
    /// Releases the stream.
    _capsule: Bound<'py, PyAny>,
    stream: *mut Stream,
    pub(super) schema: Owned<Schema>,
}

impl<'py> Chunks<'py> {
    pub(super) fn of(capsule: Bound<'py, PyAny>) -> Option<Self> {
        let mut schema = Owned::<Schema>::empty();
        // SAFETY: a capsule of this name holds a stream, which is not used again after it was
        // released.
        let stream = unsafe {
            let stream =
                ffi::PyCapsule_GetPointer(capsule.as_ptr(), c"arrow_array_stream".as_ptr())
                    .cast::<Stream>();
            if stream.is_null() {
                ffi::PyErr_Clear();
                return None;
            }
            (*stream).release?;
            if ((*stream).get_schema?)(stream, &mut schema.0) != 0 {
                return None;
            }
            stream
        };
        Some(Self {
            _capsule: capsule,
            stream,
            schema,
        })
    }

    /// Describes the buffers of all arrays.
    pub(super) fn see(self, extents: &mut Extents) -> Option<()> {
        while let Some(array) = self.next()? {
            // SAFETY: the producer has filled in the array, of this schema.
            unsafe { see_array(&self.schema.0, &array.0, extents)? };
        }
        Some(())
    }

    /// Whether the items of an array, or of one of its children, are not at the start of their
    /// buffers.
    pub(super) fn have_offsets(self) -> bool {
        while let Some(Some(array)) = self.next() {
            // SAFETY: the producer has filled in the array.
            if unsafe { array.0.has_offset() } {
                return true;
            }
        }
        false
    }

    /// The next array, `Some(None)` at the end.
    fn next(&self) -> Option<Option<Owned<Array>>> {
        let mut array = Owned::<Array>::empty();
        // SAFETY: the stream has not been released.
        let failed = unsafe { ((*self.stream).get_next?)(self.stream, &mut array.0) };
        (failed == 0).then(|| array.0.release.is_some().then_some(array))
    }
}

impl Array {
    /// # Safety
    /// The array was filled in by a producer.
    unsafe fn has_offset(&self) -> bool {
        // SAFETY: guaranteed by the caller.
        self.offset > 0
            || (0..self.child_count as usize)
                .any(|place| unsafe { (**self.children.add(place)).has_offset() })
    }
}

impl Owned<Schema> {
    /// Whether the array or a column is of an extension type, whose class may be written in Python.
    pub(super) fn has_extensions(&self) -> bool {
        // SAFETY: the producer has filled in the schema.
        unsafe { self.0.is_extension() || self.0.children().any(|child| child.is_extension()) }
    }

    /// Whether there is a dictionary anywhere.
    pub(super) fn has_dictionary(&self) -> bool {
        // SAFETY: the producer has filled in the schema.
        unsafe { self.0.has_dictionary() }
    }
}

impl Schema {
    /// # Safety
    /// The schema was filled in by a producer.
    unsafe fn is_extension(&self) -> bool {
        /// A number of the metadata, after which `start` is that of the next part.
        ///
        /// # Safety
        /// There is a number at the address.
        unsafe fn number(start: &mut *const u8) -> usize {
            // SAFETY: guaranteed by the caller.
            unsafe {
                let number = start.cast::<i32>().read_unaligned();
                *start = start.add(size_of::<i32>());
                usize::try_from(number).unwrap_or(0)
            }
        }

        if self.metadata.is_null() {
            return false;
        }
        let mut next = self.metadata.cast::<u8>();
        // SAFETY: guaranteed by the caller: the metadata are the number of pairs, and each key and
        // each value after its length.
        unsafe {
            for _ in 0..number(&mut next) {
                let length = number(&mut next);
                if std::slice::from_raw_parts(next, length) == b"ARROW:extension:name" {
                    return true;
                }
                next = next.add(length);
                let length = number(&mut next);
                next = next.add(length);
            }
        }
        false
    }

    /// # Safety
    /// The schema was filled in by a producer.
    unsafe fn children(&self) -> impl Iterator<Item = &Schema> {
        // SAFETY: guaranteed by the caller.
        (0..self.child_count as usize).map(|place| unsafe { &**self.children.add(place) })
    }

    /// # Safety
    /// The schema was filled in by a producer.
    unsafe fn has_dictionary(&self) -> bool {
        // SAFETY: guaranteed by the caller.
        !self.dictionary.is_null()
            || unsafe { self.children() }.any(|child| unsafe { child.has_dictionary() })
    }
}

/// Describes the array of a pair of capsules.
pub(super) fn see_pair(
    pair: &Bound<'_, PyAny>,
    dictionaries_only: bool,
    extents: &mut Extents,
) -> Option<()> {
    let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract().ok()?;
    see_capsules(&schema, &array, dictionaries_only, extents)
}

/// Describes the array in a capsule, or only its dictionaries.
pub(super) fn see_capsules(
    schema: &Bound<'_, PyAny>,
    array: &Bound<'_, PyAny>,
    dictionaries_only: bool,
    extents: &mut Extents,
) -> Option<()> {
    // SAFETY: capsules of these names hold such structs, which live as long as the capsules.
    unsafe {
        let schema = ffi::PyCapsule_GetPointer(schema.as_ptr(), c"arrow_schema".as_ptr());
        let array = match schema.is_null() {
            true => schema,
            false => ffi::PyCapsule_GetPointer(array.as_ptr(), c"arrow_array".as_ptr()),
        };
        if array.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        let (schema, array) = (&*schema.cast::<Schema>(), &*array.cast::<Array>());
        if dictionaries_only {
            see_dictionaries(schema, array, extents)
        } else {
            see_array(schema, array, extents)
        }
    }
}

/// # Safety
/// A producer has filled in both, and they match.
unsafe fn see_dictionaries(schema: &Schema, array: &Array, extents: &mut Extents) -> Option<()> {
    // SAFETY: guaranteed by the caller.
    unsafe {
        if !schema.dictionary.is_null() && !array.dictionary.is_null() {
            see_array(&*schema.dictionary, &*array.dictionary, extents)?;
        }
        for place in 0..array.child_count as usize {
            let (schema, array) = (*schema.children.add(place), *array.children.add(place));
            see_dictionaries(&*schema, &*array, extents)?;
        }
    }
    Some(())
}

/// # Safety
/// A producer has filled in both, and they match.
unsafe fn see_array(schema: &Schema, array: &Array, extents: &mut Extents) -> Option<()> {
    // SAFETY: guaranteed by the caller.
    unsafe {
        let format = CStr::from_ptr(schema.format).to_str().ok()?;
        let end = u64::try_from(array.offset.checked_add(array.length)?).ok()?;
        let buffers: Vec<*const u8> = (0..array.buffer_count as usize)
            .map(|place| *array.buffers.add(place))
            .collect();
        see_buffers(format, end, &buffers, extents)?;
        for place in 0..array.child_count as usize {
            let (schema, array) = (*schema.children.add(place), *array.children.add(place));
            see_array(&*schema, &*array, extents)?;
        }
        if !schema.dictionary.is_null() && !array.dictionary.is_null() {
            see_array(&*schema.dictionary, &*array.dictionary, extents)?;
        }
    }
    Some(())
}

/// Describes the buffers of an array, without those of its children. `end` is the number of items
/// up to the end of the array.
///
/// # Safety
/// The buffers are those of an array of this format.
unsafe fn see_buffers(
    format: &str,
    end: u64,
    buffers: &[*const u8],
    extents: &mut Extents,
) -> Option<()> {
    let bits = end.div_ceil(8);
    let at = |place: usize| buffers.get(place).map_or(0, |&buffer| buffer as u64);
    let mut see = |place, bytes| {
        if at(place) != 0 {
            extents.at(at(place), bytes);
        }
    };
    let validity = |see: &mut dyn FnMut(usize, u64)| see(0, bits);
    match format.as_bytes() {
        b"n" | b"+r" => {}
        b"+s" => validity(&mut see),
        [b'+', b'w', ..] => validity(&mut see),
        b"b" => {
            validity(&mut see);
            see(1, bits);
        }
        b"z" | b"u" | b"Z" | b"U" => {
            let width = if matches!(format, "z" | "u") { 4 } else { 8 };
            validity(&mut see);
            see(1, (end + 1) * width);
            // SAFETY: guaranteed by the caller; the offset of the end is the last one.
            let bytes = unsafe { offset_at(at(1), end, width) };
            see(2, bytes);
        }
        b"vz" | b"vu" => {
            validity(&mut see);
            see(1, end * 16);
            // The last buffer has the sizes of those between.
            let last = buffers.len().checked_sub(1)?;
            for place in 2..last {
                // SAFETY: guaranteed by the caller.
                see(place, unsafe { offset_at(at(last), (place - 2) as u64, 8) });
            }
        }
        b"+l" | b"+m" | b"+L" => {
            validity(&mut see);
            see(1, (end + 1) * if format == "+L" { 8 } else { 4 });
        }
        b"+vl" | b"+vL" => {
            let width = if format == "+vl" { 4 } else { 8 };
            validity(&mut see);
            see(1, end * width);
            see(2, end * width);
        }
        [b'+', b'u', kind, ..] => {
            see(0, end);
            if *kind == b'd' {
                see(1, end * 4);
            }
        }
        _ => {
            validity(&mut see);
            see(1, end.checked_mul(width_of(format)?)?);
        }
    }
    Some(())
}

/// The bytes of an item of a type of fixed width.
fn width_of(format: &str) -> Option<u64> {
    let (kind, rest) = format.split_once(':').unwrap_or((format, ""));
    Some(match kind {
        "c" | "C" => 1,
        "s" | "S" | "e" => 2,
        "i" | "I" | "f" | "tdD" | "tts" | "ttm" | "tiM" => 4,
        "l" | "L" | "g" | "tdm" | "ttu" | "ttn" | "tiD" => 8,
        "tin" | "_pli128" | "_plu128" => 16,
        "w" => rest.parse().ok()?,
        "d" => match rest.split(',').nth(2) {
            Some(bits) => bits.parse::<u64>().ok()? / 8,
            None => 16,
        },
        _ if kind.starts_with("ts") || kind.starts_with("tD") => 8,
        _ => return None,
    })
}

/// The number at a place of an array of offsets, or 0 if there is no array.
///
/// # Safety
/// The address is 0 or that of an array with more than `place` numbers of this width.
unsafe fn offset_at(address: u64, place: u64, width: u64) -> u64 {
    if address == 0 {
        return 0;
    }
    let address = (address + place * width) as *const u8;
    // SAFETY: guaranteed by the caller.
    let number = unsafe {
        match width {
            4 => i64::from(address.cast::<i32>().read_unaligned()),
            _ => address.cast::<i64>().read_unaligned(),
        }
    };
    u64::try_from(number).unwrap_or(0)
}
