//! A table with the columns of a heap dump, and any values in them.

use std::collections::HashMap;
use std::sync::Arc;

use arbitrary::Arbitrary;
use arrow_array::types::UInt32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, LargeStringArray, ListArray, RecordBatch,
    StringArray, StructArray, UInt32Array, UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema};
use refcycle_dot::names::{ObjectKind, ReferenceKind};

/// The data of an object, which may be wrong.
#[derive(Arbitrary, Debug)]
pub struct Row {
    address: Word,
    type_name: Option<u8>,
    label: Option<u8>,
    kind: u8,
    name: Option<u8>,
    size: Word,
    reference_count: Option<Word>,
    state: Option<Option<u8>>,
    roots: Vec<(u8, u8)>,
    referents: Vec<Number>,
    labels: Labels,
    /// Repeated for each label, unless the list is empty.
    kinds: Vec<Option<u8>>,
    uncounted: Vec<Number>,
    weak_owners: Vec<Number>,
    has_unknown_size: Option<bool>,
}

#[derive(Arbitrary, Debug)]
enum Number {
    Small(u8),
    Any(u32),
}

#[derive(Arbitrary, Debug)]
enum Word {
    Small(u8),
    Any(u64),
}

#[derive(Arbitrary, Debug)]
enum Labels {
    /// One for each referent.
    All(u8),
    Some(Vec<Option<u8>>),
}

/// Rows in batches.
#[derive(Arbitrary, Debug)]
pub struct Table {
    texts: Vec<String>,
    metadata: Vec<(Key, String)>,
    format: Option<String>,
    batches: Vec<Vec<Row>>,
    compressed: bool,
}

#[derive(Arbitrary, Debug)]
enum Key {
    Types,
    Python,
    Redacted,
    Other(String),
}

/// The group names that the reader knows, and one that it does not know.
const GROUPS: [&str; 8] = [
    "threads",
    "interpreter",
    "registries",
    "hidden",
    "elsewhere",
    "immortal",
    "unreached",
    "none",
];

impl Row {
    fn label_count(&self) -> usize {
        match &self.labels {
            Labels::All(_) => self.referents.len(),
            Labels::Some(some) => some.len(),
        }
    }
}

impl Number {
    /// Returns the number; a small one is below twenty.
    fn get(&self) -> u32 {
        match *self {
            Self::Small(small) => u32::from(small % 20),
            Self::Any(any) => any,
        }
    }
}

impl Word {
    fn get(&self) -> u64 {
        match *self {
            Self::Small(small) => small.into(),
            Self::Any(any) => any,
        }
    }
}

fn text() -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::LargeUtf8))
}

fn element(data_type: DataType, nullable: bool) -> FieldRef {
    Arc::new(Field::new("item", data_type, nullable))
}

fn root_fields() -> Fields {
    let field = |name| Field::new(name, DataType::Utf8, false);
    Fields::from(vec![field("group"), field("holder")])
}

fn fields() -> Vec<Field> {
    let numbers = || DataType::List(element(DataType::UInt32, false));
    let roots = DataType::List(element(DataType::Struct(root_fields()), false));
    let labels = DataType::List(element(text(), true));
    vec![
        Field::new("address", DataType::UInt64, false),
        Field::new("type", text(), true),
        Field::new("kind", text(), true),
        Field::new("name", text(), true),
        Field::new("label", text(), true),
        Field::new("size", DataType::UInt64, false),
        Field::new("reference_count", DataType::UInt32, true),
        Field::new("state", DataType::Utf8, true),
        Field::new("roots", roots, true),
        Field::new("referents", numbers(), false),
        Field::new("reference_kinds", labels.clone(), false),
        Field::new("reference_labels", labels, false),
        Field::new("uncounted", numbers(), true),
        Field::new("weak_owners", numbers(), true),
        Field::new("has_unknown_size", DataType::Boolean, true),
    ]
}

impl Table {
    /// The file; `None` if Arrow does not accept the table.
    pub fn file(&self) -> Option<Vec<u8>> {
        let known = [
            "builtins.dict",
            "list (3 items)",
            "module\napp",
            "value['x']",
            "running",
        ];
        let kinds = ObjectKind::ALL.map(ObjectKind::word);
        let reference_kinds = ReferenceKind::ALL.map(ReferenceKind::word);
        let known = known.into_iter().chain(kinds).chain(reference_kinds);
        let mut texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        texts.extend(known);
        texts.truncate(200);
        let mut metadata: HashMap<_, _> = self.metadata.iter().map(metadatum).collect();
        let format = self.format.as_deref().unwrap_or("2");
        metadata.insert("refcycle.format".to_owned(), format.to_owned());
        let schema = Arc::new(Schema::new_with_metadata(fields(), metadata));
        let compression = self.compressed.then_some(CompressionType::ZSTD);
        let options = IpcWriteOptions::default();
        let options = options.try_with_compression(compression).ok()?;
        let mut file = Vec::new();
        let mut writer = FileWriter::try_new_with_options(&mut file, &schema, options).ok()?;
        let values: ArrayRef = Arc::new(LargeStringArray::from(texts.clone()));
        for rows in self.batches.iter().take(4) {
            let columns = columns(rows, &texts, &values)?;
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns).ok()?;
            writer.write(&batch).ok()?;
        }
        writer.finish().ok()?;
        drop(writer);
        Some(file)
    }
}

fn metadatum((key, value): &(Key, String)) -> (String, String) {
    let key = match key {
        Key::Types => "types",
        Key::Python => "python",
        Key::Redacted => "redacted",
        Key::Other(other) => other,
    };
    (format!("refcycle.{key}"), value.clone())
}

fn columns(rows: &[Row], texts: &[&str], values: &ArrayRef) -> Option<Vec<ArrayRef>> {
    let place = |number: u8| u32::from(number) % texts.len() as u32;
    let dictionary =
        |keys: UInt32Array| DictionaryArray::<UInt32Type>::try_new(keys, values.clone()).ok();
    let named = |name: fn(&Row) -> Option<u8>| {
        dictionary(rows.iter().map(|row| name(row).map(place)).collect())
    };
    let counts = rows
        .iter()
        .map(|row| row.reference_count.as_ref().map(|count| count.get() as u32));
    let states = rows.iter().map(|row| {
        let state = row.state.as_ref()?;
        Some(state.map_or("running", |state| texts[place(state) as usize]))
    });
    let referents = rows.iter().flat_map(|row| &row.referents);
    let uncounted = rows.iter().flat_map(|row| &row.uncounted);
    let weak = rows.iter().flat_map(|row| &row.weak_owners);
    let unknown = rows.iter().map(|row| row.has_unknown_size);
    let labels = rows.iter().flat_map(|row| match &row.labels {
        Labels::All(one) => vec![Some(place(*one)); row.referents.len()],
        Labels::Some(some) => some.iter().map(|label| label.map(place)).collect(),
    });
    let kinds = rows.iter().flat_map(|row| {
        let kinds = row.kinds.iter().cycle().map(|kind| kind.map(place));
        let missing = std::iter::repeat(None);
        kinds.chain(missing).take(row.label_count())
    });
    Some(vec![
        words(rows, |row| &row.address),
        Arc::new(named(|row| row.type_name)?),
        Arc::new(named(|row| Some(row.kind))?),
        Arc::new(named(|row| row.name)?),
        Arc::new(named(|row| row.label)?),
        words(rows, |row| &row.size),
        Arc::new(counts.collect::<UInt32Array>()),
        Arc::new(states.collect::<StringArray>()),
        roots(rows, |holder| texts[place(holder) as usize])?,
        list(rows, |row| row.referents.len(), false, numbers(referents))?,
        label_lists(rows, dictionary(kinds.collect())?)?,
        label_lists(rows, dictionary(labels.collect())?)?,
        list(rows, |row| row.uncounted.len(), true, numbers(uncounted))?,
        list(rows, |row| row.weak_owners.len(), true, numbers(weak))?,
        Arc::new(unknown.collect::<BooleanArray>()),
    ])
}

fn words(rows: &[Row], word: fn(&Row) -> &Word) -> ArrayRef {
    let words = rows.iter().map(|row| word(row).get());
    Arc::new(UInt64Array::from_iter_values(words))
}

fn numbers<'a>(numbers: impl Iterator<Item = &'a Number>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(numbers.map(Number::get)))
}

/// A list for each row; with `nulls`, an empty list is null.
fn list(
    rows: &[Row],
    length: impl Fn(&Row) -> usize,
    nulls: bool,
    values: ArrayRef,
) -> Option<ArrayRef> {
    let nulls = nulls.then(|| {
        rows.iter()
            .map(|row| length(row) > 0)
            .collect::<NullBuffer>()
    });
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(length));
    let item = element(values.data_type().clone(), false);
    Some(Arc::new(
        ListArray::try_new(item, offsets, values, nulls).ok()?,
    ))
}

fn label_lists(rows: &[Row], labels: DictionaryArray<UInt32Type>) -> Option<ArrayRef> {
    let lengths = rows.iter().map(Row::label_count);
    let item = element(labels.data_type().clone(), true);
    let offsets = OffsetBuffer::from_lengths(lengths);
    Some(Arc::new(
        ListArray::try_new(item, offsets, Arc::new(labels), None).ok()?,
    ))
}

fn roots<'a>(rows: &[Row], text: impl Fn(u8) -> &'a str) -> Option<ArrayRef> {
    let roots = || rows.iter().flat_map(|row| &row.roots);
    let groups = roots().map(|(group, _)| Some(GROUPS[usize::from(group % 8)]));
    let holders = roots().map(|(_, holder)| Some(text(*holder)));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(groups.collect::<StringArray>()),
        Arc::new(holders.collect::<StringArray>()),
    ];
    let roots = StructArray::try_new(root_fields(), columns, None).ok()?;
    list(rows, |row| row.roots.len(), true, Arc::new(roots))
}
