//! Any text as an edge list.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_core::Vertices;
use refcycle_core::files::{EdgeListReader, read_edge_list, read_numbered_edge_list};

fuzz_target!(|data: &[u8]| {
    let edges = EdgeListReader::new(data).map_while(Result::ok).count();
    if let Ok(read) = read_edge_list(data) {
        assert_eq!(read.graph.heads().len(), edges);
        assert_eq!(read.graph.vertex_count(), read.names.len());
    }
    if let Ok(graph) = read_numbered_edge_list(data, 100) {
        assert_eq!(graph.heads().len(), edges);
    }
});
