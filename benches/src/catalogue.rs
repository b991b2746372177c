//! The graphs of a run, by name.

use std::path::PathBuf;

use crate::generators::{
    BarabasiAlbert, ControlFlow, Crates, Crawl, Cycle, Debian, Generator, Grid, HeapLike, Layers,
    LongDag, Packages, Parts, Path, RMat, ScatteredHeap, SharedList, ShuffledPath, Sink,
    SmallWorld, Star, Tiny, Uniform, Web,
};

/// The environment variable that names a real heap: JSON or a folder written by
/// `benches/python/export_heap.py`.
pub const HEAP_VARIABLE: &str = "REFCYCLE_BENCH_HEAP";

/// The environment variable that names a folder of graphs, each in a folder as [`raw`](crate::raw)
/// describes.
pub const GRAPHS_VARIABLE: &str = "REFCYCLE_BENCH_GRAPHS";

/// Where a graph comes from.
pub enum Source {
    /// It is computed.
    Generated(Box<dyn Generator>),
    /// It is in a file or folder.
    Stored(PathBuf),
}

/// A graph that a run can use.
pub struct Entry {
    /// Its name, with its size if it is computed.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
}

/// How large the computed graphs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// As in the table of the documentation: up to 67 M edges.
    Full,
    /// A tenth to a fiftieth of that, for criterion.
    Medium,
    /// For a quick run that only tests the program.
    Small,
}

/// The graphs of a run: first those named by environment variables, then the computed ones.
pub fn catalogue(size: Size) -> Vec<Entry> {
    let mut entries = stored();
    entries.extend(generated(size));
    entries
}

/// The graphs whose names begin with one of `wanted`, which may also name an R-MAT graph of any
/// scale.
pub fn select(size: Size, wanted: &[String]) -> Vec<Entry> {
    let mut entries = catalogue(size);
    if wanted.is_empty() {
        return entries;
    }
    for name in wanted {
        let known = entries.iter().any(|entry| entry.name.starts_with(name));
        match name.strip_prefix("rmat").map(str::parse) {
            Some(Ok(scale @ 1..=27)) if !known => {
                entries.push(entry(name, RMat { scale }));
            }
            _ if known => {}
            _ => eprintln!("no graph is named {name}; --list shows the names"),
        }
    }
    entries.retain(|entry| wanted.iter().any(|name| entry.name.starts_with(name)));
    entries
}

fn entry(name: &str, generator: impl Generator + 'static) -> Entry {
    Entry {
        name: name.to_owned(),
        source: Source::Generated(Box::new(generator)),
    }
}

fn stored() -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(path) = std::env::var_os(HEAP_VARIABLE) {
        entries.push(Entry {
            name: "heap".to_owned(),
            source: Source::Stored(path.into()),
        });
    }
    if let Some(folder) = std::env::var_os(GRAPHS_VARIABLE) {
        let found = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let folders = found.filter(|found| found.path().join("offsets.u32").exists());
        entries.extend(folders.map(|found| Entry {
            name: found.file_name().to_string_lossy().into_owned(),
            source: Source::Stored(found.path()),
        }));
        // Real heaps come first.
        entries.sort_by_key(|entry| (!entry.name.starts_with("heap"), entry.name.clone()));
    }
    if entries.is_empty() {
        eprintln!("no real heap: neither {HEAP_VARIABLE} nor {GRAPHS_VARIABLE} names a graph");
    }
    entries
}

fn generated(size: Size) -> Vec<Entry> {
    match size {
        Size::Full => both(full(), families(1_000_000, "1m")),
        Size::Medium => medium(),
        Size::Small => both(small(), families(40_000, "40k")),
    }
}

fn both(mut entries: Vec<Entry>, more: Vec<Entry>) -> Vec<Entry> {
    entries.extend(more);
    entries
}

/// Families with about this many vertices, most of which no strategy was made for.
fn families(vertices: u32, size: &str) -> Vec<Entry> {
    let entry = |name: &str, generator: Box<dyn Generator>| Entry {
        name: format!("{name}{size}"),
        source: Source::Generated(generator),
    };
    let parts = |count, links| Parts {
        count,
        size: 2 * vertices / count,
        edges_each: 5,
        links,
    };
    vec![
        entry("crawl", Box::new(Crawl { vertices })),
        entry(
            "flow",
            Box::new(ControlFlow {
                vertices: 4 * vertices,
            }),
        ),
        entry(
            "world",
            Box::new(SmallWorld {
                vertices,
                edges_each: 8,
            }),
        ),
        entry("forty", Box::new(parts(40, 0))),
        entry("chain", Box::new(parts(vertices / 1000, 3))),
        entry(
            "dag",
            Box::new(LongDag {
                vertices: 2 * vertices,
            }),
        ),
        entry(
            "ba",
            Box::new(BarabasiAlbert {
                vertices,
                edges_each: 5,
            }),
        ),
        entry(
            "crates",
            Box::new(Crates {
                vertices: vertices / 5,
            }),
        ),
        entry(
            "debian_like",
            Box::new(Debian {
                vertices: vertices / 10,
            }),
        ),
        entry("sink", Box::new(Sink { vertices })),
    ]
}

fn full() -> Vec<Entry> {
    vec![
        entry(
            "synth10m",
            ScatteredHeap {
                vertices: 11_200_000,
            },
        ),
        entry(
            "web2m",
            Web {
                vertices: 2_000_000,
            },
        ),
        entry(
            "packages1m",
            Packages {
                vertices: 1_250_000,
            },
        ),
        entry("shared120k", SharedList { places: 60_000 }),
        entry("rmat20", RMat { scale: 20 }),
        entry("rmat22", RMat { scale: 22 }),
        entry("er8m", uniform(8_000_000)),
        entry("grid9m", Grid { side: 3000 }),
        entry(
            "tiny5m",
            Tiny {
                vertices: 5_000_000,
            },
        ),
        entry("layers5m", layers(100, 50_000)),
        entry(
            "path10m",
            Path {
                vertices: 10_000_000,
            },
        ),
        entry(
            "shuffled10m",
            ShuffledPath {
                vertices: 10_000_000,
            },
        ),
        entry(
            "cycle10m",
            Cycle {
                vertices: 10_000_000,
            },
        ),
        entry(
            "star10m",
            Star {
                vertices: 10_000_000,
            },
        ),
    ]
}

fn medium() -> Vec<Entry> {
    vec![
        entry(
            "heaplike1m",
            HeapLike {
                vertices: 1_000_000,
            },
        ),
        entry(
            "synth1m",
            ScatteredHeap {
                vertices: 1_000_000,
            },
        ),
        entry("rmat17", RMat { scale: 17 }),
        entry("er500k", uniform(500_000)),
        entry("grid1m", Grid { side: 1000 }),
        entry("tiny500k", Tiny { vertices: 500_000 }),
        entry(
            "path1m",
            Path {
                vertices: 1_000_000,
            },
        ),
    ]
}

fn small() -> Vec<Entry> {
    vec![
        entry("synth50k", ScatteredHeap { vertices: 50_000 }),
        entry("web50k", Web { vertices: 50_000 }),
        entry("packages20k", Packages { vertices: 20_000 }),
        entry("shared2k", SharedList { places: 1000 }),
        entry("rmat12", RMat { scale: 12 }),
        entry("er30k", uniform(30_000)),
        entry("grid40k", Grid { side: 200 }),
        entry("tiny50k", Tiny { vertices: 50_000 }),
        entry("layers50k", layers(50, 1000)),
        entry("path50k", Path { vertices: 50_000 }),
        entry("shuffled50k", ShuffledPath { vertices: 50_000 }),
        entry("cycle50k", Cycle { vertices: 50_000 }),
        entry("star50k", Star { vertices: 50_000 }),
    ]
}

fn uniform(vertices: u32) -> Uniform {
    Uniform {
        vertices,
        edges_each: 3,
    }
}

fn layers(layers: u32, width: u32) -> Layers {
    Layers { layers, width }
}
