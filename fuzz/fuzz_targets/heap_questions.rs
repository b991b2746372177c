//! A table with the right columns and wrong values as a heap dump, and every query on the result.
#![no_main]

#[path = "../src/questions.rs"]
mod questions;
#[path = "../src/table.rs"]
mod table;

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use refcycle_dot::dump::{DumpReader, HeapDump};
use table::Table;

fuzz_target!(
    init: {
        // The reader converts panics within it to errors; other panics still end the process.
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    },
    |data: (u8, Table)| {
        let (output, table) = data;
        let Some(file) = table.file() else {
            return;
        };
        let Ok(reader) = DumpReader::open(Cursor::new(&file)) else {
            return;
        };
        reader.metadata();
        let memory = reader.memory();
        let Ok(dump) = reader.read() else {
            return;
        };
        assert!(dump.memory() <= 2 * memory + (1 << 16));
        questions::ask(&dump, output);
        let mut again = Vec::new();
        dump.write(&mut again).expect("memory takes what is written");
        let again = HeapDump::read(Cursor::new(again)).expect("what we write can be read");
        assert_eq!(again.graph().heads(), dump.graph().heads());
        assert_eq!(again.metadata(), dump.metadata());
        assert_eq!(again.roots(), dump.roots());
    }
);
