//! Any bytes as a graph file: a file that opens can be iterated, and survives a round trip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_core::files::{AlignedBytes, GraphFile, GraphWriter};
use refcycle_core::{Predecessors, Successors, Vertices, algo};

fuzz_target!(|data: &[u8]| {
    let Ok(file) = GraphFile::new(AlignedBytes::from(data)) else {
        return;
    };
    let (mut out, mut into) = (0, 0);
    for v in file.vertices() {
        out += file.successors(v).count();
        into += file.predecessors(v).count();
    }
    assert_eq!((out, into), (file.edge_count(), file.edge_count()));
    algo::strongly_connected_components(&file);
    let mut bytes = Vec::new();
    GraphWriter::new(&file)
        .backward()
        .write(&mut bytes)
        .expect("a vector takes all");
    let again = GraphFile::new(AlignedBytes::from(&*bytes)).expect("what was written opens");
    for v in file.vertices() {
        assert!(again.successors(v).eq(file.successors(v)));
    }
});
