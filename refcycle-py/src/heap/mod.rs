//! Reading CPython's heap: every line of FFI and `unsafe` of the package.
//!
//! # Why this is sound
//! The package runs on builds with the GIL only (checked at import, see
//! [`layout`]). While a thread holds the GIL and neither runs Python code, nor creates,
//! nor releases Python objects, the heap stands still: no reference changes, no
//! collection starts. [`Obj`] borrows from a [`Still`] heap, and nothing in this folder
//! or in `annotate` creates or releases Python objects while one is in use, except
//! where a comment says why it may.
//!
//! Public struct layouts come from `pyo3-ffi`, which is compiled for one version of
//! CPython. Private ones are in [`layout`], one table a version, and are checked on
//! known objects before they are used. What cannot be checked is not read.
#![allow(unsafe_code)]

mod address_index;
mod atoms;
mod containers;
mod enumerate;
mod exceptions;
mod frames;
mod functions;
mod generators;
mod half_built;
mod hold;
mod instances;
pub(crate) mod layout;
mod members;
mod object;
mod traverse;
mod types;

pub(crate) use atoms::{atom_repr, text};
pub(crate) use containers::{container_len, dict_entries, is_set, sequence_items};

pub(crate) use exceptions::exception_fields;
pub(crate) use frames::{frame_fields, frame_locals, frame_position, running_frames};
pub(crate) use functions::{
    builtin_fields, cell_contents, function_fields, module_dict, weak_callback, weak_referent,
};
pub(crate) use generators::{generator_fields, generator_locals};
pub(crate) use hold::{Held, hold_all};
pub(crate) use instances::{instance_attributes, instance_dict};
pub(crate) use members::members;
pub(crate) use object::{Obj, Still};
pub(crate) use traverse::{Topology, reachable, references_between, snapshot_topology};
pub(crate) use types::{Kind, type_fields, type_module, type_name, type_short_name};
