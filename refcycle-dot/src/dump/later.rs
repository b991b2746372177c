//! The names of a file, of which each part is read when a name of it is asked for.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow_ipc::reader::{FileReader, FileReaderBuilder};

use super::error::{DumpError, guarded};
use super::held_file::HeldFile;
use super::part_names::PartNames;
use crate::names::{ObjectName, ReferenceName};

/// What the owner of a dump does when a part of the names is read: see
/// [`DumpReader::parts_with_names_later`](super::DumpReader::parts_with_names_later).
pub trait ReadLater: Send + Sync {
    /// Called before a part is read, with the bytes that this takes at most. It may end what asked
    /// for the name, as [`failed`](Self::failed) does.
    fn room_for(&self, bytes: usize);

    /// Called if a part cannot be read. It does not return: it panics, or unwinds as
    /// [`std::panic::resume_unwind`] does, so that what asked for the name ends.
    fn failed(&self, error: DumpError) -> !;
}

/// The names of all objects and references of a file.
pub(super) struct LaterNames {
    file: HeldFile,
    /// The columns to read.
    columns: Vec<usize>,
    reader: Mutex<Option<FileReader<HeldFile>>>,
    parts: Box<[Part]>,
    owner: Arc<dyn ReadLater>,
}

/// How the names of a file are read later.
pub(super) struct Later {
    pub(super) file: HeldFile,
    pub(super) columns: Vec<usize>,
    /// Those of each part.
    pub(super) bytes: Vec<u64>,
    pub(super) owner: Arc<dyn ReadLater>,
}

impl Later {
    /// `ends` are the numbers of the rows after each part.
    pub(super) fn names(self, ends: Vec<usize>) -> Result<LaterNames, DumpError> {
        if ends.len() != self.bytes.len() {
            return Err(DumpError::malformed("a part of it is missing"));
        }
        let parts = ends.into_iter().zip(self.bytes);
        let parts = parts.map(|(end, bytes)| Part::new(end, bytes)).collect();
        Ok(LaterNames::new(self.file, self.columns, parts, self.owner))
    }
}

/// Some rows.
struct Part {
    /// The number of the row after it.
    end: usize,
    /// The bytes of its columns, uncompressed.
    bytes: u64,
    names: OnceLock<PartNames>,
}

impl Part {
    fn new(end: usize, bytes: u64) -> Self {
        Self {
            end,
            bytes,
            names: OnceLock::new(),
        }
    }
}

impl LaterNames {
    fn new(
        file: HeldFile,
        columns: Vec<usize>,
        parts: Vec<Part>,
        owner: Arc<dyn ReadLater>,
    ) -> Self {
        Self {
            file,
            columns,
            reader: Mutex::new(None),
            parts: parts.into(),
            owner,
        }
    }

    /// The name of the object of a row. `offsets` are those of the graph.
    pub(super) fn object<'a>(
        &'a self,
        row: usize,
        type_name: &'a str,
        offsets: &[u32],
    ) -> ObjectName<&'a str> {
        let (names, first) = self.part_of(row, offsets);
        names.object(row - first, type_name)
    }

    pub(super) fn object_label(&self, row: usize, offsets: &[u32]) -> &str {
        let (names, first) = self.part_of(row, offsets);
        names.object_label(row - first)
    }

    /// The name of an edge.
    pub(super) fn reference(&self, edge: usize, offsets: &[u32]) -> Option<ReferenceName<&str>> {
        let (names, first) = self.part_of_edge(edge, offsets);
        names.reference(edge - first)
    }

    pub(super) fn reference_label(&self, edge: usize, offsets: &[u32]) -> Option<&str> {
        let (names, first) = self.part_of_edge(edge, offsets);
        names.reference_label(edge - first)
    }

    /// The bytes of the parts that have been read.
    pub(super) fn memory(&self) -> usize {
        let read = self.parts.iter().filter_map(|part| part.names.get());
        read.map(PartNames::memory).sum()
    }

    /// The part of a row, and its first row.
    fn part_of(&self, row: usize, offsets: &[u32]) -> (&PartNames, usize) {
        let number = self.parts.partition_point(|part| part.end <= row);
        (self.part(number, offsets), self.start(number))
    }

    /// The part of an edge, and its first edge.
    fn part_of_edge(&self, edge: usize, offsets: &[u32]) -> (&PartNames, usize) {
        let end = |part: &Part| offsets[part.end] as usize;
        let number = self.parts.partition_point(|part| end(part) <= edge);
        let first = offsets[self.start(number)] as usize;
        (self.part(number, offsets), first)
    }

    /// The first row of a part.
    fn start(&self, number: usize) -> usize {
        number
            .checked_sub(1)
            .map_or(0, |before| self.parts[before].end)
    }

    fn part(&self, number: usize, offsets: &[u32]) -> &PartNames {
        let part = &self.parts[number];
        if let Some(names) = part.names.get() {
            return names;
        }
        // The file, the columns, and the names.
        let bytes = usize::try_from(part.bytes.saturating_mul(3));
        self.owner.room_for(bytes.unwrap_or(usize::MAX));
        match self.read(number, offsets) {
            Ok(names) => part.names.get_or_init(|| names),
            Err(error) => self.owner.failed(error),
        }
    }

    fn read(&self, number: usize, offsets: &[u32]) -> Result<PartNames, DumpError> {
        let rows = self.start(number)..self.parts[number].end;
        let batch = guarded(|| {
            self.file.check_unchanged()?;
            let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            let mut known = match reader.take() {
                Some(known) => known,
                None => FileReaderBuilder::new()
                    .with_projection(self.columns.clone())
                    .build(self.file.clone())?,
            };
            known.set_index(number)?;
            let batch = known.next();
            let batch = batch.ok_or_else(|| DumpError::malformed("a part of it is missing"))??;
            // After an error, it is opened again.
            *reader = Some(known);
            Ok(batch)
        });
        let names = batch
            .and_then(|batch| guarded(|| PartNames::of(&batch, &offsets[rows.start..=rows.end])));
        // What was written meanwhile may be damage, or names of something else.
        self.file.check_unchanged()?;
        names
    }
}

impl fmt::Debug for LaterNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaterNames")
            .field("file", &self.file)
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}
