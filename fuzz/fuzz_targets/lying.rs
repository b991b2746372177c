//! A graph with random answers: panics are allowed, but not access to memory that the core does
//! not own.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/src/liar.rs"]
mod liar;

fuzz_target!(
    init: {
        // The panics are expected, and would otherwise end the process.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |data: (u8, &[u8])| {
        let (number, script) = data;
        let (name, question) = liar::QUESTIONS[usize::from(number) % liar::QUESTIONS.len()];
        if let Err(words) = liar::ask(question, script) {
            eprintln!("{name}: {words}");
            std::process::abort();
        }
    }
);
