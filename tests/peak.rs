//! The peak memory of building a graph, counted by the allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use refcycle_core::{CsrBuilder, CsrGraph, IDirectedGraph, Predecessors, WideCsrGraph};
use refcycle_tests::generators::{RANDOM_VERTICES, random_edges};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: apart from counting, every call is passed to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The peak number of bytes that are allocated while `f` runs, beyond those allocated before.
fn peak<T>(f: impl FnOnce() -> T) -> (usize, T) {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let result = f();
    (PEAK.load(Relaxed) - before, result)
}

const N: usize = 200_000;
const M: usize = 1_000_000;
/// An allowance for small allocations that do not grow with the graph.
const LITTLE: usize = 4096;

fn edges() -> impl Iterator<Item = (u32, u32)> + Clone {
    let n = N as u64;
    (0..M as u64).map(move |i| ((i * 7919 % n) as u32, (i * i * 31 % n) as u32))
}

/// The only test: others would allocate at the same time.
#[test]
fn building_takes_the_input_and_the_result() {
    let input = 8 * M;
    let forward_bfs = 4 * (N + 1) + 4 * M;

    let mut builder = CsrBuilder::with_capacity(N, M);
    for (tail, head) in edges() {
        builder.add_edge(tail.into(), head.into()).unwrap();
    }
    let copy = builder.clone();
    let (most, graph) = peak(|| builder.build().unwrap());
    assert!(most <= forward_bfs + LITTLE, "build: {most}");
    let (most, with_order) = peak(|| copy.build_with_order().unwrap());
    assert!(
        most <= forward_bfs + 4 * M + LITTLE,
        "build_with_order: {most}"
    );
    drop(with_order);

    let (most, _) = peak(|| graph.predecessors(0.into()).count());
    assert!(most <= forward_bfs + LITTLE, "backward: {most}");
    let (most, _) = peak(|| graph.in_edges(0.into()).count());
    assert!(most <= forward_bfs + LITTLE, "ids: {most}");

    // If there are many vertices and the order is random, the edges are sorted in two steps, one
    // block of vertices at a time.
    let random = random_edges();
    let (m, n) = (random.len(), RANDOM_VERTICES);
    let forward_bfs = 4 * (n + 1) + 4 * m;
    let blocks = n.div_ceil(1 << 16);
    let counts = 4 << 16;
    let mut builder = CsrBuilder::with_capacity(n, m);
    builder.extend(random);
    let (most, graph) = peak(|| builder.build().unwrap());
    assert!(
        most <= forward_bfs + counts + LITTLE,
        "blocks, build: {most}"
    );
    let hub = graph
        .heads()
        .iter()
        .filter(|head| *head >> 16 == 70_000 >> 16);
    let largest = 4 * hub.count();
    let notes = 4 * blocks * (blocks + 1);
    // The capacity of a growing vector may be twice its length.
    let block = counts + largest + 2 * notes;
    let (most, _) = peak(|| graph.predecessors(0.into()).count());
    assert!(
        most <= forward_bfs + block + LITTLE,
        "blocks, backward: {most}"
    );

    let forward_bfs = 4 * (N + 1) + 4 * M;
    let mut sorted: Vec<_> = edges().collect();
    let (most, _) = peak(|| CsrGraph::from_edges_twice(N, sorted.iter().copied()).unwrap());
    assert!(most <= forward_bfs + LITTLE, "from_edges_twice: {most}");
    let (most, _) = peak(|| WideCsrGraph::from_edges_twice(N, sorted.iter().copied()).unwrap());
    assert!(most <= forward_bfs + 4 * (N + 1) + LITTLE, "wide: {most}");
    let (most, _) = peak(|| CsrGraph::from_edges(N, sorted.iter().copied()).unwrap());
    assert!(most <= input + forward_bfs + LITTLE, "from_edges: {most}");
    sorted.sort_unstable();
    let (most, _) = peak(|| CsrGraph::from_sorted_edges(N, sorted.iter().copied()).unwrap());
    assert!(most <= forward_bfs + LITTLE, "from_sorted_edges: {most}");
}
