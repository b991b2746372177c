//! The columns of the file.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema};

/// The version of the format that is written, and the newest version that can be read.
pub const FORMAT_VERSION: u32 = 2;

pub(super) const ADDRESS: &str = "address";
pub(super) const TYPE: &str = "type";
pub(super) const KIND: &str = "kind";
pub(super) const NAME: &str = "name";
pub(super) const PLACE: &str = "place";
pub(super) const ABOUT: &str = "about";
pub(super) const LABEL: &str = "label";
pub(super) const SIZE: &str = "size";
pub(super) const REFERENCE_COUNT: &str = "reference_count";
pub(super) const STATE: &str = "state";
pub(super) const ALLOCATED: &str = "allocated";
pub(super) const WASTE: &str = "waste";
pub(super) const SAVED: &str = "saved";
pub(super) const ROOTS: &str = "roots";
pub(super) const REFERENTS: &str = "referents";
pub(super) const REFERENCE_LABELS: &str = "reference_labels";
pub(super) const REFERENCE_KINDS: &str = "reference_kinds";
pub(super) const UNCOUNTED: &str = "uncounted";
pub(super) const WEAK_OWNERS: &str = "weak_owners";
pub(super) const HAS_UNKNOWN_SIZE: &str = "has_unknown_size";

fn text() -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::LargeUtf8))
}

/// The elements of a list.
pub(super) fn element(data_type: DataType, nullable: bool) -> FieldRef {
    Arc::new(Field::new("item", data_type, nullable))
}

pub(super) fn numbers() -> FieldRef {
    element(DataType::UInt32, false)
}

pub(super) fn labels() -> FieldRef {
    element(text(), true)
}

/// A group and the name of the holder.
pub(super) fn root_fields() -> Fields {
    Fields::from(vec![
        Field::new("group", DataType::Utf8, false),
        Field::new("holder", DataType::Utf8, false),
    ])
}

pub(super) fn roots() -> FieldRef {
    element(DataType::Struct(root_fields()), false)
}

/// The columns that a file of format 1 does not have.
const OF_FORMAT_2: [&str; 3] = [KIND, NAME, REFERENCE_KINDS];

/// The columns that a file may lack: the first files of format 2 have neither the place nor the
/// additional details nor the waste nor the last two, and most files do not contain where objects
/// were allocated.
const OPTIONAL: [&str; 7] = [
    PLACE,
    ABOUT,
    ALLOCATED,
    WASTE,
    SAVED,
    WEAK_OWNERS,
    HAS_UNKNOWN_SIZE,
];

/// The columns that a file of this format has, in their order.
pub(super) fn fields_of(format: u32) -> Vec<Field> {
    let mut fields = fields();
    fields.retain(|field| {
        let name = field.name().as_str();
        !OPTIONAL.contains(&name) && (format > 1 || !OF_FORMAT_2.contains(&name))
    });
    fields
}

/// The additional columns that a file of this format may have.
pub(super) fn optional_fields_of(format: u32) -> Vec<Field> {
    let mut fields = fields();
    fields.retain(|field| format > 1 && OPTIONAL.contains(&field.name().as_str()));
    fields
}

/// The columns of the names of objects and references, which can be read later.
pub(super) const NAMES: [&str; 7] = [
    KIND,
    NAME,
    PLACE,
    ABOUT,
    LABEL,
    REFERENCE_KINDS,
    REFERENCE_LABELS,
];

/// The columns that can be written, in their order.
fn fields() -> Vec<Field> {
    vec![
        Field::new(ADDRESS, DataType::UInt64, false),
        Field::new(TYPE, text(), false),
        Field::new(KIND, text(), false),
        Field::new(NAME, text(), true),
        Field::new(PLACE, text(), true),
        Field::new(ABOUT, text(), true),
        Field::new(LABEL, text(), false),
        Field::new(SIZE, DataType::UInt64, false),
        Field::new(REFERENCE_COUNT, DataType::UInt32, true),
        Field::new(STATE, DataType::Utf8, true),
        Field::new(ALLOCATED, text(), true),
        Field::new(WASTE, text(), true),
        Field::new(SAVED, DataType::UInt64, true),
        Field::new(ROOTS, DataType::List(roots()), true),
        Field::new(REFERENTS, DataType::List(numbers()), false),
        Field::new(REFERENCE_KINDS, DataType::List(labels()), false),
        Field::new(REFERENCE_LABELS, DataType::List(labels()), false),
        Field::new(UNCOUNTED, DataType::List(numbers()), true),
        Field::new(WEAK_OWNERS, DataType::List(numbers()), true),
        Field::new(HAS_UNKNOWN_SIZE, DataType::Boolean, true),
    ]
}

/// The columns that are written, with those of allocations, of waste and of unknown
/// sizes if they are known.
pub(super) fn schema(
    metadata: HashMap<String, String>,
    has_allocations: bool,
    has_waste: bool,
    has_unknown_sizes: bool,
) -> Schema {
    let mut fields = fields();
    fields.retain(|field| match field.name().as_str() {
        ALLOCATED => has_allocations,
        WASTE | SAVED => has_waste,
        HAS_UNKNOWN_SIZE => has_unknown_sizes,
        _ => true,
    });
    Schema::new_with_metadata(fields, metadata)
}
