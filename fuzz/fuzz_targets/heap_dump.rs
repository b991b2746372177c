//! Any bytes as the file of a heap: refused, or a dump that can be written and comes back.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use refcycle_dot::dump::HeapDump;

fuzz_target!(|data: &[u8]| {
    if let Ok(dump) = HeapDump::read(Cursor::new(data)) {
        let mut file = Vec::new();
        dump.write(&mut file).expect("memory takes what is written");
        let again = HeapDump::read(Cursor::new(file)).expect("what we write can be read");
        assert_eq!(again.graph().heads(), dump.graph().heads());
        assert_eq!(again.roots(), dump.roots());
    }
});
