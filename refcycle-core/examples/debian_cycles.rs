//! Debian packages with cyclic dependencies.
//!
//! `apt-cache dumpavail | cargo run --release -p refcycle-core --example debian_cycles`

use std::error::Error;
use std::io::{self, BufRead};

use refcycle_core::graphs::{KeyedBuilder, KeyedGraph};
use refcycle_core::{Algorithms, IDirectedGraph, VertexId, Vertices};

/// Reads the paragraphs of a list of packages. `Package` is the first field of each. Dependencies
/// on virtual packages and other unknown names are left out.
fn packages(list: impl BufRead) -> Result<KeyedGraph<Box<str>>, Box<dyn Error>> {
    let mut builder: KeyedBuilder<Box<str>> = KeyedBuilder::new();
    let mut dependencies = Vec::new();
    let mut current = None;
    for line in list.lines() {
        let line = line?;
        match line.split_once(": ") {
            Some(("Package", name)) => current = Some(builder.intern(name)?),
            Some(("Depends" | "Pre-Depends", others)) => {
                let tail = current.ok_or("a dependency before the first package")?;
                // `a (>= 1) | b, c:any`: the first of several alternatives is installed.
                for other in others.split(", ") {
                    let name = other.split([' ', ':', '|']).next().unwrap_or(other);
                    dependencies.push((tail, name.to_owned()));
                }
            }
            _ => {}
        }
    }
    for (tail, name) in dependencies {
        if let Some(head) = builder.keys().vertex(&*name) {
            builder.add_edge_between(tail, head)?;
        }
    }
    Ok(builder.build()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let packages = packages(io::stdin().lock())?;
    let graph = &packages.graph;
    let name = |v: &VertexId| packages.keys.as_slice()[v.index()].as_ref();
    println!(
        "{} packages, {} dependencies",
        graph.vertex_count(),
        graph.edge_count()
    );

    let split = graph.split();
    let mut circles: Vec<_> = (split.cyclic())
        .map(|number| split.components().component(number))
        .collect();
    circles.sort_by_key(|members| std::cmp::Reverse(members.len()));
    println!(
        "{} groups depend on themselves; the largest:",
        circles.len()
    );
    for members in circles.iter().take(5) {
        let cycle = graph
            .bidirectional_shortest_cycle(members[0])?
            .unwrap_or_default();
        let cycle: Vec<_> = cycle.iter().chain(cycle.first()).map(name).collect();
        println!(
            "  {} packages, such as {}",
            members.len(),
            cycle.join(" -> ")
        );
    }
    Ok(())
}
