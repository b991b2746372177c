//! Any text as GraphML: a graph that can be read survives a round trip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_dot::exchange::graphml::{from_graphml, read_graphml, to_graphml};

fuzz_target!(|data: &[u8]| {
    if let Ok(graph) = read_graphml(data) {
        let text = to_graphml(&graph);
        let again = from_graphml(&text).expect("what we write can be read");
        // The reader accepts characters that XML does not allow; the writer replaces them with
        // their codes.
        assert_eq!(to_graphml(&again), text);
    }
});
