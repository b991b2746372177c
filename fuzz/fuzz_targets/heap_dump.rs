//! Any bytes as a heap dump: the reader rejects them, or the dump survives a round trip.
//!
//! The seeds are valid files (`cargo run --example seeds`), and most changes keep the length,
//! so that the parts of the file stay where its metadata says they are.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use refcycle_dot::dump::{DumpReader, HeapDump};

fuzz_target!(
    init: {
        // The reader converts panics within it to errors; other panics still end the process.
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    },
    |data: &[u8]| {
        if let Ok(dump) = HeapDump::read(Cursor::new(data)) {
            let mut file = Vec::new();
            dump.write(&mut file).expect("memory takes what is written");
            let again = HeapDump::read(Cursor::new(file)).expect("what we write can be read");
            assert_eq!(again.graph().heads(), dump.graph().heads());
            assert_eq!(again.roots(), dump.roots());
        } else if let Ok(part) = DumpReader::open_partial(Cursor::new(data)) {
            // Its end may only be missing.
            let _ = part.read();
        }
    }
);

/// Numbers at which behaviour may change.
const NUMBERS: [u64; 8] = [
    0,
    1,
    2,
    0x7f,
    0xffff,
    0x7fff_ffff,
    u32::MAX as u64,
    u64::MAX,
];

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if size < 16 || seed % 4 == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    // Several random numbers from one seed.
    let mut state = u64::from(seed) | 1;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..=random(4) {
        let at = random(size);
        match random(4) {
            0 => data[at] ^= 1 << random(8),
            1 => data[at] = data[at].wrapping_add(random(9) as u8).wrapping_sub(4),
            width => {
                // An aligned position, where a number may be stored.
                let width = 4 * (width - 1);
                let at = at & !(width - 1);
                let number = NUMBERS[random(NUMBERS.len())].to_le_bytes();
                if let Some(place) = data[..size].get_mut(at..at + width) {
                    place.copy_from_slice(&number[..width]);
                }
            }
        }
    }
    size
});
