//! Times refcycle-core against petgraph: see `table --help`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: refcycle_benches::memory::Counting = refcycle_benches::memory::Counting;

fn main() -> ExitCode {
    refcycle_benches::table::main(&[])
}
