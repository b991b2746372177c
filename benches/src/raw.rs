//! Graphs in files that any program can read: a folder with `offsets.u32` and `heads.u32`, each a
//! little-endian array of 32-bit numbers.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use refcycle_core::CsrGraph;

const CHUNK: usize = 1 << 20;

/// Reads a graph from its folder.
///
/// # Errors
/// If a file cannot be read, or the two files are not a graph.
pub fn read(folder: &Path) -> io::Result<CsrGraph> {
    let offsets = numbers(&folder.join("offsets.u32"))?;
    let heads = numbers(&folder.join("heads.u32"))?;
    CsrGraph::from_parts(offsets, heads).map_err(io::Error::other)
}

/// Writes a graph into a folder, which is created if necessary.
///
/// # Errors
/// If a file cannot be written.
pub fn write(graph: &CsrGraph, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    put(&folder.join("offsets.u32"), graph.offsets())?;
    put(&folder.join("heads.u32"), graph.heads())
}

/// Reads a graph from a folder, or from the JSON of an annotated graph.
///
/// # Errors
/// If there is no graph.
pub fn read_any(path: &Path) -> io::Result<CsrGraph> {
    if path.is_dir() {
        return read(path);
    }
    let file = io::BufReader::with_capacity(CHUNK, File::open(path)?);
    let annotated = refcycle_dot::json::read_json(file).map_err(io::Error::other)?;
    Ok(annotated.graph().clone())
}

fn numbers(path: &Path) -> io::Result<Vec<u32>> {
    let mut file = File::open(path)?;
    let mut numbers = Vec::with_capacity(file.metadata()?.len() as usize / 4);
    let mut bytes = Vec::with_capacity(CHUNK);
    loop {
        bytes.clear();
        (&mut file).take(CHUNK as u64).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(numbers);
        }
        let (fours, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return Err(io::Error::other("the file ends within a number"));
        }
        numbers.extend(fours.iter().map(|&four| u32::from_le_bytes(four)));
    }
}

fn put(path: &Path, numbers: &[u32]) -> io::Result<()> {
    let mut file = io::BufWriter::with_capacity(CHUNK, File::create(path)?);
    for number in numbers {
        file.write_all(&number.to_le_bytes())?;
    }
    file.flush()
}
