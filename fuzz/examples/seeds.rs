//! Writes seed files: `seeds FOLDER` creates a subfolder for each target.
//!
//! The files are valid and contain few objects. Most are not compressed, so that changing a byte
//! changes a value.

#[path = "../src/table.rs"]
mod table;

use std::error::Error;
use std::fs;
use std::path::Path;

use arbitrary::{Arbitrary, Unstructured};
use refcycle_core::files::GraphWriter;
use refcycle_core::{CsrGraph, VertexId};
use refcycle_dot::dump::{DumpedObject, HeapDump};
use refcycle_dot::exchange::graphml::to_graphml;
use refcycle_dot::exchange::heapsnapshot::Group;
use refcycle_dot::names::{ObjectName, ReferenceName};
use refcycle_dot::{AnnotatedGraph, json};
use table::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: seeds FOLDER")?;
    let save = |target: &str, name: String, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    for count in [0, 1, 3, 10] {
        save("heap_dump", format!("written-{count}"), &written(count)?)?;
    }
    // Random numbers that are the same in each run.
    let mut state = 7_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    for number in 0..64 {
        let bytes: Vec<u8> = (0..2000).map(|_| random()).collect();
        let table = Table::arbitrary(&mut Unstructured::new(&bytes))?;
        if let Some(file) = table.file() {
            save("heap_dump", format!("table-{number}"), &file)?;
        }
        save("heap_questions", format!("bytes-{number}"), &bytes)?;
    }
    for count in [1_u32, 4, 12] {
        let edges = (0..2 * count).map(|i| (i % count, (5 * i + 1) % count));
        let graph = CsrGraph::from_edges(count as usize, edges)?;
        let weights: Vec<f64> = (0..2 * count).map(f64::from).collect();
        for (name, writer) in [
            ("plain", GraphWriter::new(&graph)),
            ("backward", GraphWriter::new(&graph).backward()),
            ("wide", GraphWriter::new(&graph).wide().backward()),
            ("weighted", GraphWriter::new(&graph).edge_weights(&weights)),
        ] {
            let mut bytes = Vec::new();
            writer.write(&mut bytes)?;
            save("graph_file", format!("{name}-{count}"), &bytes)?;
        }
        let vertices = (0..count).map(|v| (v.into(), format!("list ({v} items)")));
        let labels = (0..2 * count).map(|e| (e.into(), (e % 3 > 0).then(|| format!("[{e}]"))));
        let graph = AnnotatedGraph::annotate(graph, vertices, labels)?;
        save(
            "graphml",
            format!("graph-{count}"),
            to_graphml(&graph).as_bytes(),
        )?;
        save(
            "json",
            format!("graph-{count}"),
            json::to_json(&graph).as_bytes(),
        )?;
    }
    Ok(())
}

/// A file written by the library, with data in every column.
fn written(count: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let edges = (0..2 * count).map(|i| (i % count, (5 * i + 1) % count));
    let mut builder = HeapDump::builder(CsrGraph::from_edges(count as usize, edges)?);
    for v in 0..count {
        let label = format!("list[{v}]");
        builder.object(DumpedObject {
            address: 0x7f00 + 16 * u64::from(v),
            type_name: ["list", "app.Pool", "builtins.dict"][v as usize % 3],
            name: ObjectName::parse(&label),
            size: 64,
            reference_count: (v % 4 > 0).then_some(3),
        });
    }
    for e in 0..2 * count {
        builder.reference((e % 3 > 0).then_some(ReferenceName::Item(e.into())));
    }
    if count > 0 {
        builder.state(VertexId::new(0), "suspended");
        builder.root(
            VertexId::new(0),
            Group::Threads,
            "running in thread MainThread",
        );
        builder.uncounted(1);
    }
    builder.metadata("python", "3.13");
    let mut file = Vec::new();
    builder.build()?.write(&mut file)?;
    Ok(file)
}
