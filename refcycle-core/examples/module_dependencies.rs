//! Shows the cyclic dependencies in a Cargo workspace, which packages need a given package, and
//! which packages would be removed with one. Dev-dependencies count, and they may form cycles.
//!
//! `cargo run -p refcycle-core --example module_dependencies -- [PACKAGE] [--json FILE]`
//!
//! The graph is read from `cargo metadata --format-version 1 --offline`, which is run here, or
//! from a file with its output; `-` is standard input. PACKAGE is a name, or a name with a
//! version as in `serde@1.0.228`.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, ErrorKind, Read};
use std::process::Command;
use std::{env, fs};

use refcycle_core::algo::{self, Dominator};
use refcycle_core::{Algorithms, CsrGraph, IDirectedGraph, VertexId, Vertices};
use serde_json::Value;

type Failure = Box<dyn Error>;

/// The number of names of a long list that are shown.
const SHOWN: usize = 8;

/// The number of packages shown whose removal would remove others.
const MOST_HELD: usize = 12;

/// A vertex is a package; an edge goes to a dependency.
struct Packages {
    names: Vec<String>,
    /// The packages of the workspace.
    members: Vec<VertexId>,
    graph: CsrGraph,
    /// Whether each edge is only for tests, examples and benchmarks.
    is_dev: Vec<bool>,
}

impl Packages {
    fn parse(text: &str) -> Result<Self, Failure> {
        let metadata: Value = serde_json::from_str(text)
            .map_err(|error| format!("what should be cargo's metadata is no JSON: {error}"))?;
        let nodes = list(&metadata["resolve"], "nodes")?;
        let mut numbers = HashMap::new();
        for (number, node) in (0_u32..).zip(nodes) {
            numbers.insert(text_of(node, "id")?, number);
        }
        let number = |id: &str| {
            let number = numbers.get(id).copied();
            number.ok_or_else(|| format!("no package has the id {id:?}"))
        };

        let mut names = vec![String::new(); nodes.len()];
        for package in list(&metadata, "packages")? {
            // A package that is not needed on this platform is not among the nodes.
            if let Ok(number) = number(text_of(package, "id")?) {
                let (name, version) = (text_of(package, "name")?, text_of(package, "version")?);
                names[number as usize] = format!("{name}@{version}");
            }
        }
        let mut members = Vec::new();
        for id in list(&metadata, "workspace_members")? {
            members.push(number(id.as_str().unwrap_or_default())?.into());
        }

        let mut edges = Vec::new();
        for (tail, node) in (0_u32..).zip(nodes) {
            for dependency in list(node, "deps")? {
                let kinds = list(dependency, "dep_kinds")?;
                let is_dev = kinds.iter().all(|kind| kind["kind"] == "dev");
                edges.push((tail, number(text_of(dependency, "pkg")?)?, is_dev));
            }
        }
        // Edges are numbered by tail, in the given order for each tail, as they are here.
        let is_dev = edges.iter().map(|edge| edge.2).collect();
        let ends = edges.iter().map(|&(tail, head, _)| (tail, head));
        let graph = CsrGraph::from_edges(nodes.len(), ends)?;
        Ok(Self {
            names,
            members,
            graph,
            is_dev,
        })
    }

    /// The name, with the version if several packages have this name.
    fn name(&self, v: VertexId) -> &str {
        let full = &self.names[v.index()];
        let name = full.split('@').next().unwrap_or(full);
        let same = |other: &&String| other.split('@').next() == Some(name);
        if self.names.iter().filter(same).count() > 1 {
            full
        } else {
            name
        }
    }

    fn some_names(&self, vertices: &[VertexId]) -> String {
        let mut names: Vec<_> = vertices.iter().map(|&v| self.name(v)).collect();
        names.sort_unstable();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        match more {
            0 => names.join(", "),
            _ => format!("{} and {more} more", names.join(", ")),
        }
    }

    fn find(&self, wanted: &str) -> Result<Vec<VertexId>, Failure> {
        let is_wanted = |v: &VertexId| {
            let full = &self.names[v.index()];
            full == wanted || full.split('@').next() == Some(wanted)
        };
        let found: Vec<_> = self.graph.vertices().filter(is_wanted).collect();
        if found.is_empty() {
            return Err(format!("no package is called {wanted:?}").into());
        }
        Ok(found)
    }

    fn print_circles(&self) -> Result<(), Failure> {
        let split = self.graph.split();
        let circles: Vec<_> = split.cyclic().collect();
        if circles.is_empty() {
            println!("\nNothing depends on itself.");
            return Ok(());
        }
        println!("\nCircles:");
        for circle in circles {
            let members = split.components().component(circle);
            let cycle = self
                .graph
                .bidirectional_shortest_cycle(members[0])?
                .unwrap_or_default();
            println!("  {}", self.some_names(members));
            println!("    {}", self.walk(&cycle));
        }
        Ok(())
    }

    /// `a -> b -dev-> a`
    fn walk(&self, cycle: &[VertexId]) -> String {
        let mut walk = String::new();
        for (i, &v) in cycle.iter().enumerate() {
            let next = cycle[(i + 1) % cycle.len()];
            let is_dev = (self.graph.out_edges(v))
                .any(|edge| edge.head == next && self.is_dev[edge.id.index()]);
            walk += self.name(v);
            walk += if is_dev { " -dev-> " } else { " -> " };
        }
        walk + cycle.first().map_or("", |&v| self.name(v))
    }

    /// Layer 0 depends on nothing, and each other layer depends on those below. A cycle is within
    /// one layer.
    fn print_layers(&self) -> Result<(), Failure> {
        let condensation = self.graph.condensation();
        let levels = algo::topological_levels(&condensation.graph().reversed())?;
        println!("\nLayers, each of which needs the one below:");
        for (number, level) in levels.iter().enumerate().rev() {
            let members: Vec<_> = (level.iter())
                .flat_map(|component| condensation.components().component(component.number()))
                .copied()
                .collect();
            println!("  {number:2}  {}", self.some_names(&members));
        }
        Ok(())
    }

    /// Removing a package also removes all packages that are reached from the workspace only
    /// through it.
    fn print_held(&self) -> Result<(), Failure> {
        let tree = algo::dominators(&self.graph, self.members.iter().copied())?.into_tree();
        let mut holders: Vec<_> = (tree.vertices().iter())
            .filter(|v| !self.members.contains(v) && tree.subtree(**v).len() > 1)
            .collect();
        holders.sort_by_key(|v| std::cmp::Reverse(tree.subtree(**v).len()));
        if holders.is_empty() {
            println!("\nNo dependency takes others with it when it is dropped.");
        } else {
            println!("\nWhat goes away when a dependency is dropped by all that need it:");
        }
        for &&v in holders.iter().take(MOST_HELD) {
            let held = &tree.subtree(v)[1..];
            let through = match tree.immediate_dominator(v) {
                Some(Dominator::Vertex(holder)) => {
                    format!(" (needed through {})", self.name(holder))
                }
                _ => String::new(),
            };
            println!("  {}{through}", self.name(v));
            println!("    {:3}  {}", held.len(), self.some_names(held));
        }
        Ok(())
    }

    fn print_ancestors(&self, v: VertexId) -> Result<(), Failure> {
        let ancestors = self.graph.ancestors(v, None)?;
        println!(
            "\n{} is needed by {} packages:",
            self.names[v.index()],
            ancestors.len() - 1
        );
        for depth in 1..ancestors.generations() {
            let way = match depth {
                1 => "directly".to_owned(),
                _ => format!("in {depth} steps"),
            };
            println!(
                "  {way:10}  {}",
                self.some_names(ancestors.generation(depth))
            );
        }
        Ok(())
    }
}

fn list<'a>(value: &'a Value, field: &str) -> Result<&'a [Value], Failure> {
    let items = value[field].as_array().map(Vec::as_slice);
    items
        .ok_or_else(|| format!("cargo's metadata has no list {field:?} where one should be").into())
}

fn text_of<'a>(value: &'a Value, field: &str) -> Result<&'a str, Failure> {
    let text = value[field].as_str();
    text.ok_or_else(|| format!("cargo's metadata has no text {field:?} where one should be").into())
}

fn ask_cargo() -> Result<String, Failure> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(&cargo)
        .args(["metadata", "--format-version", "1", "--offline"])
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("{} is not there: try --json FILE", cargo.display()),
            _ => format!("{} cannot be run: {error}", cargo.display()),
        })?;
    if !answer.status.success() {
        let complaint = String::from_utf8_lossy(&answer.stderr);
        return Err(format!("cargo metadata failed:\n{}", complaint.trim_end()).into());
    }
    Ok(String::from_utf8(answer.stdout)?)
}

fn read(file: &str) -> Result<String, Failure> {
    let mut text = String::new();
    match file {
        "-" => io::stdin().read_to_string(&mut text).map(|_| text),
        _ => fs::read_to_string(file),
    }
    .map_err(|error| format!("{file} cannot be read: {error}").into())
}

fn run() -> Result<(), Failure> {
    let (mut wanted, mut file) = (None, None);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--json" {
            file = Some(arguments.next().ok_or("--json wants the name of a file")?);
        } else if wanted.is_none() && !argument.starts_with('-') {
            wanted = Some(argument);
        } else {
            return Err(
                format!("{argument:?} is one argument too many: [PACKAGE] [--json FILE]").into(),
            );
        }
    }
    let text = match file {
        Some(file) => read(&file)?,
        None => ask_cargo()?,
    };
    let packages = Packages::parse(&text)?;
    println!(
        "{} packages, {} of them in the workspace; {} dependencies, {} of them for tests alone",
        packages.graph.vertex_count(),
        packages.members.len(),
        packages.graph.edge_count(),
        packages.is_dev.iter().filter(|dev| **dev).count(),
    );
    if let Some(wanted) = wanted {
        for v in packages.find(&wanted)? {
            packages.print_ancestors(v)?;
        }
        return Ok(());
    }
    packages.print_circles()?;
    packages.print_layers()?;
    packages.print_held()
}

fn main() {
    if let Err(error) = run() {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
