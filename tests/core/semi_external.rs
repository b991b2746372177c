//! Components of graph files with few edges in memory, and the reader of their rows.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use proptest::prelude::*;
use refcycle_core::algo::{Components, SemiExternalProgress, semi_external_components};
use refcycle_core::files::{GraphReader, GraphWriter};
use refcycle_core::{Algorithms, CsrGraph, Error, ErrorKind, VertexId, Vertices};
use refcycle_tests::generators::{acyclic_graphs, config, graphs};

fn written(graph: &CsrGraph, wide: bool, backward: bool) -> Vec<u8> {
    let mut writer = GraphWriter::new(graph);
    if wide {
        writer = writer.wide();
    }
    if backward {
        writer = writer.backward();
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

fn unwatched(
    reader: &mut GraphReader<impl Read + Seek>,
    edges: usize,
) -> Result<Components, Error> {
    let proceed = |_: &SemiExternalProgress| ControlFlow::<Infallible>::Continue(());
    let ControlFlow::Continue(components) = semi_external_components(reader, Some(edges), proceed)?;
    Ok(components)
}

/// The components, and the number of passes.
fn found(bytes: &[u8], block: usize, edges: usize) -> (Components, u32) {
    let reader = GraphReader::new(Cursor::new(bytes)).unwrap();
    let mut reader = reader.with_block(block);
    let mut passes = 0;
    let n = reader.vertex_count() as u64;
    let components = semi_external_components(&mut reader, Some(edges), |progress| {
        passes = progress.pass;
        match u64::from(passes) > n * (n + 1) / 2 + 1 {
            true => ControlFlow::Break("too many passes"),
            false => ControlFlow::Continue(()),
        }
    });
    (components.unwrap().continue_value().unwrap(), passes)
}

fn sets(components: &Components) -> BTreeSet<BTreeSet<VertexId>> {
    let sets = components
        .iter()
        .map(|members| members.iter().copied().collect());
    sets.collect()
}

/// The same components as in memory, in a reverse topological order.
fn agree(graph: &CsrGraph, found: &Components) {
    let expected = graph.strongly_connected_components();
    assert_eq!(sets(found), sets(&expected));
    assert_eq!(found.len(), expected.len());
    for (number, members) in found.iter().enumerate() {
        for &v in members {
            assert_eq!(found.component_of(v), Some(number as u32));
        }
    }
    for edge in graph.edges() {
        assert!(found.component_of(edge.tail) >= found.component_of(edge.head));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn as_in_memory(list in graphs(), block in 8_usize..40, edges in 1_usize..12, wide: bool, backward: bool) {
        let graph = list.csr();
        agree(&graph, &found(&written(&graph, wide, backward), block, edges).0);
    }

    #[test]
    fn as_in_memory_without_cycles(list in acyclic_graphs(), edges in 1_usize..12) {
        let graph = list.csr();
        let (components, _) = found(&written(&graph, false, false), 8, edges);
        agree(&graph, &components);
        prop_assert_eq!(components.len(), graph.vertex_count());
    }

    #[test]
    fn rows_are_read_in_parts(list in graphs(), block in 0_usize..40, wide: bool) {
        let graph = list.csr();
        let bytes = written(&graph, wide, false);
        let mut reader = GraphReader::new(Cursor::new(&bytes)).unwrap().with_block(block);
        prop_assert_eq!(reader.vertex_count(), graph.vertex_count());
        prop_assert_eq!(reader.edge_count(), graph.heads().len() as u64);
        for step in [1, 2, 3] {
            let mut rows = reader.rows();
            let mut read = Vec::new();
            while let Some((v, heads)) = rows.next_part(|v| v % step == 0).unwrap() {
                prop_assert!(!heads.is_empty() && heads.len() <= block.max(8) / 4);
                read.extend(heads.iter().map(|&head| (v, head)));
            }
            let rows = (0..graph.vertex_count() as u32).step_by(step as usize);
            let expected = rows.flat_map(|v| {
                graph.as_rows().row(v).iter().map(move |&head| (v, head))
            });
            prop_assert!(expected.eq(read));
        }
    }
}

/// A number from a fixed sequence.
fn random(state: &mut u64, bound: u32) -> u32 {
    *state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
    ((*state >> 33) % u64::from(bound)) as u32
}

#[test]
fn larger_graphs() {
    let mut state = 3;
    for (n, m, back) in [(3000, 4000, 4000), (3000, 9000, 30), (500, 9000, 9000)] {
        let edges: Vec<_> = (0..m)
            .map(|edge| {
                let (a, b) = (random(&mut state, n), random(&mut state, n));
                match edge < back {
                    true => (a, b),
                    false => (a.max(b), a.min(b)),
                }
            })
            .collect();
        let graph = CsrGraph::from_edges(n as usize, edges).unwrap();
        for memory in [n as usize / 4, n as usize, m as usize] {
            agree(&graph, &found(&written(&graph, true, false), 256, memory).0);
        }
    }
}

#[test]
fn one_pass_if_the_edges_fit() {
    let graph = CsrGraph::from_edges(4, [(0, 1), (1, 2), (2, 1), (2, 3)]).unwrap();
    let bytes = written(&graph, false, false);
    let (components, passes) = found(&bytes, 1 << 20, 5);
    agree(&graph, &components);
    assert_eq!(passes, 1);
    let mut reader = GraphReader::new(Cursor::new(&bytes)).unwrap();
    let read = reader.bytes_read();
    unwatched(&mut reader, 5).unwrap();
    assert_eq!(reader.bytes_read() - read, 5 * 4 + 4 * 4);
}

#[test]
fn a_deep_graph_with_few_edges_in_memory() {
    // A path whose vertices are shuffled, as one cycle and as none.
    const N: u32 = 200_000;
    let place = |v: u32| (u64::from(v) * 7919 % u64::from(N)) as u32;
    let path: Vec<_> = (1..N).map(|v| (place(v - 1), place(v))).collect();
    let thread = std::thread::Builder::new().stack_size(256 << 10);
    let thread = thread.spawn(move || {
        for edges in [
            path.clone(),
            [path, vec![(place(N - 1), place(0))]].concat(),
        ] {
            let graph = CsrGraph::from_edges(N as usize, edges).unwrap();
            let (components, _) = found(&written(&graph, false, false), 1 << 12, N as usize / 2);
            agree(&graph, &components);
        }
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn the_search_can_be_stopped() {
    let n = 600_000;
    let graph = CsrGraph::from_edges(n as usize, (0..4 * n).map(|e| (e % n, e * 3 % n))).unwrap();
    let bytes = written(&graph, false, false);
    let mut asked = 0;
    let mut run = |stop| {
        let mut reader = GraphReader::new(Cursor::new(&bytes)).unwrap();
        asked = 0;
        let mut last = 0;
        semi_external_components(&mut reader, None, |progress| {
            assert!(progress.bytes_read >= last && progress.open_groups <= n as usize);
            last = progress.bytes_read;
            asked += 1;
            match asked == stop {
                true => ControlFlow::Break(progress.pass_ended),
                false => ControlFlow::Continue(()),
            }
        })
        .unwrap()
    };
    assert_eq!(run(1).break_value(), Some(false));
    assert_eq!(run(3).break_value(), Some(true));
    assert!(run(0).is_continue());
}

#[test]
fn no_vertices_and_no_edges() {
    let (components, passes) = found(&written(&CsrGraph::default(), false, false), 8, 1);
    assert_eq!((components.len(), passes), (0, 1));
    let graph = CsrGraph::from_edges(3, []).unwrap();
    agree(&graph, &found(&written(&graph, true, false), 8, 1).0);
}

/// Reads all rows twice: each pass ends with its error.
fn ends_with_its_error<R: Read + Seek>(reader: GraphReader<R>, kind: ErrorKind) {
    let mut reader = reader.with_block(8);
    for _ in 0..2 {
        let mut rows = reader.rows();
        let error = loop {
            match rows.next_part(|_| true) {
                Ok(part) => assert!(part.is_some(), "no error"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), kind);
        for _ in 0..2 {
            assert_eq!(rows.next_part(|_| true), Ok(None));
        }
    }
}

#[test]
fn damaged_files_are_rejected() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)]).unwrap();
    let run = |bytes: &[u8]| {
        let mut reader = GraphReader::new(Cursor::new(bytes))?;
        unwatched(&mut reader, 1)
    };
    for wide in [false, true] {
        let whole = written(&graph, wide, false);
        assert!(run(&whole).is_ok());
        for length in 0..whole.len() {
            let kind = run(&whole[..length]).unwrap_err().kind();
            let expected = match length < 8 {
                true => ErrorKind::ForeignFile,
                false => ErrorKind::FileLength,
            };
            assert_eq!(kind, expected);
        }
        let width = if wide { 8 } else { 4 };
        for (at, kind) in [
            (64, ErrorKind::MalformedOffsets),
            (64 + width, ErrorKind::MalformedOffsets),
            (64 + 3 * width, ErrorKind::MalformedOffsets),
            (64 + 4 * width, ErrorKind::VertexOutOfRange),
            (64 + 4 * width + 8, ErrorKind::VertexOutOfRange),
        ] {
            let mut bytes = whole.clone();
            bytes[at] = 9;
            assert_eq!(run(&bytes).unwrap_err().kind(), kind, "{at}");
            ends_with_its_error(GraphReader::new(Cursor::new(&bytes)).unwrap(), kind);
        }
    }
}

/// A file that is truncated after it has been opened.
struct Truncated<'a>(Cursor<&'a [u8]>, u64);

impl Read for Truncated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.1.saturating_sub(self.0.position());
        let count = buffer.len().min(left as usize);
        self.0.read(&mut buffer[..count])
    }
}

impl Seek for Truncated<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_file_that_shrinks_is_an_error() {
    let graph = CsrGraph::from_edges(3, [(0, 1), (1, 0), (1, 2)]).unwrap();
    let bytes = written(&graph, false, false);
    for length in [64, 70, bytes.len() as u64 - 8] {
        let mut reader = GraphReader::new(Truncated(Cursor::new(&bytes), length)).unwrap();
        let error = unwatched(&mut reader, 3);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Io);
        let file = Truncated(Cursor::new(&bytes), length);
        ends_with_its_error(GraphReader::new(file).unwrap(), ErrorKind::Io);
    }
    let text = format!("{:?}", GraphReader::new(Cursor::new(&bytes)).unwrap());
    assert_eq!(
        text,
        "GraphReader { vertices: 3, edges: 3, bytes_read: 64, .. }"
    );
}
