//! Memory that objects of libraries use outside of Python's objects: the data of an Arrow array, of
//! an image, of a tensor.
//!
//! Each library has one small file, its *reader*. [`readers`] chooses a reader by the exact type of
//! an object; nothing is imported. A reader reads fields, or calls functions of the library that
//! were compiled from C, Cython or Rust ([`compiled_calls`]). No Python code runs, except functions
//! that a program has registered itself ([`registered`]). Readers run outside of a pause, because
//! their calls create objects, and with the collector off; the objects that they read are held.
//!
//! A reader describes memory as [`extents`]. Extents of several objects that overlap are one
//! *buffer*. A buffer that one object uses is a part of the size of this object. A buffer that
//! several objects use is a vertex of the graph (`buffer_vertices`), so that it is counted once and its
//! holders are visible. Memory that lies within a Python object, as an array over the bytes of a
//! `bytes` object, belongs to that object ([`owners`]).

mod arrow_c;
mod buffer_class;
mod compiled_calls;
mod extents;
mod initialised;
mod loaded;
mod lxml;
mod numpy;
mod owners;
mod pandas;
mod pillow;
mod polars;
mod pyarrow;
mod readers;
mod reading;
mod registered;
mod torch;

pub(super) use buffer_class::Key;
pub(crate) use buffer_class::{Buffer, device_name, is_buffer};
pub(super) use extents::Group;
pub(crate) use extents::MAIN_MEMORY;
pub(super) use reading::{add_sizes, is_unknown, read as read_memory};
pub(crate) use reading::{
    has_native_memory, has_shareable_memory, may_have_native_memory, native_memory,
    native_memory_test,
};
pub(super) use registered::are_any as are_sizes_registered;
pub(crate) use registered::{check_stop, register_size};
