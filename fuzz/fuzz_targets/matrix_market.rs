//! Any text as a Matrix Market file.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use refcycle_core::files::MatrixMarketReader;

/// What chance would take long to find.
const BANNER: &[u8] = b"%%MatrixMarket matrix coordinate ";

fuzz_target!(|data: (bool, &[u8])| {
    let (banner, data) = data;
    let text = if banner {
        BANNER.chain(data)
    } else {
        data.chain(BANNER)
    };
    let Ok(reader) = MatrixMarketReader::new(text) else {
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
