//! Any text as JSON: a graph that can be read survives a round trip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use refcycle_dot::json::{from_json, read_json, to_json};

fuzz_target!(|data: &[u8]| {
    if let Ok(graph) = read_json(data) {
        let text = to_json(&graph);
        let again = from_json(&text).expect("what we write can be read");
        assert_eq!(to_json(&again), text);
    }
});
