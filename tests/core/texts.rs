//! Edge lists and Matrix Market files.

use std::io::{self, BufReader, Read};

use proptest::prelude::*;
use refcycle_core::files::{
    EdgeListReader, MatrixMarketReader, read_edge_list, read_numbered_edge_list,
};
use refcycle_core::{Algorithms, Edge, Error, ErrorKind, MAX_EDGES, MAX_VERTICES};
use refcycle_tests::edge_list::sorted;
use refcycle_tests::generators::{config, graphs};

fn matrix(text: &str) -> Result<Vec<(u32, u32, f64)>, Error> {
    let (graph, weights) = MatrixMarketReader::new(text.as_bytes())?.read()?;
    let weights = weights.unwrap_or_else(|| vec![1.0; graph.heads().len()]);
    let entry = |edge: Edge| {
        let weight = weights[edge.id.index()];
        (edge.tail.number(), edge.head.number(), weight)
    };
    Ok(graph.edges().map(entry).collect())
}

/// The line number of the error.
fn wrong_line(error: Error) -> u64 {
    assert_eq!(error.kind(), ErrorKind::MalformedText, "{error}");
    let line = error.line().unwrap();
    assert!(error.to_string().contains(&line.to_string()));
    line
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_edge_list_is_read_as_it_was_written(list in graphs(), stride in 1..1000_u64) {
        let mut text = String::from("# Nodes and edges\r\n\n");
        for (tail, head) in list.pairs() {
            let name = |v| u64::from(v) * stride + 7;
            text += &format!("{}\t{} \r\n%\n", name(tail), name(head));
        }
        let read = read_edge_list(text.as_bytes()).unwrap();
        prop_assert!(read.names.is_sorted_by(|a, b| a < b));
        let number = |v| ((v - 7) / stride) as u32;
        let edges = read.graph.edges().map(|edge| {
            (number(read.names[edge.tail.index()]), number(read.names[edge.head.index()]))
        });
        let expected = list.csr();
        let expected = expected.edges().map(|edge| (edge.tail.number(), edge.head.number()));
        prop_assert!(edges.eq(expected));
        for (v, &name) in read.names.iter().enumerate() {
            prop_assert_eq!(read.vertex(name).map(|v| v.index()), Some(v));
        }
        prop_assert_eq!(read.vertex(6), None);

        let text: String = list.pairs().map(|(t, h)| format!(" {t} {h} 17 x\n")).collect();
        let graph = read_numbered_edge_list(text.as_bytes(), list.bound).unwrap();
        let expected = list.csr();
        prop_assert_eq!(graph.heads(), expected.heads());
        prop_assert_eq!(graph.offsets(), expected.offsets());
        let edges: Result<Vec<_>, _> = EdgeListReader::new(text.as_bytes()).collect();
        prop_assert!(edges.unwrap().into_iter().eq(list.pairs().map(|(t, h)| (t.into(), h.into()))));
    }

    #[test]
    fn a_matrix_is_read_as_it_was_written(list in graphs()) {
        let (n, m) = (list.bound, list.edges.len());
        let entries: Vec<_> = list.pairs().zip(0..).collect();
        for (field, value) in [("pattern", ""), ("integer", "-"), ("real", ".5e1")] {
            let mut text = format!("%%MatrixMarket matrix coordinate {field} general\n%\n\n{n} {n} {m}\n");
            for &((tail, head), i) in &entries {
                let value = match field {
                    "pattern" => String::new(),
                    "integer" => format!("{value}{i}"),
                    _ => format!("{i}{value}"),
                };
                text += &format!("{} {} {value}\n", tail + 1, head + 1);
            }
            let reader = MatrixMarketReader::new(text.as_bytes()).unwrap();
            prop_assert_eq!((reader.vertex_count(), reader.entry_count()), (n, m as u64));
            prop_assert_eq!(reader.has_weights(), field != "pattern");
            let (graph, _) = reader.read().unwrap();
            prop_assert_eq!(graph, list.csr());
            let expected = entries.iter().map(|&((tail, head), i)| {
                let value = f64::from(i);
                (tail, head, match field {
                    "pattern" => 1.0,
                    "integer" => -value,
                    _ => value * 10.0 + 5.0,
                })
            });
            let mut expected: Vec<_> = expected.collect();
            expected.sort_by_key(|&(tail, ..)| tail);
            prop_assert_eq!(matrix(&text).unwrap(), expected);
        }
    }
}

#[test]
fn a_symmetric_matrix_has_edges_both_ways() {
    let text =
        |kind| format!("%%matrixmarket MATRIX Coordinate Real {kind}\n3 3 2\n2 1 4\n3 3 5\n");
    let symmetric = matrix(&text("Symmetric")).unwrap();
    assert_eq!(symmetric, [(0, 1, 4.0), (1, 0, 4.0), (2, 2, 5.0)]);
    let skew = matrix(&text("skew-symmetric")).unwrap();
    assert_eq!(skew, [(0, 1, -4.0), (1, 0, 4.0), (2, 2, 5.0)]);
}

#[test]
fn parallel_entries_stay() {
    let text = "%%MatrixMarket matrix coordinate pattern general\n2 2 3\n1 2\n1 2\n2 2";
    assert_eq!(
        matrix(text).unwrap(),
        [(0, 1, 1.0), (0, 1, 1.0), (1, 1, 1.0)]
    );
}

#[test]
fn edge_lists_that_are_wrong() {
    let line = |text: &str| wrong_line(read_edge_list(text.as_bytes()).unwrap_err());
    assert_eq!(line("1"), 1);
    assert_eq!(line("# 1 2\n1 2\n\n1 -2\n"), 4);
    assert_eq!(line("1 2\n1,2\n"), 2);
    assert_eq!(line("1 2\nx y\n"), 2);
    assert_eq!(line("1 18446744073709551616"), 1);
    assert_eq!(line("1 2\n1 2.5\n"), 2);
    assert_eq!(line("1 99999999999999999999999"), 1);
    assert_eq!(line("source,target\n"), 1);
    assert_eq!(line(&format!("1 2\n# {}", "x".repeat(1 << 20))), 2);
    let largest = format!("{} 0", u64::MAX);
    assert_eq!(
        read_edge_list(largest.as_bytes()).unwrap().names,
        [0, u64::MAX]
    );
    let binary = EdgeListReader::new(&[0, 159, 146, 150][..]).next().unwrap();
    assert_eq!(wrong_line(binary.unwrap_err()), 1);
}

#[test]
fn an_edge_list_ends_at_its_first_error() {
    let mut reader = EdgeListReader::new("1 2\nx\n3 4\n".as_bytes());
    assert_eq!(reader.next(), Some(Ok((1, 2))));
    assert_eq!(wrong_line(reader.next().unwrap().unwrap_err()), 2);
    assert_eq!(reader.next(), None);
}

#[test]
fn a_numbered_edge_list_has_no_other_vertices() {
    let error = read_numbered_edge_list("0 1\n2 0\n".as_bytes(), 2).unwrap_err();
    assert_eq!(wrong_line(error), 2);
    let error = read_numbered_edge_list("0 4294967296\n".as_bytes(), 2).unwrap_err();
    assert_eq!(wrong_line(error), 1);
    let count = MAX_VERTICES + 1;
    let error = read_numbered_edge_list(io::empty(), count).unwrap_err();
    assert_eq!(error, Error::too_many_vertices(count));
}

#[test]
fn matrices_that_are_wrong() {
    let line = |text: &str| wrong_line(matrix(text).unwrap_err());
    let banner = "%%MatrixMarket matrix coordinate";
    for kind in [
        "complex general",
        "real hermitian",
        "pattern skew-symmetric",
        "real",
        "",
        "real general x",
    ] {
        assert_eq!(line(&format!("{banner} {kind}\n1 1 0\n")), 1, "{kind}");
    }
    assert_eq!(line(""), 1);
    assert_eq!(line("1 1 0\n"), 1);
    assert_eq!(
        line("%%MatrixMarket matrix array real general\n1 1\n1\n"),
        1
    );
    assert_eq!(
        line("%%MatrixMarket vector coordinate real general\n1 1 0\n"),
        1
    );
    let real = |text: &str| line(&format!("{banner} real general\n{text}"));
    assert_eq!(real(""), 2);
    assert_eq!(real("% sizes\n"), 3);
    assert_eq!(real("2 2\n"), 2);
    assert_eq!(real("2 2 1 1\n"), 2);
    assert_eq!(real("2 3 1\n"), 2);
    assert_eq!(real("2 2 x\n"), 2);
    for entry in [
        "1 1",
        "1 1 x",
        "1 1 nan",
        "1 1 inf",
        "1 1 1e999",
        "1 1 1 1",
        "0 1 1",
        "1 3 1",
    ] {
        assert_eq!(real(&format!("2 2 1\n{entry}\n")), 3, "{entry}");
    }
    assert_eq!(real("2 2 2\n1 1 1\n"), 4);
    assert_eq!(real("2 2 1\n1 1 1\n\n2 2 1\n"), 5);
    let integer = format!("{banner} integer general\n1 1 1\n1 1 1.5\n");
    assert_eq!(line(&integer), 3);
    let pattern = format!("{banner} pattern general\n1 1 1\n1 1 1\n");
    assert_eq!(line(&pattern), 3);
}

#[test]
fn a_header_that_claims_too_much() {
    let error = |sizes: &str| {
        let text = format!("%%MatrixMarket matrix coordinate pattern general\n{sizes}\n");
        MatrixMarketReader::new(text.as_bytes()).unwrap_err()
    };
    let (vertices, edges) = (MAX_VERTICES + 1, MAX_EDGES + 1);
    let many = error(&format!("{vertices} {vertices} 1"));
    assert_eq!(many, Error::too_many_vertices(vertices));
    assert_eq!(error(&format!("5 5 {edges}")), Error::too_many_edges(edges));
    // Claims within the limits cost nothing until the data is there.
    let text = "%%MatrixMarket matrix coordinate real general\n5 5 4294967000\n1 1 1\n";
    assert_eq!(wrong_line(matrix(text).unwrap_err()), 4);
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::TimedOut.into())
    }
}

#[test]
fn input_that_breaks_off() {
    let text = "%%MatrixMarket matrix coordinate pattern general\n1 1 1\n";
    for error in [
        read_edge_list(BufReader::new("1 2\n".as_bytes().chain(Broken))).unwrap_err(),
        MatrixMarketReader::new(BufReader::new(Broken)).unwrap_err(),
        MatrixMarketReader::new(BufReader::new(text.as_bytes().chain(Broken)))
            .and_then(MatrixMarketReader::read)
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.io_kind(), Some(io::ErrorKind::TimedOut));
    }
}

#[test]
fn names_come_ascending_whoever_comes_first() {
    let read = read_edge_list("5 3\n3 9\n9 5\n".as_bytes()).unwrap();
    assert_eq!(read.names, [3, 5, 9]);
    let edges = read
        .graph
        .edges()
        .map(|edge| (edge.tail.number(), edge.head.number()));
    assert_eq!(sorted(edges), [(0, 2), (1, 0), (2, 1)]);
}
