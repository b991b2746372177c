//! Any bytes as a graph file: a file that opens can be iterated, and survives a round trip. Reading it
//! in blocks finds the same components.
#![no_main]

use std::convert::Infallible;
use std::io::Cursor;
use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use refcycle_core::algo::Components;
use refcycle_core::files::{GraphFile, GraphReader, GraphWriter};
use refcycle_core::{Error, Predecessors, Successors, Vertices, algo};

/// The components by reading in blocks. The last byte decides how large these are, and how many edges
/// are in memory.
fn in_blocks(data: &[u8]) -> Result<Components, Error> {
    let last = usize::from(data.last().copied().unwrap_or(0));
    let mut reader = GraphReader::new(Cursor::new(data))?.with_block(8 + last % 32);
    let found = algo::semi_external_components(&mut reader, Some(last / 32), |_| {
        ControlFlow::<Infallible>::Continue(())
    })?;
    let ControlFlow::Continue(components) = found;
    Ok(components)
}

fuzz_target!(|data: &[u8]| {
    let blocks = in_blocks(data);
    let Ok(file) = GraphFile::from_reader(data) else {
        return;
    };
    let (mut out, mut into) = (0, 0);
    for v in file.vertices() {
        out += file.successors(v).count();
        into += file.predecessors(v).count();
    }
    assert_eq!((out, into), (file.edge_count(), file.edge_count()));
    let components = algo::strongly_connected_components(&file);
    if let Ok(blocks) = blocks {
        assert_eq!(blocks.len(), components.len());
        for members in components.iter() {
            let number = blocks.component_of(members[0]);
            assert!(number.is_some() && members.iter().all(|&v| blocks.component_of(v) == number));
        }
    }
    let mut bytes = Vec::new();
    GraphWriter::new(&file)
        .backward()
        .write(&mut bytes)
        .expect("a vector takes all");
    let again = GraphFile::from_reader(&*bytes).expect("what was written opens");
    for v in file.vertices() {
        assert!(again.successors(v).eq(file.successors(v)));
    }
});
