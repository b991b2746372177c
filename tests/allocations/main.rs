//! A workspace does not allocate once its buffers are large enough. This is a separate program,
//! because its allocator counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use refcycle_core::{CsrGraph, Predecessors, Run, VertexId, Workspace, algo};

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Searches of every kind.
fn queries(workspace: &mut Workspace, graph: &CsrGraph) -> usize {
    let [first, middle, last] = [0, 5_000, 99_999].map(VertexId::new);
    let mut answers = 0;
    for limit in [Some(3), None] {
        answers += algo::descendants(Run::on(graph).workspace(workspace), [first, middle], limit)
            .unwrap()
            .len();
        answers += algo::ancestors(Run::on(graph).workspace(workspace), [last], limit)
            .unwrap()
            .len();
    }
    answers += algo::shortest_path(Run::on(graph).workspace(workspace), first, last)
        .unwrap()
        .map_or(0, <[_]>::len);
    answers += algo::shortest_cycle(Run::on(graph).workspace(workspace), middle)
        .unwrap()
        .map_or(0, <[_]>::len);
    let path = algo::bidirectional_shortest_path(Run::on(graph).workspace(workspace), first, last);
    answers += path.unwrap().map_or(0, <[_]>::len);
    let cycle = algo::bidirectional_shortest_cycle(Run::on(graph).workspace(workspace), middle);
    answers + cycle.unwrap().map_or(0, <[_]>::len)
}

#[test]
fn a_workspace_allocates_once() {
    let n = 100_000_u32;
    let around = (0..n).flat_map(|v| [(v, (v + 1) % n), (v, (v * 7 + 3) % n)]);
    let graph = CsrGraph::from_edges(n as usize, around).unwrap();
    assert_eq!(graph.predecessors(VertexId::new(1)).count(), 2);
    let mut workspace = Workspace::new();
    let first = queries(&mut workspace, &graph);
    let before = COUNT.load(Ordering::Relaxed);
    let second = queries(&mut workspace, &graph);
    let after = COUNT.load(Ordering::Relaxed);
    assert_eq!((first, after), (second, before));
}
