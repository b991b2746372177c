//! The extension module as CPython loads it: one loaded library serves one interpreter.
//!
//! PyO3 keeps its type objects in statics of the library. The interpreter that imports
//! the library first owns it; any other is refused here, before anything of PyO3 runs, and
//! `refcycle/_extension.py` then loads a private copy of the file, with statics of its
//! own. That holds for interpreters with a GIL of their own too, which is what the
//! definition promises: PyO3's definition can promise nothing, so that this one wraps it.
//!
//! Before 3.12 only the main interpreter is served: `PyGILState_Ensure`, with which PyO3
//! comes back to make an exception, enters the interpreter in which the thread began. What
//! it makes is then in the collector's lists of one interpreter and refers to another; a
//! snapshot of the first shows it, and can keep it for longer than the second lives.
//!
//! The only `unsafe` outside `heap`: CPython's entry point cannot be declared without.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::ffi::{self, c_str};

unsafe extern "C" {
    /// What `#[pymodule]` in lib.rs defines.
    fn PyInit__contents() -> *mut ffi::PyObject;
}

const NO_GIL: &CStr = c_str!(
    "refcycle reads the heap of CPython with the GIL, and this Python is built without: \
     run the program under one that has it"
);

/// `_extension.py` knows it by these words.
const OWNED: &CStr = c_str!(
    "this copy of refcycle's library belongs to another interpreter of the process: \
     import refcycle, which loads a copy for this one"
);

#[cfg(not(Py_3_12))]
const NOT_MAIN: &CStr = c_str!(
    "before Python 3.12 refcycle works in the main interpreter only, as a thread cannot come \
     back to another one that it has left: import refcycle in the main interpreter, or run \
     the program under Python 3.12 or later"
);

struct Definition(UnsafeCell<ffi::PyModuleDef>);

// SAFETY: only CPython touches it, as it does with the static definition of any module.
unsafe impl Sync for Definition {}

// SAFETY: its pointers are to memory that is never freed.
unsafe impl Send for Definition {}

static DEFINITION: OnceLock<Definition> = OnceLock::new();

/// Whether an interpreter has imported this copy of the library.
static IS_OWNED: AtomicBool = AtomicBool::new(false);

static IS_OWNED_BY_MAIN: AtomicBool = AtomicBool::new(false);

/// Whether this copy of the library serves the main interpreter.
pub(crate) fn serves_main_interpreter() -> bool {
    IS_OWNED_BY_MAIN.load(Ordering::Relaxed)
}

/// CPython's entry point. Up to 3.15 the main interpreter may run it on behalf of another one,
/// so that the interpreter is looked at in a slot.
///
/// # Safety
/// The thread is attached to an interpreter.
#[unsafe(no_mangle)]
unsafe extern "C" fn PyInit__refcycle() -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with the GIL, or with none in a build that has none: then
    // nothing is touched whose layout differs there.
    unsafe {
        if !has_gil() {
            ffi::PyErr_SetString(ffi::PyExc_ImportError, NO_GIL.as_ptr());
            return ptr::null_mut();
        }
        let declared = PyInit__contents().cast::<ffi::PyModuleDef>();
        if declared.is_null() {
            return ptr::null_mut();
        }
        let definition = DEFINITION.get_or_init(|| wrap(&*declared));
        ffi::PyModuleDef_Init(definition.0.get())
    }
}

/// PyO3's definition, with the owner's slot before its own.
///
/// # Safety
/// The slots of the definition end with an empty one, and are never freed.
unsafe fn wrap(declared: &ffi::PyModuleDef) -> Definition {
    let mut slots = vec![ffi::PyModuleDef_Slot {
        slot: ffi::Py_mod_exec,
        value: own as *mut c_void,
    }];
    #[cfg(Py_3_12)]
    slots.push(ffi::PyModuleDef_Slot {
        slot: ffi::Py_mod_multiple_interpreters,
        value: ffi::Py_MOD_PER_INTERPRETER_GIL_SUPPORTED,
    });
    let mut next = declared.m_slots;
    // SAFETY: the caller's promise.
    while let slot @ ffi::PyModuleDef_Slot { slot: 1.., .. } = unsafe { *next } {
        slots.push(slot);
        // SAFETY: this was not the last one.
        next = unsafe { next.add(1) };
    }
    slots.push(ffi::PyModuleDef_Slot::default());
    Definition(UnsafeCell::new(ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        // 3.15 compares them with the slots of PyO3. The module has the name that is imported.
        m_name: declared.m_name,
        m_doc: declared.m_doc,
        m_size: 0,
        m_methods: ptr::null_mut(),
        m_slots: slots.leak().as_mut_ptr(),
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }))
}

/// Makes the current interpreter the owner of this copy of the library, or raises
/// ImportError when another one is.
///
/// The owner has a mark in its dictionary: an identifier would come again when an
/// embedding program finalizes Python and initializes it anew.
///
/// # Safety
/// The thread is attached to an interpreter.
unsafe extern "C" fn own(_module: *mut ffi::PyObject) -> c_int {
    let mark = format!("refcycle._refcycle at {:p}", &raw const IS_OWNED);
    let mark = CString::new(mark).expect("has no null");
    // SAFETY: CPython calls this attached to the interpreter that imports. The dictionary
    // is borrowed from the interpreter.
    unsafe {
        let interpreter = ffi::PyInterpreterState_Get();
        let marks = ffi::PyInterpreterState_GetDict(interpreter);
        if marks.is_null() {
            ffi::PyErr_NoMemory();
            return -1;
        }
        if !ffi::PyDict_GetItemString(marks, mark.as_ptr()).is_null() {
            return 0;
        }
        let is_main = interpreter == ffi::PyInterpreterState_Main();
        #[cfg(not(Py_3_12))]
        if !is_main {
            ffi::PyErr_SetString(ffi::PyExc_ImportError, NOT_MAIN.as_ptr());
            return -1;
        }
        if IS_OWNED.swap(true, Ordering::SeqCst) {
            ffi::PyErr_SetString(ffi::PyExc_ImportError, OWNED.as_ptr());
            return -1;
        }
        if ffi::PyDict_SetItemString(marks, mark.as_ptr(), ffi::Py_None()) < 0 {
            IS_OWNED.store(false, Ordering::SeqCst);
            return -1;
        }
        IS_OWNED_BY_MAIN.store(is_main, Ordering::Relaxed);
    }
    0
}

/// Whether the interpreter is built with the GIL, whatever it was when this was compiled.
///
/// # Safety
/// The thread is attached.
unsafe fn has_gil() -> bool {
    // SAFETY: the caller's promise; both results are borrowed.
    let flags = unsafe {
        let flags = ffi::PySys_GetObject(c_str!("abiflags").as_ptr());
        if flags.is_null() {
            return true;
        }
        let text = ffi::PyUnicode_AsUTF8AndSize(flags, ptr::null_mut());
        if text.is_null() {
            ffi::PyErr_Clear();
            return true;
        }
        CStr::from_ptr(text)
    };
    cfg!(not(Py_GIL_DISABLED)) && !flags.to_bytes().contains(&b't')
}
