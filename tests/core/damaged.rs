//! Randomly damaged bytes give an error or a graph, never a panic, and memory is bounded by the
//! number of bytes. `fuzz/` tests this for longer.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use refcycle_core::files::{
    EdgeListReader, GraphFile, GraphWriter, MatrixMarketReader, read_edge_list,
    read_numbered_edge_list,
};
use refcycle_core::{
    CsrBuilder, CsrGraph, Predecessors, Rows, Successors, Vertices, WideCsrGraph, algo,
};
use refcycle_tests::generators::{config, graphs};

/// A kind of damage.
#[derive(Clone, Debug)]
enum Damage {
    Cut(Index),
    Flip(Index, u8),
    Overwrite(Index, u64),
    Insert(Index, u8),
    Remove(Index),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let number = prop_oneof![any::<u64>(), 0..9_u64, Just(u64::MAX), Just(1 << 32)];
    let damage = prop_oneof![
        1 => any::<Index>().prop_map(Damage::Cut),
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        4 => (any::<Index>(), number).prop_map(|(at, number)| Damage::Overwrite(at, number)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        2 => any::<Index>().prop_map(Damage::Remove),
    ];
    vec(damage, 0..6)
}

fn damage(bytes: &mut Vec<u8>, damages: &[Damage]) {
    for damage in damages {
        let place = |at: &Index| at.index(bytes.len().max(1));
        match damage {
            Damage::Cut(at) => bytes.truncate(place(at)),
            Damage::Flip(at, bits) => {
                let at = place(at);
                bytes
                    .iter_mut()
                    .skip(at)
                    .take(1)
                    .for_each(|byte| *byte ^= bits);
            }
            Damage::Overwrite(at, number) => {
                let at = place(at) & !7;
                let places = bytes.iter_mut().skip(at);
                places
                    .zip(number.to_le_bytes())
                    .for_each(|(place, byte)| *place = byte);
            }
            Damage::Insert(at, byte) => bytes.insert(place(at), *byte),
            Damage::Remove(at) => {
                let at = place(at);
                bytes.drain(at..bytes.len().min(at + 1));
            }
        }
    }
}

/// A file that opens can be iterated.
fn go_through<G: Successors + Predecessors>(graph: &G) {
    let (mut out, mut into) = (0, 0);
    for v in graph.vertices() {
        out += graph.successors(v).count();
        into += graph.predecessors(v).count();
    }
    assert_eq!(out, into);
    algo::strongly_connected_components(graph);
}

fn open(bytes: &[u8]) {
    if let Ok(file) = GraphFile::from_reader(bytes) {
        assert!(file.vertex_count() <= bytes.len());
        go_through(&file);
    }
}

fn read(bytes: &[u8]) {
    for edge in EdgeListReader::new(bytes) {
        let _ = edge;
    }
    let _ = read_numbered_edge_list(bytes, 9);
    if let Ok(read) = read_edge_list(bytes) {
        assert_eq!(read.names.len(), read.graph.vertex_count());
        go_through(&read.graph);
    }
    if let Ok(reader) = MatrixMarketReader::new(bytes)
        && reader.vertex_count() < 1000
        && let Ok((graph, _)) = reader.read()
    {
        go_through(&graph);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_damaged_graph_file(
        list in graphs(),
        wide: bool,
        backward: bool,
        weighed: bool,
        damages in damages(),
    ) {
        let graph = list.csr();
        let weights = vec![1.0_f64; graph.heads().len()];
        let mut writer = GraphWriter::new(&graph);
        if wide {
            writer = writer.wide();
        }
        if backward {
            writer = writer.backward();
        }
        if weighed {
            writer = writer.edge_weights(&weights);
        }
        let mut bytes = Vec::new();
        writer.write(&mut bytes).unwrap();
        damage(&mut bytes, &damages);
        open(&bytes);
    }

    #[test]
    fn a_damaged_text(list in graphs(), matrix: bool, damages in damages()) {
        let (n, m) = (list.bound, list.edges.len());
        let mut text = match matrix {
            true => format!("%%MatrixMarket matrix coordinate integer symmetric\n{n} {n} {m}\n"),
            false => String::from("# an edge list\n"),
        };
        for (tail, head) in list.pairs() {
            text += &format!("{} {}\t1\n", tail + 1, head + 1);
        }
        let mut bytes = text.into_bytes();
        damage(&mut bytes, &damages);
        read(&bytes);
    }

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..300)) {
        open(&bytes);
        read(&bytes);
    }

    #[test]
    fn any_words(words in "(%%MatrixMarket matrix coordinate (real|pattern) general\n)?([0-9]{1,3}[ \t\n]|#x\n|% y\n){0,60}") {
        read(words.as_bytes());
    }

    #[test]
    fn any_parts(offsets in vec(any::<u32>(), 0..6), heads in vec(0..6_u32, 0..6)) {
        if let Ok(rows) = Rows::new(&offsets, &heads) {
            prop_assert_eq!(rows.vertices().map(|v| rows.successors(v).len()).sum::<usize>(), heads.len());
        }
        let wide = offsets.iter().map(|&offset| u64::from(offset) << 31).collect();
        if let Ok(graph) = WideCsrGraph::from_parts(wide, heads.clone()) {
            go_through(&graph);
        }
        if let Ok(graph) = CsrGraph::from_parts(offsets, heads) {
            go_through(&graph);
        }
    }

    #[test]
    fn any_edges(count in 0..6_usize, edges in vec((0..7_u32, 0..7_u32), 0..12)) {
        let mut builder = CsrBuilder::new(count);
        for &(tail, head) in &edges {
            let added = builder.add_edge(tail.into(), head.into()).is_ok();
            prop_assert_eq!(added, tail.max(head) < count as u32);
        }
        go_through(&builder.build().unwrap());
        let all = edges.iter().all(|&(tail, head)| tail.max(head) < count as u32);
        let twice = CsrGraph::from_edges_twice(count, edges.iter().copied());
        prop_assert_eq!(twice.is_ok(), all);
        let sorted = CsrGraph::from_sorted_edges(count, edges.iter().copied());
        prop_assert_eq!(sorted.is_ok(), all && edges.is_sorted_by_key(|edge| edge.0));
        for graph in twice.into_iter().chain(sorted) {
            go_through(&graph);
        }
    }

    /// An iterator whose clone yields other items.
    #[test]
    fn other_edges_the_second_time(
        count in 1..6_usize,
        first in vec((0..7_u32, 0..7_u32), 0..12),
        second in vec((0..7_u32, 0..7_u32), 0..12),
    ) {
        struct Fickle<'a>(std::slice::Iter<'a, (u32, u32)>, &'a [(u32, u32)]);
        impl Clone for Fickle<'_> {
            fn clone(&self) -> Self {
                Self(self.1.iter(), self.1)
            }
        }
        impl Iterator for Fickle<'_> {
            type Item = (u32, u32);
            fn next(&mut self) -> Option<(u32, u32)> {
                self.0.next().copied()
            }
        }
        if let Ok(graph) = CsrGraph::from_edges_twice(count, Fickle(second.iter(), &first)) {
            go_through(&graph);
        }
    }
}
