//! Files whose names are read later.

use std::fs;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cut_off_tests::long_dump;
use super::*;

struct Unwinding;

impl ReadLater for Unwinding {
    fn room_for(&self, _bytes: usize) {}

    fn failed(&self, error: DumpError) -> ! {
        resume_unwind(Box::new(error))
    }
}

/// Where a test can write a file.
fn place(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("refcycle-{name}-{}", std::process::id()))
}

fn written(dump: &HeapDump) -> Vec<u8> {
    let mut file = Vec::new();
    dump.write(&mut file).unwrap();
    file
}

fn read_later(path: &Path) -> Result<HeapDump, DumpError> {
    let reader = DumpReader::open(HeldFile::open(path)?)?;
    assert!(reader.memory_with_names_later() < reader.memory());
    let mut parts = reader.parts_with_names_later(Arc::new(Unwinding))?;
    while parts.read_next()? {}
    parts.finish()
}

/// The names of some objects and references of each part.
fn names_of(dump: &HeapDump) -> Vec<(String, Option<String>)> {
    let (vertices, edges) = (dump.sizes().len(), dump.graph().heads().len());
    let objects = (0..vertices).step_by(1000).map(VertexId::from_index);
    let objects = objects.map(|v| {
        let name = format!("{:?}", dump.object_name(v));
        (dump.label(v).to_owned(), Some(name))
    });
    let references = (0..edges).step_by(1000).map(EdgeId::from_index);
    let references = references.map(|e| {
        let label = dump.reference_label(e).unwrap_or_default().to_owned();
        (
            label,
            dump.reference_name(e).map(|name| format!("{name:?}")),
        )
    });
    objects.chain(references).collect()
}

fn tried(dump: &HeapDump) -> Result<Vec<(String, Option<String>)>, DumpError> {
    let names = catch_unwind(AssertUnwindSafe(|| names_of(dump)));
    names.map_err(|thrown| *thrown.downcast::<DumpError>().unwrap())
}

#[test]
fn names_that_are_read_later_are_the_same() {
    let dump = long_dump();
    let content = written(&dump);
    let path = place("same");
    fs::write(&path, &content).unwrap();
    let later = read_later(&path).unwrap();
    let before = later.memory();
    assert!(before < dump.memory());
    assert_eq!(names_of(&later), names_of(&dump));
    assert!(later.memory() > before);
    let copy = HeapDump::read(Cursor::new(written(&later))).unwrap();
    assert_eq!(names_of(&copy), names_of(&dump));
    // The file can be removed, and must not be written to.
    let removed = read_later(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(names_of(&removed), names_of(&dump));
    fs::write(&path, &content).unwrap();
    let changed = read_later(&path).unwrap();
    fs::write(&path, b"other").unwrap();
    assert!(matches!(tried(&changed), Err(DumpError::Changed)));
    fs::remove_file(path).unwrap();
}

#[test]
fn damaged_names_end_what_asks_for_them() {
    let dump = long_dump();
    let content = written(&dump);
    let path = place("damaged");
    let expected = names_of(&dump);
    let mut late = 0;
    for place in (0..content.len()).step_by(content.len() / 60) {
        let mut damaged = content.clone();
        let end = content.len().min(place + 16);
        damaged[place..end]
            .iter_mut()
            .for_each(|byte| *byte ^= 0x55);
        fs::write(&path, &damaged).unwrap();
        let complete = HeapDump::open(&path);
        match (read_later(&path).and_then(|later| tried(&later)), complete) {
            // The damage may be in names that are not asked for here.
            (Ok(names), Ok(complete)) => assert_eq!(names, names_of(&complete)),
            (Ok(names), Err(_)) => assert_eq!(names.len(), expected.len()),
            (Err(_), Ok(_)) => panic!("only reading later finds damage at {place}"),
            (Err(_), Err(_)) => late += u32::from(read_later(&path).is_ok()),
        }
    }
    assert!(late > 0);
    fs::remove_file(path).unwrap();
}
