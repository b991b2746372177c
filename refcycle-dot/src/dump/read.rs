//! Reading a dump.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Take};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{
    Array, DictionaryArray, LargeStringArray, ListArray, PrimitiveArray, RecordBatch, StringArray,
    StructArray,
};
use arrow_ipc::reader::{FileReader, FileReaderBuilder, StreamReader};
use arrow_schema::ArrowError;
use refcycle_core::{CsrGraph, EdgeId, VertexId};

use super::arrays::{column, has_column, lengths, values};
use super::builder::HeapDumpBuilder;
use super::check::{Outline, outline};
use super::error::DumpError;
use super::names::{Naming, ObjectKinds, extend_kinds};
use super::states::States;
use super::texts::TextsBuilder;
use super::waste::Waste;
use super::weak::WeakReference;
use super::{FORMAT_VERSION, HeapDump, Holder, UNKNOWN, columns, metadata, unknown, weak};
use crate::names::{NameId, ObjectKind, ReferenceKind};
use crate::roots::Group;

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
        let metadata = self.metadata();
        let mut fields = columns::fields_of(self.format);
        let optional = columns::optional_fields_of(self.format).into_iter();
        fields.extend(optional.filter(|field| has_column(&self.outline.schema, field)));
        let projection = fields
            .iter()
            .map(|field| self.outline.schema.index_of(field.name()))
            .collect::<Result<Vec<_>, _>>()?;
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
            columns: Columns::new(self.format),
            metadata,
        })
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
        Ok(rows.is_some() || guarded(|| Ok(self.columns.name_next()))?)
    }

    /// The number of objects that have been read.
    pub fn objects(&self) -> u64 {
        self.columns.addresses.len() as u64
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
        guarded(|| self.columns.finish(self.metadata, is_cut_off))
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

/// The number of rows that are named at a time.
const ROWS: usize = 1 << 17;

/// Turns a panic that a hostile file causes in the libraries that read it into an error.
fn guarded<T>(read: impl FnOnce() -> Result<T, DumpError>) -> Result<T, DumpError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(DumpError::malformed("its parts contradict each other")))
}

#[derive(Default)]
struct Columns {
    addresses: Vec<u64>,
    types: TextsBuilder,
    labels: TextsBuilder,
    kinds: Option<ObjectKinds>,
    sizes: Vec<u64>,
    reference_counts: Vec<u32>,
    offsets: Vec<u32>,
    heads: Vec<u32>,
    reference_labels: TextsBuilder,
    reference_kinds: Option<Vec<Option<ReferenceKind>>>,
    naming: Option<Naming>,
    uncounted: Vec<u32>,
    states: States,
    allocated: TextsBuilder,
    waste: Option<Waste>,
    weak: Vec<WeakReference>,
    unknown_sizes: Option<Vec<u32>>,
    roots: Vec<Holder>,
}

impl Columns {
    fn new(format: u32) -> Self {
        let has_kinds = format > 1;
        Self {
            kinds: has_kinds.then(ObjectKinds::default),
            reference_kinds: has_kinds.then(Vec::new),
            ..Self::default()
        }
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<(), DumpError> {
        let first = self.addresses.len();
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let addresses = column::<PrimitiveArray<UInt64Type>>(batch, columns::ADDRESS)?;
        let sizes = column::<PrimitiveArray<UInt64Type>>(batch, columns::SIZE)?;
        if addresses.null_count() + sizes.null_count() > 0 {
            return Err(DumpError::malformed("an object has no address or no size"));
        }
        self.addresses.extend_from_slice(addresses.values());
        self.sizes.extend_from_slice(sizes.values());
        self.types.extend(column(batch, columns::TYPE)?)?;
        self.labels.extend(column(batch, columns::LABEL)?)?;
        if let Some(known) = &mut self.kinds {
            let kinds = column(batch, columns::KIND)?;
            extend_kinds(&mut known.kinds, kinds, ObjectKind::from_word)?;
            known.names.extend(column(batch, columns::NAME)?)?;
            for (texts, name) in [
                (&mut known.places, columns::PLACE),
                (&mut known.abouts, columns::ABOUT),
            ] {
                if batch.column_by_name(name).is_some() {
                    texts.extend(column(batch, name)?)?;
                }
            }
        }
        let counts = column::<PrimitiveArray<UInt32Type>>(batch, columns::REFERENCE_COUNT)?;
        self.reference_counts
            .extend(counts.iter().map(|count| count.unwrap_or(UNKNOWN)));
        let states = column::<StringArray>(batch, columns::STATE)?;
        for (row, state) in (first..).map(VertexId::from_index).zip(states) {
            if let Some(state) = state {
                self.states.push(row, state);
            }
        }
        if batch.column_by_name(columns::ALLOCATED).is_some() {
            self.allocated.extend(column(batch, columns::ALLOCATED)?)?;
        }
        if batch.column_by_name(columns::WASTE).is_some()
            && batch.column_by_name(columns::SAVED).is_some()
        {
            self.take_waste(batch, first)?;
        }
        let referents = column::<ListArray>(batch, columns::REFERENTS)?;
        let labels = column::<ListArray>(batch, columns::REFERENCE_LABELS)?;
        let heads = values::<PrimitiveArray<UInt32Type>>(referents)?;
        let names = values::<DictionaryArray<UInt32Type>>(labels)?;
        let missing = referents.null_count() + labels.null_count() + heads.null_count();
        if names.len() != heads.len() || missing > 0 {
            return Err(DumpError::malformed("not every reference has a label"));
        }
        self.heads.extend_from_slice(heads.values());
        self.reference_labels.extend(&names)?;
        if let Some(known) = &mut self.reference_kinds {
            let lists = column::<ListArray>(batch, columns::REFERENCE_KINDS)?;
            let kinds = values::<DictionaryArray<UInt32Type>>(lists)?;
            if lists.null_count() > 0 || !lengths(lists).eq(lengths(labels)) {
                return Err(DumpError::malformed("not every reference has a kind"));
            }
            extend_kinds(known, &kinds, ReferenceKind::from_word)?;
        }
        let too_many = || DumpError::malformed("it has more than 2^32 - 1 references");
        for (own, theirs) in lengths(referents).zip(lengths(labels)) {
            if own != theirs {
                return Err(DumpError::malformed("not every reference has a label"));
            }
            let start = *self.offsets.last().expect("there is one at least");
            let length = u32::try_from(own).map_err(|_| too_many())?;
            self.offsets
                .push(start.checked_add(length).ok_or_else(too_many)?);
        }
        self.take_uncounted(column(batch, columns::UNCOUNTED)?, first)?;
        if batch.column_by_name(columns::WEAK_OWNERS).is_some() {
            let lists = column(batch, columns::WEAK_OWNERS)?;
            weak::take(lists, &self.offsets[first..], &mut self.weak)?;
        }
        if batch.column_by_name(columns::HAS_UNKNOWN_SIZE).is_some() {
            let known = self.unknown_sizes.get_or_insert_default();
            unknown::take(column(batch, columns::HAS_UNKNOWN_SIZE)?, first, known);
        }
        self.take_roots(column(batch, columns::ROOTS)?, first)
    }

    fn take_waste(&mut self, batch: &RecordBatch, first: usize) -> Result<(), DumpError> {
        let waste = self.waste.get_or_insert_default();
        let kinds = column::<DictionaryArray<UInt32Type>>(batch, columns::WASTE)?;
        let texts = kinds.values().as_any().downcast_ref::<LargeStringArray>();
        let texts: Vec<_> = texts.into_iter().flatten().collect();
        let kind = |key: Option<u32>| match key.map(|key| texts.get(key as usize)) {
            Some(Some(&Some(kind))) => Ok(Some(kind)),
            None => Ok(None),
            Some(_) => Err(DumpError::malformed("a row refers to a missing text")),
        };
        let saved = column::<PrimitiveArray<UInt64Type>>(batch, columns::SAVED)?;
        let rows = (first..).map(VertexId::from_index);
        for ((row, key), saved) in rows.zip(kinds.keys()).zip(saved) {
            match (kind(key)?, saved) {
                (Some(kind), Some(saved)) => waste.push(row, kind, saved),
                (None, None) => {}
                _ => return Err(DumpError::malformed("a waste has no kind or no bytes")),
            }
        }
        Ok(())
    }

    fn take_uncounted(&mut self, lists: &ListArray, first: usize) -> Result<(), DumpError> {
        let places = values::<PrimitiveArray<UInt32Type>>(lists)?;
        if places.null_count() > 0 {
            return Err(DumpError::malformed("a reference has no number"));
        }
        let mut next = places.values().iter();
        for (row, length) in (first..).zip(lengths(lists)) {
            let (start, end) = (self.offsets[row], self.offsets[row + 1]);
            for &place in next.by_ref().take(length) {
                match start.checked_add(place).filter(|&edge| edge < end) {
                    Some(edge) => self.uncounted.push(edge),
                    None => return Err(DumpError::malformed("a reference is missing")),
                }
            }
        }
        Ok(())
    }

    fn take_roots(&mut self, lists: &ListArray, first: usize) -> Result<(), DumpError> {
        let roots = values::<StructArray>(lists)?;
        let text = |name: &str| {
            let column = roots.column_by_name(name)?;
            column.as_any().downcast_ref::<StringArray>().cloned()
        };
        let (Some(groups), Some(holders)) = (text("group"), text("holder")) else {
            return Err(DumpError::malformed("the roots have no names"));
        };
        if roots.null_count() + groups.null_count() + holders.null_count() > 0 {
            return Err(DumpError::malformed("a root has no name"));
        }
        let mut next = 0..roots.len();
        for (row, length) in (first..).zip(lengths(lists)) {
            for place in next.by_ref().take(length) {
                let group = Group::from_word(groups.value(place)).ok_or_else(|| {
                    DumpError::malformed(format!(
                        "a root has an unknown group: {}",
                        groups.value(place)
                    ))
                })?;
                self.roots.push(Holder {
                    vertex: VertexId::from_index(row),
                    group,
                    name: holders.value(place).to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Creates the names of some more rows; returns whether there may be more.
    fn name_next(&mut self) -> bool {
        let naming = self.naming.get_or_insert_with(|| {
            let labels = std::mem::take(&mut self.labels);
            Naming::new(labels, std::mem::take(&mut self.reference_labels))
        });
        let objects = naming.next_objects(ROWS, &self.types, self.kinds.as_ref());
        let references = naming.next_references(ROWS, self.reference_kinds.as_deref());
        objects + references > 0
    }

    fn finish(
        mut self,
        mut metadata: BTreeMap<String, String>,
        is_cut_off: bool,
    ) -> Result<HeapDump, DumpError> {
        while self.name_next() {}
        let mut naming = self.naming.take().expect("all rows have names");
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let rows = self.offsets.len() - 1;
        if is_cut_off {
            let lost = self.leave_out_lost(rows, &mut naming.references);
            metadata.insert("lost_references".to_owned(), lost.to_string());
        }
        if let Some(head) = self.heads.iter().find(|&&head| head as usize >= rows) {
            return Err(DumpError::malformed(format!(
                "a reference leads to object {head}, and there are {rows}"
            )));
        }
        let graph = CsrGraph::from_parts(self.offsets, self.heads)
            .map_err(|error| DumpError::malformed(error.to_string()))?;
        let dump = HeapDumpBuilder {
            graph: Arc::new(graph),
            addresses: self.addresses,
            types: self.types,
            names: naming.names,
            object_names: naming.objects,
            sizes: self.sizes,
            reference_counts: self.reference_counts,
            reference_names: naming.references,
            uncounted: self.uncounted,
            states: self.states,
            allocated: self.allocated,
            waste: self.waste,
            weak: self.weak,
            unknown_sizes: self.unknown_sizes,
            roots: self.roots,
            metadata,
        };
        dump.finish(DumpError::Malformed)
    }

    /// Leaves out the references to objects that come after these rows; returns their number.
    fn leave_out_lost(&mut self, rows: usize, names: &mut Vec<NameId>) -> usize {
        let all = self.heads.len();
        // For each reference, how many before it stay.
        let mut places = Vec::with_capacity(all + 1);
        let mut kept = 0;
        for &head in &self.heads {
            places.push(kept);
            kept += u32::from((head as usize) < rows);
        }
        places.push(kept);
        let stays = |edge: u32| places[edge as usize] < places[edge as usize + 1];
        let mut edges = 0..;
        names.retain(|_| edges.next().is_some_and(stays));
        self.heads.retain(|&head| (head as usize) < rows);
        for offset in &mut self.offsets {
            *offset = places[*offset as usize];
        }
        self.uncounted.retain(|&edge| stays(edge));
        for edge in &mut self.uncounted {
            *edge = places[*edge as usize];
        }
        self.weak
            .retain(|weak| stays(weak.edge.number()) && weak.owner.index() < rows);
        for weak in &mut self.weak {
            weak.edge = EdgeId::new(places[weak.edge.index()]);
        }
        all - self.heads.len()
    }
}
