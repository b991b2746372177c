//! Any text as a Matrix Market file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_core::files::MatrixMarketReader;

fuzz_target!(|data: &[u8]| {
    let Ok(reader) = MatrixMarketReader::new(data) else {
        return;
    };
    // What a file may claim is for the caller to limit.
    if reader.vertex_count() > 100_000 {
        return;
    }
    let weighted = reader.has_weights();
    if let Ok(read) = reader.read() {
        let weights = read.weights.map(|weights| weights.len());
        assert_eq!(weights, weighted.then_some(read.graph.heads().len()));
    }
});
