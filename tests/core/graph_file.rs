//! Graph files: round trips, and files that are rejected.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use proptest::prelude::*;
use refcycle_core::files::{GraphFile, GraphWriter};
use refcycle_core::{
    Algorithms, CsrGraph, Error, ErrorKind, IDirectedGraph, MAX_EDGES, MAX_VERTICES, Predecessors,
    Successors, VertexId, Vertices, algo,
};
use refcycle_tests::checks::{successors_contract, vertices_contract};
use refcycle_tests::errors::malformed_offsets;
use refcycle_tests::generators::{config, graphs};
use refcycle_tests::representations::graph_files;
use refcycle_tests::scattered::Scattered;

/// A path for a file, which is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("refcycle-test-{}-{name}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn open(bytes: &[u8]) -> Result<GraphFile<'static>, Error> {
    GraphFile::from_reader(bytes)
}

fn written<G: Successors>(writer: &GraphWriter<'_, G>) -> Vec<u8> {
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

/// A file with both directions and both kinds of weights, as documented.
fn by_hand(wide: bool) -> Vec<u8> {
    let mut bytes = vec![0x89, 0x52, 0x43, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend([if wide { 8 } else { 4 }, 1, 1, 4]);
    bytes.extend(2_u64.to_le_bytes());
    bytes.extend(3_u64.to_le_bytes());
    bytes.extend([0; 32]);
    // 0 -> 1, 0 -> 1, 1 -> 0.
    for (offsets, ends) in [([0_u64, 2, 3], [1_u32, 1, 0]), ([0, 1, 3], [1, 0, 0])] {
        for offset in offsets {
            match wide {
                true => bytes.extend(offset.to_le_bytes()),
                false => bytes.extend((offset as u32).to_le_bytes()),
            }
        }
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend(ends.into_iter().flat_map(u32::to_le_bytes));
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    bytes.extend([7_u32, 8].into_iter().flat_map(u32::to_le_bytes));
    bytes.extend([0.5_f64, 1.5, 2.5].into_iter().flat_map(f64::to_le_bytes));
    bytes
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read(list in graphs()) {
        let graph = list.csr();
        for (_, file) in graph_files(&graph) {
            vertices_contract(&file, &list);
            successors_contract(&file, &list);
            for v in graph.vertices() {
                prop_assert!(file.successors(v).eq(graph.successors(v)));
                prop_assert!(file.predecessors(v).eq(graph.predecessors(v)));
            }
            prop_assert_eq!(file.edge_count(), graph.edge_count());
            prop_assert_eq!(file.as_rows().is_some(), file.as_wide_rows().is_none());
            if let Some(rows) = file.as_rows() {
                prop_assert_eq!(rows.offsets(), graph.offsets());
                prop_assert_eq!(rows.heads(), graph.heads());
                prop_assert_eq!(rows.reversed().is_some(), file.has_backward());
                let back = file.back_rows().unwrap();
                let expected = graph.back_rows().unwrap();
                prop_assert_eq!((back.offsets(), back.heads()), (expected.offsets(), expected.heads()));
            }
            if let Some(rows) = file.as_wide_rows() {
                prop_assert_eq!(rows.heads(), graph.heads());
                let back = graph.as_back_rows();
                prop_assert_eq!(rows.reversed().is_some(), file.has_backward());
                prop_assert!(rows.reversed().is_none_or(|rows| rows.heads() == back.heads()));
                prop_assert!(file.rows().is_none() && file.back_rows().is_none());
            }
            let components = algo::strongly_connected_components(&file);
            prop_assert_eq!(components, graph.strongly_connected_components());
        }
    }

    #[test]
    fn any_graph_can_be_written(list in graphs()) {
        let holey = list.renumbered(3 * list.bound + 2, |v| (3 * v.number() + 1).into());
        let theirs = Scattered(holey);
        let file = open(&written(&GraphWriter::new(&theirs).backward())).unwrap();
        let copy = CsrGraph::from_successors(&theirs).unwrap();
        prop_assert_eq!(file.as_rows().unwrap().offsets(), copy.offsets());
        prop_assert_eq!(file.as_rows().unwrap().heads(), copy.heads());
        // Writing the graph of a file gives the same file.
        prop_assert_eq!(
            written(&GraphWriter::new(&file).backward()),
            written(&GraphWriter::new(&theirs).backward())
        );
    }

    #[test]
    fn weights_lie_beside_the_graph(list in graphs()) {
        let graph = list.csr();
        let small: Vec<u32> = (0..graph.vertex_bound() as u32).collect();
        let large: Vec<u64> = small.iter().map(|&n| u64::from(n) << 40).collect();
        let single: Vec<f32> = (0..graph.edge_bound()).map(|e| e as f32 / 3.0).collect();
        let double: Vec<f64> = single.iter().map(|&w| f64::from(w) / 7.0).collect();
        let writer = GraphWriter::new(&graph).vertex_weights(&small).edge_weights(&double);
        let file = open(&written(&writer)).unwrap();
        prop_assert_eq!(file.vertex_weights(), Some(&*small));
        prop_assert_eq!(file.edge_weights(), Some(&*double));
        prop_assert_eq!(file.vertex_weights::<u64>(), None);
        prop_assert_eq!(file.edge_weights::<f32>(), None);
        let writer = GraphWriter::new(&graph).wide().vertex_weights(&large).edge_weights(&single);
        let file = open(&written(&writer)).unwrap();
        prop_assert_eq!(file.vertex_weights(), Some(&*large));
        prop_assert_eq!(file.edge_weights(), Some(&*single));
        let file = open(&written(&GraphWriter::new(&graph))).unwrap();
        prop_assert_eq!(file.vertex_weights::<u32>(), None);
    }
}

#[test]
fn the_layout_is_the_documented_one() {
    let graph = CsrGraph::from_edges(2, [(0, 1), (0, 1), (1, 0)]).unwrap();
    let writer = GraphWriter::new(&graph).backward();
    let writer = writer
        .vertex_weights(&[7_u32, 8])
        .edge_weights(&[0.5, 1.5, 2.5]);
    assert_eq!(written(&writer), by_hand(false));
    assert_eq!(written(&writer.wide()), by_hand(true));
}

#[test]
fn files_that_are_cut_off_or_have_more() {
    for wide in [false, true] {
        let whole = by_hand(wide);
        for length in 0..whole.len() {
            let error = open(&whole[..length]).unwrap_err();
            let kind = if length < 8 {
                ErrorKind::ForeignFile
            } else {
                ErrorKind::FileLength
            };
            assert_eq!(error.kind(), kind, "{length}");
            if length >= 64 {
                let lengths = (Some(length as u64), Some(whole.len() as u64));
                assert_eq!((error.found(), error.expected()), lengths);
            }
        }
        let mut more = whole.clone();
        more.push(0);
        assert_eq!(open(&more).unwrap_err().kind(), ErrorKind::FileLength);
        assert!(open(&whole).is_ok());
    }
}

#[test]
fn a_file_with_one_thing_wrong() {
    let error = |wide, at: usize, bytes: &[u8]| {
        let mut file = by_hand(wide);
        file[at..at + bytes.len()].copy_from_slice(bytes);
        open(&file).unwrap_err()
    };
    let kind = |wide, at, bytes: &[u8]| error(wide, at, bytes).kind();
    for at in 0..8 {
        assert_eq!(kind(false, at, b"x"), ErrorKind::ForeignFile);
    }
    let version = error(false, 8, &[2]);
    assert_eq!(version.kind(), ErrorKind::UnsupportedVersion);
    assert_eq!((version.found(), version.expected()), (Some(2), Some(1)));
    for at in [12, 13, 14, 15, 32, 63] {
        assert_eq!(kind(false, at, &[9]), ErrorKind::MalformedFile, "{at}");
    }
    let many = (MAX_VERTICES as u64 + 1).to_le_bytes();
    assert_eq!(kind(false, 16, &many), ErrorKind::TooManyVertices);
    assert_eq!(
        kind(true, 16, &u64::MAX.to_le_bytes()),
        ErrorKind::TooManyVertices
    );
    let many = (MAX_EDGES as u64 + 1).to_le_bytes();
    assert_eq!(kind(false, 24, &many), ErrorKind::TooManyEdges);
    // More edges than any file can have.
    for many in [u64::MAX, u64::MAX / 4, 1 << 62] {
        assert_eq!(kind(true, 24, &many.to_le_bytes()), ErrorKind::FileLength);
    }
    for (wide, width) in [(false, 4), (true, 8)] {
        assert_eq!(error(wide, 64, &[1]), malformed_offsets(0));
        assert_eq!(error(wide, 64 + width, &[4]), malformed_offsets(2));
        assert_eq!(error(wide, 64 + 2 * width, &[2]), malformed_offsets(2));
        let heads = 64 + (3 * width).next_multiple_of(8);
        assert_eq!(error(wide, heads, &[2]), Error::vertex_out_of_range(2, 2));
        let back = heads + 16;
        assert_eq!(error(wide, back, &[1]), malformed_offsets(0));
        // In range, but a different edge; a different order is allowed.
        let tails = back + (3 * width).next_multiple_of(8);
        assert_eq!(kind(wide, tails, &[0]), ErrorKind::MalformedFile);
        assert_eq!(kind(wide, back + width, &[2]), ErrorKind::MalformedFile);
    }
}

#[test]
fn bytes_at_an_odd_address() {
    let file = by_hand(false);
    let mut room = vec![0; file.len() + 16];
    let start = room.as_ptr().align_offset(8);
    room[start..][..file.len()].copy_from_slice(&file);
    assert!(GraphFile::new(&room[start..][..file.len()]).is_ok());
    let odd = start + 4;
    room[odd..][..file.len()].copy_from_slice(&file);
    let error = GraphFile::new(&room[odd..][..file.len()]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Misaligned);
    assert!(error.to_string().contains("multiple of 8"));
}

#[test]
fn weights_must_be_as_many_as_vertices_or_edges() {
    let graph = CsrGraph::from_edges(2, [(0, 1)]).unwrap();
    let error = GraphWriter::new(&graph)
        .vertex_weights(&[1.0])
        .write(io::sink());
    assert_eq!(error, Err(Error::length_mismatch("vertex weights", 1, 2)));
    let error = GraphWriter::new(&graph)
        .edge_weights::<u32>(&[])
        .write(io::sink());
    assert_eq!(error, Err(Error::length_mismatch("edge weights", 0, 1)));
}

/// Returns different bytes each time.
struct Fickle(std::cell::Cell<u32>);

impl Vertices for Fickle {
    fn vertex_bound(&self) -> usize {
        1
    }
}

impl Successors for Fickle {
    type Successors<'a> = std::iter::RepeatN<VertexId>;

    fn successors(&self, v: VertexId) -> Self::Successors<'_> {
        self.0.set(self.0.get() + 1);
        std::iter::repeat_n(v, self.0.get() as usize)
    }
}

#[test]
fn a_graph_that_changes_its_mind_is_an_error() {
    let error = GraphWriter::new(&Fickle(0.into())).write(io::sink());
    assert_eq!(error.unwrap_err().kind(), ErrorKind::LengthMismatch);
}

/// A writer that fails after a number of bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let path = CsrGraph::from_edges(100_000, (1..100_000).map(|v| (v - 1, v))).unwrap();
    for room in [0, 1 << 17] {
        let error = GraphWriter::new(&path).write(Full(room)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.io_kind(), Some(io::ErrorKind::StorageFull));
        assert!(!error.to_string().is_empty());
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

#[test]
fn a_broken_pipe_is_an_error() {
    let error = GraphFile::from_reader(Broken).unwrap_err();
    assert_eq!(error.io_kind(), Some(io::ErrorKind::ConnectionReset));
    // In pieces.
    let bytes = by_hand(true);
    let (first, rest) = bytes.split_at(100);
    let file = GraphFile::from_reader(first.chain(rest)).unwrap();
    let whole = open(&bytes).unwrap();
    assert_eq!(
        file.as_wide_rows().unwrap().heads(),
        whole.as_wide_rows().unwrap().heads()
    );
}

#[test]
fn a_file_that_is_not_there() {
    let nowhere = Place::new("nowhere");
    let error = GraphFile::read(&nowhere.0).unwrap_err();
    assert_eq!(error.io_kind(), Some(io::ErrorKind::NotFound));
    // SAFETY: the file does not exist.
    let error = unsafe { GraphFile::map(&nowhere.0) }.unwrap_err();
    assert_eq!(error.io_kind(), Some(io::ErrorKind::NotFound));
    let graph = CsrGraph::default();
    let error = GraphWriter::new(&graph)
        .save(nowhere.0.join("file"))
        .unwrap_err();
    assert_eq!(error.io_kind(), Some(io::ErrorKind::NotFound));
    let error = GraphWriter::new(&graph).save("..").unwrap_err();
    assert_eq!(error.io_kind(), Some(io::ErrorKind::IsADirectory));
}

#[test]
fn a_saved_file_takes_the_place_of_the_old_one() {
    let place = Place::new("saved");
    let old = CsrGraph::from_edges(2, [(0, 1)]).unwrap();
    GraphWriter::new(&old).save(&place.0).unwrap();
    // SAFETY: `save` does not change the mapped file.
    let mapped = unsafe { GraphFile::map(&place.0) }.unwrap();
    let new = CsrGraph::from_edges(3, [(0, 1), (1, 2)]).unwrap();
    GraphWriter::new(&new).backward().save(&place.0).unwrap();
    assert_eq!(mapped.as_rows().unwrap().heads(), old.heads());
    let read = GraphFile::read(&place.0).unwrap();
    assert_eq!(read.as_rows().unwrap().heads(), new.heads());
    assert!(read.predecessors(2.into()).eq([VertexId::new(1)]));

    // A failure leaves the old file unchanged and no other file beside it.
    let error = GraphWriter::new(&old)
        .edge_weights(&[1.0; 5])
        .save(&place.0);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::LengthMismatch);
    assert_eq!(GraphFile::read(&place.0).unwrap().edge_count(), 2);
    let name = place.0.file_name().unwrap().to_string_lossy().into_owned();
    let beside = fs::read_dir(place.0.parent().unwrap()).unwrap();
    let beside = beside.filter(|entry| {
        let entry = entry.as_ref().unwrap().file_name();
        entry.to_string_lossy().starts_with(&name)
    });
    assert_eq!(beside.count(), 1);
}

#[test]
fn an_empty_file_can_be_neither_read_nor_mapped() {
    let place = Place::new("empty");
    File::create(&place.0).unwrap();
    let foreign = GraphFile::read(&place.0).unwrap_err();
    assert_eq!(foreign.kind(), ErrorKind::ForeignFile);
    // SAFETY: only this test uses the file.
    let error = unsafe { GraphFile::map(&place.0) }.unwrap_err();
    assert_eq!(error, foreign);
}

/// A sparse file of 17 GB that takes a page or two on disk: all heads are in a hole, which reads
/// as zeros. Takes a minute or two.
#[test]
#[ignore = "maps 17 GB"]
fn more_edges_than_32_bits_count() {
    const EDGES: u64 = (1 << 32) + 5;
    let place = Place::new("sparse");
    let mut file = File::create_new(&place.0).unwrap();
    let offsets = [0, 3, EDGES - 1, EDGES];
    file.write_all(&by_hand(true)[..12]).unwrap();
    file.write_all(&[8, 0, 0, 0]).unwrap();
    for number in [3, EDGES, 0, 0, 0, 0].into_iter().chain(offsets) {
        file.write_all(&number.to_le_bytes()).unwrap();
    }
    let heads = file.stream_position().unwrap();
    let last = heads + 4 * (EDGES - 1);
    file.set_len((last + 4).next_multiple_of(8)).unwrap();
    file.seek(SeekFrom::Start(last)).unwrap();
    file.write_all(&1_u32.to_le_bytes()).unwrap();

    // SAFETY: only this test uses the file.
    let graph = unsafe { GraphFile::map(&place.0) }.unwrap();
    assert_eq!(graph.edge_count() as u64, EDGES);
    assert!(graph.rows().is_none());
    let rows = graph.as_wide_rows().unwrap();
    assert_eq!(rows.range(1), 3..EDGES as usize - 1);
    assert_eq!(rows.row(2), [1]);
    assert!(graph.successors(2.into()).eq([VertexId::new(1)]));
    let reached = algo::descendants(&graph, [2.into()], None).unwrap();
    assert_eq!(reached.vertices(), [2, 1, 0].map(VertexId::new));
    assert_eq!(algo::strongly_connected_components(&graph).len(), 3);
}
