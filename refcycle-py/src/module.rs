//! The extension module as CPython loads it: one loaded library serves one interpreter.
//!
//! PyO3 keeps its type objects in statics of the library. The interpreter that first imports the
//! library owns it; any other is rejected here, before any code of PyO3 runs. Then
//! `refcycle/_extension.py` loads a private copy of the file, which has statics of its own. This
//! also works for interpreters with a GIL of their own, and the module definition says so. PyO3's
//! own definition cannot say so, so this one wraps it.
//!
//! Before 3.12, only the main interpreter is served: PyO3 attaches again with `PyGILState_Ensure`
//! to create an exception, and this enters the interpreter in which the thread began. The objects
//! that it creates are then in the collector's lists of one interpreter and refer to another; a
//! snapshot of the first shows them, and can keep them for longer than the second lives.
//!
//! The only `unsafe` outside `heap`: CPython's entry point cannot be declared without it.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::ffi::{self, c_str};

unsafe extern "C" {
    /// Defined by `#[pymodule]` in lib.rs.
    fn PyInit__contents() -> *mut ffi::PyObject;
}

const NO_GIL: &CStr = c_str!(
    "refcycle needs CPython with the GIL, and this Python is built without the GIL: \
     run the program with a Python that has it"
);

/// `_extension.py` recognises the error by these words.
const OWNED: &CStr = c_str!(
    "this copy of refcycle's library belongs to another interpreter of the process: \
     import refcycle, which loads a copy for this one"
);

#[cfg(not(Py_3_12))]
const NOT_MAIN: &CStr = c_str!(
    "before Python 3.12, refcycle works in the main interpreter only, because a thread cannot \
     return to another interpreter that it has left: import refcycle in the main interpreter, \
     or run the program with Python 3.12 or later"
);

struct Definition(UnsafeCell<ffi::PyModuleDef>);

// SAFETY: only CPython accesses it, as it does with the static definition of any module.
unsafe impl Sync for Definition {}

// SAFETY: it only points to memory that is never freed.
unsafe impl Send for Definition {}

static DEFINITION: OnceLock<Definition> = OnceLock::new();

/// Whether an interpreter has imported this copy of the library.
static IS_OWNED: AtomicBool = AtomicBool::new(false);

static IS_OWNED_BY_MAIN: AtomicBool = AtomicBool::new(false);

/// Whether this copy of the library serves the main interpreter.
pub(crate) fn serves_main_interpreter() -> bool {
    IS_OWNED_BY_MAIN.load(Ordering::Relaxed)
}

/// CPython's entry point. Up to 3.15, the main interpreter may run it on behalf of another one, so
/// the interpreter is checked in a slot.
///
/// # Safety
/// The thread is attached to an interpreter.
#[unsafe(no_mangle)]
unsafe extern "C" fn PyInit__refcycle() -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with the GIL, or without it in a free-threaded build; in that
    // case, the code accesses nothing whose layout differs there.
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

/// PyO3's definition, with the slot of `own` before its own slots.
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
    // SAFETY: guaranteed by the caller.
    while let slot @ ffi::PyModuleDef_Slot { slot: 1.., .. } = unsafe { *next } {
        slots.push(slot);
        // SAFETY: this was not the last one.
        next = unsafe { next.add(1) };
    }
    slots.push(ffi::PyModuleDef_Slot::default());
    Definition(UnsafeCell::new(ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        // 3.15 compares these fields with the slots of PyO3. The module has the name under which
        // it is imported.
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

/// Makes the current interpreter the owner of this copy of the library, or raises ImportError if
/// another one is.
///
/// The owner has a mark in its dictionary. An identifier would not suffice: it could occur again
/// after an embedding program has finalized Python and initialized it anew.
///
/// # Safety
/// The thread is attached to an interpreter.
unsafe extern "C" fn own(_module: *mut ffi::PyObject) -> c_int {
    let mark = format!("refcycle._refcycle at {:p}", &raw const IS_OWNED);
    let mark = CString::new(mark).expect("has no null");
    // SAFETY: CPython calls this attached to the interpreter that imports the module. The
    // dictionary is borrowed from the interpreter.
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
    // SAFETY: guaranteed by the caller; both results are borrowed.
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
