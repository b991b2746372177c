//! Components of a graph file that is larger than memory, or than the memory that is allowed.
//!
//! `out_of_memory FILE VERTICES DEGREE EDGES` writes a web-like graph with these numbers of vertices
//! and of edges per vertex to FILE, finds its components with EDGES edges in memory, and removes the
//! file. It is read without the page cache, so that every pass reads from the disk (Linux on x86-64). It reports the passes, the bytes read as the system counts them, the peak
//! resident set and the time.
//!
//! `out_of_memory passes [GRAPH...]` takes names of the catalogue and reports how many passes a graph
//! needs with some shares of its edges in memory, and checks the components.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::ops::{ControlFlow, Range};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::Instant;

use refcycle_benches::case::Case;
use refcycle_benches::catalogue::{Size, select};
use refcycle_core::algo::{Components, SemiExternalProgress, semi_external_components};
use refcycle_core::files::{GraphReader, GraphWriter};
use refcycle_core::{Algorithms, CsrGraph, Successors, VertexId, Vertices};

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let done = match &*arguments {
        [first, names @ ..] if first == "passes" => passes(names),
        [file, rest @ ..] if rest.len() == 3 => large(Path::new(file), rest),
        _ => panic!("out_of_memory FILE VERTICES DEGREE EDGES, or out_of_memory passes [GRAPH...]"),
    };
    if let Err(error) = done {
        panic!("{error}");
    }
}

fn large(path: &Path, numbers: &[String]) -> io::Result<()> {
    let number = |place: usize| numbers[place].parse().map_err(io::Error::other);
    let graph = Computed {
        vertices: number(0)? as u32,
        degree: number(1)? as u32,
    };
    let memory = number(2)?;
    let start = Instant::now();
    let writer = GraphWriter::new(&graph).wide();
    writer.save(path).map_err(io::Error::other)?;
    let size = std::fs::metadata(path)?.len();
    println!(
        "{} vertices, {:.1} GB, written in {:.0} s",
        graph.vertices,
        size as f64 / 1e9,
        start.elapsed().as_secs_f64()
    );
    let found = find(path, memory);
    std::fs::remove_file(path)?;
    found
}

fn find(path: &Path, memory: usize) -> io::Result<()> {
    let before = disk_bytes()?;
    let start = Instant::now();
    let busy = processor_seconds()?;
    let mut reader = GraphReader::new(Direct::open(path)?).map_err(io::Error::other)?;
    let vertices = reader.vertex_count();
    let components = semi_external_components(&mut reader, Some(memory), |progress| {
        if progress.pass_ended {
            println!(
                "  pass {}: {:.0} s, {:.1} GB, {} open groups",
                progress.pass,
                start.elapsed().as_secs_f64(),
                progress.bytes_read as f64 / 1e9,
                progress.open_groups
            );
        }
        ControlFlow::<Infallible>::Continue(())
    });
    let Ok(ControlFlow::Continue(components)) = components else {
        return Err(io::Error::other("the file cannot be read"));
    };
    let largest = components.iter().map(<[_]>::len).max().unwrap_or(0);
    println!(
        "{} components, the largest with {:.1} % of the vertices",
        components.len(),
        100.0 * largest as f64 / vertices as f64
    );
    println!(
        "{:.0} s, {:.1} s of them processor time; {:.2} GB requested, {:.2} GB from the disk; peak resident set {:.2} GB",
        start.elapsed().as_secs_f64(),
        processor_seconds()? - busy,
        reader.bytes_read() as f64 / 1e9,
        (disk_bytes()? - before) as f64 / 1e9,
        peak_bytes()? as f64 / 1e9
    );
    Ok(())
}

/// A web-like graph in which each row is computed: hosts of up to 4,096 pages, links within the host
/// and to popular pages. Every sixteenth page has no link, every thirty-second is linked by none.
struct Computed {
    vertices: u32,
    degree: u32,
}

fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 31).wrapping_mul(0x7fb5_d329_728e_a185);
    let number = (number ^ number >> 27).wrapping_mul(0x81da_def4_bc2d_d44d);
    number ^ number >> 33
}

impl Computed {
    fn head(&self, v: u32, place: u32) -> VertexId {
        let random = mixed(u64::from(v) << 20 | u64::from(place));
        let (kind, random) = (random % 16, random / 16);
        let head = if kind < 12 {
            // Within the host.
            let first = v & !4095;
            first + (random % u64::from((self.vertices - first).min(4096))) as u32
        } else {
            // The product of two fractions: low numbers are popular.
            let fraction = ((random & 0x3fff_ffff) * ((random >> 30) & 0x3fff_ffff)) >> 30;
            ((fraction * u64::from(self.vertices)) >> 30) as u32
        };
        VertexId::new(if head % 32 == 5 { head - 1 } else { head })
    }
}

impl Vertices for Computed {
    fn vertex_bound(&self) -> usize {
        self.vertices as usize
    }

    fn vertex_count(&self) -> usize {
        self.vertices as usize
    }
}

impl Successors for Computed {
    type Successors<'a> = Row<'a>;

    fn successors(&self, v: VertexId) -> Row<'_> {
        let number = v.number();
        let degree = match number % 16 {
            3 => 0,
            _ => mixed(number.into()) as u32 % (2 * self.degree),
        };
        Row {
            graph: self,
            vertex: number,
            places: 0..degree,
        }
    }
}

/// The heads of a vertex's edges.
struct Row<'a> {
    graph: &'a Computed,
    vertex: u32,
    places: Range<u32>,
}

impl Iterator for Row<'_> {
    type Item = VertexId;

    fn next(&mut self) -> Option<VertexId> {
        let place = self.places.next()?;
        Some(self.graph.head(self.vertex, place))
    }
}

/// A file that is read without the page cache.
struct Direct {
    file: File,
    position: u64,
    buffer: Vec<u8>,
}

/// The alignment of positions, lengths and memory.
const PAGE: usize = 4096;

impl Direct {
    /// `O_DIRECT` of Linux on x86-64.
    const FLAG: i32 = 0o40000;

    fn open(path: &Path) -> io::Result<Self> {
        let file = File::options()
            .read(true)
            .custom_flags(Self::FLAG)
            .open(path)?;
        Ok(Self {
            file,
            position: 0,
            buffer: Vec::new(),
        })
    }
}

impl Read for Direct {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let before = self.position as usize % PAGE;
        let length = (before + out.len()).next_multiple_of(PAGE);
        if self.buffer.len() < length + PAGE {
            self.buffer.resize(length + PAGE, 0);
        }
        let aligned = self.buffer.as_ptr().align_offset(PAGE);
        let buffer = &mut self.buffer[aligned..aligned + length];
        let read = self.file.read_at(buffer, self.position - before as u64)?;
        let count = read.saturating_sub(before).min(out.len());
        out[..count].copy_from_slice(&buffer[before..before + count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Direct {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(position) => position,
            _ => self.file.seek(to)?,
        };
        Ok(self.position)
    }
}

/// The number after a name in a file of `/proc`, 0 if there is none.
fn counter(file: &str, name: &str) -> io::Result<u64> {
    let text = std::fs::read_to_string(file)?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.and_then(|number| number.parse().ok()).unwrap_or(0))
}

/// The bytes that this process has caused to be read from disks.
fn disk_bytes() -> io::Result<u64> {
    counter("/proc/self/io", "read_bytes:")
}

/// The peak resident set.
fn peak_bytes() -> io::Result<u64> {
    Ok(1024 * counter("/proc/self/status", "VmHWM:")?)
}

/// The processor time of this thread.
fn processor_seconds() -> io::Result<f64> {
    Ok(counter("/proc/self/schedstat", "")? as f64 / 1e9)
}

/// The passes over some graphs with shares of their edges in memory.
fn passes(names: &[String]) -> io::Result<()> {
    println!("graph: vertices, edges; the edges in memory, as multiples of the vertices: passes");
    for entry in select(Size::Full, names) {
        let case = Case::new(entry)?;
        let graph = case.graph();
        let mut bytes = Vec::new();
        let writer = GraphWriter::new(graph);
        writer.write(&mut bytes).map_err(io::Error::other)?;
        let (n, m) = (graph.vertex_count(), graph.heads().len());
        print!("{}: {n}, {m};", case.name());
        for share in [4, 2, 1] {
            let memory = n / share;
            let mut pass = 0;
            let mut reader = GraphReader::new(Cursor::new(&bytes)).map_err(io::Error::other)?;
            let count = |progress: &SemiExternalProgress| {
                pass = progress.pass;
                match pass > MOST_PASSES {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            };
            let found = semi_external_components(&mut reader, Some(memory), count);
            match found.map_err(io::Error::other)? {
                ControlFlow::Continue(found) if agree(graph, &found) => {
                    print!(" 1/{share}: {pass}");
                }
                ControlFlow::Continue(_) => print!(" 1/{share}: WRONG"),
                ControlFlow::Break(()) => print!(" 1/{share}: more than {MOST_PASSES}"),
            }
            io::stdout().flush()?;
        }
        println!();
    }
    Ok(())
}

const MOST_PASSES: u32 = 60;

/// Whether the components are those found in memory.
fn agree(graph: &CsrGraph, found: &Components) -> bool {
    let expected = graph.strongly_connected_components();
    let number = |v: &VertexId| found.component_of(*v);
    found.len() == expected.len()
        && expected
            .iter()
            .all(|members| members.iter().all(|v| number(v) == number(&members[0])))
        && graph.vertices().all(|v| {
            graph
                .successors(v)
                .all(|w| found.component_of(w) <= number(&v))
        })
}
