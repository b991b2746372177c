//! Files of which the end is missing.

use std::collections::BTreeSet;
use std::io::Cursor;

use super::*;

/// The rows of a part of a file.
const ROWS: usize = 1 << 17;

/// A dump of two parts and a bit, in which references lead on and back over their borders.
pub(super) fn long_dump() -> HeapDump {
    let vertices = 2 * ROWS + 100;
    let edges: Vec<_> = (0..vertices as u32)
        .step_by(7)
        .flat_map(|tail| {
            let head = |by: u32| (tail * 13 + by) % vertices as u32;
            [(tail, head(1)), (tail, head(1)), (tail, head(90_000))]
        })
        .collect();
    let graph = CsrGraph::from_edges(vertices, edges.iter().copied()).unwrap();
    let mut builder = HeapDump::builder(graph);
    for number in 0..vertices {
        let type_name = ["list", "app.Task"][number % 2];
        builder.object(DumpedObject {
            address: 64 * (number as u64 + 1),
            type_name,
            name: ObjectName::Instance(["list", "app.Task"][number % 2]),
            size: 16 * (number % 50) as u64,
            reference_count: Some(3),
        });
        if number % 40_000 == 5 {
            builder.root(VertexId::from_index(number), Group::Threads, "a thread");
        }
    }
    for number in 0..edges.len() as u32 {
        builder.reference(Some(ReferenceName::Item(u64::from(number % 100))));
        if number.is_multiple_of(11) {
            builder.uncounted(number);
        }
        if number.is_multiple_of(17) {
            let owner = VertexId::new(number * 3 % vertices as u32);
            builder.weak_reference(EdgeId::new(number), owner);
        }
    }
    builder.metadata("closed", "true");
    builder.build().unwrap()
}

type Reference = (u32, u32, Option<String>, bool, Option<u32>);

/// All references between the first objects, with all that is known of each.
fn references(dump: &HeapDump, objects: usize) -> Vec<Reference> {
    let uncounted: BTreeSet<_> = dump.uncounted().iter().copied().collect();
    let mut weak = dump.weak_references().iter().peekable();
    let (offsets, heads) = (dump.graph().offsets(), dump.graph().heads());
    let mut found = Vec::new();
    for tail in 0..objects {
        for number in offsets[tail]..offsets[tail + 1] {
            let edge = EdgeId::new(number);
            let owner = weak
                .next_if(|weak| weak.edge == edge)
                .map(|weak| weak.owner.number());
            let head = heads[edge.index()];
            if (head as usize) < objects {
                found.push((
                    tail as u32,
                    head,
                    dump.reference_label(edge).map(str::to_owned),
                    uncounted.contains(&number),
                    owner.filter(|&owner| (owner as usize) < objects),
                ));
            }
        }
    }
    found
}

#[test]
fn the_whole_parts_of_a_file_can_be_read() {
    let whole = long_dump();
    let mut file = Vec::new();
    whole.write(&mut file).unwrap();
    let mut seen = BTreeSet::new();
    for tenths in 0..=10 {
        let length = (file.len() - 1) * tenths / 10;
        let cut = Cursor::new(&file[..length]);
        let Ok(reader) = DumpReader::open_partial(cut) else {
            assert!(tenths < 9, "nothing of {tenths} tenths is whole");
            continue;
        };
        let objects = reader.objects() as usize;
        let part = reader.read().unwrap();
        // As after the loss of power: the rest of the file is there, and empty.
        let mut filled = file[..length].to_vec();
        filled.resize(file.len(), 0);
        let filled = DumpReader::open_partial(Cursor::new(filled)).unwrap();
        assert_eq!(filled.read().unwrap().sizes(), part.sizes());
        seen.insert(objects);
        assert_eq!(part.sizes(), &whole.sizes()[..objects]);
        for v in (0..objects).step_by(999).map(VertexId::from_index) {
            assert_eq!(part.address(v), whole.address(v));
            assert_eq!(part.type_name(v), whole.type_name(v));
            assert_eq!(part.label(v), whole.label(v));
        }
        let known = references(&whole, objects);
        assert_eq!(references(&part, objects), known);
        let held = whole.roots().iter();
        let held: Vec<_> = held.filter(|root| root.vertex.index() < objects).collect();
        assert_eq!(part.roots().iter().collect::<Vec<_>>(), held);
        let all = whole.graph().offsets()[objects] as usize;
        let facts = part.metadata();
        let of = |key: &str| facts.get(key).map(String::as_str);
        assert_eq!((of("partial"), of("closed")), (Some("true"), Some("false")));
        assert_eq!(facts["lost_references"], (all - known.len()).to_string());
    }
    assert!(seen.contains(&ROWS) && !seen.contains(&0), "{seen:?}");
}

#[test]
fn a_whole_file_is_not_called_a_part() {
    let mut file = Vec::new();
    long_dump().write(&mut file).unwrap();
    let read = DumpReader::open_partial(Cursor::new(file)).unwrap().read();
    let facts = read.unwrap().metadata().clone();
    assert_eq!((facts.get("partial"), &*facts["closed"]), (None, "true"));
}

#[test]
fn no_length_is_a_surprise() {
    let graph = CsrGraph::from_edges(2, [(0, 1)]).unwrap();
    let mut builder = HeapDump::builder(graph);
    for address in [64, 128] {
        builder.object(DumpedObject {
            address,
            type_name: "list",
            name: ObjectName::Instance("list"),
            size: 64,
            reference_count: None,
        });
    }
    builder.reference(None);
    let mut file = Vec::new();
    builder.build().unwrap().write(&mut file).unwrap();
    let mut objects = BTreeSet::new();
    for length in 0..file.len() {
        for fill in [None, Some(0), Some(255)] {
            let mut cut = file[..length].to_vec();
            cut.extend(fill.map(|byte| [byte; 200]).into_iter().flatten());
            let Ok(reader) = DumpReader::open_partial(Cursor::new(cut)) else {
                continue;
            };
            if let Ok(part) = reader.read() {
                assert_eq!(part.metadata()["partial"], "true");
                objects.insert(part.sizes().len());
            }
        }
    }
    assert_eq!(objects, BTreeSet::from([2]));
}
