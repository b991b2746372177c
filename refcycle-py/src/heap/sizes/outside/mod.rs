//! Memory that objects of the standard library own outside of their structs: buffers to which no
//! reference leads.
//!
//! [`KINDS`] lists the types by the name with which they were compiled. How many bytes an object
//! owns is read from its struct ([`fields`]) or from a struct of a library ([`compression`]). If
//! the fields do not have plausible values, the size is unknown. Where a known object can be
//! created, the fields are trusted only if they are right for it ([`checks`]).

mod checks;
mod compression;
mod fields;
mod locks;

use std::ffi::CStr;
use std::sync::atomic::{AtomicU8, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

use crate::heap::Obj;
use crate::heap::compiled::is_compiled;
use checks::Check;
#[cfg(all(target_os = "linux", not(Py_3_15)))]
use locks::LOCK;

/// A type, or types with the same fields, whose objects own memory outside of their structs.
pub(super) struct Kind {
    /// `tp_name` of the types.
    names: &'static [&'static CStr],
    /// Their structs are at least this large.
    least: usize,
    read: Read,
    check: Option<(Check, &'static State)>,
}

/// How the bytes of an object are found.
enum Read {
    /// They are the same for all objects.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    Constant(usize),
    /// The function reads them; `None` if they are unknown.
    ///
    /// # Safety
    /// The object is of one of the types, and its struct has at least `least` bytes.
    Fields(unsafe fn(Obj<'_>) -> Option<usize>),
    /// A library keeps them in structs of its own, which nothing describes.
    Unknown,
}

/// Whether the fields were compared with a known object, and fit.
struct State(AtomicU8);

impl State {
    const UNCHECKED: u8 = 0;
    const TRUSTED: u8 = 1;
    const WRONG: u8 = 2;

    const fn new() -> Self {
        Self(AtomicU8::new(Self::UNCHECKED))
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Kind {
    const fn new(names: &'static [&'static CStr], least: usize, read: Read) -> Self {
        Self {
            names,
            least,
            read,
            check: None,
        }
    }

    const fn checked(self, check: Check, state: &'static State) -> Self {
        Self {
            names: self.names,
            least: self.least,
            read: self.read,
            check: Some((check, state)),
        }
    }

    fn state(&self) -> u8 {
        match &self.check {
            Some((_, state)) => state.get(),
            None => State::TRUSTED,
        }
    }

    /// The kind of the instances of a type: that of the nearest base with a listed name.
    ///
    /// # Safety
    /// The type is alive.
    pub(super) unsafe fn of(ty: *mut ffi::PyTypeObject) -> Option<&'static Self> {
        // SAFETY: guaranteed by the caller; a type keeps its bases alive.
        unsafe { Self::with_base(ty) }.map(|(kind, _)| kind)
    }

    /// The kind, and the base that has the listed name.
    ///
    /// # Safety
    /// The type is alive.
    unsafe fn with_base(
        ty: *mut ffi::PyTypeObject,
    ) -> Option<(&'static Self, *mut ffi::PyTypeObject)> {
        // SAFETY: guaranteed by the caller; a type keeps its bases alive, and has a name.
        unsafe {
            let mut base = ty;
            while !base.is_null() && base != &raw mut ffi::PyBaseObject_Type {
                let name = CStr::from_ptr((*base).tp_name);
                let found = KINDS.iter().find(|kind| kind.names.contains(&name));
                if let Some(kind) = found {
                    let fits = (*base).tp_basicsize as usize >= kind.least
                        && is_compiled(Obj::new(base.cast()));
                    return fits.then_some((kind, base));
                }
                base = (*base).tp_base;
            }
            None
        }
    }

    /// Whether [`check`](Self::check) is still to be called.
    pub(super) fn is_unchecked(&self) -> bool {
        self.state() == State::UNCHECKED
    }

    /// The bytes that an object owns outside of its struct; `None` if they are unknown.
    ///
    /// # Safety
    /// The object is of this kind.
    pub(super) unsafe fn bytes(&self, object: Obj<'_>) -> Option<usize> {
        if self.state() != State::TRUSTED {
            return None;
        }
        match self.read {
            Read::Constant(bytes) => Some(bytes),
            // SAFETY: guaranteed by the caller; the kind was found by the size of the struct.
            Read::Fields(read) => unsafe { read(object) },
            Read::Unknown => None,
        }
    }

    /// Compares the fields with an object whose contents are known. The heap must not be paused.
    pub(super) fn check(&self, object: &Bound<'_, PyAny>) {
        // SAFETY: the type of a live object is alive.
        let base = unsafe { Self::with_base(object.get_type_ptr()) };
        let (Some((check, state)), Some((_, base))) = (&self.check, base) else {
            return;
        };
        // If it cannot be made now, the next question tries again.
        if let Some(is_right) = check.run(object, base) {
            let found = if is_right {
                State::TRUSTED
            } else {
                State::WRONG
            };
            state.0.store(found, Ordering::Relaxed);
        }
    }
}

/// `ThreadHandle`, which a thread and its object share.
#[cfg(all(target_os = "linux", target_pointer_width = "64", Py_3_13))]
const THREAD_HANDLE: usize = 72;

static STRING_IO: State = State::new();
static C_DATA: State = State::new();
static MAPPING: State = State::new();
#[cfg(Py_3_11)]
static DEQUE: State = State::new();
#[cfg(all(Py_3_13, not(Py_3_15)))]
static QUEUE: State = State::new();

static KINDS: &[Kind] = &[
    Kind::new(&[c"_io.StringIO"], 112, Read::Fields(fields::string_io))
        .checked(Check::Made(checks::string_io), &STRING_IO),
    Kind::new(&[c"_ctypes._CData"], 80, Read::Fields(fields::c_data)).checked(
        Check::Buffer {
            start: 16,
            length: 40,
        },
        &C_DATA,
    ),
    Kind::new(&[c"mmap.mmap"], 64, Read::Fields(fields::mapping)).checked(
        Check::Buffer {
            start: 16,
            length: 24,
        },
        &MAPPING,
    ),
    #[cfg(Py_3_11)]
    Kind::new(&[c"collections.deque"], 208, Read::Fields(fields::deque))
        .checked(Check::Made(checks::deque), &DEQUE),
    #[cfg(all(Py_3_13, not(Py_3_15)))]
    Kind::new(&[c"_queue.SimpleQueue"], 64, Read::Fields(fields::queue))
        .checked(Check::Made(checks::queue), &QUEUE),
    #[cfg(all(target_os = "linux", not(Py_3_13)))]
    Kind::new(&[c"_queue.SimpleQueue"], 0, Read::Constant(LOCK)),
    #[cfg(all(target_os = "linux", not(Py_3_14)))]
    Kind::new(
        &[c"_thread.lock", c"_thread.RLock"],
        0,
        Read::Constant(LOCK),
    ),
    #[cfg(all(target_os = "linux", not(Py_3_15)))]
    Kind::new(
        &[
            c"_io.BufferedReader",
            c"_io.BufferedWriter",
            c"_io.BufferedRandom",
        ],
        0,
        Read::Constant(LOCK),
    ),
    #[cfg(all(unix, Py_3_14))]
    Kind::new(&[c"_io.FileIO"], 32, Read::Fields(fields::file)),
    Kind::new(&[c"_csv.reader"], 64, Read::Fields(fields::csv_reader)),
    Kind::new(&[c"_csv.writer"], 48, Read::Fields(fields::csv_writer)),
    Kind::new(&[c"_pickle.Pdata"], 56, Read::Fields(fields::pickle_stack)),
    #[cfg(all(Py_3_11, not(Py_3_15)))]
    Kind::new(
        &[c"_pickle.Unpickler"],
        144,
        Read::Fields(fields::unpickler),
    ),
    // Up to 3.10, their memos hold objects that nothing shows.
    #[cfg(not(Py_3_11))]
    Kind::new(
        &[c"_pickle.Pickler", c"_pickle.Unpickler"],
        0,
        Read::Unknown,
    ),
    #[cfg(Py_3_15)]
    Kind::new(&[c"_pickle.Unpickler"], 0, Read::Unknown),
    #[cfg(Py_3_12)]
    Kind::new(&[c"code"], 160, Read::Fields(fields::code)),
    #[cfg(all(target_os = "linux", target_pointer_width = "64", Py_3_13))]
    Kind::new(
        &[c"_thread._ThreadHandle"],
        24,
        Read::Constant(THREAD_HANDLE),
    ),
    Kind::new(
        &[c"zlib.Compress"],
        160,
        Read::Fields(compression::deflating),
    ),
    Kind::new(
        &[c"zlib.Decompress"],
        160,
        Read::Fields(compression::inflating),
    ),
    Kind::new(
        &[c"zlib._ZlibDecompressor"],
        176,
        Read::Fields(compression::inflating_in_parts),
    ),
    Kind::new(
        &[c"_bz2.BZ2Compressor"],
        104,
        Read::Fields(compression::bz2_compressor),
    ),
    Kind::new(
        &[c"_bz2.BZ2Decompressor"],
        144,
        Read::Fields(compression::bz2_decompressor),
    ),
    Kind::new(
        &[
            c"_curses.window",
            c"_dbm.dbm",
            c"_gdbm.gdbm",
            c"_hashlib.HASH",
            c"_hashlib.HASHXOF",
            c"_hashlib.HMAC",
            c"_lzma.LZMACompressor",
            c"_lzma.LZMADecompressor",
            c"_ssl.Certificate",
            c"_ssl.MemoryBIO",
            c"_ssl.SSLSession",
            c"_ssl._SSLContext",
            c"_ssl._SSLSocket",
            c"_tkinter.Tcl_Obj",
            c"_tkinter.tkapp",
            c"posix.ScandirIterator",
            c"pyexpat.xmlparser",
            c"sqlite3.Blob",
            c"sqlite3.Connection",
            c"sqlite3.Statement",
            c"xml.etree.ElementTree.XMLParser",
            c"zoneinfo.ZoneInfo",
        ],
        0,
        Read::Unknown,
    ),
];
