//! Reading a dump.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Take};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, FileReaderBuilder, StreamReader};
use arrow_schema::{ArrowError, Field};

use super::arrays::has_column;
use super::check::{Outline, outline};
use super::error::{DumpError, guarded};
use super::held_file::HeldFile;
use super::later::{Later, ReadLater};
use super::read_columns::Columns;
use super::{FORMAT_VERSION, HeapDump, columns, metadata};

/// A file that has been checked and is valid so far, so that the memory it takes is known before it
/// is read.
///
/// # Example
/// ```
/// use refcycle_core::CsrGraph;
/// use refcycle_dot::dump::{DumpReader, HeapDump};
/// let mut file = Vec::new();
/// HeapDump::builder(CsrGraph::default()).build()?.write(&mut file)?;
/// let reader = DumpReader::open(std::io::Cursor::new(file))?;
/// assert_eq!(reader.objects(), 0);
/// assert!(reader.memory() < 1_000_000);
/// let dump = reader.read()?;
/// # Ok::<(), refcycle_dot::dump::DumpError>(())
/// ```
pub struct DumpReader<R> {
    file: R,
    outline: Outline,
    format: u32,
}

impl<R: Read + Seek> DumpReader<R> {
    /// Checks that a file is a dump, that its format is known, and that it keeps to its own bounds.
    ///
    /// # Errors
    /// [`DumpError`].
    pub fn open(file: R) -> Result<Self, DumpError> {
        Self::checked(file, false)
    }

    /// The same for a file that may have been cut off: its whole parts are the dump, each of some
    /// 130,000 objects. References to objects that are missing are left out. A file that is not cut
    /// off is read as by [`open`](Self::open).
    ///
    /// The facts about such a dump have `partial`, which is `true`, `lost_references`, the number of
    /// those that were left out, and `closed`, which is `false`.
    ///
    /// # Errors
    /// [`DumpError`], also if no part is whole.
    ///
    /// # Example
    /// ```
    /// use refcycle_core::CsrGraph;
    /// use refcycle_dot::dump::{DumpError, DumpReader, DumpedObject, HeapDump};
    /// use refcycle_dot::names::ObjectName;
    /// let mut builder = HeapDump::builder(CsrGraph::from_edges(1, []).unwrap());
    /// builder.object(DumpedObject {
    ///     address: 64,
    ///     type_name: "list",
    ///     name: ObjectName::Instance("list"),
    ///     size: 56,
    ///     reference_count: None,
    /// });
    /// let mut file = Vec::new();
    /// builder.build()?.write(&mut file)?;
    /// file.truncate(file.len() - 20);
    /// let file = std::io::Cursor::new(file);
    /// assert!(matches!(DumpReader::open(file.clone()), Err(DumpError::CutOff)));
    /// let dump = DumpReader::open_partial(file)?.read()?;
    /// assert_eq!(dump.metadata()["partial"], "true");
    /// # Ok::<(), DumpError>(())
    /// ```
    pub fn open_partial(file: R) -> Result<Self, DumpError> {
        Self::checked(file, true)
    }

    fn checked(mut file: R, partial: bool) -> Result<Self, DumpError> {
        let outline = guarded(|| outline(&mut file, partial))?;
        let format = outline.schema.metadata().get("refcycle.format");
        let format = format.ok_or_else(|| {
            DumpError::malformed("it is a table of Apache Arrow, but not one of refcycle's")
        })?;
        let format = match format.parse::<u32>() {
            Ok(found) if found > FORMAT_VERSION => return Err(DumpError::Newer { found }),
            Ok(found @ 1..) => found,
            _ => {
                return Err(DumpError::malformed("its format version is not a number"));
            }
        };
        for wanted in columns::fields_of(format) {
            if !has_column(&outline.schema, &wanted) {
                let name = wanted.name();
                return Err(DumpError::malformed(format!(
                    "it has no column `{name}` of the right type"
                )));
            }
        }
        let reader = Self {
            file,
            outline,
            format,
        };
        metadata::check(&reader.metadata()).map_err(DumpError::Malformed)?;
        Ok(reader)
    }

    /// The number of objects in the dump.
    pub fn objects(&self) -> u64 {
        self.outline.rows
    }

    /// The most bytes that reading takes.
    pub fn memory(&self) -> usize {
        /// The bytes for the name of a text, in tables that grow.
        const NAME: u64 = 100;

        // Each column as it is read, as it is stored, and the names of its rows.
        let columns = self.outline.unpacked.saturating_mul(3);
        let names = self.outline.texts.saturating_mul(NAME);
        usize::try_from(columns.saturating_add(names)).unwrap_or(usize::MAX)
    }

    /// The facts about the whole dump, by name.
    pub fn metadata(&self) -> BTreeMap<String, String> {
        let all = self.outline.schema.metadata().iter();
        let mut facts: BTreeMap<_, _> = all
            .filter_map(|(key, value)| {
                Some((key.strip_prefix("refcycle.")?.to_owned(), value.clone()))
            })
            .filter(|(key, _)| key != "format")
            .collect();
        if self.outline.whole_parts.is_some() {
            facts.insert("partial".to_owned(), "true".to_owned());
            facts.insert("closed".to_owned(), "false".to_owned());
        }
        facts
    }

    /// Reads the dump.
    ///
    /// # Errors
    /// [`DumpError`]. All data is checked, including each number against the data that it counts.
    ///
    /// # Complexity
    /// O(objects + references + text). Takes the memory of the dump, and that of some 130,000
    /// objects in addition.
    pub fn read(self) -> Result<HeapDump, DumpError> {
        let mut parts = self.parts()?;
        while parts.read_next()? {}
        parts.finish()
    }

    /// Reads the dump part by part, for a caller that shows the progress or may stop.
    ///
    /// # Errors
    /// [`DumpError`].
    pub fn parts(self) -> Result<DumpParts<R>, DumpError> {
        self.parts_of(None)
    }

    fn parts_of(self, later: Option<Later>) -> Result<DumpParts<R>, DumpError> {
        let metadata = self.metadata();
        let mut fields = columns::fields_of(self.format);
        let optional = columns::optional_fields_of(self.format).into_iter();
        fields.extend(optional.filter(|field| has_column(&self.outline.schema, field)));
        if later.is_some() {
            fields.retain(|field| !columns::NAMES.contains(&field.name().as_str()));
        }
        let projection = self.places_of(&fields)?;
        let whole_parts = self.outline.whole_parts;
        let mut file = self.file;
        let reader = guarded(move || match whole_parts {
            None => {
                let builder = FileReaderBuilder::new().with_projection(projection);
                Ok(Batches::Whole(builder.build(file)?))
            }
            Some(range) => {
                file.seek(SeekFrom::Start(range.start))?;
                let file = file.take(range.end - range.start);
                let parts = StreamReader::try_new(file, Some(projection))?;
                Ok(Batches::CutOff(parts))
            }
        })?;
        Ok(DumpParts {
            reader,
            is_read: false,
            missing: self.outline.rows,
            columns: match later {
                None => Columns::new(self.format),
                Some(_) => Columns::default(),
            },
            later,
            metadata,
        })
    }

    /// The columns of the file with these fields.
    fn places_of(&self, fields: &[Field]) -> Result<Vec<usize>, DumpError> {
        let places = fields
            .iter()
            .map(|field| self.outline.schema.index_of(field.name()));
        Ok(places.collect::<Result<_, _>>()?)
    }
}

impl DumpReader<HeldFile> {
    /// Reads the dump part by part without the names of objects and references: a part of the names
    /// is read when one of them is asked for, and then kept. The dump keeps the file open.
    ///
    /// Everything else is checked, as by [`parts`](Self::parts); the names of a part are checked
    /// when they are read. If they are damaged, or if the file was written to in the meantime, the
    /// call that asked for one of them ends with what `owner` does.
    ///
    /// Files with a single part, of format 1, and those that were cut off are read completely.
    ///
    /// # Errors
    /// [`DumpError`].
    pub fn parts_with_names_later(
        self,
        owner: Arc<dyn ReadLater>,
    ) -> Result<DumpParts<HeldFile>, DumpError> {
        if !self.can_read_names_later() {
            return self.parts();
        }
        let mut fields = columns::fields_of(self.format);
        let optional = columns::optional_fields_of(self.format).into_iter();
        fields.extend(optional.filter(|field| has_column(&self.outline.schema, field)));
        fields.retain(|field| columns::NAMES.contains(&field.name().as_str()));
        let later = Later {
            file: self.file.clone(),
            columns: self.places_of(&fields)?,
            bytes: self.outline.parts.iter().map(|&(_, bytes)| bytes).collect(),
            owner,
        };
        self.parts_of(Some(later))
    }

    /// Whether the names of the file can be read later.
    fn can_read_names_later(&self) -> bool {
        let outline = &self.outline;
        self.format > 1 && outline.whole_parts.is_none() && outline.parts.len() > 1
    }

    /// The most bytes that [`parts_with_names_later`](Self::parts_with_names_later) and reading all
    /// its parts take.
    pub fn memory_with_names_later(&self) -> usize {
        /// The numbers of the kind, the name and the label of a row.
        const NAMES: u64 = 12;

        if !self.can_read_names_later() {
            return self.memory();
        }
        let Outline {
            rows,
            unpacked,
            parts,
            ..
        } = &self.outline;
        let columns = unpacked.saturating_sub(NAMES.saturating_mul(*rows));
        let largest = parts.iter().map(|&(_, bytes)| bytes).max().unwrap_or(0);
        let bytes = columns.saturating_add(largest.saturating_mul(2));
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }
}

/// A dump that is read in parts of some 130,000 objects.
///
/// # Example
/// ```
/// use refcycle_core::CsrGraph;
/// use refcycle_dot::dump::{DumpReader, HeapDump};
/// let mut file = Vec::new();
/// HeapDump::builder(CsrGraph::default()).build()?.write(&mut file)?;
/// let reader = DumpReader::open(std::io::Cursor::new(file))?;
/// let all = reader.objects();
/// let mut parts = reader.parts()?;
/// while parts.read_next()? {
///     println!("{} of {all} objects", parts.objects());
/// }
/// let dump = parts.finish()?;
/// # Ok::<(), refcycle_dot::dump::DumpError>(())
/// ```
pub struct DumpParts<R> {
    reader: Batches<R>,
    /// Whether all parts have been read. The names follow.
    is_read: bool,
    /// The objects that are still to be read; after an error, all of them.
    missing: u64,
    columns: Columns,
    later: Option<Later>,
    metadata: BTreeMap<String, String>,
}

/// The parts of a file.
enum Batches<R> {
    Whole(FileReader<R>),
    /// Without the footer that names them.
    CutOff(StreamReader<Take<R>>),
}

impl<R: Read + Seek> Batches<R> {
    fn is_cut_off(&self) -> bool {
        matches!(self, Self::CutOff(_))
    }

    fn next(&mut self) -> Option<Result<RecordBatch, ArrowError>> {
        match self {
            Self::Whole(reader) => reader.next(),
            Self::CutOff(reader) => reader.next(),
        }
    }
}

impl<R: Read + Seek> DumpParts<R> {
    /// Reads the next part. After the last part, each call creates the names of some more objects
    /// and references. Returns whether more calls may be needed.
    ///
    /// # Errors
    /// [`DumpError`]. All data is checked, including each number against the data that it counts.
    pub fn read_next(&mut self) -> Result<bool, DumpError> {
        let missing = std::mem::replace(&mut self.missing, u64::MAX);
        let rows = guarded(|| {
            if self.is_read {
                return Ok(None);
            }
            let Some(batch) = self.reader.next() else {
                self.is_read = true;
                return Ok(None);
            };
            let batch = match batch {
                // After the last whole part, the rest of the file may have been filled with zeros.
                Err(_) if self.reader.is_cut_off() && self.objects() > 0 => {
                    self.is_read = true;
                    return Ok(Some(missing));
                }
                batch => batch?,
            };
            self.columns.take(&batch)?;
            Ok(Some(batch.num_rows() as u64))
        })?;
        self.missing = missing.saturating_sub(rows.unwrap_or(0));
        if rows.is_some() || self.later.is_some() {
            return Ok(rows.is_some());
        }
        guarded(|| Ok(self.columns.name_next()))
    }

    /// The number of objects that have been read.
    pub fn objects(&self) -> u64 {
        self.columns.len() as u64
    }

    /// Returns the dump after all parts have been read.
    ///
    /// # Errors
    /// [`DumpError`], also if not all parts have been read.
    pub fn finish(self) -> Result<HeapDump, DumpError> {
        if self.missing > 0 {
            return Err(DumpError::malformed("it was not read completely"));
        }
        let is_cut_off = self.reader.is_cut_off();
        guarded(|| self.columns.finish(self.metadata, self.later, is_cut_off))
    }
}

impl HeapDump {
    /// Reads a dump: see [`DumpReader`], which tells its size before reading.
    ///
    /// # Errors
    /// [`DumpError`].
    pub fn read(file: impl Read + Seek) -> Result<Self, DumpError> {
        DumpReader::open(file)?.read()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`DumpError`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DumpError> {
        Self::read(BufReader::new(File::open(path)?))
    }
}
