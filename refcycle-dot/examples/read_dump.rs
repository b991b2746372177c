//! Shows the largest retainers in a heap that a Python program has saved:
//!
//! ```console
//! $ python -c 'import refcycle; refcycle.snapshot().save("heap.refcycle")'
//! $ cargo run -p refcycle-dot --features dump --example read_dump -- heap.refcycle
//! ```

use std::cmp::Reverse;
use std::error::Error;

use refcycle_core::{Algorithms, algo};
use refcycle_dot::dump::HeapDump;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: read_dump FILE")?;
    let dump = HeapDump::open(path)?;
    let graph = &**dump.graph();
    // Cycles that are not held from outside are garbage, but they also take memory.
    let starts = graph.split().covering(dump.held_from_outside());
    let tree = algo::dominators(graph, starts)?.into_tree();
    let retained = tree.accumulate(dump.sizes())?;
    println!(
        "{} objects, {} bytes",
        dump.sizes().len(),
        dump.sizes().iter().sum::<u64>()
    );
    let mut largest = tree.roots().to_vec();
    largest.sort_by_key(|v| Reverse(retained[v.index()]));
    for v in largest.into_iter().take(10) {
        let label = dump.label(v).replace('\n', " ");
        println!("{:>12} bytes  {label}", retained[v.index()]);
    }
    Ok(())
}
