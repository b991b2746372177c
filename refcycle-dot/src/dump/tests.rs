use std::io::Cursor;

use proptest::prelude::*;
use refcycle_core::IDirectedGraph;

use super::*;
use crate::names::{ObjectKind, Place, ReferenceKind};

/// A name of each kind, by number.
fn name_of(number: usize, text: &str) -> ObjectName<&str> {
    let type_name = ["list", "app.Näme", "dict"][number % 3];
    let line = number as u32;
    let place = (!number.is_multiple_of(4)).then_some(Place { file: text, line });
    let detail = ["", "app.Näme", "run"][number % 3];
    match ObjectKind::ALL[number % ObjectKind::ALL.len()] {
        ObjectKind::Value => ObjectName::Value { type_name, text },
        ObjectKind::Container(container) => ObjectName::Container {
            container,
            type_name,
            len: number as u64 / 2,
        },
        ObjectKind::Class => ObjectName::Class {
            name: text,
            dotted: detail,
        },
        ObjectKind::Function => ObjectName::Function { name: text, place },
        ObjectKind::Method => ObjectName::Method { name: text, place },
        ObjectKind::Module => ObjectName::Module(text),
        ObjectKind::Frame => ObjectName::Frame {
            function: ["", "run"][number % 2],
            place,
        },
        ObjectKind::Generator => ObjectName::Generator {
            type_name: text,
            function: ["", "run"][number % 2],
            place,
        },
        ObjectKind::WeakReference => ObjectName::WeakReference {
            referent: (!number.is_multiple_of(2)).then_some(16 * number as u64),
            target: detail,
        },
        ObjectKind::Instance if number.is_multiple_of(3) => ObjectName::Named {
            type_name: text,
            name: ["", "run"][number % 2],
            about: detail,
            place,
        },
        ObjectKind::Instance => ObjectName::Instance(text),
        ObjectKind::Other => ObjectName::Other(text),
    }
}

fn reference_name_of(number: usize, text: &str) -> ReferenceName<&str> {
    let index = number as u64;
    match ReferenceKind::ALL[number % ReferenceKind::ALL.len()] {
        ReferenceKind::Item => ReferenceName::Item(index),
        ReferenceKind::ArrayItem => ReferenceName::ArrayItem(["", "0, 3"][number % 2]),
        ReferenceKind::Key => ReferenceName::Key,
        ReferenceKind::Value => ReferenceName::Value(text),
        ReferenceKind::Element => ReferenceName::Element,
        // Some have the label of a key, some that of a hidden name.
        ReferenceKind::Attribute => match number % 4 {
            0 => ReferenceName::HiddenAttribute,
            _ => ReferenceName::Attribute(["key", "", "attribute"][number % 3]),
        },
        ReferenceKind::Local if number.is_multiple_of(2) => ReferenceName::HiddenLocal,
        ReferenceKind::Local => ReferenceName::Local(text),
        ReferenceKind::Field => ReferenceName::Field(text),
        ReferenceKind::FieldItem => ReferenceName::FieldItem(text, index),
        ReferenceKind::Stack => ReferenceName::Stack(index),
        ReferenceKind::ModuleState => ReferenceName::ModuleState(text),
        ReferenceKind::Other => ReferenceName::Other(text),
    }
}

/// A dump of any graph that uses all features.
fn dump_of(vertices: usize, edges: &[(u32, u32)]) -> HeapDump {
    let graph = CsrGraph::from_edges(vertices, edges.iter().copied()).unwrap();
    let mut builder = HeapDump::builder(graph);
    for number in 0..vertices {
        builder.object(DumpedObject {
            address: 0x7f00_0000_0000 + 16 * number as u64,
            type_name: ["list", "app.Näme", "dict"][number % 3],
            name: name_of(number, &format!("name {number}")),
            size: 56 << (number % 24),
            reference_count: (number % 5 > 0).then_some(number as u32),
        });
        let v = VertexId::from_index(number);
        if number % 9 == 4 {
            builder.state(v, ["suspended", "done"][number % 2]);
        }
        if number % 5 == 2 {
            builder.allocated_at(v, ["/srv/app.py:12", "<string>:1"][number % 2]);
        }
        if number % 6 == 1 {
            builder.waste(v, ["duplicate", "empty"][number % 2], 8 * number as u64);
        }
        if number % 7 == 3 {
            builder.root(v, Group::Threads, "running in thread MainThread");
            builder.root(v, Group::Elsewhere, format!("root {number}"));
        }
    }
    for number in 0..edges.len() {
        let text = format!("text {number}");
        builder.reference((number % 3 > 0).then(|| reference_name_of(number, &text)));
        if number % 11 == 5 {
            builder.uncounted(number as u32);
        }
    }
    builder.metadata("python", "3.14.0");
    builder.build().unwrap()
}

fn written(dump: &HeapDump) -> Vec<u8> {
    let mut file = Vec::new();
    dump.write(&mut file).unwrap();
    file
}

fn assert_same(one: &HeapDump, other: &HeapDump) {
    assert_eq!(one.graph().offsets(), other.graph().offsets());
    assert_eq!(one.graph().heads(), other.graph().heads());
    assert_eq!(one.roots(), other.roots());
    assert_eq!(one.uncounted(), other.uncounted());
    assert_eq!(one.metadata(), other.metadata());
    assert_eq!(one.sizes(), other.sizes());
    for v in (0..one.graph().offsets().len() - 1).map(VertexId::from_index) {
        assert_eq!(one.address(v), other.address(v));
        assert_eq!(one.type_name(v), other.type_name(v));
        assert_eq!(one.label(v), other.label(v));
        assert_eq!(one.object_name(v), other.object_name(v));
        assert_eq!(one.reference_count(v), other.reference_count(v));
        assert_eq!(one.state(v), other.state(v));
        assert_eq!(one.allocated_at(v), other.allocated_at(v));
        assert_eq!(one.waste(v), other.waste(v));
    }
    for e in (0..one.graph().edge_count()).map(EdgeId::from_index) {
        assert_eq!(one.reference_label(e), other.reference_label(e));
        assert_eq!(one.reference_name(e), other.reference_name(e));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read(
        (vertices, edges) in (1usize..60).prop_flat_map(|n| {
            (Just(n), prop::collection::vec((0..n as u32, 0..n as u32), 0..200))
        })
    ) {
        let dump = dump_of(vertices, &edges);
        assert_same(&dump, &HeapDump::read(Cursor::new(written(&dump))).unwrap());
    }

    /// No byte of a file can make reading do anything but fail or return a valid dump.
    #[test]
    fn a_damaged_file_is_refused_or_a_dump(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut file = written(&dump_of(40, &[(0, 1), (1, 2), (2, 0), (7, 7), (39, 5)]));
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        if is_cut {
            file.truncate(end.index(file.len()));
        }
        if let Ok(dump) = HeapDump::read(Cursor::new(file)) {
            let _ = written(&dump);
        }
    }
}

#[test]
fn the_column_of_allocations_is_there_where_something_is_known() {
    use arrow_ipc::reader::FileReader;

    let dump_with = |place: Option<&str>| {
        let graph = CsrGraph::from_edges(2, []).unwrap();
        let mut builder = HeapDump::builder(graph);
        for address in [16, 32] {
            builder.object(DumpedObject {
                address,
                type_name: "list",
                name: ObjectName::Instance("list"),
                size: 56,
                reference_count: None,
            });
        }
        if let Some(place) = place {
            builder.allocated_at(VertexId::new(0), place);
        }
        builder
    };
    for place in [None, Some("/srv/app.py:12")] {
        let file = written(&dump_with(place).build().unwrap());
        let reader = FileReader::try_new(Cursor::new(&file), None).unwrap();
        let found = reader.schema().index_of(columns::ALLOCATED).is_ok();
        assert_eq!(found, place.is_some());
        let read = HeapDump::read(Cursor::new(file)).unwrap();
        assert_eq!(read.allocated_at(VertexId::new(0)), place);
        assert_eq!(read.allocated_at(VertexId::new(1)), None);
    }
    let mut builder = dump_with(None);
    builder.allocated_at(VertexId::new(2), "/srv/app.py:12");
    let error = builder.build().unwrap_err().to_string();
    assert!(error.contains("object 2 is not in the graph"), "{error}");
}

#[test]
fn an_empty_heap_is_a_dump() {
    let dump = dump_of(0, &[]);
    let read = HeapDump::read(Cursor::new(written(&dump))).unwrap();
    assert_same(&dump, &read);
    assert_eq!(read.held_from_outside(), []);
}

#[test]
fn a_dump_of_several_parts_is_one() {
    let vertices = (1 << 17) + 1000;
    let edges: Vec<_> = (0..vertices as u32 - 1).map(|v| (v, v + 1)).collect();
    let dump = dump_of(vertices, &edges);
    let read = HeapDump::read(Cursor::new(written(&dump))).unwrap();
    assert_same(&dump, &read);
    // The parts share a table of names. Some names without a type are distinguished by it in a
    // file.
    let (read_names, names) = (read.names.objects().1.len(), dump.names.objects().1.len());
    assert!((names..names + 100).contains(&read_names));
    assert!(read.memory() <= dump.memory() + 1000);
}

#[test]
fn a_name_can_be_that_of_an_earlier_object_or_reference() {
    let mut builder = HeapDump::builder(CsrGraph::from_edges(3, [(0, 1), (1, 2)]).unwrap());
    for (address, type_name) in [(16, "dict"), (32, "app.Cache")] {
        let name = ObjectName::Instance(type_name);
        builder.object(DumpedObject {
            address,
            type_name,
            name,
            size: 64,
            reference_count: None,
        });
    }
    builder.object_like(VertexId::new(1), 48, 72, Some(5));
    let reference = ReferenceName::Value("'größe'");
    let number = builder.reference_name(reference);
    builder.reference_named(Some(number));
    builder.reference(Some(reference));
    let dump = builder.build().unwrap();
    let read = HeapDump::read(Cursor::new(written(&dump))).unwrap();
    assert_same(&dump, &read);
    let last = VertexId::new(2);
    assert_eq!(read.type_name(last), "app.Cache");
    assert_eq!(read.object_name(last), ObjectName::Instance("app.Cache"));
    let references = [0, 1].map(|edge| read.reference_name(EdgeId::new(edge)));
    assert_eq!(references, [Some(reference); 2]);
    let numbers = (
        read.address(last),
        read.size(last),
        read.reference_count(last),
    );
    assert_eq!(numbers, (48, 72, Some(5)));
}

#[test]
fn what_is_held_from_outside_has_a_count_above_its_references() {
    let mut builder = HeapDump::builder(CsrGraph::from_edges(3, [(0, 1), (0, 1), (1, 2)]).unwrap());
    for (address, count) in [(1, Some(0)), (2, Some(2)), (3, None)] {
        builder.object(DumpedObject {
            address,
            type_name: "list",
            name: ObjectName::parse("list[0]"),
            size: 1,
            reference_count: count,
        });
    }
    (0..3).for_each(|_| builder.reference(None));
    builder.uncounted(1);
    let dump = builder.build().unwrap();
    assert_eq!(dump.held_from_outside(), [1, 2].map(VertexId::new));
    assert_eq!(dump.find(3), Some(VertexId::new(2)));
    assert_eq!(dump.find(4), None);
}

#[test]
fn a_state_is_that_of_one_object() {
    let mut builder = HeapDump::builder(CsrGraph::from_edges(0, []).unwrap());
    builder.state(VertexId::new(1), "done");
    let error = builder.build().unwrap_err().to_string();
    assert!(
        error.contains("which is \"done\", is not in the graph"),
        "{error}"
    );
}

#[test]
fn a_dump_has_so_many_states() {
    let states = |count: usize| {
        let mut builder = HeapDump::builder(CsrGraph::from_edges(0, []).unwrap());
        (0..count).for_each(|number| builder.state(VertexId::new(0), &number.to_string()));
        builder.build().unwrap_err().to_string()
    };
    assert!(states(256).contains("is not in the graph"));
    assert!(states(300).contains("more than 256 different states"));
}

#[test]
fn objects_are_no_larger_than_a_process() {
    let sizes = |sizes: &[u64]| {
        let mut builder = HeapDump::builder(CsrGraph::from_edges(sizes.len(), []).unwrap());
        for (address, &size) in (16..).step_by(16).zip(sizes) {
            builder.object(DumpedObject {
                address,
                type_name: "t",
                name: ObjectName::Other("l"),
                size,
                reference_count: None,
            });
        }
        builder.build().map(|dump| dump.sizes().to_vec())
    };
    assert_eq!(sizes(&[1 << 47, 1 << 47]).unwrap(), [1 << 47, 1 << 47]);
    for hostile in [&[1 << 48, 1][..], &[u64::MAX, 1], &[1 << 63, 1 << 63]] {
        let error = sizes(hostile).unwrap_err().to_string();
        assert!(error.contains("more than any memory"), "{error}");
    }
}

#[test]
fn a_dump_that_was_not_read_to_its_end_is_none() {
    let vertices = (1 << 17) + 10;
    let file = written(&dump_of(vertices, &[]));
    let parts = || {
        DumpReader::open(Cursor::new(&file))
            .unwrap()
            .parts()
            .unwrap()
    };
    let mut whole = parts();
    assert!(whole.read_next().unwrap());
    assert_eq!(whole.objects(), 1 << 17);
    assert!(whole.read_next().unwrap());
    assert_eq!(whole.objects(), vertices as u64);
    // The names are made after the last part.
    while whole.read_next().unwrap() {}
    assert_eq!(whole.finish().unwrap().sizes().len(), vertices);
    let mut first = parts();
    first.read_next().unwrap();
    let error = first.finish().unwrap_err().to_string();
    assert!(error.contains("it was not read completely"), "{error}");
    assert!(parts().finish().is_err());
}

fn refused(file: Vec<u8>) -> String {
    HeapDump::read(Cursor::new(file)).unwrap_err().to_string()
}

#[test]
fn what_is_no_dump_is_refused_with_a_word() {
    assert!(refused(Vec::new()).contains("it is too short"));
    assert!(refused(vec![0; 4096]).contains("does not begin like an Apache Arrow file"));
    let whole = written(&dump_of(40, &[(0, 1)]));
    assert!(refused(whole[..whole.len() - 1].to_vec()).contains("cut off, or still being written"));
    let mut footer = whole.clone();
    let place = footer.len() - 10;
    footer[place..place + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refused(footer).contains("footer is larger than the file"));
}

#[test]
fn a_newer_dump_and_a_foreign_table_are_named() {
    use arrow_array::RecordBatch;
    use arrow_ipc::writer::FileWriter;
    let file = |format: &str, key: &str| {
        let metadata = [(key.to_owned(), format.to_owned())].into();
        let schema = std::sync::Arc::new(columns::schema(metadata, false, false, false));
        let mut out = Vec::new();
        let mut writer = FileWriter::try_new(&mut out, &schema).unwrap();
        writer.write(&RecordBatch::new_empty(schema)).unwrap();
        writer.finish().unwrap();
        drop(writer);
        out
    };
    assert!(refused(file("3", "refcycle.format")).contains("version 3 of the format"));
    assert!(refused(file("x", "refcycle.format")).contains("is not a number"));
    assert!(refused(file("1", "pandas")).contains("not one of refcycle's"));
    assert!(HeapDump::read(Cursor::new(file("1", "refcycle.format"))).is_ok());
}

/// The places of all eight-byte sequences with the value of this number.
fn places_of(file: &[u8], number: u64) -> Vec<usize> {
    let word = number.to_le_bytes();
    (0..file.len() - 8)
        .filter(|&place| file[place..place + 8] == word)
        .collect()
}

#[test]
fn columns_that_cannot_be_unpacked_are_refused() {
    let file = written(&dump_of(1000, &[]));
    // The first words of data that zstd has compressed.
    let frames = (0..file.len() - 4).filter(|&at| file[at..at + 4] == [0x28, 0xb5, 0x2f, 0xfd]);
    for place in frames {
        let mut damaged = file.clone();
        damaged[place + 4..place + 8].fill(0xff);
        assert!(refused(damaged).contains("not a heap dump"));
    }
}

#[test]
fn a_size_that_lies_costs_no_memory() {
    let file = written(&dump_of(1000, &[]));
    // The addresses, 8 bytes each, have this size before compression.
    let places = places_of(&file, 8000);
    assert!(!places.is_empty());
    for place in places {
        for claim in [u64::MAX >> 1, 1 << 60, 1 << 40, 1 << 31] {
            let mut lying = file.clone();
            lying[place..place + 8].copy_from_slice(&claim.to_le_bytes());
            assert!(refused(lying).contains("not a heap dump"));
        }
    }
}

/// Two objects, which `change` modifies before the dump is built.
fn pair(change: impl FnOnce(&mut [DumpedObject<'_>; 2])) -> Result<HeapDump, DumpError> {
    let object = |address| DumpedObject {
        address,
        type_name: "list",
        name: ObjectName::parse("list[0]"),
        size: 64,
        reference_count: None,
    };
    let mut objects = [object(16), object(32)];
    change(&mut objects);
    let mut builder = HeapDump::builder(CsrGraph::from_edges(2, []).unwrap());
    objects.iter().for_each(|object| builder.object(*object));
    builder.build()
}

#[test]
fn no_two_objects_have_one_address() {
    assert!(pair(|_| {}).is_ok());
    assert!(pair(|objects| objects.swap(0, 1)).is_ok());
    let error = pair(|objects| objects[0].address = 32).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("two objects have the address 0x20"),
        "{error}"
    );
}

#[test]
fn sizes_fit_into_a_memory() {
    assert!(pair(|objects| objects[0].size = (1 << 48) - 64).is_ok());
    for size in [(1 << 48) - 63, u64::MAX] {
        let error = pair(|objects| objects[0].size = size).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("sizes add up to more than any memory"),
            "{error}"
        );
    }
}

#[test]
fn facts_are_checked_in_both_directions() {
    let mut builder = HeapDump::builder(CsrGraph::default());
    builder.metadata("types", "[1]");
    let error = builder.build().unwrap_err().to_string();
    assert!(error.contains("`refcycle.types` is \"[1]\""), "{error}");
    let mut builder = HeapDump::builder(CsrGraph::default());
    builder.metadata("types", "{}");
    let file = written(&builder.build().unwrap());
    // The same number of bytes, in the schema and again in the footer.
    let places: Vec<_> = (0..file.len() - 2)
        .filter(|&at| &file[at..at + 2] == b"{}")
        .collect();
    assert_eq!(places.len(), 2);
    let mut wrong = file.clone();
    for place in places {
        wrong[place..place + 2].copy_from_slice(b"[]");
    }
    assert!(refused(wrong).contains("should be a JSON object of strings"));
}
