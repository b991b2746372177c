//! The JSON of speedscope: frames that open and close, with bytes in place of time.

use std::io::{self, Write};

use super::super::escapes::{Json, Portable};
use super::graph::FlameGraph;

impl FlameGraph {
    pub(super) fn write_speedscope(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(
            b"{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\
              \"shared\":{\"frames\":[",
        )?;
        let mut comma = "";
        for frame in &self.frames {
            let name = Portable(&frame.name);
            write!(out, "{comma}\n{{\"name\":{}", Json(&name.text()))?;
            if let Some(place) = &frame.place {
                let file = Portable(&place.file);
                let (file, line) = (file.text(), place.line);
                write!(out, ",\"file\":{},\"line\":{line}", Json(&file))?;
            }
            out.write_all(b"}")?;
            comma = ",";
        }
        write!(
            out,
            "]}},\"exporter\":\"refcycle\",\"name\":\"retained memory\",\"activeProfileIndex\":0,\
             \"profiles\":[{{\"type\":\"evented\",\"name\":\"retained memory\",\"unit\":\"bytes\",\
             \"startValue\":0,\"endValue\":{},\"events\":[",
            self.bytes()
        )?;
        self.write_events(out)?;
        out.write_all(b"]}]}\n")
    }

    fn write_events(&self, out: &mut impl Write) -> io::Result<()> {
        let mut open: Vec<u32> = Vec::new();
        let mut at = 0;
        let mut comma = "";
        for node in &self.nodes {
            for frame in open.drain(node.depth as usize..).rev() {
                write!(out, ",\n{{\"type\":\"C\",\"frame\":{frame},\"at\":{at}}}")?;
            }
            let frame = node.frame.0;
            write!(
                out,
                "{comma}\n{{\"type\":\"O\",\"frame\":{frame},\"at\":{at}}}"
            )?;
            comma = ",";
            open.push(frame);
            at += node.own_bytes;
        }
        for frame in open.into_iter().rev() {
            write!(out, ",\n{{\"type\":\"C\",\"frame\":{frame},\"at\":{at}}}")?;
        }
        Ok(())
    }
}
