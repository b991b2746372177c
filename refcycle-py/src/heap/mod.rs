//! Reads CPython's heap. All FFI and `unsafe` code of the package is here, except for the entry
//! point in `module.rs`.
//!
//! # Why this is sound
//! The package runs on builds with the GIL only (checked at import, see [`layout`]). Reading
//! happens inside [`paused()`], which states the contract; [`Obj`] borrows from the
//! [`Still`] heap that it lends.
//!
//! Public struct layouts come from `pyo3-ffi`, which is compiled for one version of CPython.
//! Private ones are in [`layout`], one table for each version, and are checked on known objects
//! before they are used. What cannot be checked is not read. To find the names of fields whose
//! references a traversal has shown, [`probes`] measure a struct.
#![allow(unsafe_code)]

#[macro_use]
mod of_python;

mod address_index;
mod allocations;
mod allocator;
mod anchors;
mod arrays;
mod attached;
mod blocks;
mod caches;
mod capsules;
mod collectability;
mod collector_lists;
mod compiled;
mod containers;
mod datetimes;
mod dicts;
mod discovery;
mod dump_fork;
mod enumerate;
mod exceptions;
#[cfg(forced_unwind)]
mod forced_unwind;
mod frame_memory;
mod frames;
mod frozen;
mod functions;
mod gc;
mod gc_pause;
mod generators;
mod getters;
mod greenlet_type;
mod greenlets;
mod half_built;
mod held;
mod hidden_casts;
mod hidden_code;
mod instances;
mod interned;
mod interpreter;
mod interrupts;
pub(crate) mod layout;
mod layout_check;
#[cfg(Py_3_15)]
mod lazy_imports;
mod long_text;
mod measured_layouts;
mod members;
pub(crate) mod memory;
mod memory_error;
mod module_state;
mod native;
mod newline_decoders;
mod samples;
mod scalars;
mod untracked;

mod buffer;
mod buffer_vertices;
mod object;
mod own_frames;
mod own_graphs;
#[cfg(target_os = "linux")]
mod own_stack;
mod pages;
#[cfg(feature = "layout-overrides")]
mod pause_misuse;
mod paused;
mod peek;
mod prefetch;
mod private_fields;
mod probes;
mod process_maps;
mod process_memory;
mod raw_memory;
mod reachable;
mod refcounts;
mod referents;
mod rows;
mod shown_places;
mod sizes;
mod slices;
mod snapshot;
mod standing_frames;
mod table_sizes;
mod topology;
mod traversal;
mod types;
mod unreachable;
mod unshown;
mod wanted;
mod waste;
mod weak_containers;
#[cfg(feature = "layout-overrides")]
mod witness;

pub(crate) use allocations::allocation;
pub(crate) use allocator::{SetAside, is_available, is_reserve_low, keep_reserve, spare_memory};
pub(crate) use arrays::{ArrayReference, array_references};
pub(crate) use attached::attached;
pub(crate) use blocks::{Block, SmallBlocks, heap_blocks, large_array, large_block};
pub(crate) use collectability::{Outlook, outlook};
pub(crate) use compiled::has_python_fields;
pub(crate) use containers::{
    container_len, dict_entries, dict_value, is_dict, is_ordered_dict, is_set, sequence_items,
};
pub(crate) use enumerate::{complete_referrers, order_in_the_collector, tracked_and_complete};
pub(crate) use gc_pause::GcPause;
pub(crate) use scalars::{AtomText, atom_repr, atom_text, small_integer, text, text_units};

pub(crate) use caches::link_fields;
pub(crate) use capsules::hidden_pointer;
pub(crate) use datetimes::time_zone;
pub(crate) use dicts::has_text_keys;
pub(crate) use dump_fork::is_a_fork_for_a_dump;
pub(crate) use exceptions::exception_fields;
pub(crate) use frame_memory::{FrameMemory, frame_memory};
pub(crate) use frames::{
    FrameOfThread, code_position, frame_fields, frame_function, frame_locals, frame_position,
    frame_stack, innermost_frames, is_fork, remember_process,
};
pub(crate) use frozen::is_tracked;
pub(crate) use functions::{
    builtin_fields, builtin_name, cell_contents, function_fields, hidden_code_fields, is_cell,
    module_dict, weak_callback, weak_referent,
};
pub(crate) use gc::{collector_module, remember_functions};
pub(crate) use generators::{
    awaited, execution, generator_fields, generator_function, generator_locals, generator_position,
    generator_stack,
};
pub(crate) use greenlets::{
    greenlet_parent, references_of_thread, suspended_frames, suspended_position,
};
pub(crate) use held::{Held, is_shared};
pub(crate) use instances::{attribute, instance_attributes, instance_dict};
pub(crate) use interned::{
    HOLDER_OF_INTERNED_STRINGS, intern_a_known_string, is_interned_strings, known_interned_string,
};
pub(crate) use interpreter::{
    interpreter_dict, interpreter_dicts, interpreter_states, is_alone, is_ending, sys_attribute,
};
pub(crate) use layout_check::check_layouts;
pub(crate) use long_text::python_text;
pub(crate) use members::{member, members};
pub(crate) use memory_error::memory_error;
pub(crate) use module_state::{module_state_address, see_module_state};
pub(crate) use native::{
    Buffer, MAIN_MEMORY, check_stop, device_name, has_native_memory, has_shareable_memory,
    is_buffer, may_have_native_memory, native_memory, native_memory_test, register_size,
};
pub(crate) use newline_decoders::newline_decoder_fields;
pub(crate) use refcounts::other_references;
pub(crate) use unshown::{UnshownPlace, field_name, struct_range};
pub(crate) use untracked::{UnshownReference, hidden_references};
pub(crate) use wanted::WantedAddresses;
#[cfg(feature = "layout-overrides")]
pub(crate) use {pause_misuse::misuse_pause, witness::hook_allocator};

pub(crate) use buffer::{ArrayBuffer, GraphArray};
#[cfg(Py_3_15)]
pub(crate) use lazy_imports::lazy_import_of;
pub(crate) use measured_layouts::FieldName;
pub(crate) use object::Obj;
pub(crate) use own_frames::is_called_by_package;
pub(crate) use own_graphs::{own_graphs, remember_graph_class};
#[cfg(target_os = "linux")]
pub(crate) use own_stack::{CallerStack, stack_of_the_caller};
pub(crate) use pages::used_parts;
pub(crate) use paused::{Still, assert_not_paused, paused};
pub(crate) use private_fields::private_fields;
pub(crate) use probes::Measured;
pub(crate) use process_maps::{Mapping, mapping_of, process_maps};
pub(crate) use process_memory::{
    Arena, MappingKind, OfType, Placement, PrivatePages, ProcessState, beside_graphs,
    bytes_by_dumps, page_shares, place, remember_block_counter, resident_bytes, return_free_memory,
    set_bytes_by_dumps,
};
pub(crate) use raw_memory::RawMemory;
pub(crate) use reachable::{Distinct, Keys, graph_of, reachable};
pub(crate) use shown_places::shown_places;
pub(crate) use sizes::{
    has_unknown_size, remember_deque, shallow_size, shallow_sizes, unknown_sizes,
};
pub(crate) use slices::{SLICE, Turns, in_slices};
pub(crate) use snapshot::{dump_topology, snapshot_topology};
pub(crate) use topology::{Reading, Topology, UNKNOWN, Uncaught};
pub(crate) use types::{
    Kind, is_subtype, static_type_name, type_bases, type_fields, type_module, type_name,
    type_short_name,
};
pub(crate) use unreachable::collectable_topology;
pub(crate) use waste::{WasteKind, WasteScan, Wasted};
pub(crate) use weak_containers::{WeakHolders, may_have_weak_entries, subclasses, weak_holders};
