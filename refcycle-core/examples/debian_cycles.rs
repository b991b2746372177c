//! Debian packages with cyclic dependencies.
//!
//! `apt-cache dumpavail | cargo run --release -p refcycle-core --example debian_cycles`

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead};

use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, VertexId, Vertices};

/// The packages by name, and the graph of their dependencies.
#[derive(Default)]
struct Packages {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    dependencies: Vec<(u32, String)>,
}

impl Packages {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Reads the paragraphs of a list of packages. `Package` is the first field of each.
    fn read(list: impl BufRead) -> io::Result<Self> {
        let mut packages = Self::default();
        let mut current = None;
        for line in list.lines() {
            let line = line?;
            match line.split_once(": ") {
                Some(("Package", name)) => current = Some(packages.number(name)),
                Some(("Depends" | "Pre-Depends", others)) => {
                    let tail = current.ok_or(io::ErrorKind::InvalidData)?;
                    // `a (>= 1) | b, c:any`: the first of several alternatives is installed.
                    for other in others.split(", ") {
                        let name = other.split([' ', ':', '|']).next().unwrap_or(other);
                        packages.dependencies.push((tail, name.to_owned()));
                    }
                }
                _ => {}
            }
        }
        Ok(packages)
    }

    /// Dependencies on virtual packages and other unknown names are left out.
    fn graph(&self) -> Result<CsrGraph, refcycle_core::Error> {
        let edges = self.dependencies.iter();
        let edges = edges.filter_map(|(tail, name)| Some((*tail, *self.numbers.get(name)?)));
        CsrGraph::from_edges(self.names.len(), edges)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let packages = Packages::read(io::stdin().lock())?;
    let graph = packages.graph()?;
    let name = |v: &VertexId| packages.names[v.index()].as_str();
    println!(
        "{} packages, {} dependencies",
        graph.vertex_count(),
        graph.edge_count()
    );

    let components = graph.strongly_connected_components();
    let mut circles: Vec<_> = components
        .cyclic(&graph)
        .map(|number| components.component(number))
        .collect();
    circles.sort_by_key(|members| std::cmp::Reverse(members.len()));
    println!(
        "{} groups depend on themselves; the largest:",
        circles.len()
    );
    for members in circles.iter().take(5) {
        let cycle = graph.shortest_cycle(members[0])?.unwrap_or_default();
        let cycle: Vec<_> = cycle.iter().chain(cycle.first()).map(name).collect();
        println!(
            "  {} packages, such as {}",
            members.len(),
            cycle.join(" -> ")
        );
    }
    Ok(())
}
