//! The offsets of fields, and values that they have, on the version that this is built for.

use std::mem::offset_of;

use pyo3::ffi;

use super::number::Number;

/// A table: its numbers as constants. The kind of each is the width of the field at an offset
/// (`word`, `half`, `byte`), or `value`.
macro_rules! table {
    ($(#[$about:meta])* $module:ident {
        $($(#[$field_about:meta])* $field:ident: $kind:ident = $value:expr;)*
    }) => {
        $(#[$about])*
        pub(in crate::heap) mod $module {
            #[allow(unused_imports)]
            use super::*;

            $(
                $(#[$field_about])*
                pub(in crate::heap) const $field: Number =
                    Number::new(concat!(stringify!($module), ".", stringify!($field)), $value);
            )*

            #[cfg(feature = "layout-overrides")]
            #[allow(dead_code)]
            pub(super) const ALL: &[(&str, &str, usize)] = &[$((
                concat!(stringify!($module), ".", stringify!($field)),
                stringify!($kind),
                $value,
            )),*];
        }
    };
}

#[cfg(Py_3_11)]
table! {
    /// A frame object, and the frame that the interpreter runs.
    frame {
        /// `PyFrameObject.f_back`, set only if the frame is no longer running.
        BACK: word = 16;
        /// `PyFrameObject.f_frame`: the interpreter's frame.
        FRAME: word = 24;
        /// `PyFrameObject.f_trace`.
        TRACE: word = 32;

        // `_PyInterpreterFrame`
        /// `f_executable`, formerly `f_code`.
        CODE: word = if cfg!(Py_3_12) { 0 } else { 32 };
        /// `f_funcobj`, formerly `f_func`.
        FUNCTION: word = if cfg!(Py_3_12) { 16 } else { 0 };
        /// `f_locals`: a dict, for a module or the body of a class.
        LOCALS_DICT: word = if cfg!(Py_3_12) { 40 } else { 24 };
        /// `frame_obj`.
        OBJECT: word = if cfg!(Py_3_12) { 48 } else { 40 };
        /// `previous`: the frame of the caller.
        PREVIOUS: word = if cfg!(Py_3_12) { 8 } else { 48 };
        /// `prev_instr`, which is read on 3.11 only, to compare it with the bounds of the code.
        #[cfg_attr(Py_3_12, allow(dead_code))]
        INSTRUCTION: word = 56;
        /// The number of slots in use: `stacktop`, a count of 32 bits, which is negative while the
        /// frame runs; since 3.14 `stackpointer`, an address or null.
        STACK_TOP: half = 64;
        /// `owner`.
        OWNER: byte = if cfg!(Py_3_14) { 74 } else if cfg!(Py_3_12) { 70 } else { 69 };
        /// `localsplus`: the slots.
        LOCALS: word = if cfg!(Py_3_14) { 80 } else { 72 };

        /// `owner` of a frame that a thread runs, of a frame in a generator, and of a frame in a
        /// frame object. Higher values are internal frames of the interpreter.
        OWNED_BY_THREAD: value = 0;
        OWNED_BY_GENERATOR: value = 1;
        OWNED_BY_FRAME_OBJECT: value = 2;
    }
}

#[cfg(not(Py_3_11))]
table! {
    /// `PyFrameObject`.
    frame {
        BACK: word = 24;
        CODE: word = 32;
        BUILTINS: word = 40;
        GLOBALS: word = 48;
        LOCALS_DICT: word = 56;
        /// `f_valuestack`.
        STACK: word = 64;
        TRACE: word = 72;
        /// `f_stackdepth`.
        STACK_DEPTH: half = 80;
        /// `f_localsplus`, the last field.
        LOCALS: word = 352;
    }
}

#[cfg(Py_3_11)]
table! {
    /// `PyCodeObject`.
    code {
        /// `co_stacksize`.
        STACK_SIZE: half = if cfg!(Py_3_12) { 64 } else { 68 };
        /// `co_nlocalsplus`.
        LOCAL_COUNT: half = if cfg!(Py_3_12) { 72 } else { 76 };
        /// `co_localsplusnames`.
        LOCAL_NAMES: word = 96;
        /// `co_localspluskinds`.
        LOCAL_KINDS: word = 104;
        /// `_co_code`; since 3.12 `_co_cached`, the address of a struct that starts with it.
        CACHED: word = if cfg!(Py_3_13) { 160 } else { 152 };
    }
}

#[cfg(Py_3_11)]
table! {
    /// `PyGenObject`, and structs that start like it.
    generator {
        /// `gi_exc_state.exc_value`.
        EXC_VALUE: word = if cfg!(Py_3_12) { 40 } else { 48 };
        /// `gi_origin_or_finalizer`.
        ORIGIN: word = if cfg!(Py_3_12) { 56 } else { 64 };
        /// `gi_frame_state`.
        STATE: byte = if cfg!(Py_3_12) { 67 } else { 75 };
        /// `gi_iframe`: the interpreter frame inside the generator.
        FRAME: word = if cfg!(Py_3_12) { 72 } else { 80 };

        /// `FRAME_CLEARED`: in this state and higher ones, the frame no longer exists.
        CLEARED: value = if cfg!(Py_3_15) { 5 } else { 4 };
    }
}

#[cfg(not(Py_3_11))]
table! {
    /// `PyGenObject`, and structs that start like it.
    generator {
        FRAME: word = 16;
        CODE: word = 24;
        /// `PyAsyncGenObject.ag_finalizer`, or a coroutine's `cr_origin`: the first field after
        /// those of a generator.
        LAST: word = 88;
    }
}

table! {
    /// `PyDictObject`.
    dict {
        KEYS: word = offset_of!(ffi::PyDictObject, ma_keys);
        VALUES: word = offset_of!(ffi::PyDictObject, ma_values);
    }
}

#[cfg(Py_3_11)]
table! {
    /// `PyDictKeysObject`: the table of a dict, or the table that the instances of a class share.
    keys {
        HOLDERS: word = 0;
        LOG2_SIZE: byte = 8;
        LOG2_INDEX_BYTES: byte = 9;
        KIND: byte = 10;
        USABLE: word = 16;
        ENTRY_COUNT: word = 24;
        INDICES: word = 32;

        KIND_GENERAL: value = 0;
        KIND_UNICODE: value = 1;
        KIND_SPLIT: value = 2;
    }
}

#[cfg(not(Py_3_11))]
table! {
    /// `PyDictKeysObject`.
    keys {
        HOLDERS: word = 0;
        SIZE: word = 8;
        INDICES: word = 40;
    }
}

table! {
    /// `PyHeapTypeObject`.
    class {
        /// `ht_cached_keys`.
        KEYS: word = offset_of!(ffi::PyHeapTypeObject, ht_cached_keys);
        /// `_ht_tpname`, which pyo3-ffi does not make public, comes after `ht_module`.
        C_NAME: word = offset_of!(ffi::PyHeapTypeObject, ht_module) + 8;
    }
}

#[cfg(all(Py_3_11, not(Py_3_12)))]
table! {
    /// The attributes of an instance, in bytes before the object.
    instance {
        DICT_BEFORE: word = 24;
        VALUES_BEFORE: word = 32;
    }
}

#[cfg(Py_3_12)]
table! {
    /// The attributes of an instance, in bytes before the object.
    instance {
        DICT_BEFORE: word = 24;
    }
}

#[cfg(all(Py_3_11, not(Py_3_13)))]
table! {
    /// `PyDictValues`, which values follow.
    values {
        /// The size of the prefix, stored this number of bytes before the values.
        PREFIX_BEFORE: byte = 1;
    }
}

#[cfg(Py_3_13)]
table! {
    /// `PyDictValues` in an instance.
    values {
        /// Where they start: since 3.14, after the basic size.
        START: word = if cfg!(Py_3_14) { 0 } else { size_of::<ffi::PyObject>() };
        CAPACITY: byte = 0;
        EMBEDDED: byte = 2;
        /// Whether they are in use.
        VALID: byte = 3;
        ITEMS: word = 8;
    }
}

table! {
    /// `lru_list_elem`, an entry of a cache of `functools.lru_cache`.
    link {
        PREVIOUS: word = 16;
        NEXT: word = 24;
        KEY: word = 40;
        RESULT: word = 48;
    }
}

table! {
    /// The header that the collector puts before an object.
    lists {
        /// Its size.
        HEADER: word = 16;
        /// `_gc_next`.
        NEXT: word = 0;
        /// `_gc_prev`.
        PREVIOUS: word = 8;
    }
}

/// The bytes of an entry whose key is a string: key, value. In other entries, the hash comes first.
#[cfg(Py_3_11)]
pub(in crate::heap) const ENTRY_SIZE: usize = 16;

/// The bits of the collector's two words that are not part of an address.
pub(in crate::heap) const LIST_FLAGS: usize = 0b111;

/// All numbers of all tables that this version reads: name, kind, value.
#[cfg(feature = "layout-overrides")]
pub(super) fn all() -> Vec<(&'static str, &'static str, usize)> {
    let tables = [
        frame::ALL,
        #[cfg(Py_3_11)]
        code::ALL,
        generator::ALL,
        dict::ALL,
        keys::ALL,
        class::ALL,
        link::ALL,
        #[cfg(Py_3_11)]
        instance::ALL,
        #[cfg(Py_3_11)]
        values::ALL,
        lists::ALL,
    ];
    tables.concat()
}
