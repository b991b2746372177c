//! Fixed jobs whose instructions `.ci/instructions` counts: they repeat where times do not.
//!
//! `instructions JOB` makes a graph and does the job once, in a function of its own that is
//! never inlined, so that callgrind can count it alone. Without a job: the names of all.

use refcycle_benches::kernels;

fn main() {
    let Some(wanted) = std::env::args().nth(1) else {
        for (name, _) in kernels::ALL {
            println!("{name}");
        }
        return;
    };
    let Some((_, job)) = kernels::ALL.iter().find(|(name, _)| *name == wanted) else {
        eprintln!("there is no {wanted}");
        std::process::exit(2);
    };
    let graph = kernels::graph();
    println!("{} {}", graph.heads().len(), job(&graph));
}
