//! Any text as GraphML: what can be read is written and comes back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_dot::exchange::graphml::{from_graphml, read_graphml, to_graphml};

fuzz_target!(|data: &[u8]| {
    if let Ok(graph) = read_graphml(data) {
        let text = to_graphml(&graph);
        let again = from_graphml(&text).expect("what we write can be read");
        // Characters that XML lacks, which the reader lets pass, are shown by their codes.
        assert_eq!(to_graphml(&again), text);
    }
});
