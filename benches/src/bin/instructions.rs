//! Fixed jobs whose instructions `.ci/instructions` counts. Counts are reproducible, unlike times.
//!
//! `instructions JOB [FOLDER]` makes a graph, or reads the one in the folder, and runs the job
//! once, in a separate function that is never inlined, so that callgrind can count it alone.
//! Without a job, it prints the names of all jobs.

use std::path::Path;
use std::process::ExitCode;

use refcycle_benches::{kernels, raw};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(wanted) = arguments.next() else {
        for (name, _) in kernels::ALL {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let Some((_, job)) = kernels::ALL.iter().find(|(name, _)| *name == wanted) else {
        eprintln!("there is no {wanted}");
        return ExitCode::from(2);
    };
    let graph = match arguments.next() {
        None => kernels::graph(),
        Some(folder) => match raw::read(Path::new(&folder)) {
            Ok(graph) => kernels::both_ways(graph),
            Err(error) => {
                eprintln!("{folder}: {error}");
                return ExitCode::from(2);
            }
        },
    };
    println!("{} {}", graph.heads().len(), job(&graph));
    ExitCode::SUCCESS
}
