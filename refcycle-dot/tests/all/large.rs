//! Reading and writing a million vertices in little memory.

#![cfg(target_os = "linux")]

use std::io::{self, Read, Write};
use std::process::Command;
use std::{env, fs};

use refcycle_core::IDirectedGraph;
use refcycle_dot::json::{read_json, write_json};

const VERTICES: u64 = 1_000_000;

/// The JSON of a graph, generated piece by piece while it is read.
struct Text {
    next: u64,
    piece: Vec<u8>,
    read: usize,
    total: u64,
}

impl Text {
    fn new() -> Self {
        Self {
            next: 0,
            piece: b"{\"vertices\": [".to_vec(),
            read: 0,
            total: 0,
        }
    }

    /// Ids like addresses, in no particular order.
    fn id(v: u64) -> u64 {
        0x7f00_0000_0000 + (v * 7_919 % VERTICES) * 16
    }

    fn refill(&mut self) -> io::Result<()> {
        self.piece.clear();
        self.read = 0;
        let (k, v) = (self.next, self.next % VERTICES);
        let comma = if v == 0 { "" } else { ", " };
        let (id, head) = (Self::id(v), Self::id(v / 2));
        if k == VERTICES {
            self.piece.write_all(b"], \"edges\": [")?;
        }
        match k / VERTICES {
            0 => write!(
                self.piece,
                "{comma}{{\"id\": {id}, \"annotation\": \"object\\nmodule.Class{}\"}}",
                v % 1000
            )?,
            1 => write!(
                self.piece,
                "{comma}{{\"id\": {v}, \"annotation\": \"value['key{v}']\", \"head\": {head}, \"tail\": {id}}}"
            )?,
            _ if v == 0 => self.piece.write_all(b"]}")?,
            _ => {}
        }
        self.next += 1;
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.piece.len() {
            self.refill()?;
        }
        let read = (&self.piece[self.read..]).read(buffer)?;
        self.read += read;
        self.total += read as u64;
        Ok(read)
    }
}

/// A writer that compares its input with a text.
struct Same(Text);

impl Write for Same {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut expected = vec![0; bytes.len()];
        self.0.read_exact(&mut expected)?;
        assert!(expected == bytes, "other text than was read");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Peak memory of this process, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

/// Runs in its own process: see below.
#[test]
#[ignore = "run by a_million_vertices_survive_a_round_trip, in its own process"]
fn child() {
    let before = peak();
    let mut text = Text::new();
    let start = std::time::Instant::now();
    let graph = read_json(&mut text).unwrap();
    let read = start.elapsed();
    assert_eq!(graph.edge_count() as u64, VERTICES);
    write_json(&graph, Same(Text::new())).unwrap();
    let (peak, written) = (peak() - before, start.elapsed() - read);
    println!(
        "{} MB of text, read in {read:?}, written in {written:?}; graph {} MB, peak {} MB",
        text.total >> 20,
        graph.memory() >> 20,
        peak >> 20,
    );
    assert!(peak < 170 << 20, "{} MB", peak >> 20);
    assert!(graph.memory() < 90 << 20, "{} MB", graph.memory() >> 20);
}

#[test]
fn a_million_vertices_survive_a_round_trip() {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "large::child", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("MB of text"),
        "{text}"
    );
    print!("{text}");
}
