//! Any text as a Matrix Market file.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use refcycle_core::files::MatrixMarketReader;

/// A fuzzer would take long to find this text.
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
    // The caller has to limit the size that a file claims.
    if reader.vertex_count() > 100_000 {
        return;
    }
    let weighted = reader.has_weights();
    if let Ok((graph, weights)) = reader.read() {
        let weights = weights.map(|weights| weights.len());
        assert_eq!(weights, weighted.then_some(graph.heads().len()));
    }
});
