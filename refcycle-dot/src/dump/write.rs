//! Writing a dump.

use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{
    ArrayRef, ListArray, RecordBatch, StringArray, StructArray, UInt32Array, UInt64Array,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use refcycle_core::files::Replacement;
use refcycle_core::{VertexId, Vertices};

use super::lists::{list, sparse_list};
use super::names::NameColumns;
use super::texts::Texts;
use super::waste::Waste;
use super::{DumpError, FORMAT_VERSION, HeapDump, UNKNOWN, columns, unknown, weak};
use crate::files::replace;

/// The number of rows that are written at a time.
const ROWS: usize = 1 << 17;

const FITS: &str = "the columns are of these types and of one length";

impl HeapDump {
    /// Writes the dump.
    ///
    /// # Errors
    /// [`DumpError::Io`].
    ///
    /// # Complexity
    /// O(objects + references + text). Takes the memory of the different names again, and that of
    /// some 130,000 objects at a time.
    pub fn write(&self, out: impl Write) -> Result<(), DumpError> {
        if let Some(all) = self.with_all_names() {
            return all?.write_all(out);
        }
        self.write_all(out)
    }

    fn write_all(&self, out: impl Write) -> Result<(), DumpError> {
        let mut metadata: HashMap<_, _> = self
            .metadata
            .iter()
            .map(|(key, value)| (format!("refcycle.{key}"), value.clone()))
            .collect();
        metadata.insert("refcycle.format".to_owned(), FORMAT_VERSION.to_string());
        let schema = Arc::new(columns::schema(
            metadata,
            self.allocated.is_some(),
            self.waste.is_some(),
            self.unknown_sizes.is_some(),
        ));
        let options = IpcWriteOptions::default()
            .try_with_compression(Some(CompressionType::ZSTD))
            .map_err(failed)?;
        let mut writer = FileWriter::try_new_with_options(out, &schema, options).map_err(failed)?;
        let types = self.types.dictionary();
        let names = NameColumns::new(&self.names);
        let places = self.allocated.as_ref().map(Texts::dictionary);
        let wastes = self.waste.as_ref().map(Waste::dictionary);
        let count = self.graph.vertex_count();
        // A dump without objects has columns too.
        for start in (0..count.max(1)).step_by(ROWS) {
            let rows = start..count.min(start + ROWS);
            let mut columns = self.rows(rows.clone(), &types, &names);
            let place = |name| schema.index_of(name).expect(FITS);
            if let (Some(allocated), Some(places)) = (&self.allocated, &places) {
                let allocated = allocated.array(rows.clone(), places);
                columns.insert(place(columns::ALLOCATED), Arc::new(allocated));
            }
            if let (Some(waste), Some(wastes)) = (&self.waste, &wastes) {
                let (kinds, saved) = waste.arrays(rows.clone(), wastes);
                columns.insert(place(columns::WASTE), Arc::new(kinds));
                columns.insert(place(columns::SAVED), Arc::new(saved));
            }
            if let Some(unknown) = &self.unknown_sizes {
                columns.push(unknown::array(unknown, rows));
            }
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns).expect(FITS);
            writer.write(&batch).map_err(failed)?;
        }
        writer.finish().map_err(failed)?;
        writer.get_mut().flush().map_err(DumpError::Io)?;
        Ok(())
    }

    /// Writes the dump into a temporary file beside its destination, and moves it there when it is
    /// complete. Only its owner can read a new file.
    ///
    /// # Errors
    /// [`DumpError::Io`]. An existing file is then unchanged.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), DumpError> {
        replace(path.as_ref(), |out| self.write_into(out)).map_err(DumpError::Io)
    }

    /// Writes the dump into a file that was already begun.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn save_as(&self, file: Replacement) -> Result<(), DumpError> {
        file.write(|out| self.write_into(out))
            .map_err(DumpError::Io)
    }

    fn write_into(&self, out: impl Write) -> std::io::Result<()> {
        self.write(out).map_err(std::io::Error::from)
    }

    fn rows(&self, rows: Range<usize>, types: &ArrayRef, names: &NameColumns) -> Vec<ArrayRef> {
        let offsets = &self.graph.offsets()[rows.start..=rows.end];
        let edges = offsets[0] as usize..offsets[rows.len()] as usize;
        let lengths = || offsets.windows(2).map(|pair| (pair[1] - pair[0]) as usize);
        let heads = UInt32Array::from(self.graph.heads()[edges.clone()].to_vec());
        let objects = &self.object_names[rows.clone()];
        let references = &self.reference_names[edges];
        let kinds = names.reference_kinds.array(references);
        let labels = names.reference_labels.array(references);
        let counts = self.reference_counts[rows.clone()].iter();
        let counts = counts.map(|&count| (count != UNKNOWN).then_some(count));
        vec![
            Arc::new(UInt64Array::from(self.addresses[rows.clone()].to_vec())),
            Arc::new(self.types.array(rows.clone(), types)),
            Arc::new(names.kinds.array(objects)),
            Arc::new(names.names.array(objects)),
            Arc::new(names.places.array(objects)),
            Arc::new(names.abouts.array(objects)),
            Arc::new(names.labels.array(objects)),
            Arc::new(UInt64Array::from(self.sizes[rows.clone()].to_vec())),
            Arc::new(counts.collect::<UInt32Array>()),
            Arc::new(self.states_of(rows.clone())),
            Arc::new(self.roots_of(rows.clone())),
            Arc::new(list(columns::numbers(), lengths(), Arc::new(heads), None)),
            Arc::new(list(columns::labels(), lengths(), Arc::new(kinds), None)),
            Arc::new(list(columns::labels(), lengths(), Arc::new(labels), None)),
            self.uncounted_of(rows.clone()),
            weak::array(&self.weak, self.graph.offsets(), rows),
        ]
    }

    fn states_of(&self, rows: Range<usize>) -> StringArray {
        let states = rows.map(|row| self.state(VertexId::from_index(row)));
        states.collect()
    }

    fn roots_of(&self, rows: Range<usize>) -> ListArray {
        let place = |row: usize| self.roots.partition_point(|root| root.vertex.index() < row);
        let roots = &self.roots[place(rows.start)..place(rows.end)];
        let mut lengths = vec![0; rows.len()];
        let (mut groups, mut holders) = (StringBuilder::new(), StringBuilder::new());
        for root in roots {
            lengths[root.vertex.index() - rows.start] += 1;
            groups.append_value(root.group.word());
            holders.append_value(&root.name);
        }
        let fields: Vec<ArrayRef> = vec![Arc::new(groups.finish()), Arc::new(holders.finish())];
        let roots = StructArray::try_new(columns::root_fields(), fields, None).expect(FITS);
        sparse_list(columns::roots(), &lengths, Arc::new(roots))
    }

    fn uncounted_of(&self, rows: Range<usize>) -> ArrayRef {
        let offsets = self.graph.offsets();
        let place = |row: usize| self.uncounted.partition_point(|&edge| edge < offsets[row]);
        let mut lengths = vec![0; rows.len()];
        let mut row = rows.start;
        let places = self.uncounted[place(rows.start)..place(rows.end)]
            .iter()
            .map(|&edge| {
                while offsets[row + 1] <= edge {
                    row += 1;
                }
                lengths[row - rows.start] += 1;
                edge - offsets[row]
            });
        let places = UInt32Array::from_iter_values(places);
        Arc::new(sparse_list(columns::numbers(), &lengths, Arc::new(places)))
    }
}

fn failed(error: arrow_schema::ArrowError) -> DumpError {
    DumpError::Io(match error {
        arrow_schema::ArrowError::IoError(_, error) => error,
        error => std::io::Error::other(error),
    })
}
