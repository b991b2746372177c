//! The Python extension module of `refcycle`: its declaration.
// Docstrings are for `help()`, with examples in Python.
#![allow(rustdoc::invalid_rust_codeblocks)]
// Only Linux shows the memory of a process: what reads it is not used elsewhere.
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports))]

mod account;
mod address_space;
mod annotate;
mod annotations;
mod answers;
mod border;
mod capabilities;
mod collector;
mod creators;
mod engine;
mod files;
mod graphs;
mod heap;
mod interrupt;
mod memory_search;
mod module;
mod modules;
mod names;
mod os_error;
mod outputs;
mod progress;
mod provided;
mod roots;
mod terminal;
mod threads;
mod tracked;

use pyo3::prelude::*;

/// The part of refcycle that is written in Rust.
// `module` wraps this, so its name differs from that of the extension.
#[pymodule(name = "_contents")]
mod _refcycle {
    #[pymodule_export]
    use crate::account::{
        PageReading, ProcessReading, memory_beside_graphs, read_process, remember_dump,
        return_memory, unshared,
    };
    #[pymodule_export]
    use crate::address_space::AddressSpace;
    #[pymodule_export]
    use crate::annotations::{
        allocated_at, annotated_references, execution_of, object_annotation, object_name,
        redacted_file, redacted_function,
    };
    #[pymodule_export]
    use crate::answers::Suspect;
    #[cfg(feature = "layout-overrides")]
    #[pymodule_export]
    use crate::border::fail;
    #[pymodule_export]
    use crate::border::{check_progress, report};
    #[pymodule_export]
    use crate::capabilities::{Capability, capabilities};
    #[pymodule_export]
    use crate::creators::{
        cycles_created_by, garbage, garbage_preview, key_cycles, objects_reachable_from, size,
        snapshot, snapshot_for_a_dump, why,
    };
    #[pymodule_export]
    use crate::engine::{NativeBuffer, Retained, SavedObject};
    #[pymodule_export]
    use crate::files::NewFile;
    #[pymodule_export]
    use crate::graphs::{
        AnnotatedEdge, AnnotatedGraph, AnnotatedVertex, DirectedGraph, EdgeView, FeedbackArcSet,
        FeedbackVertexSet, GraphBase, GraphIterator, LoadedGraph, ObjectGraph, SavedObjectSet,
        SimpleCycles, UserGraph, VertexView, compare_files, larger_containers, load,
        most_allocated, restore_graph, save_into,
    };
    #[cfg(feature = "layout-overrides")]
    #[pymodule_export]
    use crate::heap::layout::layout_numbers;
    #[cfg(feature = "layout-overrides")]
    #[pymodule_export]
    use crate::heap::misuse_pause;
    #[pymodule_export]
    use crate::heap::{Buffer, is_a_fork_for_a_dump, register_size};
    #[pymodule_export]
    use crate::memory_search::{MemoryPlace, PlacesInMemory};
    #[pymodule_export]
    use crate::modules::{import_all, later};
    #[pymodule_export]
    use crate::names::{ObjectName, ReferenceName};
    #[pymodule_export]
    use crate::outputs::arrow::{ArrowTable, ArrowTables};
    #[pymodule_export]
    use crate::outputs::text::Tree;
    #[pymodule_export]
    use crate::provided::register;
    #[pymodule_export]
    use crate::roots::Root;
    #[pymodule_export]
    use crate::terminal::{cut, escape, width};
    #[pymodule_export]
    use crate::threads::thread_frames;
    #[pymodule_export]
    use crate::tracked::{live_graphs, order_in_the_collector, tracked_objects, tracked_referrers};
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    use super::*;

    /// Checks what refcycle assumes about the interpreter.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        crate::heap::keep_reserve();
        crate::border::set_up(py)?;
        #[cfg(feature = "layout-overrides")]
        crate::heap::hook_allocator(py);
        crate::heap::remember_process();
        crate::heap::remember_functions(py)?;
        crate::heap::remember_graph_class(&py.get_type::<GraphBase>());
        crate::heap::remember_block_counter(py)?;
        crate::heap::remember_deque(py)?;
        crate::heap::intern_a_known_string(py);
        crate::modules::hold_what_is_needed(py)?;
        let unknown = crate::heap::check_layouts(module)?;
        crate::capabilities::warn_of_what_is_missing(py, &unknown)?;
        Ok(())
    }
}
