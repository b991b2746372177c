//! Uses refcycle-core where there is no standard library. It is checked, never run.

#![no_std]

use core::panic::PanicInfo;

use refcycle_core::{Algorithms, CsrGraph, Error};

/// How many components a graph has.
pub fn components(vertices: usize, edges: &[(u32, u32)]) -> Result<usize, Error> {
    let graph = CsrGraph::from_edges(vertices, edges.iter().copied())?;
    Ok(graph.strongly_connected_components().len())
}

/// A second one beside that of std would be an error.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
