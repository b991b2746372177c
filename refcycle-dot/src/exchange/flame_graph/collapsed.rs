//! Collapsed stacks: a line for each stack, `outer;inner 4096`.

use std::io::{self, Write};

use super::frames::Frame;
use super::graph::FlameGraph;

impl FlameGraph {
    /// Writes a line for each node whose objects have bytes of their own.
    pub(super) fn write_collapsed(&self, out: &mut impl Write) -> io::Result<()> {
        let names: Vec<_> = self.frames.iter().map(plain).collect();
        let mut stack = String::new();
        // The length of the stack down to each level.
        let mut ends = vec![0];
        for node in &self.nodes {
            ends.truncate(node.depth as usize + 1);
            stack.truncate(ends[node.depth as usize]);
            if node.depth > 0 {
                stack.push(';');
            }
            stack += &names[node.frame.0 as usize];
            ends.push(stack.len());
            if node.own_bytes > 0 {
                writeln!(out, "{stack} {}", node.own_bytes)?;
            }
        }
        Ok(())
    }
}

/// The name of a frame without the characters that separate frames and lines.
fn plain(frame: &Frame) -> String {
    let place = frame.place.as_ref();
    let place = place.map_or_else(String::new, |place| {
        format!(" at {}:{}", place.file, place.line)
    });
    let text = format!("{}{place}", frame.name);
    let shown = text.chars().map(|c| match c {
        ';' => ',',
        '\u{2028}' | '\u{2029}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    });
    shown.collect()
}
