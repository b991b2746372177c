//! Memory of known size, for the check: nothing outside of it is read, whatever offset a table has
//! for a field.

use pyo3::ffi;
use pyo3::prelude::*;

use crate::heap::layout::Number;

/// Some bytes that exist while the check looks at them.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    pub(super) start: usize,
    size: usize,
}

impl Memory {
    /// # Safety
    /// There are `size` bytes at the address.
    pub(super) unsafe fn new(start: usize, size: usize) -> Self {
        Self { start, size }
    }

    /// The struct of an object, with the size that its type states, and this number of words after
    /// it.
    ///
    /// # Safety
    /// The words exist.
    pub(super) unsafe fn of(object: &Bound<'_, PyAny>, words: usize) -> Self {
        // SAFETY: the type of a live object is alive.
        let basic = unsafe { (*object.get_type_ptr()).tp_basicsize };
        Self {
            start: object.as_ptr() as usize,
            size: usize::try_from(basic).unwrap_or(0) + words * size_of::<usize>(),
        }
    }

    /// The part that starts at an address; `None` if the address is elsewhere.
    #[cfg_attr(not(Py_3_11), allow(dead_code))]
    pub(super) fn from(self, address: usize) -> Option<Self> {
        let skipped = address.checked_sub(self.start)?;
        Some(Self {
            start: address,
            size: self.size.checked_sub(skipped)?,
        })
    }

    fn read<T: Copy>(self, offset: usize) -> Option<T> {
        let end = offset.checked_add(size_of::<T>())?;
        let address = self.start.checked_add(offset)?;
        (end <= self.size && address.is_multiple_of(align_of::<T>()))
            // SAFETY: the bytes exist, and all bit patterns are valid for the integers below.
            .then(|| unsafe { (address as *const T).read() })
    }

    pub(super) fn size(self) -> usize {
        self.size
    }

    pub(super) fn word(self, offset: usize) -> Option<usize> {
        self.read(offset)
    }

    pub(super) fn half(self, offset: usize) -> Option<i32> {
        self.read(offset)
    }

    #[cfg_attr(not(Py_3_11), allow(dead_code))]
    pub(super) fn byte(self, offset: usize) -> Option<usize> {
        self.read::<u8>(offset).map(usize::from)
    }

    /// Whether the word at the offset has this value.
    pub(super) fn has(self, place: Number, word: usize) -> bool {
        self.word(place.get()) == Some(word)
    }

    /// Whether the words starting at the offset are the addresses of these objects.
    pub(super) fn has_all(self, offset: usize, objects: &[Bound<'_, PyAny>]) -> bool {
        objects.iter().enumerate().all(|(index, object)| {
            offset
                .checked_add(index * size_of::<usize>())
                .is_some_and(|place| self.reference(place) == Some(object.as_ptr() as usize))
        })
    }

    /// The word at the offset, without the tag that a reference in a frame has since 3.14.
    pub(super) fn reference(self, offset: usize) -> Option<usize> {
        let tag = if cfg!(Py_3_14) { 3 } else { 0 };
        self.word(offset).map(|word| word & !tag)
    }
}

/// The size of an object according to its C `__sizeof__`. The object is a dict with a table of its
/// own, or a type.
pub(super) fn said_size(object: &Bound<'_, PyAny>, of: *mut ffi::PyTypeObject) -> PyResult<usize> {
    // SAFETY: the type is one of CPython's own, and alive.
    let of = unsafe { Bound::from_borrowed_ptr(object.py(), of.cast()) };
    of.call_method1("__sizeof__", (object,))?.extract()
}

/// The address of the state of the runtime.
#[cfg(all(unix, Py_3_13))]
pub(super) fn runtime_state() -> Option<usize> {
    // SAFETY: the name is a valid C string.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"_PyRuntime".as_ptr()) };
    (!found.is_null()).then_some(found as usize)
}

#[cfg(all(windows, Py_3_13))]
pub(super) fn runtime_state() -> Option<usize> {
    of_python! {
        /// Not declared by pyo3-ffi. Only its address is used.
        static _PyRuntime: u8;
    }
    Some((&raw const _PyRuntime) as usize)
}
