//! The memory of the process. It also covers what lies outside a snapshot.

mod arenas;
mod libraries;
mod mappings;
mod native_heap;
mod page_shares;
mod placement;
mod private_pages;
mod residency;
mod stacks;
mod state;

use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::allocator::mapped_bytes;
use super::is_alone;
pub(crate) use arenas::Arena;
pub(crate) use mappings::MappingKind;
pub(crate) use native_heap::return_free_memory;
pub(crate) use page_shares::page_shares;
pub(crate) use placement::{OfType, Placement, place};
pub(crate) use private_pages::PrivatePages;
pub(crate) use residency::resident_bytes;
pub(crate) use state::ProcessState;

/// `sys.getallocatedblocks`, which has no C equivalent on all versions.
static COUNT_BLOCKS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The bytes by which the first files of live objects made the process larger.
static BY_DUMPS: AtomicU64 = AtomicU64::new(0);

/// The memory of the process at one point in time.
#[derive(Clone, Copy)]
pub(crate) struct ProcessMemory {
    /// The blocks that Python's allocators have allocated; `None` if they cannot be counted.
    pub(crate) blocks: Option<u64>,
    /// The bytes in main memory; `None` if the system does not report them.
    pub(crate) resident: Option<u64>,
    /// An upper limit for the part of these bytes that the graphs of this library use, including
    /// memory kept for the next ones.
    pub(crate) own: u64,
    /// The part that the process keeps since it wrote its first files of live objects.
    pub(crate) by_dumps: u64,
}

impl ProcessMemory {
    /// Asks the interpreter and the system, which takes a few microseconds.
    pub(crate) fn now(py: Python<'_>) -> PyResult<Self> {
        Ok(Self {
            blocks: count_blocks(py)?,
            resident: resident(),
            own: mapped_bytes() as u64,
            by_dumps: bytes_by_dumps(),
        })
    }
}

/// The bytes of the process without those of the graphs of this library; `None` if they are unknown.
pub(crate) fn beside_graphs() -> Option<u64> {
    Some(resident()?.saturating_sub(mapped_bytes() as u64))
}

/// The bytes that the process keeps since it wrote its first files of live objects, without those of
/// graphs.
pub(crate) fn bytes_by_dumps() -> u64 {
    BY_DUMPS.load(Ordering::Relaxed)
}

/// Sets them.
pub(crate) fn set_bytes_by_dumps(bytes: u64) {
    BY_DUMPS.store(bytes, Ordering::Relaxed);
}

/// Called when the library is imported: when the program ends, `sys` may no longer exist.
pub(crate) fn remember_block_counter(py: Python<'_>) -> PyResult<()> {
    counter(py).map(|_| ())
}

/// Since 3.12, the function reads the arenas of all interpreters. One with a GIL of its own may
/// give an arena back at that moment.
fn count_blocks(py: Python<'_>) -> PyResult<Option<u64>> {
    if cfg!(Py_3_12) && !is_alone(py) {
        return Ok(None);
    }
    counter(py)?.bind(py).call0()?.extract().map(Some)
}

fn counter(py: Python<'_>) -> PyResult<&'static Py<PyAny>> {
    COUNT_BLOCKS.get_or_try_init(py, || {
        let function = py.import("sys")?.getattr("getallocatedblocks")?;
        Ok(function.unbind())
    })
}

#[cfg(target_os = "linux")]
fn resident() -> Option<u64> {
    // "size resident shared ...", in pages.
    let told = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = told.split_ascii_whitespace().nth(1)?.parse().ok()?;
    pages.checked_mul(super::pages::page_size() as u64)
}

#[cfg(not(target_os = "linux"))]
fn resident() -> Option<u64> {
    None
}
