//! `profile.proto` of pprof, compressed with gzip.
//!
//! The message consists of repeated fields, so it is written part by part. A frame has one function
//! and one location, with its number plus one as the id of both.

use std::collections::HashMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::graph::FlameGraph;

/// The fields of `Profile`.
mod profile {
    pub(super) const SAMPLE_TYPE: u32 = 1;
    pub(super) const SAMPLE: u32 = 2;
    pub(super) const MAPPING: u32 = 3;
    pub(super) const LOCATION: u32 = 4;
    pub(super) const FUNCTION: u32 = 5;
    pub(super) const STRING: u32 = 6;
    pub(super) const PERIOD_TYPE: u32 = 11;
    pub(super) const PERIOD: u32 = 12;
    pub(super) const DEFAULT_SAMPLE_TYPE: u32 = 14;
}

/// The names of the values, as in a heap profile of Go, which tools know.
const VALUES: [(&str, &str); 2] = [("inuse_objects", "count"), ("inuse_space", "bytes")];

/// The only mapping, so that pprof does not search for symbols.
const MAPPING: u64 = 1;

impl FlameGraph {
    pub(super) fn write_pprof(&self, out: &mut impl Write) -> io::Result<()> {
        let mut out = GzEncoder::new(out, Compression::default());
        let mut texts = Texts::default();
        texts.number("");
        for (name, unit) in VALUES {
            let value = value_type(texts.number(name), texts.number(unit));
            message(&mut out, profile::SAMPLE_TYPE, &value)?;
        }
        let [_, (space, bytes)] = VALUES;
        let (space, bytes) = (texts.number(space), texts.number(bytes));
        message(&mut out, profile::PERIOD_TYPE, &value_type(space, bytes))?;
        let mut rest = Message::default();
        rest.number(profile::PERIOD, 1);
        rest.number(profile::DEFAULT_SAMPLE_TYPE, space);
        out.write_all(&rest.0)?;
        let mut mapping = Message::default();
        mapping.number(1, MAPPING);
        mapping.number(5, texts.number("[retained memory]"));
        for has in [7, 8, 9] {
            mapping.number(has, 1); // functions, names of files, numbers of lines
        }
        message(&mut out, profile::MAPPING, &mapping)?;
        self.write_frames(&mut texts, &mut out)?;
        self.write_samples(&mut out)?;
        for text in &texts.texts {
            bytes_field(&mut out, profile::STRING, text.as_bytes())?;
        }
        out.finish()?;
        Ok(())
    }

    fn write_frames<'a>(&'a self, texts: &mut Texts<'a>, out: &mut impl Write) -> io::Result<()> {
        for (id, frame) in (1..).zip(&self.frames) {
            let line = frame
                .place
                .as_ref()
                .map_or(0, |place| u64::from(place.line));
            let name = texts.number(&frame.name);
            let mut function = Message::default();
            function.number(1, id);
            function.number(2, name);
            function.number(3, name);
            if let Some(place) = &frame.place {
                function.number(4, texts.number(&place.file));
                function.number(5, line);
            }
            message(out, profile::FUNCTION, &function)?;
            let mut place = Message::default();
            place.number(1, id);
            place.number(2, line);
            let mut location = Message::default();
            location.number(1, id);
            location.number(2, MAPPING);
            location.bytes(4, &place.0);
            message(out, profile::LOCATION, &location)?;
        }
        Ok(())
    }

    /// Writes a sample for each node with objects of its own: its frames from the inside outwards.
    fn write_samples(&self, out: &mut impl Write) -> io::Result<()> {
        let mut stack: Vec<u64> = Vec::new();
        for node in &self.nodes {
            stack.truncate(node.depth as usize);
            stack.push(u64::from(node.frame.0) + 1);
            let mut locations = Message::default();
            for &location in stack.iter().rev() {
                locations.varint(location);
            }
            let mut values = Message::default();
            values.varint(node.own_count);
            values.varint(node.own_bytes);
            let mut sample = Message::default();
            sample.bytes(1, &locations.0);
            sample.bytes(2, &values.0);
            message(out, profile::SAMPLE, &sample)?;
        }
        Ok(())
    }
}

fn value_type(name: u64, unit: u64) -> Message {
    let mut message = Message::default();
    message.number(1, name);
    message.number(2, unit);
    message
}

/// The table of strings.
#[derive(Default)]
struct Texts<'a> {
    known: HashMap<&'a str, u64>,
    texts: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    fn number(&mut self, text: &'a str) -> u64 {
        *self.known.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() as u64 - 1
        })
    }
}

/// The bytes of a message.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn number(&mut self, field: u32, number: u64) {
        self.varint(u64::from(field << 3));
        self.varint(number);
    }

    fn bytes(&mut self, field: u32, bytes: &[u8]) {
        self.varint(u64::from(field << 3 | 2));
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }
}

/// Writes a message as a field of the profile.
fn message(out: &mut impl Write, field: u32, message: &Message) -> io::Result<()> {
    bytes_field(out, field, &message.0)
}

fn bytes_field(out: &mut impl Write, field: u32, bytes: &[u8]) -> io::Result<()> {
    let mut written = Message::default();
    written.bytes(field, bytes);
    out.write_all(&written.0)
}
